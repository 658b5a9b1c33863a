"""One leaf's proof as a file that needs no installation to check: the C2SP tlog-proof text.

Source: c2sp.org/tlog-proof. It holds the leaf's index, the path to the root and a signed checkpoint.
"""

import base64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reciproca.core.errors import Invalid, Unreadable
from reciproca.core.ledger.merkle import included, leaf_hash
from reciproca.core.ledger.note import LONGEST_NOTE, Checkpoint, decode_hash, open_checkpoint

_HEADING = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH = 63


class NotIncluded(Invalid):
    """This entry is not the one that the ledger's checkpoint covers."""

    code = "not_included"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Leaf `index` is in the tree of the checkpoint `note`; `path` is its audit path, leaf first."""

    index: int
    path: tuple[bytes, ...]
    note: str

    def text(self) -> str:
        """The proof as a file."""
        path = [base64.b64encode(step).decode() for step in self.path]
        return "\n".join([_HEADING, f"index {self.index}", *path, "", self.note])

    def check(self, entry: bytes, public_key: Ed25519PublicKey, origin: str) -> Checkpoint:
        """The checkpoint, once `public_key` vouches for it and the path leads from `entry` to its root.
        Raises `NotSigned`, `NotIncluded` or `Unreadable`."""
        checkpoint = open_checkpoint(self.note, public_key, origin)
        if not included(leaf_hash(entry), self.index, checkpoint.size, self.path, checkpoint.root):
            raise NotIncluded(remedy="Get the proof again from the installation that keeps the ledger.")
        return checkpoint


def read_proof(text: str) -> Proof:
    """The proof in `text`. Raises `Unreadable`; whether it holds is `Proof.check`'s to say."""
    head, separator, note = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or len(text) > 2 * LONGEST_NOTE or lines[0] != _HEADING or len(lines) < 2:
        raise _not_a_proof()
    word, _, index = lines[1].partition(" ")
    if word != "index" or not (index.isascii() and index.isdigit()) or str(int(index[:19])) != index:
        raise _not_a_proof()
    if len(lines) - 2 > _LONGEST_PATH:
        raise _not_a_proof()
    return Proof(index=int(index), path=tuple(decode_hash(line) for line in lines[2:]), note=note)


def _not_a_proof() -> Unreadable:
    return Unreadable(
        detail="This is not a ledger proof. Nothing was changed.",
        remedy="Give the .tlog-proof file, whole, as it was exported.",
    )
