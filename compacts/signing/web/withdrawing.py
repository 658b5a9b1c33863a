"""The page on which one takes one's signature back."""

from collections.abc import Sequence
from typing import Any

from flask import redirect
from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting.web.forms import Typed, errors_of, submit
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.signing import actions, queries, schemas
from reciproca.compacts.signing.tables import RequestState
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.text import in_words
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.templates.web import page


@pages.get("/sign/<uid>/withdraw")
def withdrawal(uid: str) -> ResponseReturnValue:
    """What withdrawing means, and the form."""
    if queries.find_request(current_work(), uid=uid).state is not RequestState.SIGNED:
        return redirect(f"/sign/{uid}/done", 303)
    return _withdrawal_page(uid, {}, ())


@pages.post("/sign/<uid>/withdraw")
def withdraw(uid: str) -> ResponseReturnValue:
    """Withdraw the signature."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.withdraw_signature(work, request_uid=uid, **asked)
        return f"/sign/{uid}/done"

    return submit(
        work, schemas.WithdrawalIn(), act, lambda typed, faults: _withdrawal_page(uid, typed, faults)
    )


def _withdrawal_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    sheet = queries.show_request(work, uid=uid, locale=chosen_locale(work))
    said = in_words(faults)
    return page(
        "signing/withdraw.html",
        sheet=sheet,
        text=sheet.text,
        typed=typed,
        faults=said,
        errors=errors_of(said),
    )
