"""A version in all its languages, side by side: what is missing or older, who confirmed which words, and which of them
decides."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, rules
from reciproca.compacts.drafting.schemas import AuthoritativeIn, ReadIn
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, seen, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.templates.web import page


@pages.get("/versions/<uid>/languages")
def show_languages(uid: str) -> str:
    """Every promise in every language, and what keeps each from being confirmed."""
    return _languages(uid, {}, ())


@pages.post("/versions/<uid>/languages/<locale>/confirmations")
def confirm_language(uid: str, locale: str) -> ResponseReturnValue:
    """Say in one's own name that the words of one language are right."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.confirm_rendition(work, version_uid=uid, locale=locale, **asked)
        return f"/versions/{uid}/languages"

    return submit(work, ReadIn(), act, lambda typed, faults: _languages(uid, typed, faults))


@pages.post("/versions/<uid>/authoritative-language")
def choose_authoritative(uid: str) -> ResponseReturnValue:
    """Say which language decides where two differ."""
    work = current_work()
    compact = queries.compact_of(work, version=queries.find_version(work, uid=uid))

    def act(asked: dict[str, Any]) -> str:
        actions.declare_authoritative(work, compact_uid=compact.uid, revision=seen(), **asked)
        return f"/versions/{uid}/languages"

    return submit(work, AuthoritativeIn(), act, lambda typed, faults: _languages(uid, typed, faults))


def _languages(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    facts = facts_of(work, uid)
    views = queries.rendition_views(work, version=facts.version)
    return page(
        "drafting/languages.html",
        typed=typed,
        faults=faults,
        views=views,
        promises=list(zip(*(view.units for view in views), strict=True)),
        is_open=facts.version.state in rules.OPEN,
        may_confirm=is_allowed(work, Action.RENDITION_CONFIRM),
        may_edit=is_allowed(work, Action.DRAFT_EDIT),
        may_choose=is_allowed(work, Action.COMPACT_CREATE),
        has_a_name=work.actor.person_id is not None,
        **context(work, facts),
    )
