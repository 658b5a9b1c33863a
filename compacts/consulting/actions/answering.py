"""What drafters do with comments: mark them as seen, group alike ones, and give many people one answer in one act."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.actions.comments import title_of
from reciproca.compacts.consulting.locking import comments_at, comments_of, talking_version
from reciproca.compacts.consulting.tables import Comment, Disposition, Point, Sight
from reciproca.compacts.drafting.actions import adopt_wording
from reciproca.compacts.drafting.queries import side_of
from reciproca.compacts.drafting.tables import Version
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

_AFTER = timedelta(microseconds=1)


def see(
    work: Work, *, version_uid: str, point_uids: Sequence[str] = (), comment_uids: Sequence[str] = ()
) -> int:
    """Mark points, or the points of comments, as seen by the actor for their side. Returns how many weren't yet."""
    authorize(work, Action.COMMENT_ANSWER)
    person_id = _person(work)
    version = talking_version(work, version_uid)
    side = side_of(work, compact=version.compact_id)
    of_comments = select(Comment.point_id).where(Comment.uid.in_(comment_uids))
    seen = select(Sight.point_id).filter_by(person_id=person_id)
    asked = select(Point.id).where(
        Point.version_id == version.id,
        Point.uid.in_(point_uids) | Point.id.in_(of_comments),
        Point.id.not_in(seen),
    )
    rows = [
        {
            "uid": ids.time_ordered(work.clock),
            "organisation_id": work.organisation.id,
            "point_id": point_id,
            "person_id": person_id,
            "side": side,
            "seen_at": work.now,
        }
        for point_id in work.session.scalars(asked.order_by(Point.id))
    ]
    if rows:
        dialect = sqlite if work.session.get_bind().dialect.name == "sqlite" else postgresql
        work.session.execute(dialect.insert(Sight).on_conflict_do_nothing(), rows)
    return len(rows)


def group(
    work: Work,
    *,
    version_uid: str,
    comment_uids: Sequence[str],
    point_uid: str | None = None,
    title: str = "",
) -> Point:
    """Bring alike comments together in one point (`point_uid`, else one of their own, else a new one), which then gets
    one answer. Conflict when one of them has its answer already."""
    authorize(work, Action.COMMENT_ANSWER)
    version = talking_version(work, version_uid)
    chosen = _waiting(work, comments_of(work, version, comment_uids))
    target, inside = comments_at(work, version, point_uid) if point_uid else (None, [])
    if target:
        rules.require_unanswered(target.disposition)
    point = _together(work, version, [*inside, *chosen], target)
    if title:
        point.title = title_of(title)
    point.revision += 1
    work.session.flush()
    return point


def answer(
    work: Work,
    *,
    version_uid: str,
    disposition: Disposition,
    reason: str,
    comment_uids: Sequence[str] = (),
    point_uid: str | None = None,
    title: str = "",
    identity: str | None = None,
    adopt: str | None = None,
    wording: str | None = None,
    base: str | None = None,
    locale: str | None = None,
    revision: int | None = None,
) -> Point:
    """Group comments and answer them all, in one act: what is done, and why. `adopt` is the uid of the comment whose
    proposed wording is taken as it is; `wording` (in `locale`, in place of `base`) are other words for the promise
    `identity`. Either changes the draft at once. Conflict when one is answered already, when the words have changed
    since, or when nobody of the commenter's side has seen what is declined; Invalid for a reason that says nothing."""
    authorize(work, Action.COMMENT_ANSWER)
    rules.require_reason(reason)
    version = talking_version(work, version_uid, alone=bool(adopt or wording))
    target, chosen = _asked(work, version, point_uid, comment_uids)
    if target:
        expect_revision(target, revision)
    if target and target.disposition:  # answered: only those whom the answer missed get another
        target, chosen = None, [one for one in chosen if one.objected_at] or chosen
    waiting = _waiting(work, chosen)
    about = identity or _common([comment.identity for comment in waiting])
    rules.require_wording(disposition, adopts=bool(adopt), words=wording, identity=about)
    if disposition is Disposition.DECLINED:
        _require_seen(work, version, waiting)
    point = _together(work, version, waiting, target)
    if adopt:
        _adopt(work, version, waiting, adopt, reason)
    elif wording:
        _reword(work, version, about, wording, base, locale, reason)
    point.disposition, point.reason = disposition, clean_text(reason)
    point.answered_by, point.answered_at = work.actor.uid, _moment(work, waiting)
    point.identity, point.title = about, title_of(title) if title else point.title
    point.revision += 1
    work.session.flush()
    work.act(
        "point.answered",
        about=point.uid,
        record={
            "version": version.uid,
            "point": point.uid,
            "disposition": disposition.value,
            "reason": point.reason,
            "comments": [comment.uid for comment in waiting],
            "adopted": adopt,
        },
    )
    return point


