"""Checkpoints as C2SP signed notes: plain text that says origin, size and root, and an Ed25519 signature line.

Sources: c2sp.org/signed-note and c2sp.org/tlog-checkpoint. The signing key is named like the log (its origin).
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reciproca.core.errors import Invalid, Unreadable
from reciproca.core.ledger.merkle import HASH_SIZE

_ED25519 = b"\x01"
_MARK = "— "
LONGEST_NOTE = 10_000
"""Characters: a checkpoint with its witnesses is a few hundred; more is not one."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """What a signed checkpoint says: the log `origin` had `size` leaves with this `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes


class NotSigned(Invalid):
    """This checkpoint is not signed by the ledger's key."""

    code = "checkpoint_not_signed"


def sign_checkpoint(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """The signed note for a tree of `size` leaves and `root`. ValueError if `origin` can't name a log."""
    text = _body(origin, size, root)
    blob = _key_hash(origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n{_MARK}{origin} {base64.b64encode(blob).decode()}\n"


def open_checkpoint(note: str, public_key: Ed25519PublicKey, origin: str) -> Checkpoint:
    """What `note` says, once `public_key` has vouched for it under `origin`. Other signatures (witnesses) are allowed.

    Raises `Unreadable` if it is not a checkpoint, `NotSigned` if it is another log's or its signature is not ours."""
    text, signatures = _split(note)
    checkpoint = _read(text)
    ours = [blob for name, blob in signatures if name == origin and blob[:4] == _key_hash(origin, public_key)]
    if checkpoint.origin != origin or not ours:
        raise NotSigned(remedy="Check that the checkpoint and the key belong to this installation.")
    for blob in ours:
        _verify(public_key, blob[4:], text)
    return checkpoint


def verifier_key(origin: str, public_key: Ed25519PublicKey) -> str:
    """The public key as others' tools take it: name, key hash in hexadecimal, and base64 of type and key."""
    material = _ED25519 + public_key.public_bytes_raw()
    return f"{origin}+{_key_hash(origin, public_key).hex()}+{base64.b64encode(material).decode()}"


def decode_hash(line: str) -> bytes:
    """32 bytes from exact standard base64. Raises `Unreadable`."""
    value = _decode(line)
    if len(value) != HASH_SIZE:
        raise _not_a_checkpoint()
    return value


def _body(origin: str, size: int, root: bytes) -> str:
    if not origin or "+" in origin or any(character.isspace() for character in origin):
        raise ValueError("an origin is one word without '+'")
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def _split(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    text, separator, tail = note.rpartition("\n\n")
    if not separator or len(note) > LONGEST_NOTE or not tail.endswith("\n"):
        raise _not_a_checkpoint()
    return text + "\n", [_signature(line) for line in tail[:-1].split("\n")]


def _signature(line: str) -> tuple[str, bytes]:
    name, space, blob = line.removeprefix(_MARK).partition(" ")
    if not line.startswith(_MARK) or not space or not name:
        raise _not_a_checkpoint()
    return name, _decode(blob)


def _read(text: str) -> Checkpoint:
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise _not_a_checkpoint()
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit()) or len(size) > 18 or str(int(size)) != size:
        raise _not_a_checkpoint()
    return Checkpoint(origin=origin, size=int(size), root=decode_hash(root))


def _verify(public_key: Ed25519PublicKey, signature: bytes, text: str) -> None:
    try:
        public_key.verify(signature, text.encode())
    except InvalidSignature as error:
        raise NotSigned(
            remedy="Somebody changed the checkpoint, or it was never one: use another copy."
        ) from error


def _decode(value: str) -> bytes:
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _not_a_checkpoint() from error
    if base64.b64encode(data).decode() != value:
        raise _not_a_checkpoint()
    return data


def _key_hash(name: str, public_key: Ed25519PublicKey) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public_key.public_bytes_raw()).digest()[:4]


def _not_a_checkpoint() -> Unreadable:
    return Unreadable(
        detail="This is not a ledger checkpoint. Nothing was changed.",
        remedy="Give the text of a signed checkpoint, whole, as it was exported or printed.",
    )
