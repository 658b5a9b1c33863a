"""Checkpoints and proofs as text: what others' tools read, and what must be refused."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reciproca.core.errors import Unreadable
from reciproca.core.ledger import merkle
from reciproca.core.ledger.note import Checkpoint, NotSigned, open_checkpoint, sign_checkpoint, verifier_key
from reciproca.core.ledger.proof import NotIncluded, Proof, read_proof

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = "riverbend.example/ledger"
ENTRIES = [bytes([at]) for at in range(5)]
HASHES = [merkle.leaf_hash(entry) for entry in ENTRIES]
NOTE = sign_checkpoint(ORIGIN, 5, merkle.root(HASHES), KEY)
PROOF = Proof(index=2, path=tuple(merkle.inclusion_proof(HASHES, 2)), note=NOTE)

# From the package documentation of golang.org/x/mod/sumdb/note: a note and the key that signed it.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_checkpoint_opens_to_what_was_signed() -> None:
    """Signing and opening are inverse, and the text is the three lines that witnesses expect."""
    assert open_checkpoint(NOTE, KEY.public_key(), ORIGIN) == Checkpoint(
        origin=ORIGIN, size=5, root=merkle.root(HASHES)
    )
    root = base64.b64encode(merkle.root(HASHES)).decode()
    assert NOTE.startswith(f"{ORIGIN}\n5\n{root}\n\n— {ORIGIN} ")


def test_key_hash_and_signature_are_those_of_the_format() -> None:
    """Our verifier key, key hash and signature check agree with a published note (whose text is no checkpoint)."""
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(GO_KEY.rsplit("+", 1)[1])[1:])
    text, _, line = GO_NOTE.rpartition("\n\n")
    blob = base64.b64decode(line.split(" ")[2])
    assert verifier_key("PeterNeumann", public) == GO_KEY
    assert blob[:4].hex() == GO_KEY.split("+")[1]
    public.verify(blob[4:], (text + "\n").encode())


def test_witnesses_may_sign_too() -> None:
    """Signatures of others beside ours change nothing, before or after."""
    text, ours = NOTE.split("\n\n")
    witness = "— witness.example " + base64.b64encode(bytes(76)).decode() + "\n"
    for note in (f"{text}\n\n{ours}{witness}", f"{text}\n\n{witness}{ours}"):
        assert open_checkpoint(note, KEY.public_key(), ORIGIN).size == 5


@pytest.mark.parametrize(("key", "origin"), [(OTHER, ORIGIN), (KEY, "elsewhere.example/ledger")])
def test_another_key_or_log_is_refused(key: Ed25519PrivateKey, origin: str) -> None:
    """A checkpoint of another log or by another key is not ours."""
    with pytest.raises(NotSigned):
        open_checkpoint(sign_checkpoint(origin, 5, merkle.root(HASHES), key), KEY.public_key(), ORIGIN)


def test_another_text_under_our_signature_is_refused() -> None:
    """The signature covers size and root."""
    with pytest.raises(NotSigned):
        open_checkpoint(NOTE.replace("\n5\n", "\n6\n"), KEY.public_key(), ORIGIN)


def test_every_change_of_one_character_is_refused() -> None:
    """No single character of a signed checkpoint can be changed, dropped or doubled and still be accepted."""
    for at, character in enumerate(NOTE):
        swapped = "B" if character == "A" else "A"
        for changed in (
            NOTE[:at] + swapped + NOTE[at + 1 :],
            NOTE[:at] + NOTE[at + 1 :],
            NOTE[:at] + character + NOTE[at:],
        ):
            with pytest.raises((NotSigned, Unreadable)):
                open_checkpoint(changed, KEY.public_key(), ORIGIN)


def test_only_one_spelling_of_a_signature_is_accepted() -> None:
    """Base64 whose unused bits are set decodes to the same bytes: two texts for one signature would be one too many."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    assert NOTE.endswith("=\n")
    head, last = NOTE[:-3], NOTE[-3]
    for other in set(alphabet) - {last}:
        with pytest.raises((NotSigned, Unreadable)):
            open_checkpoint(f"{head}{other}=\n", KEY.public_key(), ORIGIN)


def test_our_signature_under_our_name_on_another_logs_text_is_refused() -> None:
    """A key that vouches for several logs (as witness) does not make their checkpoints ours."""
    text = (
        sign_checkpoint("elsewhere.example/ledger", 5, merkle.root(HASHES), KEY).rpartition("\n\n")[0] + "\n"
    )
    blob = base64.b64decode(NOTE.split(" ")[-1])[:4] + KEY.sign(text.encode())
    with pytest.raises(NotSigned):
        open_checkpoint(f"{text}\n— {ORIGIN} {base64.b64encode(blob).decode()}\n", KEY.public_key(), ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\n\n",
        "nonsense",
        f"{ORIGIN}\n5\n\n— x y\n",
        NOTE.rstrip("\n"),
        NOTE.replace("\n5\n", "\n05\n"),
        NOTE.replace("\n5\n", "\n-5\n"),
        NOTE.replace("\n5\n", "\n٥\n"),
        NOTE.replace("\n5\n", f"\n{'9' * 30}\n"),
        NOTE * 40,
    ],
)
def test_what_is_no_checkpoint_is_unreadable(text: str) -> None:
    """Garbage is told from a checkpoint that fails: another exit code, another remedy."""
    with pytest.raises(Unreadable):
        open_checkpoint(text, KEY.public_key(), ORIGIN)


@pytest.mark.parametrize("origin", ["", "two words", "plus+sign", "line\nbreak"])
def test_an_origin_that_would_break_the_text_is_refused(origin: str) -> None:
    """Nobody can name a log so that its checkpoint reads as another's."""
    with pytest.raises(ValueError, match="origin"):
        sign_checkpoint(origin, 0, merkle.EMPTY_ROOT, KEY)


def test_a_proof_survives_its_file() -> None:
    """Text and back is the same proof, and it proves its entry."""
    again = read_proof(PROOF.text())
    assert again == PROOF
    assert again.check(ENTRIES[2], KEY.public_key(), ORIGIN).size == 5
    assert PROOF.text().startswith("c2sp.org/tlog-proof@v1\nindex 2\n")


def test_a_proof_of_one_leaf_has_no_path() -> None:
    """A log of one leaf needs no step, and its file is still read."""
    note = sign_checkpoint(ORIGIN, 1, HASHES[0], KEY)
    assert (
        read_proof(Proof(index=0, path=(), note=note).text()).check(ENTRIES[0], KEY.public_key(), ORIGIN).size
        == 1
    )


def test_a_proof_of_another_entry_is_refused() -> None:
    """A genuine proof beside another entry proves nothing."""
    with pytest.raises(NotIncluded):
        PROOF.check(ENTRIES[3], KEY.public_key(), ORIGIN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        PROOF.text().replace("@v1", "@v2"),
        PROOF.text().replace("index 2", "index 02"),
        PROOF.text().replace("index 2", "index -1"),
        PROOF.text().replace("index 2", "extra AAAA"),
        "x" * 30_000,
        PROOF.text().replace("index 2\n", "index 2\nnot base64\n"),
        PROOF.text().replace("index 2\n", "index 2\nAAAA\n"),
    ],
)
def test_what_is_no_proof_is_unreadable(text: str) -> None:
    """Garbage is told from a proof that fails."""
    with pytest.raises(Unreadable):
        read_proof(text)
