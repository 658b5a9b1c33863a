"""Documents that the product did not make, read into two columns."""

import io
import zipfile
from pathlib import Path

import pytest

from reciproca.compacts.exchange.pasted import read_pasted
from reciproca.compacts.exchange.rules import Reading, Why, read_blocks
from reciproca.compacts.exchange.word import read_word
from reciproca.core.errors import Invalid
from tests.building.word import docx, libreoffice, p, promises, tbl, tc, tr, two_columns

PAIRS = promises()


def columns(reading: Reading) -> list[tuple[str, str]]:
    """Both columns as they were read."""
    return [(pair.organisation, pair.physicians) for pair in reading.pairs]


def left(reading: Reading) -> set[tuple[str, str]]:
    """What found no place, with the reason."""
    return {(piece.why.value, piece.text) for piece in reading.leftovers}


def test_a_word_table_becomes_fourteen_pairs() -> None:
    """Heading and merged theme rows are understood; everything beside the table is kept with a reason."""
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='x'><w:drawing/></mc:Choice><mc:Fallback><w:pict/>"
        "</mc:Fallback></mc:AlternateContent></w:r><w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{p('In a box')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    body = p("Our agreement", "T") + p("Why we wrote this.") + box + two_columns(PAIRS) + p("Signed in May.")
    notes = docx(body, footnotes=f"<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'>"
                 f"<w:footnote w:id='2'>{p('A note')}</w:footnote></w:footnotes>")  # fmt: skip
    reading = read_blocks(read_word(notes))
    assert columns(reading) == PAIRS
    assert [pair.theme for pair in reading.pairs] == ["Respect"] * 7 + ["Safety"] * 7
    assert reading.title == "Our agreement"
    assert left(reading) == {
        ("before", "Why we wrote this."),
        ("between", "Signed in May."),
        ("box", "In a box"),
        ("note", "A note"),
    }


def test_columns_are_told_by_their_first_words() -> None:
    """Without headings, the column that says “I” is the physicians', wherever it stands."""
    rows = [tr(tc(p(str(n))), tc(p(theirs)), tc(p(ours))) for n, (ours, theirs) in enumerate(PAIRS, 1)]
    reading = read_blocks(read_word(docx(tbl(*rows))))
    assert columns(reading) == PAIRS
    assert not reading.leftovers
    assert not reading.is_guess


def test_columns_that_nothing_tells_are_a_guess() -> None:
    """Where nothing says whose column is whose, the reading says that it guessed."""
    rows = [tr(tc(p("Answer quickly.")), tc(p("Ask clearly."))), tr(tc(p("Listen.")), tc(p("Speak.")))]
    reading = read_blocks(read_word(docx(tbl(*rows))))
    assert reading.is_guess
    assert columns(reading) == [("Answer quickly.", "Ask clearly."), ("Listen.", "Speak.")]


def test_french_headings_with_topic_and_merged_cells() -> None:
    """A topic column is understood, and one merged over two rows names both."""
    down, on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        tr(tc(p("Sujet")), tc(p("Le médecin s’engage")), tc(p("L’hôpital s’engage"))),
        tr(tc(p("Respect"), merge=down), tc(p("J’écoute.")), tc(p("Nous écoutons."))),
        tr(tc(merge=on), tc(p("Je réponds.")), tc(p("Nous répondons."))),
    ]
    reading = read_blocks(read_word(docx(tbl(*rows))))
    assert columns(reading) == [("Nous écoutons.", "J’écoute."), ("Nous répondons.", "Je réponds.")]
    assert [pair.topic for pair in reading.pairs] == ["Respect", "Respect"]


def test_lists_inside_one_row_are_paired_item_by_item() -> None:
    """A table of one row whose cells hold lists, inside a frame, is as many pairs as items."""
    ours = "".join(p(one, item=True) for one, _two in PAIRS)
    theirs = "".join(p(two, item=True) for _one, two in PAIRS)
    inner = tbl(tr(tc(p("Organization")), tc(p("Physician"))), tr(tc(ours), tc(theirs)))
    assert columns(read_blocks(read_word(docx(tbl(tr(tc(inner + p("")))))))) == PAIRS


