"""Whoever signed the version before is told how long that still counts, or that it stands for the newer one too."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import SignatureRequest
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
        newer = drafting.next_version(work, work.session.scalars(select(Version)).one(), change)
        drafting.in_force(work, newer)
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


def _told(site: Site, kind: str) -> list[tuple[str, dict[str, object]]]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        asked = select(Person.staff_id, Notice.data).join(Notice, Notice.person_id == Person.id)
        return [(row.staff_id, row.data) for row in work.session.execute(asked.where(Notice.kind == kind))]


def test_only_who_signed_is_told_what_a_successor_means_for_them(site: Site) -> None:
    """Until when the signature counts, by the organisation's calendar; or that there is nothing to do."""
    follow(site, ChangeClass.MATERIAL)
    ((staff_id, data),) = _told(site, "signature.grace")
    assert (staff_id, data["due"]) == ("P1", "2026-10-31")  # 60 days from September 1
    assert str(data["path"]).endswith("/since-you-signed")
    assert _told(site, "signature.covers") == []


def test_an_editorial_successor_is_offered_to_the_others_only(site: Site) -> None:
    """The signer is told that there is nothing to do, and isn't asked; nobody can see from the list who that is."""
    follow(site, ChangeClass.EDITORIAL)
    assert [staff_id for staff_id, _data in _told(site, "signature.covers")] == ["P1"]
    page = site.browser("S1").get(f"/compacts/{site.hospital.compact}/campaign").text
    assert "Only the form of this version changed" in page
    assert all(name in page for name in ("Anna", "Ben", "Wójcik"))
    sent = site.browser("S1").post(f"/compacts/{site.hospital.compact}/campaign", due="2026-09-30")
    assert sent.status_code == 303
    assert _asked(site) == ["P2", "P3"]
    site.clock.advance(timedelta(days=1))
    with site.hospital.installation.work(system("scheduler"), site.hospital.place) as work:
        actions.keep_up_with_staff(work)
    assert _asked(site) == ["P2", "P3"]


def test_whoever_signed_before_reads_so_in_the_invitation(site: Site) -> None:
    """Which version is theirs, which is offered, and how long theirs counts; nobody else's invitation says it."""
    follow(site, ChangeClass.MATERIAL)
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        newer = work.session.scalars(select(Version).filter_by(number=2)).one()
        build.a_campaign(work, newer)
        asked = select(Person.staff_id, Obligation.sentence).join(Person, Person.id == Obligation.person_id)
        said = dict(work.session.execute(asked.where(Obligation.state == "open")).all())
    mine = "Your signed version is 1; version 2 is offered. Your signature counts until September 13, 2026."
    assert mine in said["P1"]["en"]
    assert "jusqu’au 13 septembre 2026" in said["P1"]["fr"]
    assert "signed version" not in said["P2"]["en"]


def test_grace_is_never_shortened_once_people_were_told(site: Site) -> None:
    """The steward may give more days; fewer are refused, and change nothing."""
    path = f"/compacts/{site.hospital.compact}/stewardship"
    steward = site.browser("S1")
    page = steward.get(path).text
    kept = {
        name: re.search(rf'<select[^>]*name="{name}".*?<option value="([^"]*)" selected', page, re.DOTALL)
        for name in ("steward_uid", "sponsor_organisation_uid", "sponsor_physicians_uid")
    }
    form = {name: found[1] for name, found in kept.items() if found}
    assert steward.post(path, **form, grace_days="30").status_code == 422
    assert steward.post(path, **form, grace_days="400").status_code == 422
    assert steward.post(path, **form, grace_days="90").status_code == 303
    assert 'value="90"' in steward.get(path).text
    assert steward.post(path, **form).status_code == 303
    assert 'value="90"' in steward.get(path).text


def _asked(site: Site) -> list[str]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        of_newer = (
            select(Person.staff_id)
            .join(SignatureRequest, SignatureRequest.person_id == Person.id)
            .join(Version, Version.id == SignatureRequest.version_id)
        )
        return sorted(work.session.scalars(of_newer.where(Version.number == 2)))
