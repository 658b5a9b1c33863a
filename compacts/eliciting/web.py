"""Pages of eliciting: the rounds of an agreement, one's own list, and both sides' lists."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting.queries import find_compact, titles
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.eliciting import actions, queries, schemas
from reciproca.compacts.eliciting.tables import Direction
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.templates.web import page, translator

pages = Blueprint("eliciting", __name__)
_WEEKS = timedelta(days=14)


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

    return submit(work, schemas.ElicitationIn(), act, lambda typed, faults: _rounds_page(uid, typed, faults))


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

    return submit(work, schemas.ListForm(), act, lambda typed, faults: _round_page(uid, typed, faults))


@pages.post("/elicitations/<uid>/close")
def close_round(uid: str) -> ResponseReturnValue:
    """Close the round."""
    actions.close_elicitation(current_work(), elicitation_uid=uid, revision=seen())
    return redirect(f"/elicitations/{uid}/lists", 303)


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
            actions.make_strand(work, elicitation_uid=uid, **asked)
        else:
            asked = schemas.MoveIn().load({"wish_uids": wishes, "strand_uid": target})
            actions.move_wishes(work, elicitation_uid=uid, **asked)
        return f"/elicitations/{uid}/lists"

    return submit(
        work, schemas.MovesForm(), act, lambda typed, faults: _lists_page(uid, typed, faults, wishes)
    )


@pages.post("/strands/<uid>")
def change_strand(uid: str) -> ResponseReturnValue:
    """Change a theme: its name and its answer, its place, or whether there is one."""
    work = current_work()
    does = request.form.get("does", "")
    if does in {"up", "down"}:
        round_uid = queries.round_of(work, strand_uid=uid)
        actions.shift_strand(work, strand_uid=uid, by=-1 if does == "up" else 1)
    elif does == "remove":
        round_uid = queries.round_of(work, strand_uid=uid)
        actions.remove_strand(work, strand_uid=uid)
    else:
        return _named(work, uid)
    return redirect(f"/elicitations/{round_uid}/lists", 303)


def _named(work: Work, uid: str) -> ResponseReturnValue:
    round_uid = queries.round_of(work, strand_uid=uid)

    def act(asked: dict[str, Any]) -> str:
        actions.change_strand(
            work, strand_uid=uid, title=asked["title"], identity=asked["identity"], revision=seen()
        )
        return f"/elicitations/{round_uid}/lists#strand-{uid}"

    return submit(work, schemas.StrandForm(), act, lambda typed, faults: _lists_page(round_uid, {}, faults))


def _rounds_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    compact = find_compact(work, uid=uid)
    rounds = queries.elicitations(work, compact=compact)
    return page(
        "eliciting/rounds.html",
        rounds=rounds,
        may_open=is_allowed(work, Action.ELICIT_RUN) and not any(one.closed_at is None for one in rounds),
        default_day=work.today() + _WEEKS,
        **_context(work, compact, typed, faults),
    )


def _round_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    found, compact = queries.find_elicitation(work, uid=uid)
    may_run = is_allowed(work, Action.ELICIT_RUN)
    is_over = work.today() > found.closes_on
    return page(
        "eliciting/round.html",
        round=found,
        mine=queries.my_list(work, elicitation=found),
        may_write=work.actor.person_id is not None and is_allowed(work, Action.ELICIT_WRITE) and not is_over,
        is_over=is_over,
        may_run=may_run,
        writers=queries.writers(work, elicitation=found) if may_run else {},
        is_kept="kept" in request.args and not faults,
        locale=_locale(work),
        **_context(work, compact, typed, faults),
    )


def _lists_page(uid: str, typed: Typed, faults: Sequence[Fault], ticked: Sequence[str] = ()) -> str:
    work = current_work()
    found, compact = queries.find_elicitation(work, uid=uid)
    promises = queries.promises(work, compact=compact, locale=_locale(work))
    return page(
        "eliciting/lists.html",
        round=found,
        lists=queries.lists(work, elicitation=found),
        promises=promises,
        named={clause.identity: clause for clause in promises},
        may_run=is_allowed(work, Action.ELICIT_RUN),
        ticked=ticked,
        sides=list(Side),
        directions=list(Direction),
        **_context(work, compact, typed, faults),
    )


def _context(work: Work, compact: Compact, typed: Typed, faults: Sequence[Fault]) -> dict[str, Any]:
    return {
        "compact": compact,
        "title": titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        "typed": typed,
        "faults": faults,
        "errors": errors_of(faults),
        "zone": work.organisation.zone,
    }


def _locale(work: Work) -> str:
    known = work.organisation.locales
    return translator().locale if translator().locale in known else known[0]