def _person(work: Work) -> int:
    if work.actor.person_id is None:
        raise Forbidden(
            detail=_(
                "Your account isn't linked to a person, so you can't see this for anybody. Nothing was changed."
            ),
            remedy=_("Ask the administrator to link it."),
        )
    return work.actor.person_id


def _asked(
    work: Work, version: Version, point_uid: str | None, comment_uids: Sequence[str]
) -> tuple[Point | None, list[Comment]]:
    if bool(point_uid) == bool(comment_uids):
        raise Invalid(
            detail=_("Name either a point or comments to answer. Nothing was changed."),
            faults=[Fault(field="comment_uids", reason=_("Choose what you answer."))],
        )
    if point_uid:
        return comments_at(work, version, point_uid)
    return None, comments_of(work, version, comment_uids)


def _waiting(work: Work, chosen: Sequence[Comment]) -> list[Comment]:
    """Those of `chosen` that weren't taken back; each must still wait for an answer. Conflict."""
    living = [comment for comment in chosen if comment.withdrawn_at is None]
    if not living:
        raise Conflict(
            detail=_(
                "All of these comments were taken back, so there is nobody to answer. Nothing was changed."
            ),
            remedy=_("Open the round again."),
        )
    points = _points(work, living)
    for comment in living:
        point = points[comment.point_id]
        if not rules.is_open(
            disposition=point.disposition, answered_at=point.answered_at, objected_at=comment.objected_at
        ):
            rules.require_unanswered(point.disposition)
    return living


def _points(work: Work, comments: Sequence[Comment]) -> Mapping[int, Point]:
    found = select(Point).where(Point.id.in_({comment.point_id for comment in comments}))
    return {point.id: point for point in work.session.scalars(found)}


def _require_seen(work: Work, version: Version, waiting: Sequence[Comment]) -> None:
    sides: defaultdict[int, set[Side]] = defaultdict(set)
    for comment in waiting:
        sides[comment.point_id].add(comment.side)
    seen: defaultdict[int, set[Side]] = defaultdict(set)
    for sight in work.session.scalars(select(Sight).where(Sight.point_id.in_(sides))):
        seen[sight.point_id].add(sight.side)
    mine = side_of(work, compact=version.compact_id)
    for point_id, commenters in sides.items():
        rules.require_seen(commenters, seen[point_id], mine)


def _together(work: Work, version: Version, comments: Sequence[Comment], target: Point | None) -> Point:
    """One point that holds exactly `comments` of the living ones, or `target` with them added; what was seen of it is
    what was seen of all its parts."""
    points = _points(work, comments)
    point = target or _whole(work, comments, points) or _new_point(work, version, comments)
    sources = {comment.point_id for comment in comments}
    if sources == {point.id}:
        return point
    _merge_sights(work, point, sources)
    moved = [comment.id for comment in comments if comment.point_id != point.id]
    values = {"point_id": point.id, "consultation_id": point.consultation_id}
    work.session.execute(update(Comment).where(Comment.id.in_(moved)).values(**values))
    _drop_empty(work, [one.id for one in points.values() if one.id != point.id and one.disposition is None])
    point.identity = _common([comment.identity for comment in comments])
    return point


