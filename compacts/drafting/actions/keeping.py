"""Who looks after a promise, and how often one looks at it."""

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.edits import post_uid as post_of
from reciproca.compacts.drafting.actions.edits import record
from reciproca.compacts.drafting.actions.locking import locked_commitment
from reciproca.compacts.drafting.tables import Commitment, EditKind
from reciproca.compacts.people.tables import Post
from reciproca.core.db import expect_revision
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Cadence


def change_owner(
    work: Work, *, commitment_uid: str, post_uid: str | None, why: str = "", revision: int | None = None
) -> Commitment:
    """Name the post that looks after a commitment (None: nobody yet). Allowed at any time: the promise stays."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    expect_revision(commitment, revision)
    found = work.session.scalars(select(Post).filter_by(uid=post_uid)).one_or_none() if post_uid else None
    if post_uid and found is None:
        raise NotFound(
            detail=_("There is no such post here. Nothing was changed."),
            remedy=_("Choose a post of the list."),
        )
    stood = post_of(work, commitment=commitment)
    commitment.owner_post_id = found.id if found else None
    if stood != (found.uid if found else None):
        record(
            work, version=version, identity=commitment.identity, kind=EditKind.KEPT_BY,
            before={"post": stood}, after={"post": found.uid if found else None}, why=why,
        )  # fmt: skip
    work.act("commitment.owner_changed", about=commitment.uid, record={"post": post_uid})
    return commitment


def change_pace(
    work: Work, *, commitment_uid: str, cadence: Cadence, why: str = "", revision: int | None = None
) -> Commitment:
    """Say how often one looks at a commitment. Conflict when the version isn't a draft; Stale."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    rules.require_open(version.state)
    expect_revision(commitment, revision)
    version.revision += 1
    stood, commitment.cadence = commitment.cadence, cadence.value
    if stood != cadence.value:
        record(
            work, version=version, identity=commitment.identity, kind=EditKind.PACE,
            before={"cadence": stood}, after={"cadence": cadence.value}, why=why,
        )  # fmt: skip
    return commitment
