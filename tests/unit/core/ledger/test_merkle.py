"""The Merkle code against published trees, public vectors and another library's."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from reciproca.core.ledger import merkle

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
INCLUSION = {
    (0, 1): [],
    (0, 8): [A, B, C],
    (5, 8): [D, E, ROOTS[4]],
    (2, 3): [ROOTS[2]],
    (1, 5): [ROOTS[1], B, D],
}
CONSISTENCY = {(1, 1): [], (1, 8): [A, B, C], (6, 8): [F, E, ROOTS[4]], (2, 5): [B, D]}
VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "public_vectors.json").read_text())
sizes = st.integers(1, 130)


def test_roots_of_the_published_tree() -> None:
    """Every prefix of the well-known eight leaves has its published root."""
    assert [merkle.root(HASHES[:size]).hex() for size in range(9)] == ROOTS


def test_proofs_of_the_published_tree() -> None:
    """The published proofs are the ones we make, not merely ones that we accept."""
    assert {
        key: [step.hex() for step in merkle.inclusion_proof(HASHES[: key[1]], key[0])] for key in INCLUSION
    } == INCLUSION
    assert {
        key: [step.hex() for step in merkle.consistency_proof(HASHES[: key[1]], key[0])]
        for key in CONSISTENCY
    } == CONSISTENCY


@pytest.mark.parametrize("vector", VECTORS["inclusion"], ids=lambda vector: vector["file"])
def test_public_inclusion_vectors(vector: dict[str, Any]) -> None:
    """Others' good proofs are accepted and their mutated ones refused."""
    proof = [base64.b64decode(step) for step in vector["proof"] or []]
    leaf, root = (base64.b64decode(vector[key] or "") for key in ("leafHash", "root"))
    found = merkle.included(leaf, vector["leafIdx"], vector["treeSize"], proof, root)
    assert found is not vector["wantErr"]


@pytest.mark.parametrize("vector", VECTORS["consistency"], ids=lambda vector: vector["file"])
def test_public_consistency_vectors(vector: dict[str, Any]) -> None:
    """The same for consistency. Roots that are not 32 bytes are refused, though one vector allows two equal ones."""
    proof = [base64.b64decode(step) for step in vector["proof"] or []]
    roots = [base64.b64decode(vector[key] or "") for key in ("root1", "root2")]
    wanted = not vector["wantErr"] and all(len(root) == merkle.HASH_SIZE for root in roots)
    assert merkle.consistent(vector["size1"], vector["size2"], proof, *roots) is wanted


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=100))
def test_agrees_with_another_library(leaves: list[bytes]) -> None:
    """Roots of every size and audit paths are pymerkle's, and its consistency proofs hold between our roots."""
    theirs = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        theirs.append_entry(leaf)
    hashes, size = [merkle.leaf_hash(leaf) for leaf in leaves], len(leaves)
    roots = [merkle.root(hashes[:prefix]) for prefix in range(1, size + 1)]
    assert roots == [theirs.get_root(prefix) for prefix in range(1, size + 1)]
    for index in range(size):
        path = theirs.prove_inclusion(index + 1, size).path
        assert path == [hashes[index], *merkle.inclusion_proof(hashes, index)]
        verify_consistency(roots[index], roots[-1], theirs.prove_consistency(index + 1, size))


@given(sizes.flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size))))
def test_a_tree_is_consistent_with_each_of_its_beginnings(pair: tuple[int, int]) -> None:
    """Consistency proofs of any two sizes hold, and no longer hold when the old root differs."""
    size, old = pair
    hashes = [merkle.leaf_hash(bytes([at])) for at in range(size)]
    proof, new_root, old_root = (
        merkle.consistency_proof(hashes, old),
        merkle.root(hashes),
        merkle.root(hashes[:old]),
    )
    assert merkle.consistent(old, size, proof, old_root, new_root)
    assert not merkle.consistent(old, size, proof, merkle.leaf_hash(b"other"), new_root)


@given(sizes.flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))), st.data())
def test_a_proof_holds_for_its_leaf_alone(pair: tuple[int, int], data: st.DataObject) -> None:
    """An inclusion proof fails for another leaf, place or size, and with a step cut, added or changed."""
    size, index = pair
    hashes = [merkle.leaf_hash(bytes([at])) for at in range(size)]
    proof, root = merkle.inclusion_proof(hashes, index), merkle.root(hashes)
    assert merkle.included(hashes[index], index, size, proof, root)
    assert not merkle.included(merkle.leaf_hash(b"other"), index, size, proof, root)
    assert not merkle.included(hashes[index], index, size, [*proof, root], root)
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.included(hashes[index], index, size, proof[:-1], root)
        assert not merkle.included(hashes[index], index ^ 1 << at, size, proof, root)
        assert not merkle.included(hashes[index], index, size, [*proof[:at], root, *proof[at + 1 :]], root)


def test_a_consistency_proof_ends_at_the_root() -> None:
    """Steps past the top, which would give roots of a larger tree, are refused though the hashes fit."""
    first, sibling, left, beyond = HASHES[:4]
    old = merkle.node_hash(beyond, merkle.node_hash(left, first))
    new = merkle.node_hash(beyond, merkle.node_hash(left, merkle.node_hash(first, sibling)))
    assert not merkle.consistent(3, 4, [first, sibling, left, beyond], old, new)


@given(st.integers(0, 200), st.integers(0, 60))
def test_a_compact_range_can_be_put_away_and_taken_up(size: int, more: int) -> None:
    """Growing from stored subtree roots gives the root of the whole tree, from log(n) hashes."""
    hashes = [merkle.leaf_hash(at.to_bytes(2, "big")) for at in range(size + more)]
    tree = merkle.CompactRange()
    for leaf in hashes[:size]:
        tree.append(leaf)
    again = merkle.CompactRange(tree.size, tree.nodes)
    for leaf in hashes[size:]:
        again.append(leaf)
    assert (again.size, again.root()) == (size + more, merkle.root(hashes))
    assert len(again.nodes) == (size + more).bit_count()


@pytest.mark.parametrize(
    ("size", "nodes"), [(1, []), (3, [HASHES[0]]), (0, [HASHES[0]]), (-1, []), (1, [b"short"])]
)
def test_a_compact_range_of_the_wrong_shape_is_refused(size: int, nodes: list[bytes]) -> None:
    """Stored subtree roots that can't belong to a tree of that size never become the start of a new one."""
    with pytest.raises(ValueError, match="subtree roots"):
        merkle.CompactRange(size, nodes)
