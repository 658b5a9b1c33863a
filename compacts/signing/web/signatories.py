"""The page that says who signs for the organisation, where one signature isn't enough."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import queries as drafts
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.people.queries import list_posts
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.rules.signatories import read_signatories
from reciproca.compacts.signing.schemas.signatories import SignatoriesForm
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.compacts.signing.web.text import in_words
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.templates.web import page, translator

_SPARE, _FEWEST = 1, 3
"""How many empty rows stand below the groups, and how many rows there are at least."""


@pages.get("/compacts/<uid>/signatories")
def signatories(uid: str) -> str:
    """Of which groups how many people sign."""
    return _page(uid, None, ())


@pages.post("/compacts/<uid>/signatories")
def arrange_signatories(uid: str) -> ResponseReturnValue:
    """Say so."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.arrange_signatories(work, compact_uid=uid, revision=seen(), **asked)
        return f"/compacts/{uid}/signatories#kept"

    return submit(work, SignatoriesForm(), act, lambda typed, faults: _page(uid, typed, faults))


def _page(uid: str, typed: Typed | None, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    compact = drafts.find_compact(work, uid=uid)
    said = in_words(faults)
    return page(
        "signing/signatories.html",
        compact=compact,
        title=drafts.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id],
        each=compact.organisation_signs == "each",
        groups=compact.signatories,
        posts=list_posts(work),
        rows=max(len(compact.signatories) + _SPARE, _FEWEST),
        typed=_now(compact) if typed is None else typed,
        faults=said,
        errors=errors_of(said),
    )


def _now(compact: Compact) -> dict[str, str]:
    """The groups as the form's fields."""
    found: dict[str, str] = {}
    for number, one in enumerate(read_signatories(compact.signatories)):
        found |= {f"name_{number}": one.name, f"needs_{number}": str(one.needs)}
        found |= {f"post_{number}_{uid}": "1" for uid in one.posts}
    return found
