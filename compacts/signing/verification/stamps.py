"""The time of a seal: an authority's, when one stamped it and the reader knows it; else somebody's own word."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from reciproca.compacts.signing.proofs import ARCHIVED, STAMPED
from reciproca.compacts.signing.verification.archive import ADDED, CLOCKS_DIFFER
from reciproca.compacts.signing.verification.chain import STRANGE
from reciproca.compacts.signing.verification.report import Altered, Damaged, Stamp, Untrusted
from reciproca.compacts.signing.verification.seal import Seal, read_seal
from reciproca.compacts.signing.verification.token import check_authority


def read_authorities(data: bytes) -> Sequence[x509.Certificate]:
    """The certificates (PEM) of the time-stamp authorities that the reader trusts. Damaged when there are none."""
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise Damaged("the time-stamp authority's certificate can't be read: give it in PEM") from error


def check_stated(seal: Seal, evidence: bytes) -> None:
    """The sealed evidence says whether a time stamp stands beside the seal, and to which certificates it leads: so it
    must be, and archive stamps lead there too. Documents made before they said so are left as they are, and have no
    archive stamps. Raises Altered."""
    stated = stated_in(evidence)
    if stated is None:
        if seal.renewals:
            raise Altered(ADDED)
        return
    if stated.level == STAMPED and seal.stamp is None:
        raise Altered("its time stamp was taken away")
    if stated.level != STAMPED and seal.stamp:
        raise Altered("a time stamp was put beside its seal, which was made without")
    try:
        check_all(seal, stated.named)
    except Untrusted as error:
        raise Altered("its time stamp is not of the authority that the seal names") from error


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What a document says of its seal from inside: its `level` when it was made, and the authorities that it names."""

    level: str
    named: Sequence[x509.Certificate]


def stated_in(evidence: bytes) -> Stated | None:
    """What sealed `evidence` says of its seal; None where it says nothing. Raises Altered."""
    try:
        sealed = json.loads(evidence).get("sealed")
        if sealed is None:
            return None
        ders = [base64.b64decode(one) for one in sealed.get("authorities", ())]
        return Stated(level=sealed["level"], named=[x509.load_der_x509_certificate(der) for der in ders])
    except (ValueError, LookupError, TypeError, AttributeError, *STRANGE) as error:
        raise Altered("the evidence inside doesn't fit") from error


def check_all(seal: Seal, known: Sequence[x509.Certificate]) -> None:
    """The seal's stamp and its archive's must lead to one of `known`. Raises Untrusted."""
    between = seal.archive.certificates if seal.archive else ()
    for token in (seal.stamp, *seal.renewals):
        if token:
            check_authority(token, known, between)


def check_stamps(pdf: bytes, known: Sequence[x509.Certificate] | None, now: datetime) -> Stamp | None:
    """What the stamps of a sealed PDF say; `known` None leaves open whose they are. Altered when a time is still to
    come at `now`, Untrusted when an authority is none of `known`."""
    seal = read_seal(pdf)
    tokens = [token for token in (seal.stamp, *seal.renewals) if token]
    if any(at > now + CLOCKS_DIFFER for at in (seal.sealed_at, *(token.at for token in tokens))):
        raise Altered("it says that it was sealed at a time that is still to come")
    if known is not None:
        check_all(seal, known)
    if seal.stamp is None:
        return None
    renewed = seal.renewals[-1].at.isoformat() if seal.renewals else None
    until = tokens[-1].certificate.not_valid_after_utc
    return Stamp(
        at=seal.stamp.at.isoformat(),
        trusted=known is not None,
        level=ARCHIVED if renewed else STAMPED,
        renewed_at=renewed,
        until=until.isoformat(),
        lapsed=until < now,
    )
