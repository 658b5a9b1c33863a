"""The library: topics of templates and of other versions, to take over into a draft."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, rules
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.plugins.types import Side
from reciproca.templates.web import page

_SHOWN = 30


@pages.get("/versions/<uid>/library")
def search_library(uid: str) -> str:
    """What was written before, found by its words."""
    work = current_work()
    authorize(work, Action.DRAFT_EDIT)
    facts, wanted = facts_of(work, uid), request.args.get("q", "").strip()[:200]
    rules.require_open(facts.version.state)
    found = queries.library(work, version=facts.version, locale=facts.text.locale, wanted=wanted)
    return page(
        "drafting/library.html",
        wanted=wanted,
        found=len(found),
        shelf=found[:_SHOWN],
        first=Side.ORGANISATION,
        **context(work, facts),
    )


@pages.post("/versions/<uid>/library")
def take_over(uid: str) -> ResponseReturnValue:
    """Take a topic over, and go to it in the editor."""
    work = current_work()
    actions.insert_topic(work, version_uid=uid, source=request.form.get("source", ""))
    facts = facts_of(work, uid)
    last = len(rules.topics(facts.text.clauses))
    return redirect(f"/versions/{uid}/edit?lang={facts.text.locale}&saved={last}#pair-{last}", 303)
