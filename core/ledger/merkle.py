"""RFC 6962 Merkle trees as pure functions: roots, proofs, and the compact range that grows one leaf at a time.

Hashes are 32 bytes (SHA-256). A tree is named by the range of leaves [start, end) that it covers, so that a caller
with a database can fetch only what a proof needs. Source: RFC 6962 §2.1 and RFC 9162 §2.1.3–2.1.4.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256().digest()
Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The roots of the complete subtrees of a tree of `size` leaves, largest first: O(log size) hashes, which is
    all that is needed to add leaves and to know the root."""

    def __init__(self, size: int = 0, nodes: Sequence[bytes] = ()) -> None:
        if size < 0 or len(nodes) != size.bit_count() or any(len(node) != HASH_SIZE for node in nodes):
            raise ValueError(f"a tree of {size} leaves does not have these {len(nodes)} subtree roots")
        self.size = size
        self.nodes = list(nodes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash on the right."""
        carry = self.size
        while carry & 1:
            leaf = node_hash(self.nodes.pop(), leaf)
            carry >>= 1
        self.nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree's root; SHA-256 of nothing when it has no leaf."""
        if not self.nodes:
            return EMPTY_ROOT
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def root(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and O(log n) memory."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in a tree of `size`, deepest first. ValueError if it isn't."""
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    path: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose roots prove that a tree of `new` leaves begins with the tree of `old`; none are needed for an
    empty or an equal one. ValueError if `old` is the larger."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not contain one of {old}")
    if old in (0, new):
        return []
    path: list[Range] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return ([] if start == 0 else [(start, end)]) + path[::-1]


def subtree_root(start: int, end: int, complete: Callable[[int, int], bytes]) -> bytes:
    """The root over the leaves [start, end), a range that a proof asks for, from complete subtrees: `complete(level,
    position)` is the root of the one at `position` among those of 2^level leaves."""
    count = end - start
    if count.bit_count() == 1:
        level = count.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(count)
    return node_hash(subtree_root(start, middle, complete), subtree_root(middle, end, complete))


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path of leaf `index` among `leaves` (hashes)."""
    return [root(leaves[start:end]) for start, end in inclusion_ranges(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The proof that `leaves` (hashes) begin with the tree of its first `old`."""
    return [root(leaves[start:end]) for start, end in consistency_ranges(old, len(leaves))]


def included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Whether `proof` leads from leaf hash `leaf` at `index` to the root `expected` of a tree of `size`."""
    if not 0 <= index < size or not _well_formed([leaf, expected, *proof]):
        return False
    steps = iter(proof)
    found = leaf
    for left in _sides(index, size):
        step = next(steps, None)
        if step is None:
            return False
        found = node_hash(step, found) if left else node_hash(found, step)
    return next(steps, None) is None and found == expected


def consistent(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether `proof` shows that the tree of `new` leaves with `new_root` begins with that of `old` and `old_root`."""
    if not 0 <= old <= new or not _well_formed([old_root, new_root, *proof]):
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    # An old tree that is one complete subtree is the proof's own starting point, so the proof leaves it out.
    complete = old.bit_count() == 1
    return _climb(old - 1, new - 1, [old_root, *proof] if complete else proof) == (old_root, new_root)


def _climb(node: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots from a consistency proof (RFC 9162 §2.1.4.2), or None when it has too few or too many steps."""
    if not proof:
        return None
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = proof[0]
    for step in proof[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _sides(index: int, size: int) -> Iterator[bool]:
    """For each step from the leaf up: whether the sibling stands on the left."""
    return (end <= index for _, end in inclusion_ranges(index, size))


def _well_formed(hashes: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in hashes)


def _split(count: int) -> int:
    """The largest power of two smaller than `count` (at least 2)."""
    return 1 << (count - 1).bit_length() - 1
