"""A draft as a DOCX of one language: three columns that anybody can edit, with marks that nobody sees."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from reciproca.compacts.drafting.rules import Clause, VersionText, topics
from reciproca.compacts.exchange.rules import promise_mark, topic_mark, version_mark
from reciproca.core.i18n import Translator, _
from reciproca.plugins.types import Side

WIDTHS = (4.0, 6.5, 6.5)
"""Centimetres: topic, organisation, physicians."""


class _Marks:
    """Bookmarks, each with a number of its own."""

    def __init__(self) -> None:
        self.count = 0

    def put(self, paragraph: Any, name: str) -> None:
        """A bookmark at the beginning of a paragraph."""
        self.count += 1
        for kind in ("bookmarkEnd", "bookmarkStart"):
            mark = OxmlElement(f"w:{kind}")
            mark.set(qn("w:id"), str(self.count))
            if kind == "bookmarkStart":
                mark.set(qn("w:name"), name)
            element = paragraph.paragraph_format.element
            element.insert(1 if element.pPr is not None else 0, mark)


def write_word(text: VersionText, translator: Translator, made: datetime) -> bytes:
    """The draft as a DOCX in which changes are tracked from the first letter on."""
    say = translator.gettext
    document, marks = Document(), _Marks()
    _set_up(document, text, made)
    title = document.add_heading(text.title or text.organisation, 0)
    marks.put(title, version_mark(text.version_uid, text.locale))
    document.add_paragraph(
        say(_("Draft. Changes are tracked: each comes back as a proposed wording that both sides answer."))
    )
    table = document.add_table(rows=1, cols=3)
    table.style = "Table Grid"
    heading = (say(_("Topic")), say(_("The organisation promises")), say(_("The physicians promise")))
    for cell, words in zip(table.rows[0].cells, heading, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    first = next(document.element.body.iter(qn("w:tr")))
    first.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    theme = None
    for topic in topics(text.clauses):
        if topic.theme_label and topic.theme_label != theme:
            theme = topic.theme_label
            _theme(table, theme)
        _topic(table, marks, topic.title, topic.clauses)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS, strict=True):
            cell.width = Cm(width)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_up(document: Any, text: VersionText, made: datetime) -> None:
    section = document.sections[0]
    section.left_margin = section.right_margin = Cm(2)
    document.core_properties.title = text.title
    document.core_properties.author = text.organisation
    document.core_properties.language = text.locale
    document.core_properties.created = document.core_properties.modified = made.replace(tzinfo=None)
    document.settings.element.insert(0, OxmlElement("w:trackRevisions"))
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), text.locale)


def _theme(table: Any, theme: str) -> None:
    cells = table.add_row().cells
    merged = cells[0].merge(cells[2])
    merged.paragraphs[0].add_run(theme).bold = True


def _topic(table: Any, marks: _Marks, title: str, clauses: Sequence[Clause]) -> None:
    cells = table.add_row().cells
    cells[0].paragraphs[0].add_run(title)
    marks.put(cells[0].paragraphs[0], topic_mark(clauses[0].identity, title))
    for cell, side in zip(cells[1:], (Side.ORGANISATION, Side.PHYSICIANS), strict=True):
        clause = next((each for each in clauses if each.side is side), None)
        if clause is None:
            continue
        for number, line in enumerate(clause.text.split("\n")):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.add_run(line)
        marks.put(cell.paragraphs[0], promise_mark(clause.identity, clause.text))
