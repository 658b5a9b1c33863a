"""The time of a seal: an authority's, when one stamped it and the reader knows it; else somebody's own word."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509

from reciproca.compacts.signing.verification.report import Altered, Damaged, Stamp
from reciproca.compacts.signing.verification.seal import CLOCKS_DIFFER, read_seal
from reciproca.compacts.signing.verification.token import check_authority


def read_authorities(data: bytes) -> Sequence[x509.Certificate]:
    """The certificates (PEM) of the time-stamp authorities that the reader trusts. Damaged when there are none."""
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise Damaged("the time-stamp authority's certificate can't be read: give it in PEM") from error


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
