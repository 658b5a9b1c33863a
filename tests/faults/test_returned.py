"""Mail that comes back: read from a real mailbox, believed only about our own mails, and not sent in vain again."""

import email
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.bounces.actions import confirm, report
from reciproca.compacts.bounces.queries import bounces, counted
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.tables import Bounce, Delivery
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Person
from reciproca.doctor import examine
from reciproca.scheduler.returning import read_returned
from reciproca.scheduler.ticks import tick
from tests.building.mailbox import Mailbox, a_mailbox, a_note, a_report
from tests.building.mailing import TEST, House
from tests.building.postbox import Postbox, a_postbox

BOUNCES = "bounces@riverbend.example"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A mailbox on loopback."""
    with a_mailbox() as made:
        yield made


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on loopback and its URL."""
    with a_postbox() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, database_url: str, postbox: tuple[Postbox, str], box: Mailbox) -> Iterator[House]:
    """A hospital that has sent P1 one mail, and hears of what comes back."""
    made = House(tmp_path / "home", database_url)
    made.mailing_to(postbox[1], bounce_address=BOUNCES, bounce_imap_url=box.url)
    made.remind("P1")
    assert made.tick() == {"handed_over": 1}
    yield made
    made.installation.database.dispose()


def read_now(house: House) -> dict[str, int]:
    """What is new in the mailbox, by sort."""
    return dict(read_returned(house.installation))


def tell(house: House) -> dict[str, int]:
    """A minute later P1 is told something; what became of it."""
    house.clock.advance(timedelta(minutes=1))
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        notify(work, kind=Kind.VERSION_IN_FORCE, person_id=person.id, data={"title": {"en": "Agreement"}})
    return house.tick()


def kept(house: House) -> list[tuple[str, str, bool]]:
    """What is known of mail that came back."""
    with house.installation.work(TEST, house.place, write=False) as work:
        rows = work.session.scalars(select(Bounce).order_by(Bounce.id))
        return [(row.status, row.said, row.is_lasting) for row in rows]


def test_each_mail_comes_from_an_address_of_its_own(house: House, postbox: tuple[Postbox, str]) -> None:
    """The envelope says where it comes back to; what the reader sees doesn't."""
    assert tell(house) == {"handed_over": 1}
    senders, mails = postbox[0].senders, postbox[0].mails
    assert len(set(senders)) == 2
    assert all(sender.startswith("bounces+") and sender.endswith("@riverbend.example") for sender in senders)
    assert all(len(sender.partition("@")[0]) <= 64 for sender in senders)
    assert not any("bounces" in mail["From"] for mail in mails)


def test_what_comes_back_for_good_ends_mail_to_that_address(
    house: House, postbox: tuple[Postbox, str], box: Mailbox
) -> None:
    """It is shown as bounced with the reason, without the address; the next mail isn't sent and says why; read twice it
    is one; doctor names it."""
    mail = box.put(a_report(postbox[0].senders[0]))
    assert read_now(house) == {"failed": 1}
    assert mail.flags == {r"\Seen"}
    assert read_now(house) == {}
    box.put(a_report(postbox[0].senders[0]))
    assert read_now(house) == {"report": 1}
    assert kept(house) == [("5.1.1", "550 5.1.1 … unknown", True)]
    (row,) = house.rows()
    assert (row.state, row.outcome, row.failure) == ("done", "bounced", "5.1.1 550 5.1.1 … unknown")
    assert tell(house) == {"dropped": 1}
    assert [(row.state, row.failure) for row in house.rows()][1:] == [("dropped", "came_back")]
    assert len(postbox[0].mails) == 1
    with house.installation.work(TEST, house.place, write=False) as work:
        (one,) = bounces(work)
        assert (one.name, one.address, one.is_mailed) == ("Sam P1", "p1@riverbend.example", False)
        assert counted(work, since=work.now - timedelta(days=1)) == {"bounced": 1, "disabled": 1}
    found = {one.name: one for one in examine(house.installation)}
    assert "1 bounced" in found["deliveries"].said
    assert not found["deliveries"].ok
    assert "1 people get no mail" in found["returned"].said
    assert "the mailbox can be read" in found["returned"].said


@pytest.mark.parametrize("how", ["another address", "it is right"])
def test_mail_goes_again_once_the_address_is_right(
    house: House, postbox: tuple[Postbox, str], box: Mailbox, how: str
) -> None:
    """The person has another address, or somebody says that this one is right; what was missed isn't sent late."""
    box.put(a_report(postbox[0].senders[0]))
    read_now(house)
    assert tell(house) == {"dropped": 1}
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        if how == "another address":
            person.email = "sam@riverbend.example"
        else:
            assert confirm(work, person_uid=person.uid) == 1
            assert confirm(work, person_uid=person.uid) == 0
    assert tell(house) == {"handed_over": 1}
    box.put(a_report(postbox[0].senders[1]))
    assert read_now(house) == {"failed": 1}
    assert tell(house) == {"dropped": 1}


