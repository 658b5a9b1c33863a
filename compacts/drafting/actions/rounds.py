"""Taking a version back from consultation to its authors; the rounds themselves are in `consulting`."""

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.rules import Event
from reciproca.compacts.drafting.tables import Consultation, Version
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def revise(work: Work, *, version_uid: str, revision: int | None = None) -> Version:
    """Take a version out of consultation to change its words. Conflict while a round is open."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.REVISE)
    _refuse_second_round(_open_round(work, version))
    expect_revision(version, revision)
    version.state = after
    work.act("version.revised", about=version.uid, record={"version": version.uid})
    return version


def _open_round(work: Work, version: Version) -> Consultation | None:
    """The round that is open now, if one is."""
    statement = select(Consultation).filter_by(version_id=version.id).where(Consultation.closed_at.is_(None))
    return work.session.scalars(statement).one_or_none()


def _refuse_second_round(found: Consultation | None) -> None:
    if found:
        raise Conflict(
            detail=f"Round {found.number} is still open. Nothing was changed.",
            remedy=_("Close it first, and say what came of it."),
        )
