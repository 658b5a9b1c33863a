"""The meeting of both sides over a review: set, moved and called off; whoever takes part is told each time."""

from datetime import date, time
from typing import Any

from sqlalchemy import select

from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.locking import locked_review
from reciproca.compacts.reviewing.speaking import compact_of, taking_part, titles
from reciproca.compacts.reviewing.tables import MeetingGuest, Review, ReviewMeeting
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def set_meeting(
    work: Work,
    *,
    review_uid: str,
    on: date,
    at: time,
    minutes: int,
    place: str,
    link: str = "",
    agenda: str = "",
    revision: int | None = None,
) -> Review:
    """Set or move the meeting of a review to the local day `on` and time `at`. Those who take part are invited, told
    of the change, or told that they are no longer asked. Setting the same again tells nobody. Invalid, Conflict,
    Stale."""
    authorize(work, Action.REVIEW_RUN)
    review = locked_review(work, review_uid)
    rules.require_meeting(review.state)
    expect_revision(review, revision)
    zone = work.organisation.zone
    starts = rules.meeting_start(on, at, zone=zone, now=work.now)
    said = {"place": clean_text(place), "link": link, "agenda": clean_text(agenda), "minutes": minutes,
            "starts_local": f"{on.isoformat()}T{at:%H:%M}", "zone": zone, "starts_at": starts,
            "is_cancelled": False}  # fmt: skip
    _write(work, review, said)
    return review


def cancel_meeting(work: Work, *, review_uid: str, revision: int | None = None) -> Review:
    """Call the meeting of a review off, and tell whoever was invited. Conflict when none is ahead, Stale."""
    authorize(work, Action.REVIEW_RUN)
    review = locked_review(work, review_uid)
    expect_revision(review, revision)
    if not call_off(work, review=review):
        raise Conflict(
            detail=_("There is no meeting to call off. Nothing was changed."),
            remedy=_("Look at the review again."),
        )
    return review


def call_off(work: Work, *, review: Review) -> bool:
    """Call off what meeting of a locked review is still ahead; whether there was one."""
    authorize(work, Action.REVIEW_RUN)
    meeting = _of(work, review)
    if meeting is None or meeting.is_cancelled or meeting.starts_at <= work.now:
        return False
    people = _expected(meeting, _guests(work, meeting))
    meeting.is_cancelled, meeting.sequence, meeting.changed_at = True, meeting.sequence + 1, work.now
    review.revision += 1
    _tell(work, review, meeting, Kind.MEETING_CANCELLED, people)
    work.act("review.meeting_cancelled", about=review.uid, record={"meeting": meeting.uid})
    return True


def _write(work: Work, review: Review, said: dict[str, Any]) -> None:
    meeting, guests = _of(work, review), taking_part(work, compact_of(work, review))
    known = _guests(work, meeting) if meeting else {}
    before = _expected(meeting, known)
    if meeting and before == guests and all(getattr(meeting, name) == said[name] for name in said):
        return
    meeting = _kept(work, review, meeting, said)
    for one in guests - set(known):
        work.session.add(MeetingGuest(meeting_id=meeting.id, person_id=one))
    for one, guest in known.items():
        guest.is_invited = one in guests
    _tell(work, review, meeting, Kind.MEETING_SET, guests - before)
    _tell(work, review, meeting, Kind.MEETING_MOVED, guests & before)
    _tell(work, review, meeting, Kind.MEETING_CANCELLED, before - guests)
    work.act("review.meeting_set", about=review.uid, record={
        "meeting": meeting.uid, "starts": meeting.starts_local, "zone": meeting.zone, "sequence": meeting.sequence,
    })  # fmt: skip


def _kept(work: Work, review: Review, meeting: ReviewMeeting | None, said: dict[str, Any]) -> ReviewMeeting:
    if meeting is None:
        meeting = ReviewMeeting(review_id=review.id, sequence=0)
        work.session.add(meeting)
    else:
        meeting.sequence += 1
    for name, value in said.items():
        setattr(meeting, name, value)
    meeting.changed_at = work.now
    review.revision += 1
    work.session.flush()
    return meeting


def _of(work: Work, review: Review) -> ReviewMeeting | None:
    return work.session.scalars(select(ReviewMeeting).filter_by(review_id=review.id)).one_or_none()


def _guests(work: Work, meeting: ReviewMeeting) -> dict[int, MeetingGuest]:
    rows = work.session.scalars(select(MeetingGuest).filter_by(meeting_id=meeting.id))
    return {row.person_id: row for row in rows}


def _expected(meeting: ReviewMeeting | None, known: dict[int, MeetingGuest]) -> set[int]:
    """Whoever has the meeting in their calendar now."""
    if meeting is None or meeting.is_cancelled:
        return set()
    return {one for one, guest in known.items() if guest.is_invited}


def _tell(work: Work, review: Review, meeting: ReviewMeeting, kind: Kind, people: set[int]) -> None:
    said = {"uid": meeting.uid, "sequence": meeting.sequence, "starts": meeting.starts_local, "zone": meeting.zone,
            "minutes": meeting.minutes, "place": meeting.place, "link": meeting.link,
            "agenda": meeting.agenda}  # fmt: skip
    data = {"title": titles(work, review), "path": f"/reviews/{review.uid}", "meeting": said}
    notify_all(work, kind=kind, person_ids=sorted(people), data=data)
