"""Reads of exchange: documents read before anything is made of them."""

from reciproca.compacts.exchange.pasted import read_pasted
from reciproca.compacts.exchange.rules import Reading, read_blocks
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


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data
