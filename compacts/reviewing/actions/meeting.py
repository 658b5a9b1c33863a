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

_CHANGEABLE = ("starts_local", "zone", "starts_at", "minutes", "place", "link", "agenda", "is_cancelled")


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
    if not call_off(work, review):
        raise Conflict(
            detail=_("There is no meeting to call off. Nothing was changed."),
            remedy=_("Look at the review again."),
        )
    return review


def call_off(work: Work, review: Review) -> bool:
    """Call off what meeting of a locked review is still ahead; whether there was one."""
    meeting = _of(work, review)
    if meeting is None or meeting.is_cancelled or meeting.starts_at <= work.now:
        return False
    meeting.is_cancelled, meeting.sequence, meeting.changed_at = True, meeting.sequence + 1, work.now
    review.revision += 1
    _tell(work, review, meeting, Kind.MEETING_CANCELLED, _invited(work, meeting))
    work.act("review.meeting_cancelled", about=review.uid, record={"meeting": meeting.uid})
    return True


def _write(work: Work, review: Review, said: dict[str, Any]) -> None:
    meeting, guests = _of(work, review), taking_part(work, compact_of(work, review))
    is_new = meeting is None
    if meeting is None:
        meeting = ReviewMeeting(review_id=review.id, sequence=0)
        work.session.add(meeting)
    known = {} if is_new else _guests(work, meeting)
    before = {one for one, guest in known.items() if guest.is_invited}
    if not is_new and before == guests and all(getattr(meeting, name) == said[name] for name in _CHANGEABLE):
        return
    was_cancelled = not is_new and meeting.is_cancelled
    for name in _CHANGEABLE:
        setattr(meeting, name, said[name])
    meeting.changed_at = work.now
    meeting.sequence += 0 if is_new else 1
    review.revision += 1
    work.session.flush()
    for one in guests - set(known):
        work.session.add(MeetingGuest(meeting_id=meeting.id, person_id=one))
    for one, guest in known.items():
        guest.is_invited = one in guests
    stay = set() if was_cancelled else before & guests
    _tell(work, review, meeting, Kind.MEETING_SET, guests - stay)
    _tell(work, review, meeting, Kind.MEETING_MOVED, stay)
    _tell(work, review, meeting, Kind.MEETING_CANCELLED, set() if was_cancelled else before - guests)
    work.act("review.meeting_set", about=review.uid, record={
        "meeting": meeting.uid, "starts": meeting.starts_local, "zone": meeting.zone, "sequence": meeting.sequence,
    })  # fmt: skip


def _of(work: Work, review: Review) -> ReviewMeeting | None:
    return work.session.scalars(select(ReviewMeeting).filter_by(review_id=review.id)).one_or_none()


def _guests(work: Work, meeting: ReviewMeeting) -> dict[int, MeetingGuest]:
    rows = work.session.scalars(select(MeetingGuest).filter_by(meeting_id=meeting.id))
    return {row.person_id: row for row in rows}


def _invited(work: Work, meeting: ReviewMeeting) -> set[int]:
    return {one for one, guest in _guests(work, meeting).items() if guest.is_invited}


def _tell(work: Work, review: Review, meeting: ReviewMeeting, kind: Kind, people: set[int]) -> None:
    said = {"uid": meeting.uid, "sequence": meeting.sequence, "starts": meeting.starts_local, "zone": meeting.zone,
            "minutes": meeting.minutes, "place": meeting.place, "link": meeting.link,
            "agenda": meeting.agenda}  # fmt: skip
    data = {"title": titles(work, review), "path": f"/reviews/{review.uid}", "meeting": said}
    notify_all(work, kind=kind, person_ids=sorted(people), data=data)
