"""The seal of a PDF, byte by byte: what it covers, how it is written, and who made it.

Stricter than PDF readers are: the seal is found in the bytes as we write it, not through a PDF's own directions, which
nobody has vouched for yet; it covers everything to the last byte but its own digits; those are in lower case, and what
they don't need is zeros; the signature object rebuilt from its parts must give the same bytes. So nothing can hide in
what a signature doesn't cover, and no parser of PDFs meets a file before its seal is known to be good.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asn1crypto.tsp  # noqa: F401 -- teaches cms the attribute that names a seal's certificate
from asn1crypto import cms
from cryptography import x509

from reciproca.compacts.signing.cms import Parts, seal_cms
from reciproca.compacts.signing.verification.archive import ADDED, CLOCKS_DIFFER, Archive, begin, read_archive
from reciproca.compacts.signing.verification.chain import check_signature, read_certificate
from reciproca.compacts.signing.verification.report import Altered, Damaged
from reciproca.compacts.signing.verification.token import Token, check_token, read_token

_SEAL = re.compile(
    rb"/Contents (?P<digits><[^<>]*>)\n/ByteRange \[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\] *\n/Type /Sig\n"
    rb"/Filter /Adobe\.PPKLite\n/SubFilter /ETSI\.CAdES\.detached\n/M \(D\\072(?P<time>\d{14})Z\)\n"
)
_SIGNED = (b"/ByteRange", b"/ETSI.CAdES.detached")
_DIGITS = re.compile(rb"<(?:[0-9a-f]{2})+>")


@dataclass(frozen=True, kw_only=True)
class Seal:
    """A seal that fits its file: the certificate that it was made with, when it says it was made, and the time stamp
    that an authority gave it then (None: it has none). It covers the file's first `length` bytes; what follows is the
    `archive` (None: nothing does). `digits` is where its own are."""

    certificate: x509.Certificate
    sealed_at: datetime
    stamp: Token | None
    length: int
    digits: int
    archive: Archive | None = None

    @property
    def renewals(self) -> tuple[Token, ...]:
        """The archive stamps, the oldest first."""
        return self.archive.stamps if self.archive else ()


def read_seal(data: bytes) -> Seal:
    """Check the seal of `data`. Damaged when it is no sealed PDF at all, Altered when the seal doesn't fit."""
    found = list(_SEAL.finditer(data))
    if not found:
        raise _unsealed(data)
    if len(found) > 1:
        raise Altered("it has more than one seal")
    seal = found[0]
    length = _length(seal, len(data))
    certificate, stamp = _check_cms(_digits(seal), _covered(data[:length], seal))
    sealed_at = _time(seal["time"].decode())
    if stamp and abs(stamp.at - sealed_at) > CLOCKS_DIFFER:
        raise Altered("its time stamp is of another time than its seal")
    archive = None
    if length < len(data):
        archive = _archive(data, length, seal.start("digits"), certificate, stamp)
    return Seal(
        certificate=certificate,
        sealed_at=sealed_at,
        stamp=stamp,
        length=length,
        digits=seal.start("digits"),
        archive=archive,
    )


def _archive(
    data: bytes, length: int, digits: int, certificate: x509.Certificate, stamp: Token | None
) -> Archive:
    """What follows the sealed revision. Only where a stamp stands beside the seal is there a time to be kept."""
    if stamp is None:
        raise Altered(ADDED)
    return read_archive(data, begin(data[:length], digits), certificate, stamp)


def _length(seal: re.Match[bytes], whole: int) -> int:
    """Where the sealed revision ends: nowhere else than it says itself."""
    ends = int(seal[3]) + int(seal[4])
    return ends if seal.end() <= ends <= whole else whole


def _unsealed(data: bytes) -> Altered | Damaged:
    if any(word in data for word in _SIGNED):
        return Altered("the seal was rewritten, or is not of the kind that is made here")
    return Damaged("this PDF has no seal, or is too damaged to show one")


def _covered(data: bytes, seal: re.Match[bytes]) -> bytes:
    """What the signature covers, when that is everything but its own digits, to the last byte."""
    begins, ends = seal.span("digits")
    first, second, rest = (int(seal[group]) for group in (2, 3, 4))
    if (first, second, second + rest) != (begins, ends, len(data)):
        raise Altered(ADDED)
    return data[:begins] + data[ends:]


def _digits(seal: re.Match[bytes]) -> bytes:
    digits = seal["digits"]
    if not _DIGITS.fullmatch(digits):
        raise Altered("the seal was rewritten")
    return bytes.fromhex(digits[1:-1].decode())


def _check_cms(padded: bytes, covered: bytes) -> tuple[x509.Certificate, Token | None]:
    try:
        signed = cms.ContentInfo.load(padded)
        info = signed["content"]["signer_infos"][0]
        der = signed["content"]["certificates"][0].chosen.dump()
        attributes, signature = info["signed_attrs"], info["signature"].native
        vouched = attributes.untag().dump()
        token = _token(info)
        parts = Parts(certificate=der, attributes=vouched, signature=signature)
        rebuilt = seal_cms(parts, token.data if token else None)
        if padded != rebuilt + bytes(len(padded) - len(rebuilt)):
            raise Altered("the seal was rewritten")
        said = {attribute["type"].native: attribute["values"] for attribute in attributes}
        _check_attributes(said, covered, der)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Altered("the seal can't be read") from error
    certificate = read_certificate(der)
    check_signature(certificate, signature, vouched)
    if token:
        check_token(token, hashlib.sha256(signature).digest())
    return certificate, token


def _token(info: Any) -> Token | None:
    """The time stamp that the seal carries. What else stands there is found when the seal is rebuilt."""
    added = info["unsigned_attrs"]
    return read_token(added[0]["values"][0].dump()) if len(added) else None


def _check_attributes(said: dict[str, Any], covered: bytes, der: bytes) -> None:
    if set(said) != {"content_type", "message_digest", "signing_certificate_v2"}:
        raise Altered("the seal says something that it didn't when it was made")
    if said["message_digest"][0].native != hashlib.sha256(covered).digest():
        raise Altered("the content was changed after it was sealed")
    named = said["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    if said["content_type"][0].native != "data" or named != hashlib.sha256(der).digest():
        raise Altered("the seal names another certificate")


def _time(digits: str) -> datetime:
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Altered("the time of the seal can't be read") from error
