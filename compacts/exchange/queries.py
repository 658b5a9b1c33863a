"""Reads of exchange: documents read before anything is made of them."""

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.documents.press import speaks
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.exchange.leaving import write_word
from reciproca.compacts.exchange.pasted import read_pasted
from reciproca.compacts.exchange.rules import Reading, read_blocks
from reciproca.compacts.exchange.steps import check_locale
from reciproca.compacts.exchange.word import read_word
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def read_document(work: Work, *, data: bytes = b"", pasted: str = "") -> Reading:
    """What a DOCX (`data`), or text or HTML that was pasted or sent as a file, says in two columns. Changes nothing;
    Invalid."""
    authorize(work, Action.DRAFT_IMPORT)
    if data and not data.startswith((b"PK", b"\xd0\xcf")) and _is_text(data):
        pasted, data = data.decode("utf-8-sig"), b""
    return read_blocks(read_word(data) if data else read_pasted(pasted))


def word_file(work: Work, *, version: Version, locale: str) -> bytes:
    """A version in one language as a DOCX that can be edited and brought back. Invalid for a language that the
    organisation doesn't write in."""
    authorize(work, Action.COMPACT_READ)
    check_locale(work, locale)
    text = drafting.version_texts(work, version=version, locales=[locale])[locale]
    return write_word(text, speaks(locale), work.now)


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data
