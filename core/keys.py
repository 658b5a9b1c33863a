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
from reciproca.core.seal_key import (
    FILE,
    SIMPLE,
    FileKey,
    PluginKey,
    Provider,
    SealKey,
    SealPrivateKey,
    SealPublicKey,
    accepted,
    accepted_public,
    new_key,
)

ROOT_YEARS = 20
SEAL_YEARS = 5
LIST_DAYS = 366
"""How long a list of withdrawn certificates stands for: until the next archive stamp."""
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
    """The loaded keys. `secret` is 32 bytes; `origin` names this installation's ledger; `holder` says who has the
    seal's key ("file", or a provider's name), and `declares` what may be said of the seal: "simple", or "advanced" or
    "qualified" where that provider answers for it."""

    root: x509.Certificate
    seal: x509.Certificate
    seal_key: SealKey
    checkpoint_key: ed25519.Ed25519PrivateKey
    secret: bytes
    origin: str
    holder: str = FILE
    declares: str = SIMPLE

    @classmethod
    def load(cls, folder: Path, provider: Provider | None = None) -> "Keys":
        """The keys in `folder`, the seal's with `provider` if there is one (nobody asks it for anything yet).
        Misconfigured when one is missing or can't be read."""
        try:
            seal, seal_key = _held(folder, provider) if provider else _own(folder)
            return cls(
                root=_read(folder / "root.pem"),
                seal=seal,
                seal_key=seal_key,
                holder=provider.name if provider else FILE,
                declares=provider.declares if provider else SIMPLE,
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
    key = new_key(kind)
    made = _issued(folder, clock, key.public_key())
    _keep_old(folder, folder / "seal.pem")
    _replace(folder / "seal.key", _pem(key))
    _replace(folder / "seal.pem", made.public_bytes(Encoding.PEM))
    return made


def certify(folder: Path, clock: Clock, provider: Provider) -> x509.Certificate:
    """A certificate of this installation's root for the key that `provider` holds, in place of the one before, which
    is kept. PluginFailed when it can't be asked, Misconfigured when seals can't be made with such a key."""
    try:
        public = accepted_public(provider.public_key())
    except (TypeError, ValueError) as error:
        raise Misconfigured(
            detail=f"The key that {provider.name} holds can't seal: {error}. Nothing was changed.",
            remedy="Make a key on the curve P-256, or RSA of 2048 to 4096 bits.",
        ) from error
    made = _issued(folder, clock, public)
    _keep_old(folder, certificate_file(folder, provider.name))
    _replace(certificate_file(folder, provider.name), made.public_bytes(Encoding.PEM))
    return made


def withdrawn_list(folder: Path, at: datetime) -> bytes:
    """The root's list of the certificates that it has withdrawn (DER), made at the instant `at`: none ever was.
    Misconfigured when the root's key isn't there."""
    try:
        root, key = _read(folder / "root.pem"), accepted(_private(folder / "root.key"))
    except (OSError, ValueError, TypeError) as error:
        raise Misconfigured(
            detail=f"The root's key, which signs the empty list of withdrawn certificates, can't be used: {error}.",
            remedy="Bring root.key back into the keys folder.",
        ) from error
    begins = at.replace(microsecond=0)
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(begins)
        .next_update(begins + timedelta(days=LIST_DAYS))
        .add_extension(x509.CRLNumber(int(begins.timestamp())), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()),  # type: ignore[arg-type]  # any key
            critical=False,
        )
    )
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def certificate_file(folder: Path, provider: str) -> Path:
    """Where the certificate of the key that a provider holds is kept."""
    return folder / f"seal.{provider}.pem"


def _own(folder: Path) -> tuple[x509.Certificate, SealKey]:
    key, seal = accepted(_private(folder / "seal.key")), _read(folder / "seal.pem")
    if key.public_key() != seal.public_key():
        raise ValueError("the seal's certificate is not for its key; run `reciproca keys renew` again")
    return seal, FileKey(key)


def _held(folder: Path, provider: Provider) -> tuple[x509.Certificate, SealKey]:
    path = certificate_file(folder, provider.name)
    if not path.exists():
        raise Misconfigured(
            detail=f"The key of the seal that {provider.name} holds has no certificate yet.",
            remedy="Run `reciproca keys certify`.",
        )
    seal = _read(path)
    return seal, PluginKey(provider=provider, certificate=seal)


def _issued(folder: Path, clock: Clock, public: SealPublicKey) -> x509.Certificate:
    """A certificate for the seal by the root, from now on. Misconfigured when the root is out of its time."""
    root, root_key = _read(folder / "root.pem"), accepted(_private(folder / "root.key"))
    begins = clock.now().replace(microsecond=0)
    if not root.not_valid_before_utc <= begins <= root.not_valid_after_utc:
        raise Misconfigured(
            detail="The root certificate is out of its time. Nothing was changed.", remedy="Check the clock."
        )
    return _seal(public, _read(folder / "seal.pem").subject, root, root_key, begins)


def _keep_old(folder: Path, path: Path) -> None:
    """Keep the certificate at `path`, if there is one, under its serial number."""
    if path.exists():
        old = _read(path)
        _replace(folder / f"seal-{old.serial_number:x}.pem", old.public_bytes(Encoding.PEM))


def _replace(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    _write(part, data)
    part.replace(path)


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


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _private(path: Path) -> object:
    return load_pem_private_key(path.read_bytes(), password=None)


def _edwards(key: object) -> ed25519.Ed25519PrivateKey:
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise TypeError("the checkpoint key is not an Ed25519 key")
    return key
