"""The key that seals documents, wherever it lives: a file of this installation, or what a plugin opens.

ECDSA on P-256, or RSA for an organisation whose certificate says so; always with SHA-256 and, for RSA, PKCS #1 v1.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from reciproca.core.errors import Misconfigured

SIMPLE = "simple"
"""What a seal declares of itself unless its provider says "advanced" or "qualified"."""
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


@dataclass(frozen=True)
class PluginKey:
    """A key that only a plugin can use: `ask` hands it the data and brings back the signature."""

    ask: Callable[[bytes], bytes]

    def sign(self, data: bytes) -> bytes:
        """The signature of `data`."""
        return self.ask(data)


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


def accepted_certificate(certificate: x509.Certificate) -> x509.Certificate:
    """`certificate`, when seals can be made under it. TypeError when not."""
    if not is_accepted(certificate.public_key()):
        raise TypeError("the seal's certificate is neither for P-256 nor for RSA of 2048 bits or more")
    return certificate
