"""One's own share of a poll, and what all said together once it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting.queries import titles, version_texts
from reciproca.compacts.drafting.tables import Commitment, Version
from reciproca.compacts.polling.tables import Asked, Finding, Opinion, Poll
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Rating


@dataclass(frozen=True, kw_only=True)
class Question:
    """One commitment that somebody is asked about, in their language, and what they have said of it so far."""

    uid: str
    topic: str
    text: str
    said: Rating | None


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one person is asked, by which agreement, until when; of how many people the answers are counted."""

    uid: str
    title: str
    locale: str
    last_day: date
    minimum: int
    asked: int
    is_closed: bool
    subject_uid: str
    questions: Sequence[Question]


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What all said together of one commitment. `total`: how many gave which answers, neighbouring answers together
    where they are told only so; empty where they were too few, or all of one mind."""

    rating: Rating | None
    minimum: int
    asked: int
    total: Mapping[tuple[str, ...], int]
    groups: Sequence[Mapping[str, object]]

    @property
    def people(self) -> int:
        """How many answers are counted in `total`."""
        return sum(self.total.values())


def poll_of(work: Work, *, subject_uid: str) -> Poll | None:
    """The poll for `subject_uid`, if it has one."""
    authorize(work, Action.POLL_READ)
    return work.session.scalars(select(Poll).filter_by(subject_uid=subject_uid)).one_or_none()


def share_of(work: Work, *, uid: str) -> Asked:
    """One's own share `uid`. NotFound for anybody else's: it isn't told whether there is one."""
    authorize(work, Action.POLL_ANSWER, person_id=work.actor.person_id)
    mine = select(Asked).filter_by(uid=uid, person_id=work.actor.person_id)
    found = work.session.scalars(mine).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There are no such questions for you."),
            remedy=_("Open what waits for you from your first page."),
        )
    return found


def commitments_of(work: Work, *, asked: Asked) -> Sequence[Commitment]:
    """What somebody is asked about, in the order of the text."""
    authorize(work, Action.POLL_ANSWER, person_id=asked.person_id)
    wanted = select(Commitment).where(Commitment.id.in_(asked.commitment_ids))
    return work.session.scalars(wanted.order_by(Commitment.position, Commitment.id)).all()


def show_share(work: Work, *, uid: str, locale: str) -> Share:
    """One's own share with its questions, in `locale`. NotFound."""
    authorize(work, Action.POLL_ANSWER, person_id=work.actor.person_id)
    asked = share_of(work, uid=uid)
    poll = work.session.get_one(Poll, asked.poll_id)
    version = work.session.get_one(Version, poll.version_id)
    text = version_texts(work, version=version, locales=[locale])[locale]
    clauses = {clause.uid: clause for clause in text.clauses}
    rows = select(Opinion.commitment_id, Opinion.rating).filter_by(asked_id=asked.id)
    said = dict(work.session.execute(rows).all())
    return Share(
        uid=asked.uid,
        title=titles(work, compact_ids=[poll.compact_id], locale=locale).get(poll.compact_id, ""),
        locale=locale,
        last_day=poll.last_day,
        minimum=poll.minimum,
        asked=poll.asked,
        is_closed=poll.closed_at is not None,
        subject_uid=poll.subject_uid,
        questions=[
            Question(
                uid=one.uid, topic=clauses[one.uid].topic, text=clauses[one.uid].text, said=said.get(one.id)
            )
            for one in commitments_of(work, asked=asked)
        ],
    )


def findings(work: Work, *, subject_uid: str) -> Mapping[int, Heard]:
    """What all said together, by commitment id: empty until the poll is closed."""
    authorize(work, Action.POLL_READ)
    rows = work.session.execute(
        select(Finding, Poll).join(Poll, Poll.id == Finding.poll_id).where(Poll.subject_uid == subject_uid)
    )
    return {finding.commitment_id: _heard(finding, poll) for finding, poll in rows}


def _heard(finding: Finding, poll: Poll) -> Heard:
    total: dict[tuple[str, ...], int] = {}
    for group in finding.groups:
        for answers, people in group["counts"]:
            total[tuple(answers)] = total.get(tuple(answers), 0) + people
    return Heard(
        rating=finding.rating, minimum=poll.minimum, asked=poll.asked, total=total, groups=finding.groups
    )
