"""Reads of exchange: documents read before anything is made of them."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.documents.press import speaks
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, PaperSignature, Version
from reciproca.compacts.exchange.opening import refuse
from reciproca.compacts.exchange.pasted import read_pasted
from reciproca.compacts.exchange.rules import Reading, read_blocks
from reciproca.compacts.exchange.steps import check_locale
from reciproca.compacts.exchange.word import read_word
from reciproca.compacts.exchange.xliff import write_xliff
from reciproca.core.i18n import _
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
    from reciproca.compacts.exchange.leaving import write_word  # noqa: PLC0415 -- python-docx slows every start

    text = drafting.version_texts(work, version=version, locales=[locale])[locale]
    return write_word(text, speaks(locale), work.now)


def xliff_file(work: Work, *, version: Version, locale: str) -> bytes:
    """A version as XLIFF 1.2, into `locale` from the language that decides, else from the first other one. Invalid for
    a language that the organisation doesn't write in, or when there is no other."""
    authorize(work, Action.COMPACT_READ)
    check_locale(work, locale)
    leading = drafting.compact_of(work, version=version).authoritative
    others = [code for code in (leading, *work.organisation.locales) if code and code != locale]
    if not others:
        raise refuse(_("There is no other language to translate from."), _("Declare a second one first."))
    texts = drafting.version_texts(work, version=version, locales=[others[0], locale])
    return write_xliff(texts[others[0]], texts[locale], _by_machine(work, version, locale))


def signers_on_paper(work: Work, *, version: Version) -> Sequence[PaperSignature]:
    """Who signed a version on paper, as it was told; for those who may read who signed."""
    authorize(work, Action.CAMPAIGN_READ)
    return drafting.paper_signatures(work, version=version)


def _by_machine(work: Work, version: Version, locale: str) -> frozenset[str]:
    """The promises whose words a machine wrote."""
    asked = (
        select(Commitment.identity)
        .join(CommitmentText, CommitmentText.commitment_id == Commitment.id)
        .where(
            Commitment.version_id == version.id, CommitmentText.locale == locale, CommitmentText.is_machine
        )
    )
    return frozenset(work.session.scalars(asked))


def _is_text(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in data
