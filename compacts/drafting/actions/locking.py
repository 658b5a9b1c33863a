"""Rows that an act is about to change, locked until its transaction ends, so that two acts can't both be first.
Used inside use cases that have asked for their right already."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.tables import Commitment, Compact, Version
from reciproca.compacts.people.tables import Organisation
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _

_FRESH = {"populate_existing": True}


def locked_version(session: Session, uid: str) -> Version:
    """The version `uid`, nobody else's to change until the end. NotFound."""
    statement = select(Version).filter_by(uid=uid).with_for_update()
    found = session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such version here."), remedy=_("Look it up on the agreement's page.")
        )
    return found


def locked_compact(session: Session, uid: str) -> Compact:
    """The agreement `uid`, nobody else's to change until the end. NotFound."""
    statement = select(Compact).filter_by(uid=uid).with_for_update()
    found = session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such agreement here."), remedy=_("Look it up in the list of agreements.")
        )
    return found


def locked_commitment(session: Session, uid: str) -> tuple[Commitment, Version]:
    """The commitment `uid` and its version. The version is locked, which keeps all of its words. NotFound."""
    version_uid = session.scalar(
        select(Version.uid).join(Commitment, Commitment.version_id == Version.id).where(Commitment.uid == uid)
    )
    statement = select(Commitment).filter_by(uid=uid)
    version = locked_version(session, version_uid) if version_uid else None
    found = session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None or version is None:
        raise NotFound(
            detail=_("There is no such commitment here."),
            remedy=_("It may have been removed: open the version again."),
        )
    return found, version


def lock_organisation(session: Session, organisation_id: int) -> None:
    """Let one act at a time decide which versions of the organisation are in force. Whoever writes a row of the
    organisation doesn't wait for it: a signer holds the version that this act is about to replace."""
    session.scalar(select(Organisation.id).filter_by(id=organisation_id).with_for_update(key_share=True))
