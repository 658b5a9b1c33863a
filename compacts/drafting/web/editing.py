"""The two-column editor: one form for each topic, one language at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.drafting import actions, queries, rules, schemas
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit, typed
from reciproca.compacts.drafting.web.reading import by_theme, context, facts_of
from reciproca.core.errors import Fault, Stale
from reciproca.core.http import current_work, faults_of
from reciproca.core.rights import Action, authorize
from reciproca.plugins.types import Side
from reciproca.templates.web import page

_SHARED = ("topic", "indicator", "evidence")


@pages.get("/versions/<uid>/edit")
def edit(uid: str) -> str:
    """Every topic of a draft, each with its own form."""
    return _editor(uid, {}, (), "")


@pages.post("/versions/<uid>/topics/<key>")
def save_topic(uid: str, key: str) -> ResponseReturnValue:
    """Save both sides of one topic. When somebody else saved it first, show both texts instead."""
    work = current_work()
    form = typed()
    try:
        asked = schemas.TopicForm().load(form)
    except ValidationError as error:
        return make_response(_editor(uid, form, faults_of(error.messages), key), 422)
    try:
        with work.attempt():
            actions.edit_topic(work, version_uid=uid, locale=asked["locale"], edits=_edits(asked))
    except Stale:
        return make_response(_conflict(uid, key, form), 412)
    number = next((row.number for row in rules.topics(facts_of(work, uid).text.clauses) if row.key == key), 1)
    return redirect(f"/versions/{uid}/edit?lang={asked['locale']}&saved={number}#pair-{number}", 303)


@pages.post("/versions/<uid>/commitments")
def add(uid: str) -> ResponseReturnValue:
    """Add a promise: the answer that is missing, or a new topic."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        said = {"text": asked["text"], "topic": asked["topic"], "theme": asked["theme_label"]}
        words = {asked["locale"]: {name: value for name, value in said.items() if value}}
        actions.add_commitment(
            work, version_uid=uid, side=asked["side"], theme=asked["theme"], pair=asked["pair"], words=words
        )
        return f"/versions/{uid}/edit?lang={asked['locale']}"

    return submit(work, schemas.AnswerForm(), act, lambda form, faults: _editor(uid, form, faults, "new"))


@pages.post("/versions/<uid>/commitments/<commitment>/remove")
def remove(uid: str, commitment: str) -> ResponseReturnValue:
    """Take a promise out of the draft."""
    work = current_work()
    actions.remove_commitment(work, commitment_uid=commitment, revision=seen())
    return redirect(f"/versions/{uid}/edit?lang={_language()}", 303)


@pages.post("/versions/<uid>/commitments/<commitment>/move")
def move(uid: str, commitment: str) -> ResponseReturnValue:
    """Move a topic to another place."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.move_commitment(work, commitment_uid=commitment, to=asked["to"])
        return f"/versions/{uid}/edit?lang={_language()}#pair-{asked['to']}"

    return submit(work, schemas.MoveIn(), act, lambda form, faults: _editor(uid, form, faults, ""))


def _editor(uid: str, form: Typed, faults: Sequence[Fault], key: str) -> str:
    """The editor; `form` and `faults` belong to the topic `key`."""
    work = current_work()
    authorize(work, Action.DRAFT_EDIT)
    facts = facts_of(work, uid)
    rules.require_open(facts.version.state)
    rows = rules.topics(facts.text.clauses)
    return page(
        "drafting/edit.html",
        groups=by_theme(rows),
        topics=rows,
        typed=form,
        faults=faults,
        errors=errors_of(faults),
        failed=key,
        saved=request.args.get("saved", ""),
        sides=list(Side),
        others=[locale for locale in work.organisation.locales if locale != facts.text.locale],
        missing=rules.gaps(list(queries.version_texts(work, version=facts.version).values())),
        **context(work, facts),
    )


def _conflict(uid: str, key: str, form: Typed) -> str:
    """Both texts: what is stored now, and what the person typed."""
    work = current_work()
    facts = facts_of(work, uid)
    topic = next((row for row in rules.topics(facts.text.clauses) if row.key == key), None)
    return page("drafting/conflict.html", topic=topic, typed=form, topic_key=key, **context(work, facts))


def _edits(asked: Mapping[str, Any]) -> list[tuple[str, int | None, dict[str, str]]]:
    shared = {name: asked[name] for name in _SHARED}
    return [
        (asked[f"{side}_uid"], asked[f"{side}_revision"], {"text": asked[f"{side}_text"], **shared})
        for side in Side
        if asked[f"{side}_uid"]
    ]


def _language() -> str:
    locale = request.args.get("lang", "")
    return locale if locale in current_work().organisation.locales else ""
