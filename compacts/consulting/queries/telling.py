"""What became of what was said: to each author of their own comments, and to everybody by round."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import group_sizes, living
from reciproca.compacts.consulting.queries.points import CommentView, comment_views, local_day
from reciproca.compacts.consulting.queries.rounds import find_round
from reciproca.compacts.consulting.tables import Comment, Disposition, Point
from reciproca.compacts.drafting.tables import Consultation, Edit, EditKind, Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Change:
    """The words of a promise, before and after one edit, and why (None: it wasn't there, or is no more)."""

    identity: str
    locale: str | None
    before: str | None
    after: str | None
    why: str
    on: date


@dataclass(frozen=True, kw_only=True)
class MyComment:
    """One of the actor's own comments: the answer, how many said the same, and what changed since in that promise."""

    comment: CommentView
    version: str
    round: int | None
    is_withdrawn: bool
    disposition: Disposition | None
    reason: str | None
    answered_on: date | None
    together: int
    changes: Sequence[Change]
    may_edit: bool
    may_object: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """You said, we did, and why: one answered point."""

    uid: str
    identity: str | None
    title: str
    said: Mapping[Side, int]
    disposition: Disposition
    reason: str
    answered_on: date
    changes: Sequence[Change]


@dataclass(frozen=True, kw_only=True)
class ToldPage:
    """A page of what became of one round; `next` is the uid of the point to go on after."""

    round: Consultation | None
    points: Sequence[Told]
    next: str | None


def my_comments(
    work: Work, *, version: Version | None = None, after: str | None = None, limit: int = 50
) -> tuple[list[MyComment], str | None]:
    """The actor's own comments (on one version), newest first, each with its answer; and the cursor of those before
    them. Reads a fixed number of times."""
    authorize(work, Action.COMMENT_READ, person_id=work.actor.person_id)
    asked = (
        select(Comment, Point, Version, Consultation.number)
        .join(Point, Point.id == Comment.point_id)
        .join(Version, Version.id == Comment.version_id)
        .outerjoin(Consultation, Consultation.id == Comment.consultation_id)
        .where(Comment.person_id == work.actor.person_id)
    )
    if version:
        asked = asked.where(Comment.version_id == version.id)
    if after:
        asked = asked.where(Comment.id < select(Comment.id).filter_by(uid=after).scalar_subquery())
    rows = work.session.execute(asked.order_by(Comment.id.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    if not shown:
        return [], None
    views = comment_views(work, version=shown[0][2], pairs=[(row[0], row[1]) for row in shown])
    together = group_sizes(work, point_ids=[row[1].id for row in shown])
    changes = _changes(
        work, [(row[2].id, row[0].identity) for row in shown], min(row[0].said_at for row in shown)
    )
    found = [
        _mine(work, row[0], row[1], row[2], row[3], view, together[row[1].id], changes)
        for row, view in zip(shown, views, strict=True)
    ]
    return found, shown[-1][0].uid if len(rows) > limit else None


def you_said(
    work: Work, *, version: Version, number: int | None = None, after: str | None = None, limit: int = 50
) -> ToldPage:
    """What became of each point of round `number` (None: the newest), in the order in which it was said. NotFound."""
    authorize(work, Action.COMMENT_READ)
    found = find_round(work, version=version, number=number)
    asked = _answered(select(Point), version, found)
    if after:
        asked = asked.where(Point.id > select(Point.id).filter_by(uid=after).scalar_subquery())
    points = list(work.session.scalars(asked.order_by(Point.id).limit(limit + 1)))
    shown = points[:limit]
    said = group_sizes(work, point_ids=[point.id for point in shown])
    since = min((point.made_at for point in shown), default=work.now)
    changes = _changes(work, [(version.id, point.identity) for point in shown], since)
    told = [
        Told(
            uid=point.uid,
            identity=point.identity,
            title=point.title,
            said=said[point.id],
            disposition=point.disposition,
            reason=point.reason or "",
            answered_on=local_day(work, instant=point.answered_at),
            changes=_since(changes, version.id, point.identity, point.made_at),
        )
        for point in shown
        if point.disposition and point.answered_at
    ]
    return ToldPage(round=found, points=told, next=shown[-1].uid if len(points) > limit else None)


def _answered(asked: Select[Point], version: Version, found: Consultation | None) -> Select[Point]:
    held = select(Comment.id).where(Comment.point_id == Point.id, living()).exists()
    return asked.where(
        Point.version_id == version.id,
        Point.consultation_id.is_not_distinct_from(found.id if found else None),
        Point.disposition.is_not(None),
        held,
    )


Dated = tuple[datetime, Change]


def _changes(
    work: Work, about: Sequence[tuple[int, str | None]], since: datetime
) -> Mapping[tuple[int, str], Sequence[Dated]]:
    """Edits of the words of these promises (version id, identity), oldest first, in one read."""
    wanted = {(version_id, identity) for version_id, identity in about if identity is not None}
    asked = select(Edit).where(
        Edit.version_id.in_({one for one, _identity in wanted}),
        Edit.identity.in_({identity for _one, identity in wanted}),
        Edit.kind.in_([EditKind.WORDS, EditKind.REMOVED]),
        Edit.at >= since,
    )
    found: defaultdict[tuple[int, str], list[Dated]] = defaultdict(list)
    for edit in work.session.scalars(asked.order_by(Edit.id)):
        change = Change(
            identity=edit.identity,
            locale=edit.locale,
            before=(edit.before or {}).get("text"),
            after=(edit.after or {}).get("text"),
            why=edit.why,
            on=local_day(work, instant=edit.at),
        )
        found[edit.version_id, edit.identity].append((edit.at, change))
    return found


def _since(
    changes: Mapping[tuple[int, str], Sequence[Dated]], version_id: int, identity: str | None, at: datetime
) -> list[Change]:
    known = changes.get((version_id, identity), ()) if identity else ()
    return [change for moment, change in known if moment >= at]


def _mine(
    work: Work,
    comment: Comment,
    point: Point,
    version: Version,
    number: int | None,
    view: CommentView,
    together: Mapping[Side, int],
    changes: Mapping[tuple[int, str], Sequence[Dated]],
) -> MyComment:
    is_withdrawn = comment.withdrawn_at is not None
    is_talking, listens = version.state in rules.TALKING, version.state in rules.LISTENING
    return MyComment(
        comment=view,
        version=version.uid,
        round=number,
        is_withdrawn=is_withdrawn,
        disposition=point.disposition,
        reason=point.reason,
        answered_on=local_day(work, instant=point.answered_at) if point.answered_at else None,
        together=sum(together.values()),
        changes=_since(changes, version.id, comment.identity, comment.said_at),
        may_edit=listens and not is_withdrawn and point.disposition is None,
        may_object=is_talking
        and not is_withdrawn
        and point.disposition is not None
        and comment.objection is None,
    )
