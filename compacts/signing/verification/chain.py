"""Is this seal's certificate one of the reader's root?"""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from reciproca.compacts.signing.verification.report import Altered, Damaged, Untrusted


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate in PEM or DER. Damaged when it is neither."""
    try:
        load = (
            x509.load_pem_x509_certificate
            if data.lstrip().startswith(b"-----")
            else x509.load_der_x509_certificate
        )
        return load(data)
    except ValueError as error:
        raise Damaged("a certificate can't be read") from error


def check_chain(seal: x509.Certificate, root: x509.Certificate, at: datetime) -> None:
    """`seal` must be issued by `root` for sealing, and both valid at the instant `at`. Raises Untrusted."""
    try:
        seal.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise Untrusted("its seal was not made under the certificate that you trust") from error
    if not root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
        raise Untrusted("the certificate that you trust is not a root")
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    purposes = seal.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    if not usage.content_commitment or ExtendedKeyUsageOID.EMAIL_PROTECTION not in purposes:
        raise Untrusted("its certificate was not made for sealing")
    for certificate in (seal, root):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Untrusted("it was sealed outside the time for which its certificate is valid")


def check_signature(certificate: x509.Certificate, signature: bytes, data: bytes) -> None:
    """`signature` (DER, ECDSA with SHA-256) must be the certificate's own over `data`. Raises Altered."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Altered("the seal is not of the kind that was made")
    try:
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Altered("the seal doesn't fit the content") from error
