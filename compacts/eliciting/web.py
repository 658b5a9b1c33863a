"""Pages of eliciting: the rounds of an agreement, one's own list, and both sides' lists."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from flask import Blueprint, make_response, redirect, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.drafting.queries import find_compact, side_of, titles
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.drafting.web.forms import Again, Typed, errors_of, seen, submit, typed
from reciproca.compacts.eliciting import actions, queries, schemas
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.templates.web import page, translator

pages = Blueprint("eliciting", __name__)
_WEEKS = timedelta(days=14)
_QUESTION = _(
    "What can you give so that we work well together, and what do you hope to get from the other side?"
)

_SHIFTS = {"up": -1, "down": 1}


@pages.get("/compacts/<uid>/elicitations")
def show_rounds(uid: str) -> str:
    """The rounds so far, and the form that opens the next."""
    return _rounds_page(uid, {}, ())


@pages.post("/compacts/<uid>/elicitations")
def open_round(uid: str) -> ResponseReturnValue:
    """Open a round."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        return f"/elicitations/{actions.open_elicitation(work, compact_uid=uid, **asked).uid}"

    return _submit(work, schemas.ElicitationIn(), act, lambda said, faults: _rounds_page(uid, said, faults))


@pages.get("/elicitations/<uid>")
def show_round(uid: str) -> ResponseReturnValue:
    """One's own list, while the round is open; afterwards the way to both sides' lists."""
    found, _compact = queries.find_elicitation(current_work(), uid=uid)
    return redirect(f"/elicitations/{uid}/lists", 303) if found.closed_at else _round_page(uid, {}, ())


@pages.post("/elicitations/<uid>/list")
def write_list(uid: str) -> ResponseReturnValue:
    """Keep one's own list. The form has no idempotency key: a kept answer would tell later who wrote what."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.write_list(work, elicitation_uid=uid, revision=seen(), **asked)
        return f"/elicitations/{uid}?kept=1"

    return _submit(work, schemas.ListForm(), act, lambda said, faults: _round_page(uid, said, faults))


@pages.post("/elicitations/<uid>/close")
def close_round(uid: str) -> ResponseReturnValue:
    """Close the round."""
    work = current_work()

    def act(_asked: dict[str, Any]) -> str:
        actions.close_elicitation(work, elicitation_uid=uid, revision=seen())
        return f"/elicitations/{uid}/lists"

    return _submit(work, schemas.MovesForm(), act, lambda said, faults: _round_page(uid, said, faults))


@pages.get("/elicitations/<uid>/lists")
def show_lists(uid: str) -> ResponseReturnValue:
    """Both sides' lists side by side, by theme, once the round is closed."""
    found, _compact = queries.find_elicitation(current_work(), uid=uid)
    return _lists_page(uid, {}, ()) if found.closed_at else redirect(f"/elicitations/{uid}", 303)


@pages.post("/elicitations/<uid>/moves")
def move_lines(uid: str) -> ResponseReturnValue:
    """Move the ticked lines: to a theme, to none, or to a new one that is named here."""
    work = current_work()
    wishes = request.form.getlist("wish")
    target, title = request.form.get("strand_uid", ""), request.form.get("title", "")

    def act(_asked: dict[str, Any]) -> str:
        if target == "new":
            asked = schemas.StrandIn().load({"title": title, "wish_uids": wishes})
            made = actions.make_strand(work, elicitation_uid=uid, **asked).uid
            return f"/elicitations/{uid}/lists#strand-{made}"
        asked = schemas.MoveIn().load({"wish_uids": wishes, "strand_uid": target})
        if not wishes:
            raise Invalid(detail=_("Nothing is ticked. Nothing was changed."))
        actions.move_wishes(work, elicitation_uid=uid, **asked)
        return f"/elicitations/{uid}/lists"

    return _submit(
        work, schemas.MovesForm(), act, lambda said, faults: _lists_page(uid, said, faults, wishes)
    )


