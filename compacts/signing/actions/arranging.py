"""Saying who signs for the organisation, where one signature isn't enough."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.drafting.actions.locking import locked_compact
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.people.tables import Post
from reciproca.compacts.signing.queries import is_half_signed
from reciproca.compacts.signing.rules.signatories import Signatories, faults_of
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_FAULTS = {
    "names": _("Give each group a name of its own: it stands on every document."),
    "needs": _("At least one person signs for each group."),
    "many": _("At most nine people can sign for it: each has a place in every document."),
    "posts": _("One of the posts is not on file."),
}


def arrange_signatories(
    work: Work, *, compact_uid: str, groups: Sequence[Signatories], revision: int | None = None
) -> Compact:
    """Let the organisation sign by `groups` of people, in any order; none: one person signs for it. Stale, Invalid;
    Conflict where it signs each record by itself, or while some of its people have signed and others haven't."""
    authorize(work, Action.COMPACT_CREATE)
    compact = locked_compact(work.session, compact_uid)
    expect_revision(compact, revision)
    _require_free(work, compact, groups)
    _require_sound(work, groups)
    compact.signatories = [one.to_json() for one in groups]
    record = {"groups": compact.signatories}
    work.act("compact.signatories_arranged", about=compact.uid, record=record)
    return compact


def _require_free(work: Work, compact: Compact, groups: Sequence[Signatories]) -> None:
    if groups and compact.organisation_signs == "each":
        raise Conflict(
            detail=_("Here the organisation signs each record by itself. Nothing was changed."),
            remedy=_("Several people can sign for it where it signs a version once, for everybody."),
        )
    if is_half_signed(work, compact=compact):
        raise Conflict(
            detail=_(
                "Some have signed for the organisation already, and others not yet. Nothing was changed."
            ),
            remedy=_("Wait until all have signed, or change it with the next version."),
        )


def _require_sound(work: Work, groups: Sequence[Signatories]) -> None:
    codes = faults_of(groups)
    wanted = {uid for one in groups for uid in one.posts}
    if wanted - set(work.session.scalars(select(Post.uid).where(Post.uid.in_(wanted)))):
        codes.append("posts")
    if codes:
        faults = [Fault(field="groups", reason=_FAULTS[code]) for code in codes]
        raise Invalid(detail=_("Nothing was changed."), faults=faults)
