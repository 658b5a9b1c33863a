"""Beginning an agreement, its next version, and naming those who stand for it."""

from collections.abc import Sequence
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.plugins.types import LegalEffect
from reciproca.templates.web import page, translator


@pages.get("/compacts/new")
def new_compact() -> str:
    """Choose a template, what signing means, and the rhythm of review."""
    return _new_page({}, ())


@pages.post("/compacts")
def create_compact() -> ResponseReturnValue:
    """Begin the agreement and go to its first draft."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        return f"/versions/{actions.create_compact(work, **asked).uid}"

    return submit(work, schemas.NewCompactForm(), act, _new_page)


@pages.post("/compacts/<uid>/versions")
def start_version(uid: str) -> ResponseReturnValue:
    """Begin the next version and go to it."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        return f"/versions/{actions.start_version(work, compact_uid=uid, **asked).uid}"

    return submit(work, schemas.NextVersionIn(), act, lambda typed, faults: _next_page(uid, typed, faults))


@pages.get("/compacts/<uid>/next")
def next_version(uid: str) -> str:
    """Say how much the next version will change."""
    return _next_page(uid, {}, ())


@pages.get("/compacts/<uid>/stewardship")
def stewardship(uid: str) -> str:
    """Who keeps the agreement and who stands for each side."""
    return _stewardship_page(uid, None, ())


@pages.post("/compacts/<uid>/stewardship")
def change_stewardship(uid: str) -> ResponseReturnValue:
    """Name them."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.change_stewardship(work, compact_uid=uid, revision=seen(), **asked)
        return f"/compacts/{uid}"

    return submit(
        work, schemas.StewardshipIn(), act, lambda typed, faults: _stewardship_page(uid, typed, faults)
    )


def _new_page(typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    return page(
        "drafting/new.html",
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        templates=list(work.plugins.templates.values()),
        cycles=list(work.plugins.review_cycles.values()),
        effects=[(effect, pack.effects.get(effect.value) if pack else None) for effect in LegalEffect],
        units=queries.units(work),
        language=translator().locale,
    )


def _next_page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    compact = queries.find_compact(work, uid=uid)
    title = queries.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id]
    versions = queries.versions(work, compact_ids=[compact.id])
    return page(
        "drafting/next.html", compact=compact, title=title, versions=versions,
        typed=typed, faults=faults, errors=errors_of(faults),
    )  # fmt: skip


def _stewardship_page(uid: str, typed: Typed | None, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMPACT_CREATE)
    compact = queries.find_compact(work, uid=uid)
    people = queries.people_to_choose(work)
    by_id = {person.id: person.uid for person in people}
    now = {
        "steward_uid": by_id.get(compact.steward_id or 0, ""),
        "sponsor_organisation_uid": by_id.get(compact.sponsor_organisation_id or 0, ""),
        "sponsor_physicians_uid": by_id.get(compact.sponsor_physicians_id or 0, ""),
        "sunset": compact.sunset.isoformat() if compact.sunset else "",
        "grace_days": str(compact.grace_days),
    }
    title = queries.titles(work, compact_ids=[compact.id], locale=translator().locale)[compact.id]
    return page(
        "drafting/stewardship.html", compact=compact, title=title, people=people,
        typed=now if typed is None else typed, faults=faults, errors=errors_of(faults),
    )  # fmt: skip
