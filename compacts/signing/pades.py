"""The seal on a PDF: PAdES B-B or B-T by the installation's own key, in an invisible field, covering every byte.

pyHanko is used in this room only, and writes the field; what is signed and how it is written is `cms.py`'s. The clock
is ours, so that a seal is never older than the certificate that it was made with.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import ExternalSigner

from reciproca.compacts.signing.cms import Parts, seal_attributes, seal_cms
from reciproca.compacts.signing.ecdsa import one_form
from reciproca.compacts.signing.verification.token import Token
from reciproca.core.errors import Misconfigured
from reciproca.core.i18n import _
from reciproca.core.keys import Keys

RESERVED, STAMPED = 8192, 24576
"""Digits kept for the signature, without and with a time stamp; what it leaves over is zeros, and the verifier demands
that it is."""

FIELD = "Seal"


def seal(
    pdf: bytes, keys: Keys, *, at: datetime, stamp: Callable[[bytes], Token | None] | None = None
) -> bytes:
    """`pdf`, sealed at `at`: nothing can be added or changed afterwards without showing. The signature's own digits,
    which nothing covers, are written in the one way that the verifier takes: lower case. `stamp` gives the time stamp
    for a SHA-256, if it can: with it the seal is PAdES B-T, without it B-B."""
    _check_time(keys, at)
    written, begins, ends, digest = _written(pdf, at.astimezone(UTC), STAMPED if stamp else RESERVED)
    parts = _signed(keys, digest)
    token = stamp(hashlib.sha256(parts.signature).digest()) if stamp else None
    return filled(written, begins, ends, seal_cms(parts, token.data if token else None))


def filled(written: bytes, begins: int, ends: int, cms: bytes) -> bytes:
    """`written` with `cms` in its place for digits, which stand between angle brackets at `begins` and `ends`."""
    digits = cms.hex().encode().ljust(ends - begins - 2, b"0")
    if len(digits) != ends - begins - 2:
        raise ValueError(f"a seal of {len(cms)} bytes has no room in this document")
    return b"".join((written[: begins + 1], digits, written[ends - 1 :]))


def _signed(keys: Keys, digest: bytes) -> Parts:
    certificate = keys.seal.public_bytes(Encoding.DER)
    attributes = seal_attributes(certificate, digest)
    signature = one_form(keys.seal_key.sign(attributes), keys.seal)
    return Parts(certificate=certificate, attributes=attributes, signature=signature)


def _check_time(keys: Keys, at: datetime) -> None:
    """No validator minds a seal from outside its certificate's time, ours does: so it isn't made."""
    if not keys.seal.not_valid_before_utc <= at <= keys.seal.not_valid_after_utc:
        raise Misconfigured(
            detail=f"The seal's certificate is not valid at {at:%Y-%m-%d %H:%M} UTC, so nothing was sealed. "
            "Every signature is kept.",
            remedy=_("Check the clock; if the certificate has ended, renew it and seal again."),
        )


def _written(pdf: bytes, at: datetime, room: int) -> tuple[bytes, int, int, bytes]:
    """`pdf` with the seal's field, empty: the bytes, where its digits begin and end, and the SHA-256 of all others."""
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = signers.PdfSigner(metadata, signer=ExternalSigner(None, None, b""))
    session = signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
    output = BytesIO()
    prepared, _ = document.digest_tbs_document(output=output)
    begins, ends = prepared.reserved_region_start, prepared.reserved_region_end
    return output.getvalue(), begins, ends, prepared.document_digest
