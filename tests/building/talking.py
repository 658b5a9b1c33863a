"""A hospital whose people sit at browsers and talk about a draft, for tests."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.consulting import queries
from reciproca.compacts.consulting.queries import PointView
from reciproca.compacts.drafting.actions import remove_commitment
from reciproca.compacts.drafting.queries import find_version, version_texts
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Actor, Role, system
from tests.building import drafting
from tests.building.access import Browser, Site, a_person
from tests.building.consulting import ROUND

PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "steward": (Role.STEWARD,),
    "manager": (Role.DRAFTER,),
    "doctor": (Role.DRAFTER, Role.PHYSICIAN),
    "anna": (Role.PHYSICIAN,),
    "ben": (Role.PHYSICIAN,),
    "auditor": (Role.AUDITOR,),
}
REASON = "Three days is what the wards can keep."


def email(who: str) -> str:
    """The address with which somebody signs in."""
    return f"{who}@riverbend.example"


class Table:
    """One draft, and the people of both sides round it: each is linked to a person, so that each can be answered."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            people = {who: a_person(work, email(who), who, given=who.title()).id for who in PEOPLE}
        for who, roles in PEOPLE.items():
            site.account(email(who), *roles)
        with site.installation.work(system("test"), site.place) as work:
            owned = select(Membership, Account.email).join(Account, Account.id == Membership.account_id)
            for membership, address in work.session.execute(owned).all():
                membership.person_id = people[address.partition("@")[0]]
        with site.installation.work(drafting.STEWARD, site.place) as work:
            self.version = drafting.a_draft(work).uid
        self.root = f"/versions/{self.version}"
        self.sitting: dict[str, Browser] = {}

    def at(self, who: str) -> Browser:
        """Somebody's browser, signed in."""
        if who not in self.sitting:
            self.sitting[who] = self.site.browser()
            self.sitting[who].sign_in(email(who))
        return self.sitting[who]

    def read(self, who: str, end: str) -> str:
        """A page of the version, as somebody sees it."""
        answer = self.at(who).get(f"{self.root}{end}")
        assert answer.status_code == 200, answer.text
        return answer.text

    def post(self, who: str, path: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form (`path` under the version, or a whole one); it must be answered with `status`."""
        answer = self.at(who).post(path if path.startswith("/") else f"{self.root}/{path}", **fields)
        assert answer.status_code == status, answer.text
        return answer

    def open_round(self, **said: str) -> None:
        """Open a round by form."""
        self.post("steward", "consultations", **{**ROUND, **said})

    def clause(self, number: int = 0, locale: str = "en") -> Clause:
        """One promise, as it reads now."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            version = find_version(work, uid=self.version)
            return version_texts(work, version=version)[locale].clauses[number]

    def remove(self, clause: Clause) -> None:
        """Take a promise out of the draft."""
        with self.site.installation.work(drafting.STEWARD, self.site.place) as work:
            remove_commitment(work, commitment_uid=clause.uid, why="It is said elsewhere.")

    def say(
        self, who: str, text: str = "A week is too long.", status: int = 303, **about: str
    ) -> TestResponse:
        """Send the form of a promise, or of the whole text."""
        return self.post(who, "comments", status, **{"text": text, "locale": "en", **about})

    def points(self, **asked: Any) -> list[PointView]:
        """What was said, as a drafter of the organisation reads it."""
        with self.site.installation.work(READER, self.site.place, write=False) as work:
            version = find_version(work, uid=self.version)
            return list(queries.round_page(work, version=version, **asked).points)


READER = Actor(uid="account:reader", roles=frozenset({Role.STEWARD}))
