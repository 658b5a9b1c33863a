"""Naming the body that decides for a side, and asking whether enough of it took part."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting.actions.locking import locked_compact
from reciproca.compacts.drafting.queries.bodies import bodies, still_in_post
from reciproca.compacts.drafting.rules.bodies import check_body, check_still_there, check_turnout
from reciproca.compacts.drafting.tables import Body, Compact, Version, VersionState
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def name_body(
    work: Work,
    *,
    compact_uid: str,
    side: Side,
    name: str,
    members: int,
    quorum: int,
    revision: int | None = None,
) -> Body:
    """Say who decides for a side: `quorum` of `members` must take part. Invalid; Stale; Conflict while bodies have a
    text before them."""
    authorize(work, Action.COMPACT_CREATE)
    compact = locked_compact(work.session, compact_uid)
    expect_revision(compact, revision)
    check_body(members=members, quorum=quorum)
    deciding = select(Version.id).filter_by(compact_id=compact.id, state=VersionState.PROPOSED)
    if work.session.scalar(deciding):
        raise Conflict(
            detail=_("The bodies have a text before them. Nothing was changed."),
            remedy=_("Who decides, and with which quorum, stands until they have decided."),
        )
    row = bodies(work, compact=compact).get(side)
    if row is None:
        row = Body(compact_id=compact.id, side=side)
        work.session.add(row)
    row.name, row.members, row.quorum = clean_text(name), members, quorum
    work.session.flush()
    work.act(
        "compact.body_named",
        about=compact.uid,
        record={"side": side.value, "name": row.name, "members": members, "quorum": quorum},
    )
    return row


def require_quorum(
    work: Work,
    *,
    compact: Compact,
    side: Side,
    cast: int,
    recused: int,
    quorum: int,
    present: Collection[str],
    decided_on: date,
) -> int | None:
    """Invalid unless enough of the side's body took part; of those named as `present` (staff numbers), only people who
    still held a post on that day count. Returns how many members the body has, where it was named."""
    authorize(work, Action.COMPACT_READ)
    body = bodies(work, compact=compact).get(side)
    check_turnout(
        cast=cast,
        recused=recused,
        quorum=quorum,
        least=body.quorum if body else 1,
        members=body.members if body else None,
    )
    if present:
        named = set(present)
        still = len(still_in_post(work, staff_ids=named, on=decided_on))
        check_still_there(cast=cast, quorum=quorum, still=still, left=len(named) - still)
    return body.members if body else None
