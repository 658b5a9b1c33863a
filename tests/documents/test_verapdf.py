"""Archival and accessible: veraPDF, which shares no code with what makes them, finds documents to be what they say."""

import json
from dataclasses import replace
from pathlib import Path

import pikepdf

from reciproca.compacts.drafting.documents import reading_sheet, to_pdf
from reciproca.core.canonical import sha256
from tests.building.documents import CLOCK, a_document, a_text, some_keys, some_parts, the_sample
from tests.documents.forging import written
from tests.documents.verapdf import CLAIMS, findings

WORDS = {
    "en": "We answer every safety report within five working days.",
    "fr": "Nous répondons à chaque déclaration d’évènement en cinq jours ouvrables.",
}
BREAKS = {
    "unnamed": (b'pdfuaid:part="1"', b'pdfuaid:part="2"'),
    "unarchived": (b'pdfaid:part="3"', b'pdfaid:part="2"'),
    "unmarked": (b"/Marked true", b"/Marked null"),
}
"""Names of damaged copies, and what was replaced in them by as many bytes."""


def test_sealed_documents_are_what_they_say(tmp_path: Path) -> None:
    """Protects archivists and readers with a screen reader: in both languages, with one party's signature and both."""
    keys, files = some_keys(), []
    for locale, words in WORDS.items():
        for both in (True, False):
            parts = replace(some_parts(keys, a_text(locale, words), both=both), locale=locale)
            files.append(written(tmp_path, f"{locale}-{both}.pdf", a_document(keys, parts).pdf))
    found = findings(files)
    assert len(found) == len(files) * len(CLAIMS)
    assert {verdict: wrong for verdict, wrong in found.items() if wrong} == {}


def test_reading_copies_are_what_they_say(tmp_path: Path) -> None:
    """Protects the same readers before anybody signs: a draft and a frozen text, in both languages."""
    files = []
    for locale, words in WORDS.items():
        text = a_text(locale, words)
        for name, digest in (("draft", None), ("frozen", sha256(text))):
            copy = reading_sheet(json.loads(text), sha256=digest, zone="America/Toronto", made=CLOCK.now())
            files.append(written(tmp_path, f"{locale}-{name}.pdf", to_pdf(copy)))
    assert {verdict: wrong for verdict, wrong in findings(files).items() if wrong} == {}


def test_what_is_broken_is_found(tmp_path: Path) -> None:
    """Protects the tests above: a validator that read no rules, or no pages, would find every document right."""
    _keys, made = the_sample()
    files = [written(tmp_path, "skipping.pdf", made.pdf)]
    skip_a_heading(files[0])
    for name, (was, becomes) in BREAKS.items():
        files.append(written(tmp_path, f"{name}.pdf", made.pdf.replace(was, becomes)))
    clauses = {verdict: [line.split()[0] for line in wrong] for verdict, wrong in findings(files).items()}
    assert {verdict: found for verdict, found in clauses.items() if found} == {
        ("unnamed", "ua1"): ["5"],
        ("unarchived", "3a"): ["6.6.4"],
        ("unmarked", "ua1"): ["6.2"],
        ("unmarked", "3a"): ["6.7.2.2"],
        ("skipping", "ua1"): ["7.4.2"],
        ("skipping", "3a"): ["6.4.3"],  # written anew, it isn't the file that was sealed
    }


def skip_a_heading(path: Path) -> None:
    """Make the document's only heading of the first level one of the third."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for element in pdf.objects:
            if isinstance(element, pikepdf.Dictionary) and element.get("/S") == pikepdf.Name.H1:
                element.S = pikepdf.Name.H3
        pdf.save(path, fix_metadata_version=False)
