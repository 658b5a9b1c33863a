"""A certificate that ends surprises nobody: who runs the installation is told 90, 30 and 7 days before, and after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.core.identity import Role, system
from reciproca.core.keys import Keys, renew_seal
from reciproca.doctor import examine
from reciproca.opening import HANDLERS
from reciproca.scheduler.ticks import tick
from tests.building.ceremony import Site, a_site

SOON, OVER = "A certificate ends soon", "A certificate has ended"
RENEW = "Run `reciproca keys renew`, then restart the server."


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital whose steward is the administrator, and reads English; another one has left."""
    with a_site(tmp_path / "home", database_url) as made:
        _administrator(made, "S1")
        _administrator(made, "C1", is_enabled=False)
        yield made


def _administrator(site: Site, staff_id: str, *, is_enabled: bool = True) -> None:
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        address = f"{staff_id.lower()}@riverbend.example"
        account = work.session.scalars(select(Account).filter_by(email=address)).one()
        account.is_enabled = is_enabled
        member = work.session.scalars(select(Membership).filter_by(account_id=account.id)).one()
        work.session.add(Grant(membership_id=member.id, role=Role.ADMINISTRATOR, granted_at=work.now))


def mails(site: Site) -> list[tuple[str, str]]:
    """Whom was told of a certificate, and under which heading; the oldest first."""
    read = [
        BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for path in site.hospital.installation.settings.mail_folder.glob("*.eml")
    ]
    told = sorted(
        (mail for mail in read if mail["Subject"] in {SOON, OVER}), key=lambda mail: mail["Date"].datetime
    )
    return [(mail["To"], mail["Subject"]) for mail in told]


def left(site: Site, time: timedelta) -> None:
    """Let the clock stand `time` before the seal's certificate ends, and the scheduler do what is due, twice."""
    site.clock.move_to(site.hospital.installation.keys.seal.not_valid_after_utc - time)
    for _again in range(2):
        tick(site.hospital.installation, HANDLERS)


def certificates(site: Site) -> tuple[bool, str, str]:
    """What `doctor` finds."""
    found = next(one for one in examine(site.hospital.installation) if one.name == "certificates")
    return found.ok, found.said, found.remedy


def test_each_step_is_told_once(site: Site) -> None:
    """One mail at each step to each administrator, at its instant and not before it; the page and doctor say the same
    until the certificate is renewed. Nobody else sees it."""
    counts = []
    for time in (90.001, 90, 60, 30.001, 30, 7, 0.001, 0, -400):
        left(site, timedelta(days=time))
        counts.append(len(mails(site)))
    assert counts == [0, 1, 1, 1, 2, 3, 3, 4, 4]
    assert mails(site) == [("s1@riverbend.example", SOON)] * 3 + [("s1@riverbend.example", OVER)]
    left(site, timedelta(days=20))
    page = site.browser("S1").get("/?lang=en").text
    ok, said, remedy = certificates(site)
    assert ("certificate ends: " in page, RENEW in page) == (True, True)
    assert (ok, said.startswith("The seal’s certificate ends: "), remedy) == (False, True, RENEW)
    assert "certificat" not in site.browser("P1").get("/?lang=fr").text


def test_what_passed_unseen_is_told_as_it_is_now(site: Site) -> None:
    """A server that was off for months says one thing, the last; with the new certificate nothing more is said."""
    left(site, timedelta(days=-1))
    assert mails(site) == [("s1@riverbend.example", OVER)]
    installation = site.hospital.installation
    renew_seal(installation.settings.keys_folder, installation.clock)
    renewed = replace(
        site.hospital, installation=replace(installation, keys=Keys.load(installation.settings.keys_folder))
    )
    tick(renewed.installation, HANDLERS)
    assert len(mails(site)) == 1
    assert certificates(replace(site, hospital=renewed))[0]


def test_a_mail_that_waits_is_not_sent_for_a_certificate_that_was_renewed(site: Site) -> None:
    """The relay was down meanwhile: nobody is sent to mend what was mended."""
    installation = site.hospital.installation
    site.clock.move_to(installation.keys.seal.not_valid_after_utc - timedelta(days=30))
    down = replace(installation, settings=replace(installation.settings, smtp_url="smtp://127.0.0.1:9"))
    tick(down, HANDLERS)
    renew_seal(installation.settings.keys_folder, installation.clock)
    site.clock.advance(timedelta(hours=1))
    tick(replace(installation, keys=Keys.load(installation.settings.keys_folder)), HANDLERS)
    assert mails(site) == []


def test_the_root_and_a_held_key_have_words_of_their_own(tmp_path: Path) -> None:
    """The remedy is the one that helps: another command where somebody else holds the key, none for the root."""
    with a_site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}") as site:
        _administrator(site, "S1")
        root = site.hospital.installation.keys.root
        site.clock.move_to(root.not_valid_after_utc - timedelta(days=80))
        assert "root certificate ends: " in certificates(site)[1]
        assert "new root" in certificates(site)[2]
        tick(site.hospital.installation, HANDLERS)
        assert sorted(heading for _whom, heading in mails(site)) == [SOON, OVER]
        held = replace(site.hospital.installation.keys, holder="pkcs11")
        moved = replace(site.hospital, installation=replace(site.hospital.installation, keys=held))
        assert "reciproca keys certify" in certificates(replace(site, hospital=moved))[2]