@pages.post("/strands/<uid>")
def change_strand(uid: str) -> ResponseReturnValue:
    """Change a theme: its name and its answer, its place, or whether there is one."""
    work, does = current_work(), request.form.get("does", "")
    round_uid = queries.round_of(work, strand_uid=uid)

    def act(asked: dict[str, Any]) -> str:
        if does == "remove":
            actions.remove_strand(work, strand_uid=uid)
            return f"/elicitations/{round_uid}/lists"
        if does in _SHIFTS:
            actions.shift_strand(work, strand_uid=uid, by=_SHIFTS[does])
        else:
            change = {name: asked[name] for name in ("title", "identity")}
            actions.change_strand(work, strand_uid=uid, revision=seen(), **change)
        return f"/elicitations/{round_uid}/lists#strand-{uid}"

    def again(said: Typed, faults: Sequence[Fault]) -> str:
        placed = [replace(one, field=f"{one.field}-{uid}" if one.field else "") for one in faults]
        return _lists_page(round_uid, {**said, "strand": uid}, placed)

    return _submit(work, schemas.StrandForm(), act, again)


def _submit(
    work: Work, schema: Schema, act: Callable[[dict[str, Any]], str], again: Again
) -> ResponseReturnValue:
    """As drafting's `submit`; what was typed is kept, too, when things have changed meanwhile."""
    try:
        return submit(work, schema, act, again)
    except (Conflict, NotFound) as error:
        told = [Fault(field="", reason=error.detail, remedy=error.remedy)]
        return make_response(again(typed(), told), error.status)


def _rounds_page(uid: str, said: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    compact = find_compact(work, uid=uid)
    rounds = queries.elicitations(work, compact=compact)
    is_open = any(one.closed_at is None for one in rounds)
    may_open = is_allowed(work, Action.ELICIT_RUN) and not is_open
    return page(
        "eliciting/rounds.html",
        rounds=rounds,
        may_open=may_open,
        cautions=queries.cautions(work) if may_open else (),
        default_day=work.today() + _WEEKS,
        default_question=translator().gettext(_QUESTION),
        **_context(work, compact, said, faults),
    )


def _round_page(uid: str, said: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    found, compact = queries.find_elicitation(work, uid=uid)
    may_run = is_allowed(work, Action.ELICIT_RUN)
    writers = queries.writers(work, elicitation=found) if may_run else {}
    is_over = found.closed_at is not None or work.today() > found.closes_on
    return page(
        "eliciting/round.html",
        round=found,
        mine=queries.my_list(work, elicitation=found),
        side=side_of(work, compact=compact),
        may_write=work.actor.person_id is not None and is_allowed(work, Action.ELICIT_WRITE) and not is_over,
        is_over=is_over,
        may_run=may_run,
        writers=writers,
        cautions=queries.cautions(work, wrote=writers) if may_run else (),
        is_kept="kept" in request.args and not faults,
        languages=[(code, translator().language_name(code)) for code in work.organisation.locales],
        locale=_locale(work),
        **_context(work, compact, said, faults),
    )


def _lists_page(uid: str, said: Typed, faults: Sequence[Fault], ticked: Sequence[str] = ()) -> str:
    work = current_work()
    found, compact = queries.find_elicitation(work, uid=uid)
    lists = queries.lists(work, elicitation=found)
    version, promises = queries.promises(work, compact=compact, locale=_locale(work))
    return page(
        "eliciting/lists.html",
        round=found,
        lists=lists,
        targets=[(strand.uid, strand.title) for strand in lists.strands],
        version=version,
        named={clause.identity: clause for clause in promises},
        may_run=is_allowed(work, Action.ELICIT_RUN),
        ticked=ticked,
        locale=_locale(work),
        **_context(work, compact, said, faults),
    )


def _context(work: Work, compact: Compact, said: Typed, faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "compact": compact,
        "title": titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        "typed": said,
        "faults": faults,
        "errors": errors_of(faults),
        "zone": work.organisation.zone,
    }


def _locale(work: Work) -> str:
    known = work.organisation.locales
    return translator().locale if translator().locale in known else known[0]
