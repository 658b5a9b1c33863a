"""The installation's own keys: made once, on the given clock, and loaded once into each process.

A local root (20 years) certifies the seal (5 years, ECDSA P-256 or RSA, for e-mail protection and non-repudiation,
which is what PDF validators look for). Checkpoints of the ledger have an Ed25519 key of their own; forms and codes a
secret.
"""

import os
import secrets
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from reciproca.core import ids
from reciproca.core.canonical import sha256
from reciproca.core.clock import Clock
from reciproca.core.errors import Conflict, Misconfigured
from reciproca.core.ledger.append import Signer
from reciproca.core.seal_key import SIMPLE, FileKey, SealKey, SealPrivateKey, SealPublicKey, accepted, new_key

ROOT_YEARS = 20
SEAL_YEARS = 5
FILES = (
    "root.key",
    "root.pem",
    "seal.key",
    "seal.pem",
    "checkpoint.key",
    "checkpoint.pub",
    "secret",
    "origin",
)

PrivateKey = SealPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, kw_only=True)
class Keys:
    """The loaded keys. `secret` is 32 bytes; `origin` names this installation's ledger; `declares` is what may be said
    of the seal: "simple", or "advanced" or "qualified" where the provider of its key answers for it."""

    root: x509.Certificate
    seal: x509.Certificate
    seal_key: SealKey
    checkpoint_key: ed25519.Ed25519PrivateKey
    secret: bytes
    origin: str
    declares: str = SIMPLE

    @classmethod
    def load(cls, folder: Path) -> "Keys":
        """The keys in `folder`. Misconfigured when one is missing or can't be read."""
        try:
            key = accepted(_private(folder / "seal.key"))
            seal = x509.load_pem_x509_certificate((folder / "seal.pem").read_bytes())
            if key.public_key() != seal.public_key():
                raise ValueError(
                    "the seal's certificate is not for its key; run `reciproca keys renew` again"
                )
            return cls(
                root=x509.load_pem_x509_certificate((folder / "root.pem").read_bytes()),
                seal=seal,
                seal_key=FileKey(key),
                checkpoint_key=_edwards(_private(folder / "checkpoint.key")),
                secret=(folder / "secret").read_bytes(),
                origin=(folder / "origin").read_text().strip(),
            )
        except (OSError, ValueError, TypeError) as error:
            raise Misconfigured(
                detail=f"The installation's keys can't be read: {error}.",
                remedy="Restore the keys folder from a backup; without it, nothing can be signed or sealed.",
            ) from error

    @property
    def ledger_signer(self) -> Signer:
        """Who signs the ledger's checkpoints."""
        return Signer(origin=self.origin, key=self.checkpoint_key)

    @property
    def root_fingerprint(self) -> str:
        """SHA-256 of the root certificate, in hexadecimal."""
        return sha256(self.root.public_bytes(Encoding.DER))


def create_keys(folder: Path, clock: Clock, organisation_name: str, kind: str = "p256") -> Keys:
    """Make all keys in `folder` (readable by its owner only), valid from `clock`'s now; the seal's is of `kind`.
    Refused if any is there."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    if found := [name for name in FILES if (folder / name).exists()]:
        raise Conflict(detail=f"There are keys in {folder} already: {', '.join(found)}.")
    root_key, seal_key = new_key("p256"), new_key(kind)
    checkpoint = ed25519.Ed25519PrivateKey.generate()
    begins = clock.now().replace(microsecond=0)
    origin = f"reciproca/{ids.time_ordered(clock)}"
    root = _root(root_key, _name(f"{organisation_name} – Reciproca root"), begins)
    seal = _seal(seal_key.public_key(), _name(f"{organisation_name} – seal"), root, root_key, begins)
    making = folder.with_name(
        f"{folder.name}.making"
    )  # all of them, or none: a crash leaves nothing that looks whole
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    for name, data in {
        "root.key": _pem(root_key),
        "root.pem": root.public_bytes(Encoding.PEM),
        "seal.key": _pem(seal_key),
        "seal.pem": seal.public_bytes(Encoding.PEM),
        "checkpoint.key": _pem(checkpoint),
        "checkpoint.pub": checkpoint.public_key().public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        ),
        "secret": secrets.token_bytes(32),
        "origin": origin.encode(),
    }.items():
        _write(making / name, data)
    making.rename(folder)
    return Keys.load(folder)


def renew_seal(folder: Path, clock: Clock, kind: str = "p256") -> x509.Certificate:
    """A new key and certificate for the seal, under the same root and the same name; the old certificate is kept as
    `seal-<its serial number>.pem`. A try that broke off can be repeated."""
    root, old = (
        x509.load_pem_x509_certificate((folder / name).read_bytes()) for name in ("root.pem", "seal.pem")
    )
    root_key, key = _private(folder / "root.key"), new_key(kind)
    begins = clock.now().replace(microsecond=0)
    if not root.not_valid_before_utc <= begins <= root.not_valid_after_utc:
        raise Misconfigured(
            detail="The root certificate is out of its time. Nothing was changed.", remedy="Check the clock."
        )
    made = _seal(key.public_key(), old.subject, root, accepted(root_key), begins)
    kept = folder / f"seal-{old.serial_number:x}.pem"
    for path, data in (
        (kept, old.public_bytes(Encoding.PEM)),
        (folder / "seal.key", _pem(key)),
        (folder / "seal.pem", made.public_bytes(Encoding.PEM)),
    ):
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _write(part, data)
        part.replace(path)
    return made


def _root(key: SealPrivateKey, name: x509.Name, begins: datetime) -> x509.Certificate:
    usage = _usage(key_cert_sign=True, crl_sign=True)
    return (
        _certificate(name, name, key.public_key(), begins, ROOT_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _seal(
    key: SealPublicKey,
    name: x509.Name,
    root: x509.Certificate,
    root_key: SealPrivateKey,
    begins: datetime,
) -> x509.Certificate:
    """The seal's certificate, which ends with its root's at the latest."""
    usage = _usage(digital_signature=True, content_commitment=True)
    return (
        _certificate(name, root.subject, key, begins, SEAL_YEARS, root.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        .sign(root_key, hashes.SHA256())
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: SealPublicKey,
    begins: datetime,
    years: int,
    latest: datetime | None = None,
) -> x509.CertificateBuilder:
    ends = begins + timedelta(days=365 * years + years // 4)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(min(ends, latest or ends))
    )


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _pem(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(data)


def _private(path: Path) -> object:
    return load_pem_private_key(path.read_bytes(), password=None)


def _edwards(key: object) -> ed25519.Ed25519PrivateKey:
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError("the checkpoint key is not an Ed25519 key")
    return key
