"""The page of a handover, and the same as a file."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.documents import Sheet, to_pdf
from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.handover import actions, queries, schemas
from reciproca.compacts.handover.words import OFFICES
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.templates.web import page, translator

pages = Blueprint("handover", __name__)


@pages.get("/compacts/<uid>/handover")
def handover(uid: str) -> str:
    """What is open, and which office is vacant."""
    return _page(uid, {}, ())


@pages.post("/compacts/<uid>/offices")
def fill_office(uid: str) -> ResponseReturnValue:
    """Name who holds a vacant office from now on."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.fill_office(work, compact_uid=uid, **asked)
        return f"/compacts/{uid}/handover"

    return submit(work, schemas.OfficeIn(), act, lambda typed, faults: _page(uid, typed, faults))


@pages.post("/compacts/<uid>/posts")
def fill_post(uid: str) -> ResponseReturnValue:
    """Name who is in a vacant post from now on."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.fill_post(work, compact_uid=uid, post_uid=asked["post"], email=asked["email"])
        return f"/compacts/{uid}/handover"

    return submit(work, schemas.PostIn(), act, lambda typed, faults: _page(uid, typed, faults))


@pages.get("/compacts/<uid>/handover.pdf")
def take_handover(uid: str) -> Response:
    """The pack as one document."""
    work, speaks = current_work(), translator()
    sheet = Sheet(
        template="handover", locale=speaks.locale, name="handover", made=work.now.replace(microsecond=0),
        says=_facts(work, uid),
    )  # fmt: skip
    answer = Response(to_pdf(sheet), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = 'attachment; filename="handover.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _facts(work: Work, uid: str) -> dict[str, Any]:
    compact = drafts.find_compact(work, uid=uid)
    locale = translator().locale
    return {
        "pack": queries.pack(work, compact=compact),
        "title": drafts.titles(work, compact_ids=[compact.id], locale=locale)[compact.id],
        "offices": {office: texts.get(locale, texts["en"]) for office, texts in OFFICES.items()},
        "organisation": work.organisation.name,
        "zone": work.organisation.zone,
    }


def _page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    return page(
        "handover/handover.html",
        may_fill=is_allowed(work, Action.OFFICE_FILL),
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        **_facts(work, uid),
    )
