"""A hospital whose physicians are asked to sign, as they meet it at browsers: the form filled in, and what became."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from reciproca.compacts.signing.tables import RequestState, SignatureRequest
from reciproca.core.clock import FixedClock
from reciproca.core.db import Base
from reciproca.core.identity import system
from reciproca.core.ledger.tables import LedgerLeaf
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.house import BEGINNING, an_app, an_installation
from tests.building.signing import Hospital


@dataclass(frozen=True, kw_only=True)
class Site:
    """A hospital with its pages, on a clock that is moved by hand."""

    hospital: Hospital
    app: Flask
    clock: FixedClock

    def browser(self, staff_id: str) -> Browser:
        """A browser in which that person has signed in by password."""
        made = Browser(self.app)
        made.sign_in(f"{staff_id.lower()}@riverbend.example", build.PASSWORD)
        return made

    def count(self, *where: object, of: type[Base]) -> int:
        """How many rows there are."""
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            return work.session.scalar(select(func.count()).select_from(of).where(*where)) or 0  # type: ignore[arg-type]  # criteria

    def leaves(self, type_: str) -> int:
        """How many leaves of one type the ledger has."""
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            found = work.session.scalars(select(LedgerLeaf)).all()
        return sum(f'"type":"{type_}"'.encode() in leaf.entry for leaf in found)

    def state(self, staff_id: str) -> RequestState:
        """Where the person's request stands."""
        uid = self.hospital.requests[staff_id]
        with self.hospital.installation.work(system("test"), self.hospital.place, write=False) as work:
            return work.session.scalars(select(SignatureRequest.state).filter_by(uid=uid)).one()


@contextmanager
def a_site(home: Path, url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    clock = FixedClock(BEGINNING)
    installation = an_installation(home, url, clock)
    yield Site(hospital=build.a_hospital(installation), app=an_app(installation), clock=clock)
    installation.database.dispose()


def path(site: Site, staff_id: str = "P1") -> str:
    """The address of the person's invitation."""
    return f"/sign/{site.hospital.requests[staff_id]}"


def form(page: TestResponse, staff_id: str = "P1", **changed: str) -> dict[str, str]:
    """The signing form of an open page, filled in right, but for what is `changed`."""
    hidden = {
        name: found[1]
        for name in ("nonce", "text_sha256", "locale")
        if (found := re.search(rf'name="{name}" value="([^"]+)"', page.text))
    }
    name = build.NAMES[int(staff_id[1:]) - 1]
    return {**hidden, "name": name, "intent": "1", "consent": "1", "password": build.PASSWORD, **changed}


def opened(site: Site, browser: Browser, staff_id: str = "P1", locale: str = "en") -> TestResponse:
    """The page with the signing form."""
    assert browser.post(f"{path(site, staff_id)}/open", locale=locale).status_code == 303
    return browser.get(f"{path(site, staff_id)}?lang={locale}")
