"""Archive stamps: what stands after the sealed revision. It must be just what `revisions.py` writes, to the last byte.

A reader need not have it: a file that ends earlier, with its seal or with an earlier stamp, is the document as it was
then.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.x509.oid import SignatureAlgorithmOID

from reciproca.compacts.signing.revisions import Ground, Laid, ground_of, lay_out
from reciproca.compacts.signing.verification.chain import STRANGE
from reciproca.compacts.signing.verification.report import Altered, Untrusted
from reciproca.compacts.signing.verification.token import (
    LONGEST_PATH,
    Token,
    check_token,
    is_issuer,
    read_token,
)

ADDED = "something was added after it was sealed, or the seal doesn't cover the whole file"
CLOCKS_DIFFER = timedelta(minutes=5)
"""How far two honest clocks may be apart."""
_STAMP = re.compile(
    rb"/Contents <(?P<digits>(?:[0-9a-f]{2})+)>\n/ByteRange \[0 \d{1,9} \d{1,9} \d{1,9}\] *\n/Type /DocTimeStamp\n"
)
_STREAM = re.compile(rb"\n/Length (\d{1,9})\n>>\nstream\n")
_KINDS = {
    getattr(SignatureAlgorithmOID, f"{kind}_WITH_SHA{bits}")
    for kind in ("RSA", "ECDSA")
    for bits in (256, 384, 512)
}


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A document's archive so far: the `ground` for its next revision, its stamps, the oldest first, and all of the
    certificates that it holds."""

    ground: Ground
    stamps: tuple[Token, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()


def begin(sealed: bytes, digits: int) -> Archive:
    """The archive of a document that has no archive stamp; `digits` is where its seal's are. Altered when no archive
    stamp can stand there."""
    try:
        return Archive(ground=ground_of(sealed, digits))
    except ValueError as error:
        raise Altered(ADDED) from error


def read_archive(data: bytes, archive: Archive, seal: x509.Certificate, stamp: Token) -> Archive:
    """`archive` with every revision that `data` has after it; `stamp` stands beside the seal. Altered or Untrusted."""
    while archive.ground.length < len(data):
        archive = _next(data, archive, seal, archive.stamps[-1] if archive.stamps else stamp)
    return archive


def signers(
    archive: Archive, seal: x509.Certificate, stamp: x509.Certificate
) -> tuple[x509.Certificate, ...]:
    """Whose certificates the next revision is about: the `stamp` before, and the first time the `seal` too. A list of a
    later year would say nothing of a seal whose certificate has ended."""
    return (stamp,) if archive.stamps else (seal, stamp)


def needed_for(
    first: Sequence[x509.Certificate], among: Sequence[x509.Certificate], at: datetime
) -> list[x509.Certificate]:
    """The `first`, and those `among` the others that issued them, or those in turn."""
    needed = list(first)
    for _step in range(LONGEST_PATH):
        issuers = [one for one in among if any(is_issuer(one, other, at) for other in needed)]
        needed += [one for one in issuers if one not in needed]
    return needed


def _check_parts(
    certificates: Sequence[x509.Certificate],
    lists: Sequence[x509.CertificateRevocationList],
    needed: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """Nothing stands there that isn't needed; each list is by one who is, made by `at`, and names none of them."""
    if any(one not in needed for one in certificates):
        raise Altered("its archive holds a certificate that has nothing to do with it")
    for one in lists:
        if not _is_by(one, needed) or one.last_update_utc > at + CLOCKS_DIFFER:
            raise Altered("its archive holds a list of withdrawn certificates that is of no use")
        issued = (cert.serial_number for cert in needed if cert.issuer == one.issuer)
        if any(one.get_revoked_certificate_by_serial_number(number) is not None for number in issued):
            raise Untrusted("a certificate that it stands on was withdrawn")


def _next(data: bytes, archive: Archive, seal: x509.Certificate, before: Token) -> Archive:
    found = _STAMP.search(data, archive.ground.length)
    if not found:
        raise Altered(ADDED)
    streams = _streams(data, archive.ground.length, found.start())
    certificates, lists = _sorted(streams)
    laid = lay_out(
        archive.ground, streams[: len(certificates)], streams[len(certificates) :], len(found["digits"])
    )
    if _filled(laid, found["digits"]) != data[archive.ground.length : laid.after.length]:
        raise Altered(ADDED)
    token = _token(data, laid, found["digits"])
    if not before.at <= token.at <= before.certificate.not_valid_after_utc:
        raise Altered("its archive stamp is older than what it is for, or came after that had ended")
    both = (*archive.certificates, *certificates)
    of = signers(archive, seal, before.certificate)
    _check_parts(certificates, lists, needed_for(of, both, before.at), token.at)
    if not archive.stamps and all(one.issuer != seal.issuer for one in lists):
        raise Altered("its archive doesn't say whether the seal's certificate was withdrawn")
    return replace(archive, ground=laid.after, stamps=(*archive.stamps, token), certificates=both)


def _token(data: bytes, laid: Laid, digits: bytes) -> Token:
    padded = bytes.fromhex(digits.decode())
    token = read_token(padded)
    if padded != token.data + bytes(len(padded) - len(token.data)):
        raise Altered("its archive stamp was rewritten")
    whole = data[: laid.begins] + data[laid.ends : laid.after.length]
    check_token(token, hashlib.sha256(whole).digest())
    return token


def _filled(laid: Laid, digits: bytes) -> bytes:
    at = len(laid.data) - laid.after.length + laid.begins + 1
    return b"".join((laid.data[:at], digits, laid.data[at + len(digits) :]))


def _streams(data: bytes, begins: int, ends: int) -> list[bytes]:
    return [data[found.end() : found.end() + int(found[1])] for found in _STREAM.finditer(data, begins, ends)]


def _sorted(
    streams: Sequence[bytes],
) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    """The certificates, which come first, and the lists."""
    middle = next((place for place, one in enumerate(streams) if _is_list(one)), len(streams))
    try:
        return (
            [x509.load_der_x509_certificate(one) for one in streams[:middle]],
            [x509.load_der_x509_crl(one) for one in streams[middle:]],
        )
    except (ValueError, *STRANGE) as error:
        raise Altered("its archive can't be read") from error


def _is_list(der: bytes) -> bool:
    try:
        x509.load_der_x509_crl(der)
    except (ValueError, *STRANGE):
        return False
    return True


def _is_by(one: x509.CertificateRevocationList, known: Sequence[x509.Certificate]) -> bool:
    try:
        keys = [cert.public_key() for cert in known if cert.subject == one.issuer]
        return one.signature_algorithm_oid in _KINDS and any(
            one.is_signature_valid(key)  # type: ignore[arg-type]  # TypeError says so
            for key in keys
        )
    except (ValueError, TypeError, *STRANGE):
        return False
