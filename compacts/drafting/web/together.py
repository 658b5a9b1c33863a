"""What needs the word of both sides, each given by one person: where each stands, what it leads to, and one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting import actions, queries, rules, schemas
from reciproca.compacts.drafting.tables import Accord, Matter, Version
from reciproca.compacts.drafting.web.blueprint import pages
from reciproca.compacts.drafting.web.forms import Typed, errors_of, seen, submit
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.plugins.types import ChangeClass, Side
from reciproca.templates.web import page


@dataclass(frozen=True, kw_only=True)
class Question:
    """Something that both sides may decide now, and the word of each that counts so far."""

    matter: Matter
    said: Mapping[Side, Accord]

    def may_say(self, side: Side, actor: str) -> bool:
        """Whether `actor` may give the word of `side`: it hasn't, and they haven't given the other's."""
        return side not in self.said and actor not in {row.given_by for row in self.said.values()}


@pages.get("/versions/<uid>/together")
def show_together(uid: str) -> str:
    """What both sides decide together about a version."""
    return _page(uid, {}, ())


@pages.post("/versions/<uid>/accords")
def give_accord(uid: str) -> ResponseReturnValue:
    """Give the word of one's side."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.give_accord(work, version_uid=uid, **asked)
        return f"/versions/{uid}/together"

    return submit(work, schemas.AccordIn(), act, lambda typed, faults: _page(uid, typed, faults))


@pages.post("/versions/<uid>/change-class")
def change_class(uid: str) -> ResponseReturnValue:
    """Call a draft's change another class."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.change_class(work, version_uid=uid, revision=seen(), **asked)
        return f"/versions/{uid}/together"

    return submit(work, schemas.ClassIn(), act, lambda typed, faults: _page(uid, typed, faults))


def questions(version: Version, given: Sequence[Accord]) -> list[Question]:
    """What a version offers to decide; the class of a change only where there is something that it changes."""
    offered = [
        one for one in rules.matters_of(version.state) if one is not Matter.CHANGE_CLASS or version.parent_id
    ]
    return [Question(matter=one, said=_standing(version, one, given)) for one in offered]


def _standing(version: Version, matter: Matter, given: Sequence[Accord]) -> dict[Side, Accord]:
    value = version.change_class.value if matter is Matter.CHANGE_CLASS else ""
    latest = max((row.round for row in given if row.matter is matter), default=0)
    said = {row.side: row for row in given if (row.matter, row.round, row.value) == (matter, latest, value)}
    is_over = matter in rules.EFFECTS and len(said) == len(Side)
    return {} if is_over else said


def _page(uid: str, typed: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    facts = facts_of(work, uid)
    given = queries.accords(work, version=facts.version)
    return page(
        "drafting/together.html",
        questions=questions(facts.version, given),
        given=given,
        sides=list(Side),
        side=queries.side_of(work, compact=facts.compact),
        actor=work.actor.uid,
        may_say=is_allowed(work, Action.ACCORD_GIVE),
        may_call=is_allowed(work, Action.COMPACT_CREATE),
        classes=list(ChangeClass),
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        **context(work, facts),
    )
