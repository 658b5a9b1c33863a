"""The seal of a PDF, byte by byte: what it covers, how it is written, and who made it.

Stricter than PDF readers are: exactly one signature, over everything to the last byte; its hexadecimal in lower case
and its padding all zeros; the signature object rebuilt from its parts must give the same bytes, so that nothing can
hide in what a signature doesn't cover.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import algos, cms, core
from cryptography import x509

from reciproca.compacts.signing.verification.chain import check_signature, read_certificate
from reciproca.compacts.signing.verification.report import Altered, Damaged

_HEX = re.compile(rb"[0-9a-f]+")
_RANGE_COUNT = 4


@dataclass(frozen=True, kw_only=True)
class SealedPdf:
    """A PDF whose seal fits: who sealed it, when it says it was, and the files inside."""

    certificate: x509.Certificate
    sealed_at: datetime
    attachments: dict[str, bytes]


def read_sealed(data: bytes) -> SealedPdf:
    """Check the seal of `data`. Damaged when it is no sealed PDF at all, Altered when the seal doesn't fit."""
    try:
        with pikepdf.open(BytesIO(data)) as document:
            signature = _only_signature(document)
            attachments = {
                name: bytes(spec.get_file().read_bytes()) for name, spec in document.attachments.items()
            }
            return _checked(data, signature, attachments)
    except (
        pikepdf.PdfError,
        UnicodeDecodeError,
        RecursionError,
        KeyError,
        TypeError,
        AttributeError,
    ) as error:
        raise Damaged("this is not a sealed document, or it is too damaged to read") from error


def _only_signature(document: pikepdf.Pdf) -> Any:
    fields = list(document.Root.AcroForm.Fields) if "/AcroForm" in document.Root else []
    signatures = [field.V for field in fields if field.get("/FT") == "/Sig" and "/V" in field]
    if not signatures:
        raise Damaged("this PDF has no seal")
    if len(signatures) > 1 or len(fields) > 1:
        raise Altered("something was added after it was sealed")
    return signatures[0]


def _checked(data: bytes, signature: Any, attachments: dict[str, bytes]) -> SealedPdf:
    covered, contents = _split(data, [int(number) for number in signature.ByteRange])
    if str(signature.SubFilter) != "/ETSI.CAdES.detached":
        raise Altered("the seal is not of the kind that was made")
    certificate = _check_cms(contents, covered)
    return SealedPdf(certificate=certificate, sealed_at=_time(str(signature.M)), attachments=attachments)


def _split(data: bytes, span: list[int]) -> tuple[bytes, bytes]:
    """What the signature covers, and the signature itself, when it covers everything else to the last byte."""
    if (
        len(span) != _RANGE_COUNT
        or span[0] != 0
        or span[2] + span[3] != len(data)
        or not 0 < span[1] < span[2]
    ):
        raise Altered("something was added after it was sealed, or the seal doesn't cover the whole file")
    gap = data[span[1] : span[2]]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or not _HEX.fullmatch(digits) or len(digits) % 2:
        raise Altered("the seal was rewritten")
    return data[: span[1]] + data[span[2] :], bytes.fromhex(digits.decode())


def _check_cms(padded: bytes, covered: bytes) -> x509.Certificate:
    try:
        signed = cms.ContentInfo.load(padded)
        info = signed["content"]["signer_infos"][0]
        der = signed["content"]["certificates"][0].chosen.dump()
        attributes, signature = info["signed_attrs"], info["signature"].native
        rebuilt = _rebuild(der, attributes, signature)
        if padded != rebuilt + bytes(len(padded) - len(rebuilt)):
            raise Altered("the seal was rewritten")
        said = {attribute["type"].native: attribute["values"] for attribute in attributes}
        _check_attributes(said, covered, der)
        vouched = attributes.untag().dump()
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise Altered("the seal can't be read") from error
    certificate = read_certificate(der)
    check_signature(certificate, signature, vouched)
    return certificate


def _check_attributes(said: dict[str, Any], covered: bytes, der: bytes) -> None:
    if set(said) != {"content_type", "message_digest", "signing_certificate_v2"}:
        raise Altered("the seal says something that it didn't when it was made")
    if said["message_digest"][0].native != hashlib.sha256(covered).digest():
        raise Altered("the content was changed after it was sealed")
    named = said["signing_certificate_v2"][0]["certs"][0]["cert_hash"].native
    if said["content_type"][0].native != "data" or named != hashlib.sha256(der).digest():
        raise Altered("the seal names another certificate")


def _rebuild(der: bytes, attributes: Any, signature: bytes) -> bytes:
    """The one way in which our seals are written, from the parts that a signature vouches for."""
    certificate = cms.Certificate.load(der)
    digest = algos.DigestAlgorithm({"algorithm": "sha256"})
    identifier = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
            "digest_algorithm": digest,
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": core.OctetString(signature),
        }
    )
    data = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((digest,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate],
            "signer_infos": [info],
        }
    )
    rebuilt: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return rebuilt


def _time(text: str) -> datetime:
    """A PDF date (D:YYYYMMDDHHmmSS then Z or +HH'mm') as an aware instant."""
    plain = text.removeprefix("D:").replace("'", "").replace("Z", "+0000")
    try:
        return datetime.strptime(plain, "%Y%m%d%H%M%S%z")
    except ValueError as error:
        raise Altered("the time of the seal can't be read") from error
