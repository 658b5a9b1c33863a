"""Rows that an act is about to change, locked until its transaction ends: first the version, then points by id, so that
two acts can't wait for each other. Used inside use cases that have asked for their right already."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.tables import Comment, Point
from reciproca.compacts.drafting.tables import Version
from reciproca.core.errors import Conflict, NotFound
from reciproca.core.i18n import _
from reciproca.core.work import Work

_FRESH = {"populate_existing": True}


def talking_version(work: Work, uid: str, *, alone: bool = False, for_next: bool = False) -> Version:
    """The version `uid`, held against freezing and the opening of a round; not against other people's comments,
    unless `alone`. NotFound; Conflict when its text is frozen, unless it stands and what is said is `for_next`."""
    asked = select(Version).filter_by(uid=uid)
    held = asked.with_for_update() if alone else asked.with_for_update(read=True, key_share=True)
    found = work.session.scalars(held, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such version here."), remedy=_("Look it up on the agreement's page.")
        )
    rules.require_talking(found.state, for_next=for_next)
    return found


def comments_of(work: Work, version: Version, uids: Sequence[str]) -> list[Comment]:
    """The comments `uids` of `version`, with all of their points locked, in the order in which they were made. NotFound
    when one isn't there."""
    wanted = list(dict.fromkeys(uids))
    named = select(Comment.point_id).filter_by(version_id=version.id).where(Comment.uid.in_(wanted))
    lock_points(work, set(work.session.scalars(named)))
    asked = (
        select(Comment).filter_by(version_id=version.id).where(Comment.uid.in_(wanted)).order_by(Comment.id)
    )
    found = list(work.session.scalars(asked, execution_options=_FRESH))
    if len(found) < len(wanted):
        raise NotFound(
            detail=_("One of these comments isn't part of this version. Nothing was changed."),
            remedy=_("Open the round again: somebody may have taken it back."),
        )
    return found


def comments_at(work: Work, version: Version, point_uid: str) -> tuple[Point, list[Comment]]:
    """The point `point_uid` of `version`, locked, and its comments. NotFound."""
    named = select(Point.id).filter_by(uid=point_uid, version_id=version.id)
    points = lock_points(work, set(work.session.scalars(named)))
    if not points:
        raise NotFound(
            detail=_("There is no such point in this version. Nothing was changed."),
            remedy=_("Open the round again: it may have been grouped with another."),
        )
    asked = select(Comment).filter_by(point_id=points[0].id).order_by(Comment.id)
    return points[0], list(work.session.scalars(asked, execution_options=_FRESH))


def lock_points(work: Work, ids: Collection[int]) -> list[Point]:
    """These points, nobody else's to change until the end."""
    asked = select(Point).where(Point.id.in_(ids)).order_by(Point.id).with_for_update()
    return list(work.session.scalars(asked, execution_options=_FRESH))


def own_comment(work: Work, uid: str, *, for_next: bool = False) -> tuple[Comment, Point, Version]:
    """The actor's own comment with its point, locked, while its version still listens (or, `for_next`, stands).
    NotFound, Forbidden, Conflict (also when it was grouped at this very moment)."""
    found = find_comment(work, uid)
    rules.require_author(author_id=found[0].person_id, person_id=work.actor.person_id)
    version = talking_version(work, found[1], for_next=for_next)
    (point,) = lock_points(work, {found[0].point_id})
    fresh = work.session.scalars(select(Comment).filter_by(uid=uid), execution_options=_FRESH).one()
    if fresh.point_id != point.id:
        raise Conflict(
            detail=_("Your comment was grouped with others at this moment. Nothing was changed."),
            remedy=_("Try once more."),
        )
    return fresh, point, version


def find_comment(work: Work, uid: str) -> tuple[Comment, str]:
    """The comment `uid` and its version's uid. NotFound."""
    asked = select(Comment, Version.uid).join(Version, Version.id == Comment.version_id)
    found = work.session.execute(asked.where(Comment.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such comment here."), remedy=_("Open the round again."))
    return found[0], found[1]
