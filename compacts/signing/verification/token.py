"""A time-stamp token (RFC 3161): read, and checked as far as it speaks for itself.

An authority signs what it says (TSTInfo) and its signed attributes, which name its certificate; the rest of what it
sends is anybody's. So a token is kept in one form, written anew from the signed parts (`cms.token_cms`).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.x509.oid import ExtendedKeyUsageOID

from reciproca.compacts.signing.cms import HASHES, NULL, OCTETS, SEQUENCE, Parts, der, token_cms
from reciproca.compacts.signing.ecdsa import one_form
from reciproca.compacts.signing.verification.chain import STRANGE, check_by, read_certificate
from reciproca.compacts.signing.verification.report import Altered, Untrusted

LONGEST_PATH = 4
_ALGORITHMS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, *STRANGE)
_UTC = re.compile(rb"\d{14}(?:\.\d+)?Z")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A time stamp: `data` in its one form; `imprint` is the SHA-256 that it is for; `at` what it says it was given."""

    data: bytes
    certificate: x509.Certificate
    imprint: bytes
    at: datetime
    nonce: int | None


def read_token(sent: bytes) -> Token:
    """The token that `sent` holds, in its one form. Altered when it can't be read, or doesn't fit itself."""
    try:
        return _read(sent)
    except _UNREADABLE as error:
        raise Altered("its time stamp can't be read") from error


def check_token(token: Token, imprint: bytes) -> None:
    """`token` must be for `imprint`, by a certificate for nothing but time stamps, in its time. Raises Altered."""
    if token.imprint != imprint:
        raise Altered("its time stamp is of something else")
    if not _is_stamping(token.certificate):
        raise Altered("its time stamp was made with a certificate that is not for time stamps")
    if not _is_valid(token.certificate, token.at):
        raise Altered("its time stamp was given outside the time for which its certificate is valid")


def check_authority(
    token: Token, known: Sequence[x509.Certificate], between: Sequence[x509.Certificate] = ()
) -> None:
    """A path must lead from the token's certificate to a root among `known`, over others of them or of `between`.
    Raises Untrusted."""
    at, certificate = token.at, token.certificate
    for _step in range(LONGEST_PATH):
        issuer = next((one for one in (*known, *between) if is_issuer(one, certificate, at)), None)
        if issuer is None:
            break
        if issuer in known and is_issuer(issuer, issuer, at):
            return
        certificate = issuer
    raise Untrusted("its time stamp is not of an authority that you trust")


def _read(sent: bytes) -> Token:
    signed = cms.ContentInfo.load(sent)["content"]
    info, said = signed["signer_infos"][0], bytes(signed["encap_content_info"]["content"])
    attributes = {one["type"].native: one["values"] for one in info["signed_attrs"]}
    algorithm = info["digest_algorithm"]["algorithm"].native
    der = _named(attributes, [one.chosen.dump() for one in signed["certificates"]])
    certificate, vouched = read_certificate(der), info["signed_attrs"].untag().dump()
    _check(attributes, len(info["signed_attrs"]), said, algorithm)
    if certificate.serial_number < 0:
        raise ValueError("a negative serial number")
    signature = one_form(info["signature"].native, certificate)
    try:
        check_by(certificate.public_key(), signature, vouched, _ALGORITHMS[algorithm])
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise Altered("its time stamp was changed") from error
    parts = Parts(certificate=der, attributes=vouched, signature=signature)
    stamp = tsp.TSTInfo.load(said, strict=True)
    return Token(
        data=token_cms(parts, said, algorithm),
        certificate=certificate,
        nonce=stamp["nonce"].native,
        **_said(stamp),
    )


def _said(stamp: Any) -> dict[str, Any]:
    imprint, at = stamp["message_imprint"], stamp["gen_time"].native
    hashed = der(OCTETS, imprint["hashed_message"].native)
    forms = [der(SEQUENCE, der(SEQUENCE, HASHES["sha256"], null), hashed) for null in (b"", NULL)]
    if stamp["version"].native != "v1" or imprint.dump() not in forms:
        raise ValueError("not SHA-256")
    if not _UTC.fullmatch(stamp["gen_time"].contents):
        raise ValueError("not a time in UTC")
    return {"imprint": imprint["hashed_message"].native, "at": at.astimezone(UTC).replace(microsecond=0)}


def _check(attributes: dict[str, Any], count: int, said: bytes, algorithm: str) -> None:
    if algorithm not in HASHES or count != len(attributes):
        raise ValueError("a weak hash, or an attribute twice")
    if attributes["content_type"][0].native != "tst_info":
        raise ValueError("no time stamp")
    if attributes["message_digest"][0].native != hashlib.new(algorithm, said).digest():
        raise Altered("its time stamp was changed")


def _named(attributes: dict[str, Any], certificates: Sequence[bytes]) -> bytes:
    """The certificate that the signed attributes name by its hash."""
    if newer := attributes.get("signing_certificate_v2"):
        first = newer[0]["certs"][0]
        algorithm, wanted = first["hash_algorithm"]["algorithm"].native, first["cert_hash"].native
    else:
        algorithm, wanted = "sha1", attributes["signing_certificate"][0]["certs"][0]["cert_hash"].native
    if algorithm not in {*HASHES, "sha1"}:
        raise ValueError("an unknown hash")
    found = [one for one in certificates if hashlib.new(algorithm, one).digest() == wanted]
    return found[0]


def _is_stamping(certificate: x509.Certificate) -> bool:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError, *STRANGE):
        return False
    return extension.critical and list(extension.value) == [ExtendedKeyUsageOID.TIME_STAMPING]


def is_issuer(issuer: x509.Certificate, certificate: x509.Certificate, at: datetime) -> bool:
    """Whether `issuer`, an authority at that instant, has signed `certificate` in a way that is taken."""
    try:
        certificate.verify_directly_issued_by(issuer)
        kind, hashed = certificate.signature_algorithm_parameters, certificate.signature_hash_algorithm
        is_known = isinstance(kind, padding.PKCS1v15 | ec.ECDSA) and hashed and hashed.name in _ALGORITHMS
        is_authority = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature, *STRANGE):
        return False
    return bool(is_known and is_authority and _is_valid(issuer, at))


def _is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
