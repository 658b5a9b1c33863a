"""Pages of notices: one's own messages."""

from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError

from reciproca.compacts.notices import actions, queries
from reciproca.compacts.notices.schemas import Nothing, told_data
from reciproca.compacts.notices.words import say
from reciproca.core import csrf
from reciproca.core.errors import Invalid
from reciproca.core.http import current_work, faults_of
from reciproca.templates.web import page, translator

pages = Blueprint("notices", __name__, url_prefix="/messages")
people_pages = Blueprint("notices_of_people", __name__, url_prefix="/people")
ON_A_PAGE = 30


@pages.get("")
def list_messages() -> ResponseReturnValue:
    """One's own messages, the newest first."""
    work = current_work()
    found = queries.inbox(work, before=request.args.get("before", "")[:36] or None, limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    return page(
        "notices/inbox.html",
        messages=[_line(message) for message in shown],
        unread=queries.unread(work),
        zone=work.organisation.zone,
        older=f"/messages?before={shown[-1].uid}" if len(found) > len(shown) else "",
        is_first="before" not in request.args,
        came_back=queries.came_back(work),
        mail_is_dropped=not work.settings.smtp_url,
    )


@pages.get("/history")
def own_history() -> str:
    """Everything that one was told or was to be told, and what became of it."""
    return _history_page(None, "/messages/history")


@people_pages.get("/<string(length=36):uid>/messages")
def persons_history(uid: str) -> str:
    """The same of somebody else, without what is theirs alone."""
    return _history_page(uid, f"/people/{uid}/messages")


def _history_page(uid: str | None, address: str) -> str:
    work = current_work()
    before = request.args.get("before", "")[:36]
    found = queries.history(work, person_uid=uid, before=before or None, limit=ON_A_PAGE)
    return page(
        "notices/history.html",
        person=found.person,
        is_own=found.is_own,
        told=[told_data(one, translator(), work.organisation) for one in found.told],
        zone=work.organisation.zone,
        newest=address if before else "",
        older=f"{address}?before={found.after}" if found.after else "",
    )


@pages.post("/<string(length=36):uid>/open")
def open_message(uid: str) -> ResponseReturnValue:
    """Mark a message as read, and go to the page that it is about."""
    _expect_no_fields()
    work = current_work()
    actions.mark_read(work, uid=uid)
    return redirect(queries.path_of(work, uid=uid), 303)


@pages.post("/read")
def read_all() -> ResponseReturnValue:
    """Mark every message as read."""
    _expect_no_fields()
    actions.mark_all_read(current_work())
    return redirect("/messages", 303)


def _line(message: queries.Message) -> dict[str, Any]:
    said = say(message.facts, translator(), current_work().organisation.name)
    return {
        "uid": message.uid,
        "said": said,
        "written_at": message.written_at,
        "is_new": message.read_at is None,
    }


def _expect_no_fields() -> None:
    typed = {name: value for name, value in request.form.items() if name not in {csrf.FIELD, "_key"}}
    try:
        Nothing().load(typed)
    except ValidationError as error:
        raise Invalid(faults=tuple(faults_of(error.messages))) from error
