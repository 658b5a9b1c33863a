"""People who can sign in, and the browsers that they sit at."""

import re
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions
from reciproca.compacts.access.tables import Account
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.core.clock import FixedClock
from reciproca.core.identity import OrganisationRef, Role, console, system
from reciproca.core.work import Installation, Work
from tests.building.house import an_app, an_installation

ANNA, BEN = "anna.roy@riverbend.example", "ben.cote@riverbend.example"
PASSWORD = "quiet lantern tramway"


def a_hospital(installation: Installation, name: str = "Riverbend Hospital") -> OrganisationRef:
    """An organisation in Ontario that speaks English and French, and has nobody in it."""
    with installation.work(system("test")) as work:
        row = Organisation(
            name=name,
            jurisdiction="CA-ON",
            zone="America/Toronto",
            locales=["en", "fr"],
            revision=1,
            wording={},
        )
        work.session.add(row)
        work.session.flush()
        return reference(row)


def a_person(
    work: Work,
    email: str | None = ANNA,
    staff_id: str = "P1",
    *,
    given: str = "Anna",
    family: str = "Roy",
    locale: str = "en",
) -> Person:
    """Somebody of the roster."""
    person = Person(
        staff_id=staff_id, given_name=given, family_name=family, email=email, locale=locale, revision=1
    )
    work.session.add(person)
    work.session.flush()
    return person


def an_account(
    installation: Installation,
    place: OrganisationRef,
    email: str = ANNA,
    *,
    roles: Sequence[Role] = (),
    password: str | None = PASSWORD,
) -> Account:
    """Somebody who can sign in, with `PASSWORD` unless told otherwise."""
    with installation.work(console(), place) as work:
        return actions.add_account(work, email=email, roles=roles, password=password)


class Browser:
    """A browser at the application: keeps its cookies, and sends each form with its hidden token."""

    def __init__(self, app: Flask, **headers: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.headers = headers

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form, as the page that holds it would."""
        return self.client.post(path, data={"_csrf": self.token(), **fields}, headers=self.headers)

    def token(self) -> str:
        """The hidden token of this browser's forms."""
        found = re.search(r'name="_csrf" value="([0-9a-f]+)"', self.get("/auth/link").text)
        assert found, "the page has no token"
        return found[1]

    def sign_in(self, email: str = ANNA, password: str = PASSWORD) -> TestResponse:
        """Sign in by password."""
        return self.post("/auth/sign-in", email=email, password=password, next="/auth/account")

    @property
    def is_signed_in(self) -> bool:
        """Whether the account page opens."""
        return self.get("/auth/account").status_code == 200

    def cookie(self, name: str = "session") -> str | None:
        """The value of a cookie."""
        found = self.client.get_cookie(name)
        return found.value if found else None


class Site:
    """A hospital with its application, on a clock that stands still; its connections close with the `with` block."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place = a_hospital(self.installation)
        self.app = an_app(self.installation)

    def __enter__(self) -> "Site":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.installation.database.dispose()

    def account(self, email: str = ANNA, *roles: Role, password: str | None = PASSWORD) -> Account:
        """Somebody who can sign in here."""
        return an_account(self.installation, self.place, email, roles=roles, password=password)

    def browser(self, **headers: str) -> Browser:
        """A browser that nobody has signed in with."""
        return Browser(self.app, **headers)

    def bearer(self, email: str = ANNA, *scopes: str) -> dict[str, str]:
        """The header of a new API token."""
        with self.installation.work(console(), self.place) as work:
            made = actions.create_token(work, email=email, scopes=scopes or ("*",))
        return {"Authorization": f"Bearer {made.secret}"}


def addresses(app: Flask, method: str) -> list[str]:
    """An address for every rule of the application that takes `method`, with made-up values; static files left out."""
    found = [
        rule
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ()) and rule.endpoint != "static"
    ]
    return sorted(_address(app, rule) for rule in found)


def _address(app: Flask, rule: Rule) -> str:
    values = {name: _value(rule._converters[name].regex) for name in rule.arguments}
    return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def _value(regex: str) -> str:
    return next(value for value in ("0" * 36, "0" * 52, "en", "1", "reading") if re.fullmatch(regex, value))
