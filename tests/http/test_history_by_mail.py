"""A history says what a real mail server said, and no more."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reciproca.core.settings import Settings
from reciproca.opening import HANDLERS, open_installation
from reciproca.scheduler.ticks import tick
from tests.building import signing as build
from tests.building.ceremony import Site
from tests.building.house import an_app, an_installation
from tests.building.postbox import a_postbox

ANSWERS = {"p1": "250 OK", "p2": "550 5.1.1 no such mailbox", "p3": "451 4.2.0 come back"}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked, and a server that takes, refuses and puts off their mail."""
    first = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(first)
    first.database.dispose()
    with a_postbox() as (box, url):
        box.answer = lambda address: ANSWERS.get(address.partition("@")[0], "250 OK")
        chosen = Settings(
            home=tmp_path / "home", database_url=database_url, smtp_url=url, log_level="critical"
        )
        installation = open_installation(chosen, clock=first.clock)
        hospital = build.Hospital(**{**vars(hospital), "installation": installation})
        yield Site(hospital=hospital, app=an_app(installation), clock=first.clock)  # type: ignore[arg-type]  # a FixedClock
        installation.database.dispose()


def test_accepted_refused_and_put_off_are_told_apart(site: Site) -> None:
    """With when it is tried again; each in the reader's language."""
    site.clock.advance(timedelta(minutes=1))
    tick(site.hospital.installation, HANDLERS)
    pages = {who: site.browser(who).get("/messages/history").text for who in ("P1", "P2", "P3")}
    assert "Accepted by the mail server on Sep 1, 2026, 10:01" in pages["P1"]
    assert "Refused. The mail server refused this message." in pages["P2"]
    assert "Not accepted yet. Tries so far: 1; the next is on Sep 1, 2026, 10:02" in pages["P3"]
    french = site.browser("P2").get("/messages/history?lang=fr").text
    assert "Refusé. Le serveur de courriel a refusé ce message." in french
