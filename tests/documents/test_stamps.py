"""Time stamps: a seal has one when an authority told the truth, and says so when it has none."""

from datetime import timedelta
from pathlib import Path

import pytest

from reciproca.compacts.signing import authority as authorities
from reciproca.compacts.signing.authority import Authority, NoStamp
from reciproca.compacts.signing.sealing import Made
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.keys import Keys, create_keys
from tests.building.authority import StampAuthority, a_stamp_authority
from tests.building.documents import CLOCK, a_document, a_text, some_keys, some_parts
from tests.documents.agreeing import all_agree
from tests.documents.forging import root_of, signature_span, written

LATER = CLOCK.now() + timedelta(hours=1)


def asked_of(authority: StampAuthority, known: StampAuthority | None = None) -> Authority:
    """What the product asks `authority` with, trusting `known` (itself unless said otherwise)."""
    return Authority(url=authority.url, known=((known or authority).chain[1],), now=CLOCK.now)


def stamped(keys: Keys, authority: StampAuthority) -> Made:
    """A document with a time stamp."""
    return a_document(keys, some_parts(keys, a_text()), authority=asked_of(authority))


@pytest.mark.parametrize("kind", ["p256", "rsa2048"])
def test_a_stamped_document_is_intact_for_everybody(tmp_path: Path, kind: str) -> None:
    """Protects the proof of time: our verifier, pyHanko, poppler and OpenSSL find seal and stamp good, for both kinds
    of keys; who doesn't name the authority is told so."""
    keys = create_keys(tmp_path / "keys", CLOCK, "Riverbend Hospital", kind)
    with a_stamp_authority() as authority:
        made = stamped(keys, authority)
    assert made.seal["level"] == "B-T"
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        path = written(tmp_path, name, data)
        for known, trusted in ((authority.root, True), (None, False)):
            verdict = verify_file(path, root_of(keys), known, LATER)
            assert (verdict.verdict, verdict.reason) == (
                "intact",
                "signed by the physician and the organisation",
            )
            assert verdict.stamp is not None
            assert verdict.stamp.trusted is trusted
    all_agree(tmp_path, made.pdf, keys, authority)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"mood": "nonce"}, "nonce"),
        ({"mood": "imprint"}, "something else"),
        ({"mood": "refuse"}, "ValueError"),
        ({"mood": "slow"}, "timed out|TimeoutError"),
        ({"mood": "garbage"}, "ValueError"),
        ({"ahead": timedelta(hours=1)}, "clock"),
        ({"ahead": timedelta(minutes=-6)}, "clock"),
        ({"name": "Short", "days": 0}, "outside the time"),
    ],
)
def test_a_lying_authority_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, wrong: dict[str, object], why: str
) -> None:
    """Protects against a stamp that proves nothing; the document is sealed nevertheless, and says what it lacks."""
    monkeypatch.setattr(authorities, "TIMEOUT", 0.5)
    keys = some_keys()
    with a_stamp_authority(**wrong) as authority:
        if wrong.get("days") == 0:
            authority.ahead = timedelta(minutes=1)
        with pytest.raises(NoStamp, match=why):
            asked_of(authority).stamp(bytes(range(32)))
        made = stamped(keys, authority)
    assert made.seal["level"] == "B-B"
    assert made.seal["pending"]
    verdict = verify_file(written(tmp_path, "a.pdf", made.pdf), root_of(keys), authority.root, LATER)
    assert (verdict.verdict, verdict.stamp) == ("intact", None)


def test_a_foreign_or_silent_authority_is_not_believed() -> None:
    """Protects against a stamp by anybody, and against waiting for one that is down."""
    with (
        a_stamp_authority() as authority,
        a_stamp_authority(name="Strangers") as stranger,
        pytest.raises(NoStamp, match="trust"),
    ):
        asked_of(authority, known=stranger).stamp(bytes(32))
    with pytest.raises(NoStamp, match="URLError"):
        asked_of(authority).stamp(bytes(32))


def test_stamps_of_strangers_and_of_the_future_are_refused(tmp_path: Path) -> None:
    """Protects a reader from a time that nobody vouches for, or that is still to come."""
    keys = some_keys()
    with a_stamp_authority() as authority, a_stamp_authority(name="Strangers") as stranger:
        path = written(tmp_path, "a.pdf", stamped(keys, stranger).pdf)
    assert verify_file(path, root_of(keys), authority.root, LATER).verdict == "untrusted"
    early = CLOCK.now() - timedelta(minutes=6)
    verdict = verify_file(path, root_of(keys), stranger.root, early)
    assert (verdict.verdict, "still to come" in verdict.reason) == ("altered", True)


def test_no_bit_of_a_stamp_can_be_changed(tmp_path: Path) -> None:
    """Protects the promise that one flipped bit anywhere is found, also in what an authority sent; no root of the
    authority is needed for it."""
    keys = some_keys()
    with a_stamp_authority() as authority:
        pdf = stamped(keys, authority).pdf
    begins, ends = signature_span(pdf)
    whole = bytes.fromhex(pdf[begins + 1 : ends - 1].decode())
    for place in range(0, len(whole.rstrip(b"\0")) + 8, 7):
        flipped = bytearray(whole)
        flipped[place] ^= 1 << place % 8
        forged = pdf[: begins + 1] + flipped.hex().encode() + pdf[ends - 1 :]
        verdict = verify_file(written(tmp_path, "a.pdf", forged), root_of(keys), None, LATER)
        assert (place, verdict.verdict) != (place, "intact")
