"""Every kind of executed document: its certificate is what the ledger says, and other people's tools find it good."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reciproca.compacts.signing.verification.bundle import read_members
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.canonical import sha256
from tests.building.documents import a_document, a_text, some_keys, some_parts
from tests.building.executed import Executed, every_kind
from tests.documents.agreeing import (
    Agrees,
    all_agree,
    mupdf_agrees,
    openssl_agrees,
    poppler_agrees,
    pyhanko_agrees,
)
from tests.documents.altering import alterations, context_of, rendered
from tests.documents.certificate import Expected, printed
from tests.documents.forging import root_of, signature_span, written
from tests.documents.verapdf import CLAIMS, findings

TIMES = r"(?:\d\d?:\d\d|,\d\d?h\d\d)(?=\D)"
ZONES = r"(?!(?:[ap]\.m\.)?E[DS]T|HAE|HNE|Z|:\d\dZ|\(America/Toronto\))"
"""Times as they are printed, without blanks; and not a zone behind one."""


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Executed]]:
    """One document of each kind."""
    with every_kind(tmp_path_factory.mktemp("executed")) as made:
        yield made


def test_every_value_of_the_certificate_is_the_ledgers(documents: list[Executed]) -> None:
    """Each word and each value, in order and nothing else: computed anew from records, leaves, keys and text. No time
    stands without its zone."""
    for document in documents:
        found, wanted = printed(document.pdf), Expected(document).whole()
        at = next((n for n, pair in enumerate(zip(found, wanted, strict=False)) if pair[0] != pair[1]), 0)
        assert (document.kind, found[at - 40 :][:120]) == (document.kind, wanted[at - 40 :][:120])
        assert found == wanted
        assert len(re.findall(TIMES, found)) > 10
        assert re.findall(TIMES + ZONES, found) == []


@pytest.mark.deep
def test_every_altered_value_is_noticed(documents: list[Executed], tmp_path: Path) -> None:
    """Protects the test above: whatever single value is altered on its way to the page, the words on it differ."""
    document = documents[0]
    context = context_of(document)
    right = rendered(context, document, tmp_path)
    altered = list(alterations(context))
    assert len(altered) > 60
    assert [path for path, wrong in altered if rendered(wrong, document, tmp_path) == right] == []


def test_every_kind_is_archival_and_accessible(documents: list[Executed], tmp_path: Path) -> None:
    """veraPDF finds each to be PDF/A-3a and PDF/UA-1, as it was handed out: sealed, and stamped where it was."""
    files = [Path(shutil.copy(one.pdf, tmp_path / f"{number}.pdf")) for number, one in enumerate(documents)]
    found = findings(files)
    assert len(found) == len(documents) * len(CLAIMS)
    assert {verdict: wrong for verdict, wrong in found.items() if wrong} == {}


def test_every_kind_is_good_for_five_validators(documents: list[Executed], tmp_path: Path) -> None:
    """Ours, pyHanko, OpenSSL, poppler and MuPDF agree on each; ours on its bundle too, and on the time stamp."""
    for document in documents:
        now = document.hospital.installation.clock.now() + timedelta(minutes=1)
        clocks = document.authority.root if document.authority else None
        for path in (document.pdf, document.bundle):
            said = verify_file(path, root_of(document.keys), clocks, now)
            assert (document.kind, said.verdict) == (document.kind, "intact")
            assert (said.stamp and said.stamp.trusted) == (True if document.authority else None)
        all_agree(tmp_path, document.pdf.read_bytes(), document.keys, document.authority)


@pytest.mark.parametrize("agrees", [pyhanko_agrees, openssl_agrees, poppler_agrees, mupdf_agrees])
def test_each_of_the_others_finds_a_change(documents: list[Executed], tmp_path: Path, agrees: Agrees) -> None:
    """Protects the test above: a tool that looked at nothing would find every file good."""
    pdf = bytearray(documents[0].pdf.read_bytes())
    pdf[signature_span(bytes(pdf))[0] // 2] ^= 1
    with pytest.raises(AssertionError):
        agrees(tmp_path, bytes(pdf), documents[0].keys, documents[0].authority)


def test_advanced_and_qualified_are_said_only_where_declared(
    documents: list[Executed], tmp_path: Path
) -> None:
    """No kind claims more than a simple signature and a seal, unless the provider of the key declares it."""
    claims = re.compile("advanced|qualified|avancé|qualifié")
    assert [one.kind for one in documents if claims.search(printed(one.pdf))] == []
    keys = some_keys()
    for declared in ("advanced", "qualified"):
        made = a_document(replace(keys, declares=declared), some_parts(keys, a_text()))
        assert claims.findall(printed(written(tmp_path, "a.pdf", made.pdf))) == [declared]


def test_a_scan_travels_with_the_record_that_names_it(documents: list[Executed]) -> None:
    """The bundle of a signature on paper holds the very scan; no other bundle holds any."""
    scans = {one.kind: read_members(one.bundle.read_bytes()).get("scan.pdf") for one in documents}
    held = {kind: scan for kind, scan in scans.items() if scan is not None}
    assert list(held) == ["recorded from paper, in French"]
    paper = next(one for one in documents if one.kind in held)
    (record, *_others) = Expected(paper).records
    assert sha256(held[paper.kind]) == record["paper"]["sha256"]
