"""Sealed documents: what is intact, and that nothing else is."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from reciproca.compacts.signing import pades
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.seal import read_seal
from reciproca.core.errors import Misconfigured
from tests.building.documents import CLOCK, a_document, a_text, some_keys, some_parts, the_sample
from tests.documents.agreeing import all_agree
from tests.documents.forging import root_of, written


def test_intact_document_and_bundle_name_both_parties(tmp_path: Path) -> None:
    """Protects the promise that a reader with the root certificate alone can check a copy, and see who signed."""
    keys, made = the_sample()
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        verdict = verify_file(written(tmp_path, name, data), root_of(keys))
        assert (verdict.verdict, verdict.exit_code) == ("intact", 0)
        assert [(party.party, party.name) for party in verdict.parties] == [
            ("physician", "Zoë Łucja Wójcik"),
            ("organisation", "Amina Yusuf"),
        ]


def test_missing_party_is_said(tmp_path: Path) -> None:
    """Protects a physician from taking a copy that the organisation hasn't signed for one that it has."""
    keys = some_keys()
    made = a_document(keys, some_parts(keys, a_text(), both=False))
    verdict = verify_file(written(tmp_path, "a.pdf", made.pdf), root_of(keys))
    assert verdict.verdict == "intact"
    assert [party.signed_at is not None for party in verdict.parties] == [True, False]


def test_foreign_root_and_no_root_are_not_trusted(tmp_path: Path) -> None:
    """Protects against another installation's seal, and against trusting a file on its own word."""
    _keys, made = the_sample()
    foreign = root_of(some_keys())
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        path = written(tmp_path, name, data)
        assert verify_file(path, foreign).exit_code == 1
        assert verify_file(path, None).exit_code == 1


def test_garbage_is_unreadable(tmp_path: Path) -> None:
    """Protects the third exit code: a file that is nothing of ours is neither intact nor altered."""
    keys, made = the_sample()
    for name, data in (
        ("a", b""),
        ("b", b"hello"),
        ("c", b"%PDF-1.7\nnothing"),
        ("d", b"PK\x03\x04 nothing"),
    ):
        assert verify_file(written(tmp_path, name, data), root_of(keys)).exit_code == 2
    assert verify_file(tmp_path / "none.pdf", root_of(keys)).exit_code == 2
    assert (
        verify_file(written(tmp_path, "e.pdf", made.pdf[: len(made.pdf) // 2]), root_of(keys)).exit_code == 2
    )


def test_same_evidence_gives_the_same_unsigned_bytes() -> None:
    """Protects reproducibility: a document can be made again, byte for byte up to its seal, whatever the clock says."""
    keys = some_keys()
    parts = some_parts(keys, a_text())
    first, second = (a_document(keys, parts).pdf for _ in range(2))
    assert unsealed(first) == unsealed(second)
    assert read_attachments(first) == read_attachments(second)


def unsealed(pdf: bytes) -> bytes:
    """The document as it was before the seal was added to it."""
    return pdf[: pdf.index(b"%%EOF")]


def test_the_tools_of_others_agree(tmp_path: Path) -> None:
    """Protects against a seal that only our own verifier likes."""
    keys, made = the_sample()
    all_agree(tmp_path, made.pdf, keys)


def test_nothing_is_sealed_outside_its_certificates_time() -> None:
    """Protects against a seal that precedes its certificate or outlives it: no validator would mind, ours does."""
    keys, made = the_sample()
    for at in (CLOCK.now() - timedelta(days=1), keys.seal.not_valid_after_utc + timedelta(seconds=1)):
        with pytest.raises(Misconfigured, match="not valid"):
            pades.seal(made.pdf, keys, at=at)


def test_a_seal_says_its_time_in_utc(tmp_path: Path) -> None:
    """Protects the verifier's one form of writing: an instant in another zone is sealed as the same instant."""
    keys = some_keys()
    local = CLOCK.now().astimezone(ZoneInfo("America/St_Johns"))
    made = a_document(keys, some_parts(keys, a_text()), at=local)
    assert read_seal(made.pdf).sealed_at == CLOCK.now()
    assert verify_file(written(tmp_path, "a.pdf", made.pdf), root_of(keys)).verdict == "intact"


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 5])
def test_a_topic_stays_with_its_promises(lines: int) -> None:
    """Protects readers on paper: no topic, and no theme, stands at the foot of a page without what it announces."""
    keys = some_keys()
    text = a_text(
        words="Promise " + "that we keep with one another " * lines,
        topics=[f"Topic{number}" for number in range(16)],
        themes=[f"Topics{number}" for number in range(8)],
    )
    reader = PdfReader(BytesIO(a_document(keys, some_parts(keys, text)).pdf))
    pages = [re.findall("Topic|Promise", page.extract_text()) for page in reader.pages]
    assert sum(page.count("Promise") for page in pages) == 32
    assert {page[-1] for page in pages if page} == {"Promise"}
