"""Rows that an act is about to change, locked until its transaction ends, so that two acts can't both be first."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment, Compact, Version
from reciproca.compacts.people.tables import Organisation
from reciproca.core.errors import NotFound
from reciproca.core.work import Work

_FRESH = {"populate_existing": True}


def locked_version(work: Work, uid: str) -> Version:
    """The version `uid`, nobody else's to change until the end. NotFound."""
    statement = select(Version).filter_by(uid=uid).with_for_update()
    found = work.session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(detail="There is no such version here.", remedy="Look it up on the agreement's page.")
    return found


def locked_compact(work: Work, uid: str) -> Compact:
    """The agreement `uid`, nobody else's to change until the end. NotFound."""
    statement = select(Compact).filter_by(uid=uid).with_for_update()
    found = work.session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(
            detail="There is no such agreement here.", remedy="Look it up in the list of agreements."
        )
    return found


def locked_commitment(work: Work, uid: str) -> tuple[Commitment, Version]:
    """The commitment `uid` and its version. The version is locked, which keeps all of its words. NotFound."""
    version_uid = work.session.scalar(
        select(Version.uid).join(Commitment, Commitment.version_id == Version.id).where(Commitment.uid == uid)
    )
    statement = select(Commitment).filter_by(uid=uid)
    version = locked_version(work, version_uid) if version_uid else None
    found = work.session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None or version is None:
        raise NotFound(
            detail="There is no such commitment here.",
            remedy="It may have been removed: open the version again.",
        )
    return found, version


def lock_organisation(work: Work) -> None:
    """Let one act at a time decide which versions of the organisation are in force."""
    work.session.scalar(select(Organisation.id).filter_by(id=work.organisation.id).with_for_update())
