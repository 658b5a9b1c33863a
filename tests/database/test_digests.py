"""One mail a day: what comes due for somebody on one day is one message, however it came to be swept and sent."""

import email
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reciproca.compacts.notices.queries import deliveries
from reciproca.compacts.notices.tables import GATHERING, Delivery, Notice
from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.people.tables import Leave, Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, console, system
from reciproca.core.leases import lease
from reciproca.core.work import Work
from reciproca.scheduler.gathering import let_go
from reciproca.scheduler.sweep import sweep
from reciproca.scheduler.ticks import sweep_all, tick
from tests.building.house import an_installation
from tests.building.obligations import DUE, a_post, a_reminded_hospital, owed_by, someone

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


class House:
    """A hospital where people owe things, and its clock."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.clock = home, FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place: OrganisationRef = a_reminded_hospital(self.installation)

    def owes(self, staff_id: str, count: int, *, first: int = 0, due: date = DUE, locale: str = "en") -> None:
        """Somebody owes so many things, numbered on from `first`."""
        with self.installation.work(TEST, self.place) as work:
            asked = select(Person).filter_by(staff_id=staff_id)
            person = work.session.scalars(asked).one_or_none() or someone(work, staff_id, locale=locale)
            for number in range(first, first + count):
                owed_by(work, person, subject_uid=f"{staff_id}-{number}", due=due)

    def tick(self, at: datetime) -> dict[str, int]:
        """One tick at an instant; what became of messages."""
        self.clock.move_to(at)
        return dict(tick(self.installation, {}).deliveries)

    def sweep_chunk(self, chunk: int) -> int:
        """One chunk; how many obligations were looked at."""
        with self.installation.work(TEST, self.place) as work:
            return sweep(work, chunk=chunk).looked

    def mails(self) -> list[EmailMessage]:
        """Every mail in the drop, the oldest first."""
        files = sorted((self.home / "mail").glob("*.eml"))
        read = [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
        return [mail for mail in read if isinstance(mail, EmailMessage)]

    def messages(self) -> list[tuple[int | None, str, int]]:
        """Every message: its turn, its state and how many notices it carries."""
        carried = select(Delivery.turn, Delivery.state, func.count(Notice.id))
        asked = carried.join(Notice, Notice.delivery_id == Delivery.id).group_by(Delivery.id)
        with self.installation.database.transaction(write=False) as session:
            rows = session.execute(asked.order_by(Delivery.id), execution_options=ACROSS)
            return [(turn, state, count) for turn, state, count in rows]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def _text(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_twelve_things_are_one_mail_that_lists_twelve(house: House) -> None:
    """Duties and an invitation, one's own and a post's: one mail, each with its own link, the nearest day first."""
    house.owes("P1", 9)
    house.owes("P1", 1, first=9, due=DUE - timedelta(days=6))  # is due tomorrow
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        owed_by(work, a_post(work, "Chief", person), subject_uid="post")
    house.clock.move_to(WEEK_BEFORE - timedelta(minutes=1))
    with house.installation.work(TEST, house.place) as work:
        owed_by(work, person, subject_uid="asked", due=date(2026, 12, 1), family=Family.INVITATION)
    assert house.tick(WEEK_BEFORE) == {"written": 1}
    (mail,) = house.mails()
    assert mail["Subject"] == "12 things wait for you"
    plain, html = _text(mail), _text(mail, "html")
    assert (
        plain.count("http://127.0.0.1:8000/reviews/1")
        == html.count('href="http://127.0.0.1:8000/reviews/1"')
        == 12
    )
    assert plain.count("Due October 15, 2026: Answer within 30 days") == 10
    assert plain.count("Both sides are reminded in the same way") == 1
    assert "Your answer is free." in plain
    days = ["Due October 9, 2026", "Due October 15, 2026", "You are invited"]
    assert sorted(days, key=plain.index) == days
    with house.installation.work(console(), house.place, write=False) as work:
        (sent,) = deliveries(work)
    assert (sent.kind, sent.notices, sent.state) == ("digest", 12, "done")


def test_it_reads_in_its_readers_language(house: House) -> None:
    """To whoever reads French, all of it."""
    house.owes("P1", 2, locale="fr")
    assert house.tick(WEEK_BEFORE) == {"written": 1}
    (mail,) = house.mails()
    assert mail["Subject"] == "2 choses vous attendent"
    assert _text(mail).count("15 octobre 2026") == 2


def test_one_thing_is_told_in_its_own_words(house: House) -> None:
    """A list of one would be a detour."""
    house.owes("P1", 1)
    house.tick(WEEK_BEFORE)
    (mail,) = house.mails()
    assert mail["Subject"] == "Due October 15, 2026: Answer within 30 days"


def test_what_comes_due_after_the_mail_went_is_the_next_one(house: House) -> None:
    """Later the same day there is a second mail with what is new; the first is never sent again."""
    house.owes("P1", 2)
    house.tick(WEEK_BEFORE)
    house.owes("P1", 3, first=2)
    assert house.tick(WEEK_BEFORE + timedelta(hours=1)) == {}  # not before tomorrow's reminders
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        owed_by(work, person, subject_uid="asked", due=date(2026, 12, 1), family=Family.INVITATION)
    assert house.tick(WEEK_BEFORE + timedelta(hours=1)) == {"written": 1}
    assert house.messages() == [(0, "done", 2), (1, "done", 1)]


def test_what_comes_due_while_a_message_waits_joins_it(house: House) -> None:
    """Somebody who is away that day gets one mail when they are back."""
    house.owes("P1", 2)
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        work.session.add(Leave(person_id=person.id, starts=date(2026, 10, 1), ends=date(2026, 10, 12)))
    assert house.tick(WEEK_BEFORE) == {"waiting": 1}
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        owed_by(work, person, subject_uid="asked", due=date(2026, 12, 1), family=Family.INVITATION)
    assert house.tick(WEEK_BEFORE + timedelta(hours=1)) == {"waiting": 1}
    assert house.messages() == [(0, "pending", 3)]
    assert house.tick(datetime(2026, 10, 13, 14, 0, tzinfo=UTC)) == {"written": 1}
    assert house.mails()[0]["Subject"] == "3 things wait for you"


def test_who_comes_back_after_days_gets_one_mail(house: House) -> None:
    """What came due on several days of a leave is one list on the morning after it."""
    house.owes("P1", 2)
    house.owes("P1", 2, first=2, due=DUE + timedelta(days=1))
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        work.session.add(Leave(person_id=person.id, starts=date(2026, 10, 1), ends=date(2026, 10, 13)))
    assert house.tick(WEEK_BEFORE) == {"waiting": 1}
    assert house.tick(WEEK_BEFORE + timedelta(days=1)) == {"waiting": 1}
    assert house.messages() == [
        (0, "pending", 6)
    ]  # two of them twice: their later reminder takes the earlier's place
    assert house.tick(datetime(2026, 10, 14, 12, 59, tzinfo=UTC)) == {}  # a minute before nine
    assert house.tick(datetime(2026, 10, 14, 13, 0, tzinfo=UTC)) == {"written": 1}
    assert house.mails()[0]["Subject"] == "4 things wait for you"


def test_what_joins_a_message_has_it_looked_at_again(house: House) -> None:
    """Who is back earlier than was known hears of everything with the next thing that comes due."""
    house.owes("P1", 1)
    house.owes("P1", 1, first=1, due=DUE + timedelta(days=1))
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        work.session.add(Leave(person_id=person.id, starts=date(2026, 10, 1), ends=date(2026, 12, 1)))
    assert house.tick(WEEK_BEFORE) == {"waiting": 1}
    with house.installation.work(TEST, house.place) as work:
        work.session.scalars(select(Leave)).one().ends = WEEK_BEFORE.date()
    assert house.tick(WEEK_BEFORE + timedelta(days=1)) == {"written": 1}
    assert house.mails()[0]["Subject"] == "2 things wait for you"


def test_what_was_done_meanwhile_is_left_out(house: House) -> None:
    """Of twelve things one is done between the sweep and the mail: it lists eleven, and the twelfth has its reason."""
    house.owes("P1", 12)
    house.clock.move_to(WEEK_BEFORE)
    sweep_all(house.installation, house.place)
    with house.installation.work(TEST, house.place) as work:
        meet(work, kind="commitment", subject_uid="P1-4")
    assert house.tick(WEEK_BEFORE) == {"written": 1}
    assert house.mails()[0]["Subject"] == "11 things wait for you"
    with house.installation.work(TEST, house.place, write=False) as work:
        assert _left_out(work) == ["answered"]


def _left_out(work: Work) -> list[str | None]:
    return list(work.session.scalars(select(Notice.left_out).where(Notice.left_out.is_not(None))))


def test_nothing_goes_before_the_sweep_is_over(house: House) -> None:
    """Swept in four pieces, with a dispatcher at work in between and a second sweeper that finds nothing free, twelve
    things are still one mail."""
    house.owes("P1", 12)
    house.clock.move_to(WEEK_BEFORE)
    for piece in range(4):
        assert house.sweep_chunk(3) == 3
        with house.installation.work(TEST, house.place) as work:
            let_go(work)
        assert house.messages()[0][1] == (GATHERING if piece < 3 else "pending")
        with house.installation.database.transaction() as session:
            assert piece == 3 or lease(session, Delivery, now=house.clock.now()) == []
    assert house.sweep_chunk(3) == 0
    assert house.messages() == [(0, "pending", 12)]


def test_a_message_that_was_taken_takes_nothing_more_in(house: House) -> None:
    """Once a worker has read what is in it, what comes due goes into the next: nothing is lost."""
    house.owes("P1", 2)
    house.clock.move_to(WEEK_BEFORE)
    sweep_all(house.installation, house.place)
    with house.installation.database.transaction() as session:
        assert len(lease(session, Delivery, now=house.clock.now())) == 1
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person)).one()
        owed_by(work, person, subject_uid="asked", due=date(2026, 12, 1), family=Family.INVITATION)
    sweep_all(house.installation, house.place)
    assert house.messages() == [(0, "leased", 2), (1, "pending", 1)]


def test_sweepers_at_once_make_one_message(house: House) -> None:
    """Three machines that sweep at the same moment, in small pieces: one message for each person, and all is in it."""
    people = [f"P{number}" for number in range(5)]
    for staff_id in people:
        house.owes(staff_id, 12)
    house.clock.move_to(WEEK_BEFORE)
    together, failed = threading.Barrier(3), []

    def run() -> None:
        together.wait()
        try:
            while house.sweep_chunk(4):
                pass
        except Exception as error:  # noqa: BLE001 -- whatever it is, the test must say it
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sweep_all(house.installation, house.place).notices == 0
    assert house.messages() == [(0, "pending", 12)] * 5
