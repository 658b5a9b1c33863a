"""Registering an agreement that is in force on paper."""

from collections.abc import Sequence
from typing import Any

from flask import make_response
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.tables import PAPER, VersionState
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.exchange import actions, queries
from reciproca.compacts.exchange.schemas import PaperForm
from reciproca.compacts.exchange.web.blueprint import pages
from reciproca.compacts.exchange.web.importing import told
from reciproca.core.errors import Conflict, Fault, NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.templates.web import page, translator


@pages.get("/versions/<uid>/paper")
def show_paper(uid: str) -> str:
    """What is told of the paper; for a first draft, the form that tells it."""
    return _page(uid, {}, ())


@pages.post("/versions/<uid>/paper")
def register_paper(uid: str) -> ResponseReturnValue:
    """Register it."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.register_paper(work, version_uid=uid, revision=seen(), **asked)
        return f"/versions/{uid}"

    try:
        return submit(work, PaperForm(), act, lambda typed, faults: _page(uid, typed, faults))
    except Conflict as error:
        return make_response(_page(uid, {}, told(error)), error.status)


def _page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_READ)
    version = drafting.find_version(work, uid=uid)
    compact = drafting.compact_of(work, version=version)
    is_paper = version.origin == PAPER
    may_register = (
        is_allowed(work, Action.VERSION_PROPOSE)
        and version.state is VersionState.DRAFT
        and version.parent_id is None
    )
    if not (is_paper or may_register or faults):
        raise NotFound(
            detail=_("Only the first draft of an agreement can be registered from paper."),
            remedy=_("Look at the version itself."),
        )
    may_read = is_allowed(work, Action.CAMPAIGN_READ)
    return page(
        "exchange/paper.html",
        compact=compact,
        version=version,
        title=drafting.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        signatures=queries.signers_on_paper(work, version=version) if may_read else (),
        is_paper=is_paper,
        may_register=may_register,
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
    )
