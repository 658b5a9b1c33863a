"""Documents about a version: what changed is legible without colour and aloud, and everything fits on one sheet."""

import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from reciproca.compacts.drafting import actions, documents, queries, rules
from reciproca.compacts.drafting.tables import Version
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Side
from tests.building import drafting as build
from tests.building.house import an_installation
from tests.documents.forging import written
from tests.documents.verapdf import findings

House = tuple[Installation, OrganisationRef]
MARKS = re.compile(r"<(del|ins)>([^<]*)</\1>")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A hospital on SQLite: nothing here depends on the database."""
    installation = an_installation(tmp_path / "home", f"sqlite:///{tmp_path / 'data.db'}")
    yield installation, build.a_place(installation)
    installation.database.dispose()


def _next(work: Work) -> tuple[Version, Version]:
    """Version 1 in force and a draft of version 2 in which one promise is reworded, one topic moved to the end, and
    two promises merged."""
    first = build.in_force(work, build.a_draft(work))
    second = build.next_version(work, first)
    ours = [
        topic.organisation
        for topic in rules.topics(queries.version_texts(work, version=second)["en"].clauses)
    ]
    reworded, moved, kept, merged = (ours[number] for number in (0, 3, 4, 5))
    assert reworded
    assert moved
    assert kept
    assert merged
    both = f"{kept.text} {merged.text}"
    for row, text in ((reworded, reworded.text.replace("14", "10")), (kept, both)):
        actions.edit_commitment(work, commitment_uid=row.uid, locale="en", words={"text": text})
    actions.remove_commitment(work, commitment_uid=merged.uid)
    actions.move_commitment(work, commitment_uid=moved.uid, to=14)
    return first, second


def _words(pdf: bytes) -> str:
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_a_redline_marks_words_by_meaning_and_by_sign(house: House) -> None:
    """In HTML what went and what came are `del` and `ins`; on paper brackets and braces say the same without colour."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        first, second = _next(work)
        sheet = documents.redline(work, version=second, before=first, locale="en")
    marks = MARKS.findall(documents.to_html(sheet))
    assert ("del", "[14]") in marks
    assert ("ins", "{10}") in marks
    said = _words(documents.to_pdf(sheet))
    assert "[14]{10} days" in said
    assert said.count("topic 4 is now topic 14") == 1
    assert said.count("Its words went into:") == 1


def test_a_redline_reads_as_old_and_as_new(house: House) -> None:
    """Read without what is put in, each clause is the old one; without what is taken out, the new one."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        first, second = _next(work)
        found = queries.comparison(work, before=first, after=second, locale="en")
        page = documents.to_html(documents.redline(work, version=second, before=first, locale="en"))
    shown = [html.unescape(marked) for marked in re.findall(r'<p class="words">(.*?)</p>', page)]
    expected = [change for change in found.shown if change.kind != "kept"]
    assert len(shown) == len(expected)
    for marked, change in zip(shown, expected, strict=True):
        old = re.sub(r"<del>\[(.*?)\]</del>", r"\1", re.sub(r"<ins>.*?</ins>", "", marked))
        new = re.sub(r"<ins>\{(.*?)\}</ins>", r"\1", re.sub(r"<del>.*?</del>", "", marked))
        assert (old, new) == tuple(clause.text if clause else "" for clause in (change.before, change.after))


def test_the_form_is_one_sheet_with_both_languages(house: House) -> None:
    """Fourteen topics of two sides in two languages stand on one page, with the sentence on what signing means."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.in_force(work, build.a_draft(work))
        sheet = documents.one_page_form(work, version=version, locale="fr")
        texts = queries.version_texts(work, version=version)
    pdf = documents.to_pdf(sheet)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
    said = re.sub(r"\W", "", _words(pdf))
    for text in texts.values():
        assert re.sub(r"\W", "", text.notice.if_nothing) in said
        assert [
            clause.text for clause in text.clauses if re.sub(r"\W", "", clause.text)[:40] not in said
        ] == []


def test_the_record_says_what_each_body_decided(house: House) -> None:
    """Votes, quorum and minute of each side, beside the fingerprints; there is none before anything was proposed."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        with pytest.raises(Conflict):
            documents.ratification_record(work, version=version, locale="en")
        build.proposed(work, version)
        build.decide(work, version, Side.PHYSICIANS)
        sheet = documents.ratification_record(work, version=version, locale="en")
        digests = [row.sha256 for row in queries.renditions(work, version_ids=[version.id])]
    said = _words(documents.to_pdf(sheet))
    assert "Medical staff association" in said
    assert "11 for, 1 against" in said
    assert "has not decided yet" in said
    assert [digest for digest in digests if digest not in said.replace(" ", "")] == []


def test_every_document_is_archival_and_accessible(house: House, tmp_path: Path) -> None:
    """veraPDF finds each of them to be what it says, in both languages; an unknown language is refused."""
    installation, place = house
    files = []
    with installation.work(build.STEWARD, place) as work:
        frozen, second = _next(work)
        for name in documents.NAMES:
            version = frozen if name == "ratification" else second
            for locale in ("en", "fr"):
                sheet = documents.document(work, version=version, name=name, locale=locale)
                files.append(written(tmp_path, f"{name}-{locale}.pdf", documents.to_pdf(sheet)))
        with pytest.raises(Invalid):
            documents.document(work, version=second, name="redline", locale="de")
    assert {verdict: wrong for verdict, wrong in findings(files).items() if wrong} == {}