def _whole(work: Work, comments: Sequence[Comment], points: Mapping[int, Point]) -> Point | None:
    """The first open point all of whose living comments are among `comments`."""
    rest = (
        select(Comment.point_id)
        .where(Comment.point_id.in_(points), Comment.withdrawn_at.is_(None))
        .where(Comment.id.not_in([comment.id for comment in comments]))
    )
    others = set(work.session.scalars(rest))
    free = [point for point in points.values() if point.disposition is None and point.id not in others]
    return min(free, key=lambda point: (point.consultation_id is None, point.id), default=None)


def _new_point(work: Work, version: Version, comments: Sequence[Comment]) -> Point:
    rounds = [comment.consultation_id for comment in comments]
    made = Point(
        uid=ids.timeless(),
        version_id=version.id,
        consultation_id=max((one for one in rounds if one is not None), default=None),
        identity=None,
        title=title_of(comments[0].text or comments[0].wording or ""),
        made_at=work.now,
        revision=1,
    )
    work.session.add(made)
    work.session.flush()
    return made


def _merge_sights(work: Work, point: Point, sources: set[int]) -> None:
    """Who has seen every part has seen the whole; others have to look again."""
    seen: defaultdict[int, set[int]] = defaultdict(set)
    rows = list(work.session.scalars(select(Sight).where(Sight.point_id.in_(sources | {point.id}))))
    for sight in rows:
        seen[sight.person_id].add(sight.point_id)
    whole = {person_id for person_id, parts in seen.items() if parts >= sources}
    gone = [row.id for row in rows if row.point_id == point.id and row.person_id not in whole]
    work.session.execute(delete(Sight).where(Sight.id.in_(gone)))
    known = {row.person_id for row in rows if row.point_id == point.id}
    newest = {row.person_id: row for row in rows if row.person_id in whole - known}
    work.session.add_all(
        Sight(point_id=point.id, person_id=one, side=row.side, seen_at=row.seen_at)
        for one, row in newest.items()
    )
    work.session.flush()


def _drop_empty(work: Work, point_ids: Sequence[int]) -> None:
    held = exists().where(Comment.point_id == Point.id)
    empty = list(work.session.scalars(select(Point.id).where(Point.id.in_(point_ids), ~held)))
    if empty:
        work.session.execute(delete(Sight).where(Sight.point_id.in_(empty)))
        work.session.execute(delete(Point).where(Point.id.in_(empty)))


def _adopt(work: Work, version: Version, waiting: Sequence[Comment], uid: str, why: str) -> None:
    comment = next((one for one in waiting if one.uid == uid), None)
    if comment is None or not comment.wording or comment.identity is None:
        raise Invalid(
            detail=_(
                "That comment proposes no wording, or isn't among those that you answer. Nothing was changed."
            ),
            faults=[Fault(field="adopt", reason=_("Choose a proposed wording."))],
        )
    adopt_wording(
        work,
        version_uid=version.uid,
        identity=comment.identity,
        locale=comment.locale,
        wording=comment.wording,
        base=comment.base or "",
        why=why,
    )
    comment.is_adopted = True


def _reword(
    work: Work,
    version: Version,
    identity: str | None,
    wording: str,
    base: str | None,
    locale: str | None,
    why: str,
) -> None:
    if identity is None or base is None or locale is None:
        raise Invalid(
            detail=_(
                "Other words need their promise, its language and what they replace. Nothing was changed."
            ),
            faults=[
                Fault(field=name, reason=_("Fill this in."))
                for name, value in (("identity", identity), ("base", base), ("locale", locale))
                if value is None
            ],
        )
    adopt_wording(
        work, version_uid=version.uid, identity=identity, locale=locale, wording=wording, base=base, why=why
    )


def _common(identities: Sequence[str | None]) -> str | None:
    """The promise that all are about; None when they differ."""
    return identities[0] if len(set(identities)) == 1 else None


def _moment(work: Work, waiting: Sequence[Comment]) -> datetime:
    """Now; yet always after the objections that it answers, even on a clock that stands still."""
    objected = [comment.objected_at + _AFTER for comment in waiting if comment.objected_at]
    return max([work.now, *objected])
