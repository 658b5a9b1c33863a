"""A hospital whose people say what they think of a draft, for tests."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reciproca.compacts.consulting import actions, queries
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.queries import find_version, version_texts
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Attribution
from reciproca.core.identity import Actor, OrganisationRef, Role, system
from reciproca.core.work import Installation, Work
from tests.building.access import a_person
from tests.building.consulting import open_round
from tests.building.drafting import a_draft, a_place
from tests.building.house import an_installation


@dataclass(frozen=True, kw_only=True)
class House:
    """A hospital whose people can speak: each has a person, so that each can be answered."""

    installation: Installation
    place: OrganisationRef
    actors: Mapping[str, Actor]

    @contextmanager
    def by(self, who: str | Actor, *, write: bool = True) -> Iterator[Work]:
        """One transaction of somebody's."""
        actor = self.actors[who] if isinstance(who, str) else who
        with self.installation.work(actor, self.place, write=write) as work:
            yield work


REASON = "We shorten it to three days, because a week delays discharge."
ROLES: Mapping[str, Role] = {
    "steward": Role.STEWARD,
    "leader": Role.COMMITMENT_OWNER,
    "board": Role.RATIFIER_ORGANISATION,
    "anna": Role.PHYSICIAN,
    "ben": Role.PHYSICIAN,
    "chloe": Role.PHYSICIAN,
}
"""Who is in the house, beside `doctor` (a drafter who is a physician) and `manager` (a drafter who isn't)."""


def a_house(home: Path, url: str) -> House:
    """A hospital with a steward, drafters of both sides, two other leaders and three physicians."""
    installation = an_installation(home, url)
    place = a_place(installation)
    held = {name: frozenset({role}) for name, role in ROLES.items()}
    held |= {"doctor": frozenset({Role.PHYSICIAN, Role.DRAFTER}), "manager": frozenset({Role.DRAFTER})}
    with installation.work(system("test"), place) as work:
        actors = {
            name: Actor(
                uid=f"account:{name}",
                roles=roles,
                person_id=a_person(work, f"{name}@riverbend.example", f"S-{name}", given=name.title()).id,
            )
            for name, roles in held.items()
        }
    return House(installation=installation, place=place, actors=actors)


def a_round(house: House, attribution: Attribution = Attribution.NAMED) -> str:
    """The uid of a version whose first round is open."""
    with house.by("steward") as work:
        version = a_draft(work)
        open_round(work, version, attribution=attribution)
        return version.uid


def clause(house: House, version: str, number: int = 0) -> Clause:
    """One promise of a version, in English."""
    with house.by("steward", write=False) as work:
        return version_texts(work, version=find_version(work, uid=version))["en"].clauses[number]


def remark(house: House, who: str, version: str, text: str = "A week is too long.", **about: Any) -> str:
    """The uid of something that somebody said."""
    with house.by(who) as work:
        return actions.say(work, version_uid=version, text=text, locale="en", **about).uid


def answered(house: House, who: str, version: str, *uids: str, **options: Any) -> str:
    """The uid of the point that these comments made, after somebody accepted it (or as `options` say)."""
    said = {"disposition": Disposition.ACCEPTED, "reason": REASON, **options}
    with house.by(who) as work:
        return actions.answer(work, version_uid=version, comment_uids=uids, **said).uid


def points(work: Work, version: str, **asked: Any) -> list[queries.PointView]:
    """The points of the newest round, or as `asked`."""
    return list(queries.round_page(work, version=find_version(work, uid=version), **asked).points)


def mine(house: House, who: str | Actor) -> list[queries.MyComment]:
    """Somebody's own comments, newest first."""
    with house.by(who, write=False) as work:
        return queries.my_comments(work)[0]
