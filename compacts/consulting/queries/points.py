"""The page of a round: its points with their first comments, a page at a time, in a fixed number of reads."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import (
    ClauseCount,
    clause_counts,
    group_sizes,
    living,
)
from reciproca.compacts.consulting.queries.rounds import find_round
from reciproca.compacts.consulting.queries.speakers import Speakers, speakers
from reciproca.compacts.consulting.rules import PointState, Speaker
from reciproca.compacts.consulting.tables import Comment, Disposition, Point, Reply, Sight
from reciproca.compacts.drafting.tables import Consultation, Version
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

WAITING_ROUND = 0
"""Instead of a round's number: comments that wait for the next round."""


@dataclass(frozen=True, kw_only=True)
class ReplyView:
    """One turn of the talk about a comment, as one viewer sees it."""

    uid: str
    speaker: Speaker
    text: str
    said_on: date
    is_mine: bool


@dataclass(frozen=True, kw_only=True)
class CommentView:
    """A comment as one viewer sees it. `waits`: it wants an answer (again, when there is an `objection`)."""

    uid: str
    revision: int
    point: str
    identity: str | None
    locale: str
    text: str
    wording: str | None
    base: str | None
    is_adopted: bool
    said_on: date
    speaker: Speaker
    is_mine: bool
    waits: bool
    objection: str | None
    replies: Sequence[ReplyView]


@dataclass(frozen=True, kw_only=True)
class PointView:
    """A point with the first of its `comments`; `said` counts them by side. `seen_by`: sides whose drafters have seen
    it; `unseen_by`: sides that a decline waits for, unless one of theirs answers."""

    uid: str
    revision: int
    identity: str | None
    title: str
    state: PointState
    disposition: Disposition | None
    reason: str | None
    answered_on: date | None
    said: Mapping[Side, int]
    seen_by: frozenset[Side]
    seen_by_me: bool
    comments: Sequence[CommentView]

    @property
    def count(self) -> int:
        return sum(self.said.values())

    @property
    def unseen_by(self) -> frozenset[Side]:
        return frozenset(self.said) - self.seen_by


@dataclass(frozen=True, kw_only=True)
class RoundPage:
    """One page of the points of a round (None: of what waits for the next one), and comments by promise in all of it.
    `next` is the uid of the point to go on after."""

    round: Consultation | None
    points: Sequence[PointView]
    next: str | None
    clauses: Sequence[ClauseCount]

    @property
    def waiting(self) -> int:
        return sum(one.waiting for one in self.clauses)

    @property
    def comments(self) -> int:
        return sum(one.comments for one in self.clauses)


def round_page(
    work: Work,
    *,
    version: Version,
    number: int | None = None,
    about: str | None = None,
    state: PointState | None = None,
    after: str | None = None,
    limit: int = 20,
    first: int = 3,
) -> RoundPage:
    """Points of round `number` (None: the newest; 0: what waits for the next one), oldest first: on the promise
    `about` ("": on the whole text; None: on anything), in one `state`, after the point `after`; each with its `first`
    comments. NotFound."""
    authorize(work, Action.COMMENT_READ)
    found = None if number == WAITING_ROUND else find_round(work, version=version, number=number)
    round_id = found.id if found else None
    asked = _in_state(select(Point), state).where(
        Point.version_id == version.id, Point.consultation_id.is_not_distinct_from(round_id)
    )
    if about is not None:
        asked = asked.where(Point.identity.is_not_distinct_from(about or None))
    if after:
        asked = asked.where(Point.id > select(Point.id).filter_by(uid=after).scalar_subquery())
    points = list(work.session.scalars(asked.order_by(Point.id).limit(limit + 1)))
    shown = points[:limit]
    return RoundPage(
        round=found,
        points=_views(work, version, shown, first=first),
        next=shown[-1].uid if len(points) > limit else None,
        clauses=clause_counts(work, version=version, round_id=round_id),
    )


def point_page(
    work: Work, *, version: Version, uid: str, after: str | None = None, limit: int = 50
) -> tuple[PointView, str | None]:
    """One point with its comments after the comment `after`, and the cursor of those that follow. NotFound."""
    authorize(work, Action.COMMENT_READ)
    point = work.session.scalars(select(Point).filter_by(uid=uid, version_id=version.id)).one_or_none()
    if point is None:
        raise NotFound(
            detail=_("There is no such point in this version."),
            remedy=_("It may have been grouped with another: open the round again."),
        )
    asked = select(Comment).where(Comment.point_id == point.id, living()).order_by(Comment.id)
    if after:
        asked = asked.where(Comment.id > select(Comment.id).filter_by(uid=after).scalar_subquery())
    comments = list(work.session.scalars(asked.limit(limit + 1)))
    shown = comments[:limit]
    (view,) = _views(work, version, [point], comments=shown)
    return view, shown[-1].uid if len(comments) > limit else None


def find_comment(work: Work, *, uid: str) -> tuple[CommentView, Version]:
    """One comment that wasn't taken back (or is the viewer's own), and its version. NotFound."""
    authorize(work, Action.COMMENT_READ)
    asked = select(Comment, Point, Version).join(Point, Point.id == Comment.point_id)
    asked = asked.join(Version, Version.id == Comment.version_id).where(Comment.uid == uid)
    found = work.session.execute(asked).one_or_none()
    if found is None or (found[0].withdrawn_at and found[0].person_id != work.actor.person_id):
        raise NotFound(detail=_("There is no such comment here."), remedy=_("It may have been taken back."))
    comment, point, version = found
    return comment_views(work, version=version, pairs=[(comment, point)])[0], version


