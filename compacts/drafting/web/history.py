"""What became of a draft, edit by edit, and of one promise, version by version; taking an edit back."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.compacts.people.reading import post_names
from reciproca.core.errors import Fault, NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.templates.web import page, translator

_PAGE = 50


@pages.get("/versions/<uid>/edits")
def list_edits(uid: str) -> str:
    """Everything that was changed in a version, newest first."""
    work = current_work()
    facts = facts_of(work, uid)
    before, locale = request.args.get("before"), facts.text.locale
    found = queries.logged(work, version=facts.version, locale=locale, before=before, limit=_PAGE + 1)
    return page(
        "drafting/edits.html",
        edits=found[:_PAGE],
        older=found[_PAGE - 1].edit.uid if len(found) > _PAGE else "",
        **_shown(work),
        **context(work, facts),
    )


@pages.get("/versions/<uid>/promises/<identity>/history")
def promise_history(uid: str, identity: str) -> str:
    """How one promise read in each version, who changed it, when and why."""
    return _history(uid, identity, ())


@pages.post("/versions/<uid>/promises/<identity>/reasons")
def explain(uid: str, identity: str) -> ResponseReturnValue:
    """Note why a promise reads as it does."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.explain(work, version_uid=uid, identity=identity, **asked)
        return f"/versions/{uid}/promises/{identity}/history?lang={asked['locale']}"

    def again(_form: Typed, faults: Sequence[Fault]) -> str:
        return _history(uid, identity, faults)

    return submit(work, schemas.WhyForm(), act, again)


@pages.post("/versions/<uid>/undo")
def undo(uid: str) -> ResponseReturnValue:
    """Take one edit back; go where the person was."""
    work = current_work()
    edit = actions.undo(work, version_uid=uid, edit_uid=request.form.get("edit_uid", ""))
    places = {"edit": "/edit", "edits": "/edits", "promise": f"/promises/{edit.identity}/history"}
    end = places.get(request.form.get("from", ""), "/edits")
    return redirect(f"/versions/{uid}{end}?lang={facts_of(work, uid).text.locale}", 303)


def _history(uid: str, identity: str, faults: Sequence[Fault]) -> str:
    work = current_work()
    facts = facts_of(work, uid)
    readings = queries.promise_history(
        work, version=facts.version, identity=identity, locale=facts.text.locale
    )
    if not readings:
        raise NotFound(
            detail=_("This agreement never had that promise."), remedy=_("Open it from the version.")
        )
    clause = next(each.clause or each.before for each in readings if each.clause or each.before or each.edits)
    return page(
        "drafting/promise.html",
        readings=readings,
        identity=identity,
        clause=clause,
        faults=faults,
        may_explain=is_allowed(work, Action.DRAFT_EDIT) and readings[0].clause is not None
        and facts.version.state is VersionState.DRAFT,
        **_shown(work),
        **context(work, facts),
    )  # fmt: skip


def _shown(work: Work) -> dict[str, Any]:
    """What an edit is shown with."""
    names = post_names(work, translator().locale)
    return {
        "posts": {post.uid: names.get(post.title, post.title) for post in queries.posts(work)},
        "may_undo": is_allowed(work, Action.DRAFT_EDIT),
    }
