"""The one way in which seals and time stamps are written here: CMS (RFC 5652) in DER, from the parts that a signature
vouches for. Who seals and who verifies both build it with these lines, so nothing can hide in what nobody signed.
"""

import hashlib
from dataclasses import dataclass

from asn1crypto import x509 as asn1_x509

SEQUENCE, SET, INTEGER, OCTETS, OID, NULL = 0x30, 0x31, 0x02, 0x04, 0x06, b"\x05\x00"


def der(tag: int, *parts: bytes) -> bytes:
    """One value in DER: `tag`, the length in its shortest form, `parts`."""
    body = b"".join(parts)
    size = len(body)
    if size < 128:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def oid(dotted: str) -> bytes:
    """An object identifier in DER."""
    return asn1_x509.ObjectIdentifier(dotted).dump()  # type: ignore[no-any-return]  # asn1crypto has no types


def number(value: int) -> bytes:
    """A non-negative integer in DER."""
    return der(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


DATA, SIGNED_DATA = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
TSTINFO, STAMP = oid("1.2.840.113549.1.9.16.1.4"), oid("1.2.840.113549.1.9.16.2.14")
CONTENT_TYPE, MESSAGE_DIGEST = oid("1.2.840.113549.1.9.3"), oid("1.2.840.113549.1.9.4")
SIGNING_CERTIFICATE, SIGNING_CERTIFICATE_V2 = (
    oid("1.2.840.113549.1.9.16.2.12"),
    oid("1.2.840.113549.1.9.16.2.47"),
)
HASHES = {
    f"sha{bits}": oid(f"2.16.840.1.101.3.4.2.{place}") for place, bits in ((1, 256), (2, 384), (3, 512))
}
_ECDSA = {f"sha{bits}": oid(f"1.2.840.10045.4.3.{place}") for place, bits in ((2, 256), (3, 384), (4, 512))}
_RSA, _RSA_SHA256 = oid("1.2.840.113549.1.1.1"), oid("1.2.840.113549.1.1.11")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a signature vouches for, each in DER: the certificate, the signed attributes (as a SET), and itself."""

    certificate: bytes
    attributes: bytes
    signature: bytes


def seal_attributes(certificate: bytes, digest: bytes) -> bytes:
    """What a seal says: that it is over data with this SHA-256, made with this certificate."""
    named = der(
        SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, _sha256(certificate)), _issuer_serial(certificate)))
    )
    return der(
        SET,
        der(SEQUENCE, CONTENT_TYPE, der(SET, DATA)),
        der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, digest))),
        der(SEQUENCE, SIGNING_CERTIFICATE_V2, der(SET, named)),
    )


def seal_cms(parts: Parts, token: bytes | None) -> bytes:
    """A seal: with `token`, the time stamp over its signature, PAdES B-T; else B-B."""
    digest = der(SEQUENCE, HASHES["sha256"], NULL)
    kind = (
        der(SEQUENCE, _ECDSA["sha256"])
        if is_elliptic(parts.certificate)
        else der(SEQUENCE, _RSA_SHA256, NULL)
    )
    stamp = der(0xA1, der(SEQUENCE, STAMP, der(SET, token))) if token else b""
    return _signed_data(1, digest, der(SEQUENCE, DATA), parts, kind, stamp)


def token_cms(parts: Parts, said: bytes, algorithm: str) -> bytes:
    """A time-stamp token (RFC 3161) around `said`, its TSTInfo; `algorithm` is the hash that it was signed with."""
    digest = der(SEQUENCE, HASHES[algorithm])
    kind = der(SEQUENCE, _ECDSA[algorithm]) if is_elliptic(parts.certificate) else der(SEQUENCE, _RSA, NULL)
    return _signed_data(3, digest, der(SEQUENCE, TSTINFO, der(0xA0, der(OCTETS, said))), parts, kind, b"")


def is_elliptic(certificate: bytes) -> bool:
    """Whether a certificate is for a key on an elliptic curve."""
    return bool(asn1_x509.Certificate.load(certificate).public_key.algorithm == "ec")


def _signed_data(
    version: int, digest: bytes, content: bytes, parts: Parts, kind: bytes, more: bytes
) -> bytes:
    signer = der(
        SEQUENCE,
        number(1),
        _identifier(parts.certificate),
        digest,
        b"\xa0" + parts.attributes[1:],
        kind,
        der(OCTETS, parts.signature),
        more,
    )
    data = der(
        SEQUENCE, number(version), der(SET, digest), content, der(0xA0, parts.certificate), der(SET, signer)
    )
    return der(SEQUENCE, SIGNED_DATA, der(0xA0, data))


def _identifier(certificate: bytes) -> bytes:
    read = asn1_x509.Certificate.load(certificate)
    return der(SEQUENCE, read.issuer.dump(), _serial(read))


def _issuer_serial(certificate: bytes) -> bytes:
    read = asn1_x509.Certificate.load(certificate)
    return der(SEQUENCE, der(SEQUENCE, der(0xA4, read.issuer.dump())), _serial(read))


def _serial(certificate: asn1_x509.Certificate) -> bytes:
    serial: bytes = certificate["tbs_certificate"]["serial_number"].dump()
    return serial


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