def comment_views(
    work: Work, *, version: Version, pairs: Sequence[tuple[Comment, Point]]
) -> list[CommentView]:
    """Comments of one round with their points, as the actor sees them: four reads, or six where units are shown."""
    authorize(work, Action.COMMENT_READ)
    comments = [comment for comment, _point in pairs]
    ids = [comment.id for comment in comments]
    replies = list(work.session.scalars(select(Reply).where(Reply.comment_id.in_(ids)).order_by(Reply.id)))
    round_id = comments[0].consultation_id if comments else None
    shown = speakers(work, version=version, round_id=round_id, comments=comments, replies=replies)
    threads: defaultdict[int, list[Reply]] = defaultdict(list)
    for reply in replies:
        threads[reply.comment_id].append(reply)
    return [_comment(work, comment, point, shown, threads[comment.id]) for comment, point in pairs]


def local_day(work: Work, *, instant: datetime) -> date:
    """The day of an instant where the organisation is."""
    authorize(work, Action.ORGANISATION_READ)
    return instant.astimezone(ZoneInfo(work.organisation.zone)).date()


def _in_state(asked: Select[Point], state: PointState | None) -> Select[Point]:
    said = select(Comment.id).where(Comment.point_id == Point.id)
    alive = said.where(living()).exists()
    missed = said.where(living(), Comment.objected_at >= Point.answered_at).exists()
    match state:
        case None:
            return asked.where(alive)
        case PointState.OPEN:
            return asked.where(Point.disposition.is_(None), alive)
        case PointState.ANSWERED:
            return asked.where(Point.disposition.is_not(None), alive, ~missed)
        case PointState.OBJECTED:
            return asked.where(Point.disposition.is_not(None), missed)
        case _:
            return asked.where(~alive)


def _views(
    work: Work,
    version: Version,
    points: Sequence[Point],
    *,
    first: int = 0,
    comments: Sequence[Comment] | None = None,
) -> list[PointView]:
    ids = [point.id for point in points]
    by_id = {point.id: point for point in points}
    found = _first_comments(work, ids, first) if comments is None else comments
    views: defaultdict[int, list[CommentView]] = defaultdict(list)
    pairs = [(comment, by_id[comment.point_id]) for comment in found]
    for comment, view in zip(found, comment_views(work, version=version, pairs=pairs), strict=True):
        views[comment.point_id].append(view)
    said = group_sizes(work, point_ids=ids)
    seen: defaultdict[int, list[Sight]] = defaultdict(list)
    for sight in work.session.scalars(select(Sight).where(Sight.point_id.in_(ids))):
        seen[sight.point_id].append(sight)
    missed = _objections(work, ids)
    return [
        PointView(
            uid=point.uid,
            revision=point.revision,
            identity=point.identity,
            title=point.title,
            state=rules.state_of(
                disposition=point.disposition,
                living=sum(said[point.id].values()),
                objections=missed.get(point.id, 0),
            ),
            disposition=point.disposition,
            reason=point.reason,
            answered_on=local_day(work, instant=point.answered_at) if point.answered_at else None,
            said=said[point.id],
            seen_by=frozenset(sight.side for sight in seen[point.id]),
            seen_by_me=any(sight.person_id == work.actor.person_id for sight in seen[point.id]),
            comments=views[point.id],
        )
        for point in points
    ]


def _first_comments(work: Work, point_ids: Sequence[int], first: int) -> list[Comment]:
    place = func.row_number().over(partition_by=Comment.point_id, order_by=Comment.id).label("place")
    ranked = select(Comment, place).where(Comment.point_id.in_(point_ids), living()).subquery()
    row = aliased(Comment, ranked)
    return list(work.session.scalars(select(row).where(ranked.c.place <= first).order_by(row.id)))


def _objections(work: Work, point_ids: Sequence[int]) -> dict[int, int]:
    asked = select(Comment.point_id, func.count(Comment.id)).join(Point, Point.id == Comment.point_id)
    asked = asked.where(Comment.point_id.in_(point_ids), living(), Comment.objected_at >= Point.answered_at)
    return {row[0]: row[1] for row in work.session.execute(asked.group_by(Comment.point_id))}


def _comment(
    work: Work, comment: Comment, point: Point, shown: Speakers, thread: Sequence[Reply]
) -> CommentView:
    me = work.actor.person_id
    return CommentView(
        uid=comment.uid,
        revision=comment.revision,
        point=point.uid,
        identity=comment.identity,
        locale=comment.locale,
        text=comment.text,
        wording=comment.wording,
        base=comment.base,
        is_adopted=comment.is_adopted,
        said_on=local_day(work, instant=comment.said_at),
        speaker=shown.of(comment),
        is_mine=comment.person_id == me,
        waits=rules.is_open(
            disposition=point.disposition, answered_at=point.answered_at, objected_at=comment.objected_at
        ),
        objection=comment.objection,
        replies=[
            ReplyView(
                uid=reply.uid,
                speaker=shown.of_reply(reply, comment),
                text=reply.text,
                said_on=local_day(work, instant=reply.said_at),
                is_mine=reply.person_id == me,
            )
            for reply in thread
        ],
    )
