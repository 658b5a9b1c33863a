"""Seals and time stamps that a stranger made or misspelt by hand, of forms that no honest program writes."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from reciproca.compacts.signing import cms, pades
from reciproca.compacts.signing.cms import NULL, OCTETS, SEQUENCE, SET, Parts, der, oid
from reciproca.compacts.signing.ecdsa import lowered
from tests.building.documents import CLOCK
from tests.documents.forging import signature_span

_TIME, _UTC_TIME = 0x18, 0x17
_KEY = ec.generate_private_key(ec.SECP256R1())
_AT = f"{CLOCK.now().astimezone(UTC):%Y%m%d%H%M%S}"
_SHA256 = cms.HASHES["sha256"]
_P256, _EC = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06072a8648ce3d0201")

CERTIFICATES: Mapping[str, tuple[bytes, bytes]] = {
    "a version that there isn't": (bytes.fromhex("a003020102"), bytes.fromhex("a003020112")),
    "a negative number": (bytes.fromhex("02051234567890"), bytes.fromhex("02059234567890")),
    "an unknown curve": (_P256, _P256[:-1] + b"\x05"),
    "an unknown kind of key": (_EC, _EC[:-1] + b"\x05"),
    "an extension twice": (bytes.fromhex("0603551d11"), bytes.fromhex("0603551d25")),
    "a month that there isn't": (b"260101000000Z", b"261301000000Z"),
}
"""What is written into a stranger's certificate in place of what."""


def said(imprint: bytes, *, at: bytes = b"", hashed: bytes = b"", tag: int = SEQUENCE) -> bytes:
    """A TSTInfo for `imprint`; `at` and `hashed` are the time and the imprint as they are to be written."""
    hashed = hashed or der(SEQUENCE, der(SEQUENCE, _SHA256), der(OCTETS, imprint))
    return der(tag, b"\2\1\1", oid("1.2.3.4"), hashed, b"\2\1\5", at or der(_TIME, f"{_AT}Z".encode()))


def _at(words: str, tag: int = _TIME) -> Callable[[bytes], bytes]:
    return lambda imprint: said(imprint, at=der(tag, words.encode()))


WORDS: Mapping[str, Callable[[bytes], bytes]] = {
    "another zone": _at(f"{_AT}+0200"),
    "no zone": _at(_AT),
    "words after the time": _at(f"{_AT}Zulu"),
    "a time of another type": _at(f"{_AT}Z", _UTC_TIME),
    "another hash's name": lambda imprint: said(
        imprint, hashed=der(SEQUENCE, der(SEQUENCE, cms.HASHES["sha512"]), der(OCTETS, imprint))
    ),
    "no imprint": lambda imprint: said(imprint, hashed=der(SEQUENCE)),
    "half an imprint": lambda imprint: said(imprint, hashed=der(SEQUENCE, der(SEQUENCE, _SHA256))),
    "more than an imprint": lambda imprint: said(
        imprint, hashed=der(SEQUENCE, der(SEQUENCE, _SHA256), der(OCTETS, imprint), NULL)
    ),
    "a set": lambda imprint: said(imprint, tag=SET),
    "something after it": lambda imprint: said(imprint) + NULL,
}
"""What a stamp says, in forms that each verifier must refuse."""


def strange(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """`pdf`, which has a time stamp, with stamps by a stranger in its place. All but "plain" are to be refused."""
    good = _certificate()
    yield "plain", _stamped(pdf, said, good)
    yield "out of order", _stamped(pdf, said, good, backwards=True)
    for name, words in WORDS.items():
        yield name, _stamped(pdf, words, good)
    for name, (old, new) in CERTIFICATES.items():
        yield name, _stamped(pdf, said, good.replace(old, new, 1))


def misspelt(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """`pdf` with one wrong bit in the first part of its seal's certificate: highest and lowest of each byte."""
    begins, ends = signature_span(pdf)
    whole = bytes.fromhex(pdf[begins + 1 : ends - 1].decode())
    first = whole.index(bytes.fromhex("a003020102"))
    for place in range(first - 8, first + 260):
        for bit in (0x80, 0x01):
            wrong = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
            yield f"{place}-{bit}", pdf[: begins + 1] + wrong.hex().encode() + pdf[ends - 1 :]


def _certificate() -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Stranger")])
    made = x509.CertificateBuilder(name, name, _KEY.public_key(), 0x1234567890)
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2036, 1, 1, tzinfo=UTC)
    )
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("a.example")]), critical=False)
    return made.sign(_KEY, hashes.SHA256()).public_bytes(Encoding.DER)


def _stamped(
    pdf: bytes, words: Callable[[bytes], bytes], certificate: bytes, *, backwards: bool = False
) -> bytes:
    begins, ends = signature_span(pdf)
    signed = asn1_cms.ContentInfo.load(bytes.fromhex(pdf[begins + 1 : ends - 1].decode()))["content"]
    info = signed["signer_infos"][0]
    seal = Parts(
        certificate=signed["certificates"][0].chosen.dump(),
        attributes=info["signed_attrs"].untag().dump(),
        signature=info["signature"].native,
    )
    about = words(hashlib.sha256(seal.signature).digest())
    vouched = _attributes(about, certificate, backwards=backwards)
    signature = lowered(_KEY.sign(vouched, ec.ECDSA(hashes.SHA256())))
    parts = Parts(certificate=certificate, attributes=vouched, signature=signature)
    token = cms.token_cms(parts, about, "sha256")  # its one form: nothing else is wrong with it
    return pades.filled(pdf, begins, ends, cms.seal_cms(seal, token))


def _attributes(about: bytes, certificate: bytes, *, backwards: bool) -> bytes:
    named = der(SEQUENCE, der(SEQUENCE, der(SEQUENCE, der(OCTETS, hashlib.sha256(certificate).digest()))))
    values = (
        (cms.CONTENT_TYPE, cms.TSTINFO),
        (cms.MESSAGE_DIGEST, der(OCTETS, hashlib.sha256(about).digest())),
        (cms.SIGNING_CERTIFICATE_V2, named),
    )
    return der(
        SET,
        *sorted((der(SEQUENCE, kind, der(SET, value)) for kind, value in values), reverse=backwards),
    )
