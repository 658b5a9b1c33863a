"""Two checkpoints of one log, and the proof that the newer one only added: text that needs no installation to check.

Source: c2sp.org/tlog-witness, whose request to a witness this is: the old size, the proof, and the newer checkpoint.
"""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reciproca.core.errors import Invalid, Unreadable
from reciproca.core.ledger.merkle import consistent
from reciproca.core.ledger.note import LONGEST_NOTE, Checkpoint, decode_hash, open_checkpoint

_LONGEST_PROOF = 63


class NotConsistent(Invalid):
    """The newer checkpoint is not of a log that begins with the older one."""

    code, exit_code = "not_consistent", 1


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """The log of the checkpoint `note` begins with the first `old` leaves of what it was; `proof` shows it."""

    old: int
    proof: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The proof as a file."""
        proof = [base64.b64encode(step).decode() for step in self.proof]
        return "\n".join([f"old {self.old}", *proof, "", self.note])

    def check(self, kept: Checkpoint, public_key: Ed25519PublicKey) -> Checkpoint:
        """The newer checkpoint, once `public_key` vouches for it and the proof leads from `kept` to it. Raises
        `NotSigned`, `NotConsistent` or `Unreadable`."""
        newer = open_checkpoint(self.note, public_key, kept.origin)
        fits = kept.size == self.old <= newer.size
        if not fits or not consistent(kept.size, newer.size, self.proof, kept.root, newer.root):
            raise NotConsistent(remedy="Keep both checkpoints, and ask the installation for an explanation.")
        return newer


def read_consistency(text: str) -> Consistency:
    """The proof in `text`. Raises `Unreadable`; whether it holds is `Consistency.check`'s to say."""
    head, separator, note = text.partition("\n\n")
    first, *steps = head.split("\n")
    word, _, size = first.partition(" ")
    if not separator or len(text) > 2 * LONGEST_NOTE or word != "old" or len(steps) > _LONGEST_PROOF:
        raise _not_a_proof()
    if not (size.isascii() and size.isdigit()) or str(int(size[:19])) != size:
        raise _not_a_proof()
    return Consistency(old=int(size), proof=tuple(decode_hash(step) for step in steps), note=note)


def _not_a_proof() -> Unreadable:
    return Unreadable(
        detail="This is not a consistency proof. Nothing was changed.",
        remedy="Give the file, whole, as it was written.",
    )
