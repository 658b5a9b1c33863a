"""How much was said, by whom, and what became of it: numbers only, each from one statement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, or_, select

from reciproca.compacts.consulting.tables import Comment, Disposition, Point
from reciproca.compacts.drafting.tables import Commitment, Consultation, Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class ClauseCount:
    """Comments on one promise (`identity` None: on the whole text): all, and those that wait for an answer."""

    identity: str | None
    comments: int
    waiting: int
    is_removed: bool


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What became of one side's comments in a round."""

    accepted: int = 0
    changed: int = 0
    declined: int = 0
    waiting: int = 0

    @property
    def answered(self) -> int:
        return self.accepted + self.changed + self.declined

    def share(self, disposition: Disposition) -> float | None:
        """The share of the answered ones, 0 to 1; None while none is answered."""
        number: int = getattr(self, disposition.value)
        return number / self.answered if self.answered else None


def living() -> ColumnElement[bool]:
    """The comment wasn't taken back."""
    return Comment.withdrawn_at.is_(None)


def waits() -> ColumnElement[bool]:
    """The comment wants an answer: it wasn't taken back, and is without one. The statement joins `Point`."""
    return and_(living(), _unanswered())


def _unanswered() -> ColumnElement[bool]:
    """There is no answer, or the author said later that it missed the point."""
    return or_(Point.disposition.is_(None), func.coalesce(Comment.objected_at >= Point.answered_at, False))


def open_count(work: Work, *, version: Version, round_id: int | None = None) -> int:
    """Comments of a version that wait for an answer: in the round (and objections from earlier ones), or all."""
    authorize(work, Action.COMMENT_READ)
    statement = select(func.count(Comment.id)).join(Point, Point.id == Comment.point_id)
    statement = statement.where(Comment.version_id == version.id, waits())
    if round_id is not None:
        statement = statement.where(
            or_(Comment.consultation_id == round_id, Comment.objected_at.is_not(None))
        )
    return work.session.scalar(statement) or 0


def commenters(work: Work, *, round_id: int) -> list[int]:
    """Ids of the people who said something in a round and didn't take it back."""
    authorize(work, Action.COMMENT_READ)
    asked = select(Comment.person_id).where(*_in_round(round_id), living())
    return list(work.session.scalars(asked.distinct()))


def voices(work: Work, *, round_id: int) -> dict[Side, int]:
    """How many people of each side said something in a round."""
    authorize(work, Action.COMMENT_READ)
    asked = select(Comment.side, func.count(Comment.person_id.distinct()))
    asked = asked.where(*_in_round(round_id), living()).group_by(Comment.side)
    return dict.fromkeys(Side, 0) | {row[0]: row[1] for row in work.session.execute(asked)}


def _in_round(round_id: int) -> tuple[ColumnElement[bool], ...]:
    """The comment belongs to the round; its version is named too, so that the index for counting serves."""
    version_id = select(Consultation.version_id).filter_by(id=round_id).scalar_subquery()
    return Comment.version_id == version_id, Comment.consultation_id == round_id


def clause_counts(work: Work, *, version: Version, round_id: int | None) -> list[ClauseCount]:
    """Comments by promise, in a round (None: those that wait for the next one); promises that are no longer in the
    text last."""
    authorize(work, Action.COMMENT_READ)
    waiting = func.sum(cast(case((_unanswered(), 1), else_=0), Integer))
    asked = select(Comment.identity, func.count(Comment.id).label("comments"), waiting.label("waiting"))
    rows = work.session.execute(
        asked.join(Point, Point.id == Comment.point_id)
        .where(
            Comment.version_id == version.id, Comment.consultation_id.is_not_distinct_from(round_id), living()
        )
        .group_by(Comment.identity)
    ).all()
    ordered = select(Commitment.identity).filter_by(version_id=version.id)
    standing = list(
        work.session.scalars(ordered.order_by(Commitment.position, Commitment.side, Commitment.id))
    )
    places = {identity: place for place, identity in enumerate(standing)}
    found = [
        ClauseCount(
            identity=row.identity,
            comments=row.comments,
            waiting=row.waiting or 0,
            is_removed=row.identity is not None and row.identity not in places,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.is_removed, places.get(one.identity or "", -1)))


def rates(work: Work, *, version: Version) -> Mapping[int, Mapping[Side, Rates]]:
    """What became of each side's comments, by number of the round (0: those that are in none). Public to everybody
    who may read comments."""
    authorize(work, Action.COMMENT_READ)
    kind = case((_unanswered(), "waiting"), else_=cast(Point.disposition, Comment.text.type))
    asked = (
        select(
            Consultation.number, Comment.side, kind.label("kind"), func.count(Comment.id).label("number_of")
        )
        .join(Point, Point.id == Comment.point_id)
        .outerjoin(Consultation, Consultation.id == Comment.consultation_id)
        .where(Comment.version_id == version.id, living())
        .group_by(Consultation.number, Comment.side, kind)
    )
    found: defaultdict[int, dict[Side, dict[str, int]]] = defaultdict(lambda: {side: {} for side in Side})
    for number, side, word, count in work.session.execute(asked):
        found[number or 0][side][word] = count
    return {
        number: {side: Rates(**counts) for side, counts in sides.items()}
        for number, sides in sorted(found.items())
    }


def group_sizes(work: Work, *, point_ids: Sequence[int]) -> dict[int, dict[Side, int]]:
    """How many comments of each side each point holds, those taken back left out."""
    authorize(work, Action.COMMENT_READ)
    asked = select(Comment.point_id, Comment.side, func.count(Comment.id))
    rows = work.session.execute(
        asked.where(Comment.point_id.in_(point_ids), living()).group_by(Comment.point_id, Comment.side)
    )
    found: dict[int, dict[Side, int]] = {point_id: {} for point_id in point_ids}
    for point_id, side, number in rows:
        found[point_id][side] = number
    return found
