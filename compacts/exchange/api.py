"""The API of exchange: documents in, and what of them found no place."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.tables import Leftover, PaperSignature
from reciproca.compacts.exchange import actions, queries, rules
from reciproca.compacts.exchange.schemas import (
    WORD,
    XLIFF,
    BroughtOut,
    ImportAsked,
    ImportOut,
    LanguageAsked,
    LeftoverOut,
    PaperIn,
    PaperSignatureOut,
    PlaceForm,
    TranslatedOut,
    TranslationAsked,
)
from reciproca.core.errors import Unreadable
from reciproca.core.http import current_work, seen_revision
from reciproca.core.i18n import _

resources = Blueprint("exchange_api", __name__, url_prefix="/api/v1")


@resources.post("/compacts/imports")
@resources.arguments(ImportAsked, location="query", unknown=RAISE)
@resources.response(201, ImportOut)
def import_document(asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Make a draft of a document: a DOCX, an HTML page, or columns separated by tabs, as the body or as the part `file`
    of a form. With `dry_run` nothing is changed (200)."""
    work = current_work()
    found = queries.read_document(work, data=sent_file())
    reading = rules.rearranged(found, is_swapped=asked.pop("is_swapped"), places={})
    locale = asked.pop("locale") or work.organisation.locales[0]
    if asked.pop("dry_run"):
        return {"reading": reading, "version": None, "compact": None}, 200, {}
    version = actions.import_draft(work, reading=reading, locale=locale, **asked)
    compact = drafting.compact_of(work, version=version)
    body = {"reading": reading, "version": version.uid, "compact": compact.uid}
    return body, 201, {"Location": f"/api/v1/versions/{version.uid}"}


@resources.get("/versions/<uid>/leftovers")
@resources.response(200, LeftoverOut(many=True))
def read_leftovers(uid: str) -> Sequence[Leftover]:
    """What found no place when the version was made of a document, in its order."""
    work = current_work()
    return drafting.leftovers(work, version=drafting.find_version(work, uid=uid))


@resources.post("/versions/<uid>/leftovers/<int:position>/settlements")
@resources.arguments(PlaceForm)
@resources.response(201, LeftoverOut)
def settle(asked: dict[str, Any], uid: str, position: int) -> Leftover:
    """Make a piece a promise of `side`, as a new topic at the end; without a side, put it aside. It stays listed."""
    return settled(uid, position, asked["side"])


@resources.get("/versions/<uid>/documents/draft.docx")
@resources.arguments(LanguageAsked, location="query", unknown=RAISE)
@resources.response(200, content_type=WORD, schema={"type": "string", "format": "binary"})
def take_word(asked: dict[str, Any], uid: str) -> Response:
    """The version in one language as a DOCX that can be edited and sent back as a return."""
    work = current_work()
    locale = asked["locale"] or work.organisation.locales[0]
    version = drafting.find_version(work, uid=uid)
    return Response(queries.word_file(work, version=version, locale=locale), mimetype=WORD)


@resources.post("/versions/<uid>/returns")
@resources.arguments(LanguageAsked, location="query", unknown=RAISE)
@resources.response(201, BroughtOut)
def bring_back(asked: dict[str, Any], uid: str) -> actions.Brought:
    """Send back the DOCX of a draft, edited, as the body or as the part `file` of a form: accepted changes are edited
    in where you may edit, each tracked change becomes a proposed wording of yours."""
    work = current_work()
    locale = asked["locale"] or work.organisation.locales[0]
    return actions.bring_back(work, version_uid=uid, locale=locale, data=sent_file())


@resources.get("/versions/<uid>/documents/translation.xlf")
@resources.arguments(LanguageAsked, location="query", unknown=RAISE)
@resources.response(200, content_type=XLIFF, schema={"type": "string", "format": "binary"})
def take_xliff(asked: dict[str, Any], uid: str) -> Response:
    """The version as XLIFF 1.2, into the language that is asked for."""
    work = current_work()
    locale = asked["locale"] or work.organisation.locales[-1]
    version = drafting.find_version(work, uid=uid)
    return Response(queries.xliff_file(work, version=version, locale=locale), mimetype=XLIFF)


@resources.post("/versions/<uid>/translations")
@resources.arguments(TranslationAsked, location="query", unknown=RAISE)
@resources.response(201, TranslatedOut)
def take_translation(asked: dict[str, Any], uid: str) -> actions.Translated:
    """Send a translator's XLIFF 1.2 file of a draft, as the body or as the part `file` of a form. What was translated
    from words that have changed since is left out and told."""
    return actions.take_translation(current_work(), version_uid=uid, data=sent_file(), **asked)


@resources.post("/versions/<uid>/paper")
@resources.arguments(PaperIn)
@resources.response(201, PaperSignatureOut(many=True))
def register_paper(asked: dict[str, Any], uid: str) -> Sequence[PaperSignature]:
    """Say that a first draft is the text of an agreement in force on paper, with its signatures. The text is frozen and
    put to both sides, who record their former decisions."""
    work = current_work()
    version = actions.register_paper(work, version_uid=uid, revision=seen_revision(), **asked)
    return queries.signers_on_paper(work, version=version)


@resources.get("/versions/<uid>/paper")
@resources.response(200, PaperSignatureOut(many=True))
def read_paper(uid: str) -> Sequence[PaperSignature]:
    """The signatures on paper under a version, as they were told: nobody verified them here."""
    work = current_work()
    return queries.signers_on_paper(work, version=drafting.find_version(work, uid=uid))


def settled(uid: str, position: int, side: Any) -> Leftover:
    """One piece, placed or put aside."""
    work = current_work()
    if side is None:
        return actions.settle_leftover(work, version_uid=uid, position=position)
    return actions.place_leftover(work, version_uid=uid, position=position, side=side)


def sent_file() -> bytes:
    """The body, or the part `file` of a form. Unreadable when there is none."""
    file = request.files.get("file")
    data = file.read() if file else request.get_data()
    if not data:
        raise Unreadable(
            detail=_("No file was sent. Nothing was changed."), remedy=_("Send the document as the body.")
        )
    return data
