"""The time of a seal: an authority's, when one stamped it and the reader knows it; else somebody's own word."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from reciproca.compacts.signing.proofs import STAMPED
from reciproca.compacts.signing.verification.chain import STRANGE
from reciproca.compacts.signing.verification.report import Altered, Damaged, Stamp, Untrusted
from reciproca.compacts.signing.verification.seal import CLOCKS_DIFFER, read_seal
from reciproca.compacts.signing.verification.token import Token, check_authority


def read_authorities(data: bytes) -> Sequence[x509.Certificate]:
    """The certificates (PEM) of the time-stamp authorities that the reader trusts. Damaged when there are none."""
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise Damaged("the time-stamp authority's certificate can't be read: give it in PEM") from error


def check_stated(stamp: Token | None, evidence: bytes) -> None:
    """The sealed evidence says whether a time stamp stands beside the seal, and to which certificates it leads: so it
    must be. Documents made before they said so are left as they are. Raises Altered."""
    try:
        sealed = json.loads(evidence).get("sealed")
        if sealed is None:
            return
        is_stated = sealed["level"] == STAMPED
        named = [
            x509.load_der_x509_certificate(base64.b64decode(one)) for one in sealed.get("authorities", ())
        ]
    except (ValueError, LookupError, TypeError, AttributeError, *STRANGE) as error:
        raise Altered("the evidence inside doesn't fit") from error
    if is_stated and stamp is None:
        raise Altered("its time stamp was taken away")
    if not is_stated and stamp:
        raise Altered("a time stamp was put beside its seal, which was made without")
    try:
        if stamp:
            check_authority(stamp, named)
    except Untrusted as error:
        raise Altered("its time stamp is not of the authority that the seal names") from error


def check_stamps(pdf: bytes, known: Sequence[x509.Certificate] | None, now: datetime) -> Stamp | None:
    """What the stamps of a sealed PDF say; `known` None leaves open whose they are. Altered when a time is still to
    come at `now`, Untrusted when an authority is none of `known`."""
    seal = read_seal(pdf)
    tokens = [token for token in (seal.stamp, *seal.renewals) if token]
    if any(at > now + CLOCKS_DIFFER for at in (seal.sealed_at, *(token.at for token in tokens))):
        raise Altered("it says that it was sealed at a time that is still to come")
    if known is not None:
        for token in tokens:
            check_authority(token, known)
    if seal.stamp is None:
        return None
    renewed = seal.renewals[-1].at.isoformat() if seal.renewals else None
    return Stamp(at=seal.stamp.at.isoformat(), trusted=known is not None, renewed_at=renewed)
