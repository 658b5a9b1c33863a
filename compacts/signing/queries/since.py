"""What became of an agreement since somebody signed it."""

from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Version, VersionState
from reciproca.compacts.signing.tables import Signature
from reciproca.core.errors import NotFound
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_GONE = (VersionState.REFUSED, VersionState.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class Since:
    """The version that the actor signed, their signature, and the newest version that anything can come of."""

    signed: Version
    signature: Signature
    newest: Version


def since_signed(work: Work, *, uid: str) -> Since:
    """What the actor signed as the version `uid`, beside the newest one of its agreement. NotFound for whoever didn't
    sign it, or took that back."""
    authorize(work, Action.COMPACT_READ)
    version = find_version(work, uid=uid)
    mine = select(Signature).where(
        Signature.version_id == version.id,
        Signature.person_id == work.actor.person_id,
        Signature.request_id.is_not(None),  # for themselves: not for the organisation
        Signature.withdrawn_at.is_(None),
    )
    signature = work.session.scalars(mine.order_by(Signature.id).limit(1)).first()
    if signature is None:
        raise NotFound(
            detail="You haven't signed that version.", remedy="What you have signed is on your first page."
        )
    later = select(Version).where(
        Version.compact_id == version.compact_id,
        Version.number >= version.number,
        Version.state.not_in(_GONE),
    )
    newest = work.session.scalars(later.order_by(Version.number.desc()).limit(1)).first()
    return Since(signed=version, signature=signature, newest=newest or version)
