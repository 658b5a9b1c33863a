"""Whoever signed the version before reads in their archive how long it still counts."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.core.identity import system
from reciproca.plugins.types import ChangeClass
from tests.building import drafting
from tests.building import signing as build
from tests.building.ceremony import Site, a_site


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """P1 has signed version 1."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        yield made


def follow(site: Site, change: ChangeClass) -> None:
    """Version 2 comes into force."""
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        newer = drafting.next_version(work, work.session.scalars(select(Version)).one())
        drafting.in_force(work, newer)
        newer.change_class = change
        work.session.scalars(select(Compact)).one().grace_days = 12


def test_the_days_left_are_told_and_end(site: Site) -> None:
    """From the compact's own number of days down to none."""
    assert "still counts" not in site.browser("P1").get("/archive").text
    follow(site, ChangeClass.MATERIAL)
    page = site.browser("P1").get("/archive").text
    told = "Your signed version is 1. Version 2 is in force now; yours still counts for"
    assert (told in page, told in site.browser("P1").get("/").text) == (True, True)
    site.clock.advance(timedelta(days=20))
    page = site.browser("P1").get("/archive").text
    assert "still counts" not in page
    assert "kept as history" in page


def test_an_editorial_successor_asks_nobody(site: Site) -> None:
    """The signature stands for it, and the page says so."""
    follow(site, ChangeClass.EDITORIAL)
    site.clock.advance(timedelta(days=20))
    assert "Your signature stands for version 2 too" in site.browser("P1").get("/archive").text