def test_a_report_about_an_earlier_address_ends_nothing(
    house: House, postbox: tuple[Postbox, str], box: Mailbox
) -> None:
    """The mail bounced, and is shown so; the person has another address since then."""
    with house.installation.work(TEST, house.place) as work:
        work.session.scalars(select(Person)).one().email = "sam@riverbend.example"
    box.put(a_report(postbox[0].senders[0]))
    assert read_now(house) == {"failed": 1}
    assert [is_lasting for _status, _said, is_lasting in kept(house)] == [False]
    assert tell(house) == {"handed_over": 1}


@pytest.mark.parametrize(
    ("status", "is_lasting"),
    [("5.1.1", True), ("5.1.10", True), ("5.2.1", True), ("5.4.4", True), ("5.0.0", True), ("nonsense", True),
     ("5.2.2", False), ("5.7.1", False), ("5.3.4", False), ("4.4.7", False)],
)  # fmt: skip
def test_a_full_mailbox_is_no_wrong_address(
    house: House, postbox: tuple[Postbox, str], box: Mailbox, status: str, is_lasting: bool
) -> None:
    """Only what will fail again ends mail to an address."""
    box.put(a_report(postbox[0].senders[0], status=status, said="550 no"))
    assert read_now(house) == {"failed": 1}
    assert [one[2] for one in kept(house)] == [is_lasting]


def test_notes_letters_and_reports_of_delay_are_no_failures(
    house: House, postbox: tuple[Postbox, str], box: Mailbox
) -> None:
    """Out of office is nothing; a person's letter is flagged for a person; neither counts, whatever it says."""
    sender = postbox[0].senders[0]
    note, letter = box.put(a_note(sender)), box.put(a_note(sender, automatic=False))
    box.put(a_report(sender, action="delayed", status="4.4.1"))
    box.put(b"\xff\xfe\x00 not a mail")
    assert read_now(house) == {"automatic": 1, "letter": 2, "report": 1}
    assert (note.flags, letter.flags) == ({r"\Seen"}, {r"\Seen", r"\Flagged"})
    assert kept(house) == []
    assert tell(house) == {"handed_over": 1}


def test_nobody_can_make_up_that_a_mail_came_back(
    house: House, postbox: tuple[Postbox, str], box: Mailbox
) -> None:
    """Every character of the address counts, but for case; another mailbox's doesn't."""
    name, _at, domain = postbox[0].senders[0].partition("@")
    for at in range(len("bounces+"), len(name)):
        forged = name[:at] + ("a" if name[at] != "a" else "b") + name[at + 1 :]
        box.put(a_report(f"{forged}@{domain}"))
    box.put(a_report(f"{name}@other.example"))
    box.put(a_report(BOUNCES))
    assert set(read_now(house)) == {"unknown"}
    assert kept(house) == []
    box.put(a_report(f"{name.upper()}@{domain.upper()}"))
    assert read_now(house) == {"failed": 1}


def test_a_mailbox_that_is_down_stops_nothing(house: House) -> None:
    """It is looked at again in a minute; doctor says that it can't be read, and not with which password."""
    broken = "imap://bounces:secret@127.0.0.1:1/INBOX"
    house.mailing_to(house.installation.settings.smtp_url, bounce_address=BOUNCES, bounce_imap_url=broken)
    assert tick(house.installation, {}).returned == {}
    (found,) = [one for one in examine(house.installation) if one.name == "returned"]
    assert not found.ok
    assert "can't be read" in found.said
    assert "secret" not in found.said


@pytest.mark.parametrize("path", ["/Nowhere", "/INBOX"])
def test_a_mailbox_that_does_not_let_us_in_is_named(house: House, box: Mailbox, path: str) -> None:
    """A wrong folder or password is found by doctor before mail is missed."""
    url = box.url.replace("/INBOX", path) if path == "/Nowhere" else box.url.replace("right", "wrong")
    house.mailing_to(house.installation.settings.smtp_url, bounce_address=BOUNCES, bounce_imap_url=url)
    assert read_now(house) == {}
    (found,) = [one for one in examine(house.installation) if one.name == "returned"]
    assert not found.ok


def test_a_mail_that_was_never_handed_over_cannot_come_back(house: House, box: Mailbox) -> None:
    """A forwarded report about a mail that still waits changes nothing."""
    assert tell(house) == {"handed_over": 1}
    with house.installation.work(TEST, house.place) as work:
        row = work.session.scalars(select(Delivery).order_by(Delivery.id.desc())).first()
        assert row
        row.state, row.outcome = "pending", None
        assert not report(work, delivery=row, status="5.1.1", said="")
    assert box.fetched == 0
    assert kept(house) == []


def test_the_mail_drop_has_no_envelope(tmp_path: Path, database_url: str) -> None:
    """Without a mail server nothing can come back, and nothing says so."""
    made = House(tmp_path / "home", database_url)
    made.remind("P1")
    made.tick()
    (path,) = (made.home / "mail").glob("*.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "bounces" not in str(mail)
    made.installation.database.dispose()
