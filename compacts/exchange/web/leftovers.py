"""What found no place in a draft: listed until somebody gives it one, or puts it aside."""

from collections.abc import Sequence
from typing import Any

from flask import make_response
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.web.forms import submit
from reciproca.compacts.exchange import actions
from reciproca.compacts.exchange.schemas import PlaceForm
from reciproca.compacts.exchange.web.blueprint import pages
from reciproca.compacts.exchange.web.importing import told
from reciproca.core.errors import Conflict, Fault, NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.templates.web import page, translator


@pages.get("/versions/<uid>/leftovers")
def show_leftovers(uid: str) -> str:
    """The pieces, those that wait first."""
    return _page(uid, ())


@pages.post("/versions/<uid>/leftovers/<int:position>")
def settle(uid: str, position: int) -> ResponseReturnValue:
    """Give one a place, or put it aside."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        if asked["side"] is None:
            actions.settle_leftover(work, version_uid=uid, position=position)
        else:
            actions.place_leftover(work, version_uid=uid, position=position, side=asked["side"])
        return f"/versions/{uid}/leftovers"

    try:
        return submit(work, PlaceForm(), act, lambda _typed, faults: _page(uid, faults))
    except Conflict as error:
        return make_response(_page(uid, told(error)), error.status)


def _page(uid: str, faults: Sequence[Fault]) -> str:
    work = current_work()
    version = drafting.find_version(work, uid=uid)
    compact = drafting.compact_of(work, version=version)
    found = drafting.leftovers(work, version=version)
    if not found:
        raise NotFound(
            detail=_("This version wasn't made of a document."), remedy=_("Look at the version itself.")
        )
    return page(
        "exchange/leftovers.html",
        compact=compact,
        version=version,
        title=drafting.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        waiting=[piece for piece in found if piece.settled_at is None],
        settled=[piece for piece in found if piece.settled_at],
        may_edit=is_allowed(work, Action.DRAFT_EDIT),
        faults=faults,
        zone=work.organisation.zone,
    )
