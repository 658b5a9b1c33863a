"""The key that seals documents, wherever it lives: a file of this installation, or what a plugin opens.

ECDSA on P-256, or RSA for an organisation whose certificate says so; always with SHA-256 and, for RSA, PKCS #1 v1.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from reciproca.core.errors import Misconfigured, PluginFailed

FILE = "file"
"""Who holds the seal's key unless a provider was chosen: a file of this installation."""
SIMPLE = "simple"
DECLARED = (SIMPLE, "advanced", "qualified")
"""What a provider may declare of the seals that it makes; one that says nothing makes simple ones."""
KINDS: dict[str, Callable[[], ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey]] = {
    "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "rsa2048": lambda: rsa.generate_private_key(65537, 2048),
    "rsa3072": lambda: rsa.generate_private_key(65537, 3072),
}
"""The kinds of keys that `init` makes, by the setting's word."""

SealPrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
SealPublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey


class SealKey(Protocol):
    """Signs what is sealed."""

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`: DER for ECDSA, as long as the modulus for RSA."""


@dataclass(frozen=True)
class FileKey:
    """A key from a file of this installation, loaded once."""

    key: SealPrivateKey

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Somebody else who holds the seal's key, under the `name` by which the settings choose it. `public_key` asks for
    that key in PEM; `sign` hands it data and brings back the signature. Both may raise PluginFailed."""

    name: str
    declares: str
    public_key: Callable[[], str]
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, kw_only=True)
class PluginKey:
    """A key that only its provider can use. What it answers must fit the certificate, or else it isn't taken."""

    provider: Provider
    certificate: x509.Certificate

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`. PluginFailed when there is none, or it is by another key."""
        signature = self.provider.sign(data)
        if not fits(self.certificate, signature, data):
            raise PluginFailed(
                detail=f"What {self.provider.name} signed doesn't fit the seal's certificate. Nothing was sealed.",
                remedy="Choose the right key in its settings, or run `reciproca keys certify` for this one.",
            )
        return signature


def fits(certificate: x509.Certificate, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is the one of `certificate` over `data`."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def new_key(kind: str) -> SealPrivateKey:
    """A new key of `kind`. Misconfigured when there is no such kind."""
    if kind not in KINDS:
        raise Misconfigured(
            detail=f"RECIPROCA_SEAL_KEY is {kind!r}.", remedy=f"Choose one of: {', '.join(KINDS)}."
        )
    return KINDS[kind]()


def accepted(key: object) -> SealPrivateKey:
    """`key`, when seals can be made with it. TypeError when not."""
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) and is_accepted(key.public_key()):
        return key
    raise TypeError("the seal's key is neither on the curve P-256 nor RSA of 2048 bits or more")


def is_accepted(key: object) -> bool:
    """Whether seals of this public key are taken by our verifier."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name == "secp256r1"
    return isinstance(key, rsa.RSAPublicKey) and 2048 <= key.key_size <= 4096


def accepted_public(pem: str) -> SealPublicKey:
    """The public key in `pem`, when seals can be made with its private one. TypeError or ValueError when not."""
    key = load_pem_public_key(pem.encode())
    if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey) and is_accepted(key):
        return key
    raise TypeError("the seal's key is neither on the curve P-256 nor RSA of 2048 to 4096 bits")