def test_lists_under_two_headings() -> None:
    """Headings that name a side open its section; sub-headings are themes, paired by their order."""
    body = p("Agreement between the hospital and its physicians", "H1") + p("Introduction.")
    for heading, side in (("What the hospital promises", 0), ("What physicians promise", 1)):
        body += p(heading, "H1")
        for theme, part in (("Respect", PAIRS[:7]), ("Safety", PAIRS[7:])):
            body += p(theme, "H2") + "".join(p(pair[side], item=True) for pair in part)
    reading = read_blocks(read_word(docx(body + p("One more", "H2"))))
    assert columns(reading) == PAIRS
    assert [pair.theme for pair in reading.pairs] == ["Respect"] * 7 + ["Safety"] * 7
    assert left(reading) == {("before", "Introduction."), ("heading", "One more")}


@pytest.mark.parametrize("form", ["table", "lists"])
def test_a_file_that_libreoffice_wrote(tmp_path: Path, form: str) -> None:
    """The same from a file of another program."""
    table = "".join(f"<tr><td>{ours}</td><td>{theirs}</td></tr>" for ours, theirs in PAIRS)
    lists = [f"<h1>{name}</h1><ol>{''.join(f'<li>{pair[n]}</li>' for pair in PAIRS)}</ol>"
             for n, name in enumerate(("The hospital", "The physicians"))]  # fmt: skip
    head = "<tr><th>Hospital</th><th>Physicians</th></tr>"
    page = f"<table>{head}{table}</table>" if form == "table" else "".join(lists)
    source = tmp_path / "agreement.html"
    source.write_text(f"<html><body>{page}</body></html>")
    assert columns(read_blocks(read_word(libreoffice(source).read_bytes()))) == PAIRS


def test_pasted_html_of_a_word_processor() -> None:
    """Styles, scripts and conditional comments on the clipboard say nothing; the table does."""
    rows = "".join(
        f"<tr><td><p class=MsoNormal><span lang=EN-CA>{a}<o:p></o:p></span></p></td><td><p>{b}</p></td></tr>"
        for a, b in PAIRS
    )
    head = "<tr><td><b>Hospital</b></td><td><b>Physicians</b></td></tr><tr><td colspan=2>Respect</td></tr>"
    pasted = "<html><head><style>p {x}</style></head><body><!--[if gte mso 9]><xml/><![endif]-->"
    pasted += f"<table>{head}{rows}</table>"
    reading = read_blocks(read_pasted(pasted))
    assert columns(reading) == PAIRS
    assert {pair.theme for pair in reading.pairs} == {"Respect"}


def test_pasted_columns_with_tabs() -> None:
    """What a spreadsheet puts on the clipboard, with a line break in a quoted cell, and strange writing kept."""
    arabic = "نحن نصغي e\u0301"
    text = f'Hospital\tPhysicians\n"{arabic}\nWe listen."\tI listen.\r\nAlone below\n'
    reading = read_blocks(read_pasted(text))
    assert columns(reading) == [(f"{arabic}\nWe listen.", "I listen.")]
    assert left(reading) == {(Why.BETWEEN.value, "Alone below")}


def _zip(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name.replace("__", "/"), data)
    return out.getvalue()


ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a zip", "isn't a .docx"),
        (b"\xd0\xcf\x11\xe0rest", "old form"),
        (b"x" * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
        (_zip(**{"word__document.xml": b" " * (25 * 1024 * 1024)}), "far larger"),
        (_zip(**{"word__document.xml": ENTITY}), "entities"),
        (_zip(**{"word__document.xml": ENTITY.decode().encode("utf-16")}), "entities"),
        (_zip(**{"word__document.xml": b"<a>" * 5000}), "nested"),
        (_zip(**{"word__document.xml": b"<a>", "word__vbaProject.bin": b""}), "macros"),
        (_zip(**{"word__document.xml": b"<a>"}), "damaged"),
        (_zip(**{"other.xml": b"<a/>"}), "isn't a .docx"),
        (docx("")[:-30], "isn't a .docx"),
    ],
)
def test_a_bad_file_is_refused_calmly(data: bytes, reason: str) -> None:
    """Bombs, entities, macros and damage end in one sentence about the file."""
    with pytest.raises(Invalid) as caught:
        read_word(data)
    assert reason in caught.value.faults[0].reason


@pytest.mark.parametrize(
    "first", [("We wait.", "I wait."), ("We answer within two days", "I ask within two days")]
)
def test_a_first_row_that_promises_is_not_taken_for_a_heading(first: tuple[str, str]) -> None:
    """A table without headings loses no row."""
    rows = [first, ("We listen.", "I listen.")]
    reading = read_blocks(read_word(docx(tbl(*(tr(tc(p(ours)), tc(p(theirs))) for ours, theirs in rows)))))
    assert columns(reading) == rows
