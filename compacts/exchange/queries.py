"""Reads of exchange: what found no place, what came from paper, and documents read before anything is made of them."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.exchange.pasted import read_pasted
from reciproca.compacts.exchange.rules import Reading, read_blocks
from reciproca.compacts.exchange.tables import Leftover, PaperSignature
from reciproca.compacts.exchange.word import read_word
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def read_document(work: Work, *, data: bytes = b"", pasted: str = "") -> Reading:
    """What a DOCX (`data`), or text or HTML that was pasted, says in two columns. Changes nothing; Invalid."""
    authorize(work, Action.DRAFT_IMPORT)
    if data and not data.startswith((b"PK", b"\xd0\xcf")) and _is_text(data):
        pasted = data.decode("utf-8-sig")
        data = b""
    return read_blocks(read_word(data) if data else read_pasted(pasted))


def leftovers(work: Work, *, version: Version) -> list[Leftover]:
    """What found no place when a version was made of a document, in its order."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Leftover).filter_by(version_id=version.id).order_by(Leftover.position)
    return list(work.session.scalars(statement))


def paper_signatures(work: Work, *, version: Version) -> list[PaperSignature]:
    """Signatures on paper under a version, as its recorder told them, in their order."""
    authorize(work, Action.COMPACT_READ)
    statement = select(PaperSignature).filter_by(version_id=version.id).order_by(PaperSignature.id)
    return list(work.session.scalars(statement))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data
