"""What a code that stands on a document leads to: does what was signed still stand? No names, and none of its words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Version, VersionState
from reciproca.compacts.people.tables import Organisation
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN
from reciproca.compacts.signing.rules.codes import CODE_LENGTH
from reciproca.compacts.signing.tables import Signature
from reciproca.core.db import ACROSS
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_BLANKS = re.compile(r"[\s-]+")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a signature stands today: `signed` by party ("physician", "organisation"; None: hasn't), each with the
    instant; the version's number and state, and the `newer` one that is in force instead, if there is one."""

    organisation: str
    zone: str
    number: int
    state: VersionState
    newer: int | None
    signed: Mapping[str, datetime | None]
    withdrawn_at: datetime | None


def standing_of_code(work: Work, *, code: str) -> Standing | None:
    """How the signature stands whose document carries `code`; None where no document does. Whoever asks needs no
    account: the code can't be guessed, and who has it has the document."""
    authorize(work, Action.DOCUMENT_VERIFY)
    wanted = _BLANKS.sub("", code).lower()
    if not re.fullmatch(f"[0-9a-f]{{{CODE_LENGTH}}}", wanted):
        return None
    asked = select(Signature).where(Signature.record_sha256.startswith(wanted))
    found = work.session.scalars(asked, execution_options=ACROSS).one_or_none()
    return _standing(work, found) if found else None


def _standing(work: Work, signature: Signature) -> Standing:
    place = work.session.get_one(Organisation, signature.organisation_id)
    version = work.session.scalars(
        select(Version).where(Version.id == signature.version_id), execution_options=ACROSS
    ).one()
    return Standing(
        organisation=place.name,
        zone=place.zone,
        number=version.number,
        state=version.state,
        newer=_newer(work, version),
        signed=_signed(work, signature),
        withdrawn_at=signature.withdrawn_at,
    )


def _signed(work: Work, signature: Signature) -> Mapping[str, datetime | None]:
    """The organisation's own signature names nobody else's; a physician's stands beside the organisation's."""
    if signature.role == ORGANISATION:
        return {ORGANISATION: signature.signed_at}
    beside = select(Signature.signed_at).where(
        Signature.version_id == signature.version_id,
        Signature.role == ORGANISATION,
        (Signature.covers_id == signature.id) | (Signature.slot == ORGANISATION),
        Signature.withdrawn_at.is_(None),
    )
    theirs = work.session.scalars(beside.order_by(Signature.id).limit(1), execution_options=ACROSS).first()
    return {PHYSICIAN: signature.signed_at, ORGANISATION: theirs}


def _newer(work: Work, version: Version) -> int | None:
    if version.state is VersionState.IN_FORCE:
        return None
    later = select(Version.number).where(
        Version.compact_id == version.compact_id,
        Version.state == VersionState.IN_FORCE,
        Version.number > version.number,
    )
    return work.session.scalars(later, execution_options=ACROSS).one_or_none()
