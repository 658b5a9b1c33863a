"""The two-column editor: one form for each topic, one language at a time. Whoever saves says what they saw."""

from collections.abc import Sequence
from typing import Any

from flask import jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.drafting import actions, queries, rules, schemas
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.conflict import chosen, conflict_page, stored, undecided
from reciproca.compacts.drafting.web.forms import Typed, errors_of, kinder, seen, submit, typed
from reciproca.compacts.drafting.web.reading import by_theme, context, facts_of
from reciproca.compacts.people.reading import post_names
from reciproca.core.errors import Fault, Stale
from reciproca.core.http import current_work, faults_of
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Cadence, Side
from reciproca.templates.markdown import promise
from reciproca.templates.web import page, translator


@pages.get("/versions/<uid>/edit")
def edit(uid: str) -> str:
    """Every topic of a draft, each with its own form."""
    return _editor(uid, {}, (), "")


@pages.post("/versions/<uid>/topics/<key>")
def save_topic(uid: str, key: str) -> ResponseReturnValue:
    """Save both sides of one topic, by the button or by itself. When somebody else changed the same words, nothing is
    saved, and both are shown to choose from."""
    work, form = current_work(), typed()
    try:
        asked = schemas.TopicForm().load(form)
        if missing := undecided(form):
            return make_response(conflict_page(work, uid, key, form, missing), 422)
        with work.attempt():
            actions.save_topic(
                work, version_uid=uid, key=key, locale=asked["locale"], why=asked["why"], **chosen(form)
            )
    except ValidationError as error:
        faults = [kinder(fault) for fault in faults_of(error.messages)]
        return _unsaved(422, faults) if _by_itself() else make_response(_editor(uid, form, faults, key), 422)
    except Stale as error:
        if _by_itself():
            return _unsaved(412, error.faults)
        return make_response(conflict_page(work, uid, key, form, ()), 412)
    if _by_itself():
        looks = {f"{side.value}_text": promise(form.get(f"{side.value}_text", "")) for side in Side}
        return jsonify({"saved": True, "looks": looks})
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
        actions.move_commitment(work, commitment_uid=commitment, to=asked["to"], seen=asked["seen"])
        return f"/versions/{uid}/edit?lang={_language()}#pair-{asked['to']}"

    return submit(work, schemas.PlaceIn(), act, lambda form, faults: _editor(uid, form, faults, ""))


@pages.post("/versions/<uid>/commitments/<commitment>/theme")
def change_theme(uid: str, commitment: str) -> ResponseReturnValue:
    """Let a topic stand under another theme."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.change_theme(work, commitment_uid=commitment, **asked)
        return f"/versions/{uid}/edit?lang={asked['locale']}"

    return submit(work, schemas.ThemeForm(), act, lambda form, faults: _editor(uid, form, faults, ""))


@pages.post("/versions/<uid>/themes")
def rename_theme(uid: str) -> ResponseReturnValue:
    """Call a theme otherwise, for all of its topics."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.rename_theme(work, version_uid=uid, **asked)
        return f"/versions/{uid}/edit?lang={asked['locale']}"

    return submit(work, schemas.ThemeNameForm(), act, lambda form, faults: _editor(uid, form, faults, ""))


def _editor(uid: str, form: Typed, faults: Sequence[Fault], key: str) -> str:
    """The editor; `form` and `faults` belong to the topic `key`."""
    work = current_work()
    authorize(work, Action.DRAFT_EDIT)
    facts = facts_of(work, uid)
    rules.require_open(facts.version.state)
    rows = rules.topics(facts.text.clauses)
    kept = queries.kept_by(work, version=facts.version)
    texts = list(queries.version_texts(work, version=facts.version).values())
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
        posts=_posts(work),
        cadences=list(Cadence),
        kept_by=kept,
        seen={row.key: rules.as_fields(stored(row, kept)) for row in rows},
        themes={row.theme: row.theme_label or row.theme for row in rows if row.theme},
        others=[locale for locale in work.organisation.locales if locale != facts.text.locale],
        missing=rules.gaps(texts),
        advice=queries.advice(work, texts=texts, locale=facts.text.locale),
        thin=rules.thin_sides(facts.text.clauses),
        unpaired=rules.unpaired(rows),
        last=queries.last_of_mine(work, version=facts.version, locale=facts.text.locale),
        **context(work, facts),
    )


def _posts(work: Work) -> list[tuple[str, str]]:
    names = post_names(work, translator().locale)
    return [(post.uid, names.get(post.title, post.title)) for post in queries.posts(work)]


def _by_itself() -> bool:
    """Whether the form was sent by the page while somebody writes, which shows no other page then."""
    return request.accept_mimetypes.best == "application/json"


def _unsaved(status: int, faults: Sequence[Fault]) -> ResponseReturnValue:
    return make_response(
        jsonify({"saved": False, "faults": {each.field: each.reason for each in faults}}), status
    )


def _language() -> str:
    locale = request.args.get("lang", "")
    return locale if locale in current_work().organisation.locales else ""
