"""The seal on a PDF: PAdES B-B by the installation's own key, in an invisible field, covering every byte.

pyHanko is used in this room only. Its key is loaded once; its clock is ours, so that a seal is never older than the
certificate that it was made with.
"""

import asyncio
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reciproca.compacts.signing.ecdsa import lowered
from reciproca.core.errors import Misconfigured
from reciproca.core.i18n import _
from reciproca.core.keys import Keys

RESERVED = 8192
"""Bytes kept for the signature; what it leaves over is zeros, and the verifier demands that it is."""

FIELD = "Seal"
_RANGE = re.compile(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+\d+\s*\]")


def seal(pdf: bytes, keys: Keys, *, at: datetime) -> bytes:
    """`pdf`, sealed at `at`: nothing can be added or changed afterwards without showing. The signature's own digits,
    which nothing covers, are written in the one way that the verifier takes: lower case."""
    _check_time(keys, at)
    sealed = asyncio.run(_seal(pdf, keys, at.astimezone(UTC)))
    begins, ends = (int(number) for number in _RANGE.findall(sealed)[-1])
    return sealed[:begins] + sealed[begins:ends].lower() + sealed[ends:]


def _check_time(keys: Keys, at: datetime) -> None:
    """No validator minds a seal from outside its certificate's time, ours does: so it isn't made."""
    if not keys.seal.not_valid_before_utc <= at <= keys.seal.not_valid_after_utc:
        raise Misconfigured(
            detail=f"The seal's certificate is not valid at {at:%Y-%m-%d %H:%M} UTC, so nothing was sealed. "
            "Every signature is kept.",
            remedy=_("Check the clock; if the certificate has ended, renew it and seal again."),
        )


async def _seal(pdf: bytes, keys: Keys, at: datetime) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signer = signers.PdfSigner(metadata, signer=_signer(keys))
    session = signer.init_signing_session(IncrementalPdfFileWriter(BytesIO(pdf)))
    session.system_time = at
    document = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    output = BytesIO()
    prepared, _ = document.digest_tbs_document(output=output)
    await document.perform_signature(
        document_digest=prepared.document_digest, pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at)
    )
    return output.getvalue()


class _LowSigner(SimpleSigner):
    """Signs in the one form that the verifier takes."""

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The signature of `data`, DER."""
        signature: bytes = await super().async_sign_raw(data, digest_algorithm, dry_run)
        return signature if dry_run else lowered(signature)


def _signer(keys: Keys) -> SimpleSigner:
    key: Any = asn1_keys.PrivateKeyInfo.load(
        keys.seal_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    )
    return _LowSigner(
        signing_cert=asn1_x509.Certificate.load(keys.seal.public_bytes(Encoding.DER)),
        signing_key=key,
        cert_registry=SimpleCertificateStore(),
    )
