"""Opening a poll, answering one's share of it, and closing it: then only what all said together is kept."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import delete, func, select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Commitment, Compact, Version
from reciproca.compacts.obligations.actions import Owed, forget, meet, owe_all
from reciproca.compacts.people.queries import Member
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.polling import rules
from reciproca.compacts.polling.queries import commitments_of, poll_of, share_of
from reciproca.compacts.polling.tables import Asked, Finding, Opinion, Poll
from reciproca.core import ids
from reciproca.core.rights import Action, authorize
from reciproca.core.suppression import FLOOR, publish
from reciproca.core.work import Work
from reciproca.plugins.types import Rating, Side

OPINION = "review.opinion"
"""The kind of obligation; its subject is somebody's `Asked`."""


def open_poll(
    work: Work,
    *,
    subject_uid: str,
    version: Version,
    commitments: Sequence[Commitment],
    people: Sequence[Member],
    turn: int,
    last_day: date,
) -> Poll:
    """Ask each of `people` about a few of `commitments`, until the local day `last_day` is over."""
    authorize(work, Action.POLL_RUN)
    poll = Poll(
        compact_id=version.compact_id, version_id=version.id, subject_uid=subject_uid, minimum=rules.MINIMUM,
        asked=len(people), last_day=last_day,
    )  # fmt: skip
    work.session.add(poll)
    work.session.flush()
    units = {one.id: one.unit for one in people}
    parts = rules.shares(sorted(units), [one.id for one in commitments], turn=turn)
    rows = [
        Asked(uid=ids.timeless(), poll_id=poll.id, person_id=person, unit=units[person], commitment_ids=share)
        for person, share in parts.items()
    ]
    work.session.add_all(rows)
    work.session.flush()
    _invite(work, poll, rows)
    facts = {"asked": poll.asked, "minimum": poll.minimum, "last_day": last_day.isoformat()}
    work.act("poll.opened", about=subject_uid, record=facts)
    return poll


def answer(work: Work, *, uid: str, ratings: Mapping[str, Rating]) -> Asked:
    """Give one's own view of what one was asked, by commitment uid: instead of what one said before. NotFound for
    somebody else's share; Conflict once the poll is closed; Invalid."""
    authorize(work, Action.POLL_ANSWER, person_id=work.actor.person_id)
    asked = share_of(work, uid=uid)
    poll = work.session.scalars(select(Poll).filter_by(id=asked.poll_id).with_for_update()).one()
    rules.require_open(is_closed=poll.closed_at is not None)
    about = {one.uid: one.id for one in commitments_of(work, asked=asked)}
    rules.require_asked(ratings, list(about))
    work.session.execute(delete(Opinion).filter_by(asked_id=asked.id))
    for commitment_uid, rating in ratings.items():
        work.session.add(
            Opinion(uid=ids.timeless(), asked_id=asked.id, commitment_id=about[commitment_uid], rating=rating)
        )
    work.session.flush()
    meet(work, kind=OPINION, subject_uid=asked.uid)
    return asked


def close_poll(work: Work, *, subject_uid: str) -> Mapping[int, Rating | None]:
    """Count what was said, keep that, and delete who said what. What was found, by commitment id; empty without a
    poll."""
    authorize(work, Action.POLL_RUN)
    poll = poll_of(work, subject_uid=subject_uid)
    if poll is None or poll.closed_at is not None:
        return {}
    findings = [_finding(poll, commitment, answers) for commitment, answers in _said(work, poll).items()]
    work.session.add_all(findings)
    of_poll = select(Asked.id).filter_by(poll_id=poll.id)
    answered = work.session.scalar(
        select(func.count(Opinion.asked_id.distinct())).where(Opinion.asked_id.in_(of_poll))
    )
    poll.answered = answered if answered and answered >= FLOOR else None
    poll.closed_at = work.now
    work.session.execute(delete(Opinion).where(Opinion.asked_id.in_(of_poll)))
    uids = work.session.scalars(select(Asked.uid).filter_by(poll_id=poll.id)).all()
    forget(work, kind=OPINION, subject_uids=uids)
    work.act("poll.closed", about=subject_uid, record={"asked": poll.asked, "answered": poll.answered})
    return {one.commitment_id: one.rating for one in findings}


def _said(work: Work, poll: Poll) -> Mapping[int, list[tuple[str, Rating]]]:
    """Every commitment that was asked about, with the units and answers of those who answered."""
    shares = work.session.scalars(select(Asked).filter_by(poll_id=poll.id)).all()
    found: dict[int, list[tuple[str, Rating]]] = {one: [] for share in shares for one in share.commitment_ids}
    rows = select(Opinion.commitment_id, Asked.unit, Opinion.rating).join(Asked, Asked.id == Opinion.asked_id)
    for commitment, unit, rating in work.session.execute(rows.where(Asked.poll_id == poll.id)):
        found[commitment].append((unit, rating))
    return found


def _finding(poll: Poll, commitment_id: int, answers: Sequence[tuple[str, Rating]]) -> Finding:
    counts = Counter(rating for _unit, rating in answers)
    groups = publish(rules.cells(answers), floor=poll.minimum)
    return Finding(
        poll_id=poll.id,
        commitment_id=commitment_id,
        rating=rules.verdict(counts, minimum=poll.minimum),
        groups=[
            {
                "units": list(group.cells),
                "people": group.people,
                "counts": [[list(key), n] for key, n in group.counts.items()],
            }
            for group in groups
        ],
    )


def _invite(work: Work, poll: Poll, rows: Sequence[Asked]) -> None:
    titles = all_titles(work, compact_ids=[poll.compact_id]).get(poll.compact_id, {})
    compact_uid = work.session.get_one(Compact, poll.compact_id).uid
    owe_all(work, owed=[
        Owed(kind=OPINION, subject_uid=row.uid, side=Side.PHYSICIANS, title=titles, due=poll.last_day,
             family=Family.INVITATION, person_id=row.person_id, path=f"/asked/{row.uid}", compact_uid=compact_uid)
        for row in rows
    ])  # fmt: skip
