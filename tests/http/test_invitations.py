"""Invitations to sign: whose they are, when they end, and what one can do instead of signing."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from reciproca.compacts.drafting.actions import enter_force, schedule
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import (
    Campaign,
    Ceremony,
    RequestState,
    Signature,
)
from reciproca.core.errors import Conflict
from reciproca.core.identity import system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from tests.building import drafting
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form, opened, path
from tests.building.house import an_installation


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made


def test_an_invitation_is_nobody_elses(site: Site) -> None:
    """Another physician, the steward and a stranger can't see that somebody was asked, let alone sign."""
    for other in ("P2", "S1"):
        browser = site.browser(other)
        assert browser.get(path(site)).status_code == 404
        assert browser.post(f"{path(site)}/open", locale="en").status_code == 404
    assert Browser(site.app).get(path(site)).status_code in {302, 303}
    assert site.count(of=Ceremony) == 0


def test_who_has_left_the_staff_can_t_sign(site: Site) -> None:
    """An appointment that ended while the page was open: nothing is signed, and the page says whom to ask."""
    browser = site.browser("P1")
    sent = form(opened(site, browser))
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        left = update(Appointment).where(
            Appointment.person_id.in_(select(Person.id).filter_by(staff_id="P1"))
        )
        work.session.execute(left.values(ends=work.today() - timedelta(days=1)))
    answer = browser.post(path(site), **sent)
    assert answer.status_code == 403
    assert "not on the list of the staff" in answer.text
    assert site.count(of=Signature) == 0


def test_a_version_that_is_replaced_while_one_reads_is_not_signed(site: Site) -> None:
    """The form was for version 1, and version 2 came into force: neither is signed, and nobody is asked any more."""
    browser = site.browser("P1")
    sent = form(opened(site, browser))
    hospital = site.hospital
    with hospital.installation.work(system("test"), hospital.place) as work:
        old = work.session.scalars(select(Version).filter_by(uid=hospital.version)).one()
        drafting.in_force(work, drafting.next_version(work, old))
    answer = browser.post(path(site), **sent)
    assert answer.status_code == 409
    assert "newer version" in answer.text
    assert site.count(of=Signature) == 0
    assert {site.state(staff_id) for staff_id in ("P1", "P2", "P3")} == {RequestState.SUPERSEDED}
    assert site.leaves("request.ended") == 3


def test_nobody_is_asked_to_sign_what_is_not_ratified(tmp_path: Path, database_url: str) -> None:
    """A campaign for a text that only waits for both sides is refused; after ratification it opens, once."""
    installation = an_installation(tmp_path / "home", database_url)
    hospital = build.a_hospital(installation, stage="proposed", campaign=False)
    with installation.work(system("test"), hospital.place) as work:
        version = work.session.scalars(select(Version)).one()
        with pytest.raises(Conflict):
            build.a_campaign(work, version)
        for side in drafting.RATIFIERS:
            drafting.decide(work, version, side)
        build.a_campaign(work, version)
        with pytest.raises(Conflict, match="already"):
            build.a_campaign(work, version)
        steward = drafting.as_actor(work, drafting.STEWARD)
        schedule(steward, version_uid=version.uid, effective_from=work.today())
        enter_force(drafting.as_actor(work, system("scheduler")), version_uid=version.uid)
        assert work.session.scalar(select(func.count()).select_from(Campaign)) == 1
    installation.database.dispose()


def test_declining_leaves_no_readable_trace(site: Site) -> None:
    """No leaf, no event, no receipt; the co-sponsor who was chosen reads the reason, the other one doesn't."""
    browser = site.browser("P1")
    before = [site.count(of=table) for table in (LedgerLeaf, OutboxItem)]
    sent = {"confidant": "physicians", "reason": "I would rather wait a year."}
    assert browser.post(f"{path(site)}/decline", **sent).status_code == 303
    assert [site.count(of=table) for table in (LedgerLeaf, OutboxItem)] == before
    assert "You have declined" in browser.get(f"{path(site)}/done").text
    assert "rather wait" in site.browser("Y1").get("/talks").text
    for other in ("X1", "S1"):
        assert "rather wait" not in site.browser(other).get("/talks").text
    assert "too few to show" in site.browser("S1").get(f"/compacts/{site.hospital.compact}/campaign").text


def test_a_reason_needs_a_reader(site: Site) -> None:
    """A reason without anybody who may read it is not kept: the form asks who."""
    answer = site.browser("P1").post(f"{path(site)}/decline", reason="Because")
    assert answer.status_code == 422
    assert "who may read your reason" in answer.text
    assert "Because" in answer.text
    assert site.state("P1") is RequestState.SENT


def test_who_asked_to_talk_can_still_sign(site: Site) -> None:
    """A conversation is no end: the co-sponsor is told, reminders stop, and signing works as before."""
    browser = site.browser("P1")
    assert browser.post(f"{path(site)}/talk", confidant="physicians").status_code == 303
    assert site.state("P1") is RequestState.DISCUSSION_REQUESTED
    assert "get in touch" in browser.get(f"{path(site)}/done").text
    assert browser.post(path(site), **form(opened(site, browser))).status_code == 303
    assert site.state("P1") is RequestState.SIGNED


def test_what_nobody_answered_ends_in_one_batch(site: Site) -> None:
    """When the campaign ends, every outcome but signing is committed to as one kind of leaf, naming no person."""
    hospital = site.hospital
    build.signed(hospital, "P1")
    site.browser("P2").post(f"{path(site, 'P2')}/decline")
    site.clock.advance(timedelta(days=31))
    with hospital.installation.work(system("scheduler"), hospital.place) as work:
        assert actions.close_due_campaigns(work) == [hospital.campaign]
    assert [site.state(staff_id) for staff_id in ("P1", "P2", "P3")] == [
        RequestState.SIGNED,
        RequestState.DECLINED,
        RequestState.EXPIRED,
    ]
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
    ended = [entry for entry in entries if '"request.ended"' in entry]
    assert len(ended) == 2
    for entry in ended:
        assert '"actor":"system:scheduler"' in entry
        assert f'"object":"{hospital.campaign}"' in entry
    assert not any(uid in entry for entry in entries for uid in hospital.requests.values())
    assert site.browser("P3").post(f"{path(site, 'P3')}/open", locale="en").status_code == 409


def test_the_last_day_ends_the_invitation_whether_or_not_anybody_closed_it(site: Site) -> None:
    """A scheduler that is late leaves nobody more time than the others had."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        due = work.session.scalars(select(Campaign.due_at)).one()
    site.clock.move_to(due - timedelta(minutes=1))
    browser = site.browser("P1")
    page = opened(site, browser)
    site.clock.move_to(due)
    assert browser.post(path(site), **form(page)).status_code == 409
    assert site.state("P1") is not RequestState.SIGNED
