"""Is this seal's certificate one of the reader's root?"""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from reciproca.compacts.signing.ecdsa import is_lowered
from reciproca.compacts.signing.verification.report import Altered, Damaged, Untrusted
from reciproca.core.seal_key import is_accepted

STRANGE = (UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension)
"""What a certificate that anybody may have made can raise, besides ValueError, when it is read or used."""


def read_trust(data: bytes) -> x509.Certificate:
    """The reader's root certificate, in PEM or DER. Damaged when it is neither."""
    try:
        pem = data.lstrip().startswith(b"-----")
        return x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except (ValueError, *STRANGE) as error:
        raise Damaged("the certificate to trust can't be read: give the organisation's root.pem") from error


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate of the file itself. Altered when it can't be read."""
    try:
        return read_trust(data)
    except Damaged as error:
        raise Altered("a certificate inside can't be read") from error


def check_chain(seal: x509.Certificate, root: x509.Certificate, at: datetime) -> None:
    """`seal` must be issued by `root` for sealing, and both valid at the instant `at`. Raises Untrusted."""
    try:
        seal.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
        is_root, is_seal = _is_root(root), _is_seal(seal)
    except (ValueError, TypeError, InvalidSignature, *STRANGE) as error:
        raise Untrusted("its seal was not made under the certificate that you trust") from error
    if not is_root:
        raise Untrusted("the certificate that you trust is not a root")
    if not is_seal:
        raise Untrusted("its certificate was not made for sealing")
    for certificate in (seal, root):
        if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
            raise Untrusted("it was sealed outside the time for which its certificate is valid")


def check_signature(certificate: x509.Certificate, signature: bytes, data: bytes) -> None:
    """`signature` (with SHA-256) must be the certificate's own over `data`, in its one form. Raises Altered."""
    try:
        key = certificate.public_key()
        if not is_accepted(key):
            raise Altered("the seal is not of the kind that is made here")
        check_by(key, signature, data, hashes.SHA256())
    except (ValueError, InvalidSignature, *STRANGE) as error:
        raise Altered("the seal doesn't fit the content") from error


def check_by(key: object, signature: bytes, data: bytes, algorithm: hashes.HashAlgorithm) -> None:
    """`signature` must be `key`'s over `data`: ECDSA in its one form, or RSA with PKCS #1 v1.5. Raises Altered for
    another form, InvalidSignature, or ValueError for another kind of key."""
    if isinstance(key, rsa.RSAPublicKey):
        return key.verify(signature, data, padding.PKCS1v15(), algorithm)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("neither ECDSA nor RSA")
    if not is_lowered(signature, key.curve.name):
        raise Altered("the signature was rewritten")
    return key.verify(signature, data, ec.ECDSA(algorithm))


def _is_root(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _is_seal(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment and ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes
