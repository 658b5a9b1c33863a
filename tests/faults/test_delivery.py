"""Mail and its faults: a real server on loopback that is down, refuses, breaks off, or whose worker is killed."""

import email
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from reciproca.compacts.notices.actions import Result, notify, settle
from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.people.tables import Appointment, Holding, Leave, Person, Unit
from reciproca.core.db import ACROSS
from reciproca.core.leases import BACKOFF, lease
from reciproca.plugins.types import Outcome, Receipt
from tests.building.mailing import TEST, WEEK_BEFORE, House
from tests.building.obligations import a_post, owed_by, someone, states
from tests.building.postbox import Postbox, a_postbox

CHILD = Path(__file__).parent / "dispatching_child.py"


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on loopback and its URL."""
    with a_postbox() as found:
        yield found


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose mails are dropped into its folder."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def test_a_reminder_arrives_in_its_readers_language(house: House) -> None:
    """The mail names what is owed and by when and links to its page, in French to whoever reads French."""
    house.remind("P1", locale="fr")
    assert house.tick() == {"written": 1}
    (row,) = house.rows()
    assert (row.state, row.outcome) == ("done", "written")
    data = (house.home / "mail" / (row.reference or "")).read_bytes()
    mail = email.message_from_bytes(data, policy=policy.default)
    plain, html = mail.iter_parts()
    assert mail["To"] == "Sam P1 <p1@riverbend.example>"
    assert '<html lang="fr"' in html.get_content()
    assert "Répondre en 30 jours" in mail["Subject"]
    assert "15 octobre 2026" in mail["Subject"]
    for part in (plain, html):
        assert "http://127.0.0.1:8000/reviews/1" in part.get_content()


def test_a_tick_that_is_repeated_sends_nothing_more(house: House, postbox: tuple[Postbox, str]) -> None:
    """Ticks are wake-ups: a doubled one changes nothing."""
    box, url = postbox
    house.mailing_to(url)
    house.remind("P1", "P2")
    assert house.tick() == {"handed_over": 2}
    assert house.tick() == {}
    assert len(box.heard) == 2


def test_a_server_that_is_down_keeps_everything_for_later(house: House, postbox: tuple[Postbox, str]) -> None:
    """Mail waits, with pauses that grow, and goes out when the server is back; nobody is told that it was sent."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        house.mailing_to(f"smtp://127.0.0.1:{taken.getsockname()[1]}")
        house.remind("P1")
        assert house.tick() == {"deferred": 1}
        (row,) = house.rows()
        assert (row.state, row.outcome, row.attempts, row.not_before) == (
            "pending", None, 1, WEEK_BEFORE + timedelta(seconds=60),
        )  # fmt: skip
        assert row.failure
        assert house.tick() == {}
    box, url = postbox
    house.mailing_to(url)
    house.clock.advance(timedelta(seconds=61))
    assert house.tick() == {"handed_over": 1}
    assert len(box.heard) == 1


def test_refused_and_deferred_are_told_apart(house: House, postbox: tuple[Postbox, str]) -> None:
    """One bad address spoils nobody else's mail: 5xx is shown as failed at once, 4xx is tried again."""
    box, url = postbox
    box.answer = lambda address: {"p1": "550 no such mailbox", "p2": "451 later"}.get(
        address.split("@")[0], "250 OK"
    )
    house.mailing_to(url)
    house.remind("P1", "P2", "P3")
    assert house.tick() == {"refused": 1, "deferred": 1, "handed_over": 1}
    assert [(row.state, row.outcome) for row in house.rows()] == [
        ("failed", "refused"), ("pending", None), ("done", "handed_over"),
    ]  # fmt: skip
    assert [address for address, _id in box.heard] == ["p3@riverbend.example"]


def test_a_server_that_never_recovers_ends_in_a_failure_that_is_shown(
    house: House, postbox: tuple[Postbox, str]
) -> None:
    """Tries are bounded: in the end the delivery stands as failed, with the reason."""
    box, url = postbox
    box.answer = lambda _address: "451 later"
    house.mailing_to(url)
    house.remind("P1")
    with house.installation.work(TEST, house.place) as work:
        work.session.execute(update(Delivery).values(attempts=5))
    house.tick()
    (row,) = house.rows()
    assert row.state == "failed"
    assert row.failure


def test_a_server_that_breaks_off_is_sent_the_same_message_again(
    house: House, postbox: tuple[Postbox, str]
) -> None:
    """Where it is unknown whether a mail was taken, it goes out again under the same Message-ID."""
    box, url = postbox
    box.is_breaking_off = True
    house.mailing_to(url)
    house.remind("P1")
    assert house.tick() == {"deferred": 1}
    box.is_breaking_off = False
    house.clock.advance(timedelta(seconds=61))
    assert house.tick() == {"handed_over": 1}
    (first, again) = box.heard
    assert first == again


def test_a_sender_without_use_loses_nothing(house: House) -> None:
    """A misconfigured mail server defers the batch instead of failing mail after mail."""
    house.mailing_to("http://mail.example")
    house.remind("P1", "P2")
    assert house.tick() == {"deferred": 2}
    assert [row.state for row in house.rows()] == ["pending", "pending"]


@pytest.mark.parametrize("before", ["written", "acknowledged"])
def test_a_worker_killed_in_mid_batch_sends_each_message_id_once_more_at_most(
    house: House, postbox: tuple[Postbox, str], before: str
) -> None:
    """kill -9 after the third of ten mails, or before the first is written down: everybody gets theirs, and one mail is
    doubled, with the same Message-ID."""
    box, url = postbox
    people = [f"P{number}" for number in range(10)]
    house.mailing_to(url)
    house.remind(*people)
    house.installation.database.dispose()
    killed = subprocess.run(
        [sys.executable, str(CHILD), str(house.home), house.url, url, WEEK_BEFORE.isoformat(), before],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    sent_before = len(box.heard)
    assert sent_before == {"written": 3, "acknowledged": 1}[before]
    assert house.tick() == {}  # the dead worker's lease still holds
    house.clock.advance(timedelta(seconds=house.installation.settings.lease + 1))
    assert house.tick() == {"handed_over": 11 - sent_before}
    by_address = Counter(address for address, _id in box.heard)
    assert set(by_address) == {f"{name.lower()}@riverbend.example" for name in people}
    assert len(box.heard) == 11
    assert len(set(box.heard)) == 10
    assert states(house.installation) == ["done"] * 10


@pytest.mark.parametrize("outcome", ["receipt", "dropped", "failure"])
def test_a_worker_that_was_taken_for_dead_writes_nothing(house: House, outcome: str) -> None:
    """Once another has taken a delivery over, the first one's report of it changes nothing."""
    house.remind("P1")
    held = []
    for _worker in range(2):
        with house.installation.database.transaction() as session:
            held += lease(session, Delivery, now=house.clock.now())
        house.clock.advance(timedelta(seconds=house.installation.settings.lease + 31))
    late, mine = held
    facts: dict[str, Any] = {
        "receipt": {"receipt": Receipt(key=late.key, outcome=Outcome.HANDED_OVER)},
        "dropped": {"dropped": Reason.LEFT},
        "failure": {"failure": "no"},
    }
    with house.installation.work(TEST, house.place) as work:
        settle(work, results=[Result(delivery=late, **facts[outcome])])
    (row,) = house.rows()
    assert (row.state, row.lease_token, row.outcome) == ("leased", mine.lease_token, None)


def test_what_was_done_by_noon_is_not_reminded_of_at_noon(house: House) -> None:
    """A reminder that was written in the morning is dropped when its reason has passed before it is sent."""
    house.remind("P1", "P2")
    with house.installation.work(TEST, house.place) as work:
        meet(work, kind="commitment", subject_uid="P1")
    assert house.tick() == {"dropped": 1, "written": 1}
    assert [(row.state, row.failure) for row in house.rows()] == [("dropped", "answered"), ("done", None)]


def test_who_has_left_is_not_reminded(house: House) -> None:
    """Somebody whose every appointment is over hears no more of what they once owed."""
    house.remind("P1", "P2")
    with house.installation.work(TEST, house.place) as work:
        unit_id = work.session.scalars(select(Unit.id)).one()
        for staff_id, ends in (("P1", date(2026, 10, 7)), ("P2", date(2026, 10, 8))):
            person_id = work.session.scalars(select(Person.id).filter_by(staff_id=staff_id)).one()
            work.session.add(
                Appointment(
                    person_id=person_id,
                    unit_id=unit_id,
                    category="active",
                    starts=date(2020, 1, 1),
                    ends=ends,
                )
            )
    assert house.tick() == {"dropped": 1, "written": 1}
    assert [(row.state, row.failure) for row in house.rows()] == [("dropped", "left"), ("done", None)]


def test_who_gave_up_the_post_is_not_reminded_of_it(house: House) -> None:
    """A post's reminder isn't sent to somebody who handed the post over since the morning."""
    with house.installation.work(TEST, house.place) as work:
        owed_by(work, a_post(work, "Chief of Staff", someone(work, "P1")))
    house.remind()
    with house.installation.work(TEST, house.place) as work:
        for holding in work.session.scalars(select(Holding)):
            holding.ends = date(2026, 10, 7)
        work.session.add(Leave(person_id=holding.person_id, starts=date(2030, 1, 1), ends=None))
        work.session.flush()
        unit_id = work.session.scalars(select(Unit.id)).one()
        work.session.add(
            Appointment(
                person_id=holding.person_id,
                unit_id=unit_id,
                category="active",
                starts=date(2020, 1, 1),
                ends=None,
            )
        )
    house.tick()
    assert [(row.state, row.failure) for row in house.rows()] == [("dropped", "not_holder")]


def test_whoever_stood_still_sends_no_more_than_one_twice(house: House, postbox: tuple[Postbox, str]) -> None:
    """A worker whose lease ran out while it sent stops at once: what is left of its batch is another's."""
    box, url = postbox
    installation = house.mailing_to(url)
    house.remind("P1", "P2", "P3", "P4")

    def take_over(_address: str) -> str:
        with installation.database.transaction() as session:
            session.execute(update(Delivery).values(lease_token="another"), execution_options=ACROSS)
        return "250 OK"

    box.answer = take_over
    assert house.tick() == {}
    assert len(box.heard) == 1
    assert [row.state for row in house.rows()] == ["leased"] * 4


def test_a_leave_is_waited_for(house: House) -> None:
    """Reminders wait until the morning after a leave, without a failed try; by then only the newest goes."""
    with house.installation.work(TEST, house.place) as work:
        person = someone(work, "P1")
        owed_by(work, person)
        work.session.add(Leave(person_id=person.id, starts=date(2026, 10, 1), ends=date(2026, 10, 16)))
    house.remind()
    assert house.tick() == {"waiting": 1}
    (row,) = house.rows()
    # The leave ends on a Friday; the next working morning in Toronto is Monday the 19th.
    assert (row.state, row.attempts, row.not_before) == (
        "pending",
        0,
        datetime(2026, 10, 19, 13, 0, tzinfo=UTC),
    )
    house.clock.move_to(datetime(2026, 10, 19, 13, 0, tzinfo=UTC))
    assert house.tick() == {"written": 1}
    assert [(row.state, row.failure) for row in house.rows()] == [("done", None)]
    with house.installation.work(TEST, house.place) as work:
        assert work.session.scalars(select(Notice.left_out).order_by(Notice.id)).all() == ["newer", None]


def test_nobody_is_reminded_at_night(house: House) -> None:
    """A machine that comes back at three in the morning waits for nine, where the reader is."""
    with house.installation.work(TEST, house.place) as work:
        owed_by(work, someone(work, "EAST"), subject_uid="1")
        owed_by(work, someone(work, "WEST", zone="America/Vancouver"), subject_uid="2")
    house.clock.move_to(datetime(2026, 10, 9, 7, 0, tzinfo=UTC))
    assert house.tick() == {"waiting": 2}
    assert [row.not_before.hour for row in house.rows()] == [13, 16]


def test_a_receipt_goes_at_once_whatever_the_hour(house: House) -> None:
    """What somebody has just done is confirmed at night and on leave too; a message without an address is only kept."""
    with house.installation.work(TEST, house.place) as work:
        person, unreachable = someone(work, "P1"), someone(work, "P2", email=None)
        work.session.add(Leave(person_id=person.id, starts=date(2026, 8, 1), ends=None))
        work.session.flush()
        for one in (person, unreachable):
            notify(
                work, kind=Kind.SIGNATURE_RECEIPT, person_id=one.id, data={"title": {"en": "Our agreement"}}
            )
    house.clock.move_to(datetime(2026, 10, 10, 7, 0, tzinfo=UTC))
    assert house.tick() == {"written": 1}


def test_a_message_that_cannot_be_said_stops_no_other(house: House) -> None:
    """One row that nobody can make sense of is put back; the nine beside it in its batch are sent."""
    house.remind(*(f"P{number}" for number in range(9)))
    with house.installation.work(TEST, house.place) as work:
        person = work.session.scalars(select(Person.id).filter_by(staff_id="P3")).one()
        notify(work, kind=Kind.VERSION_IN_FORCE, person_id=person, data={"title": {"en": "Agreement"}})
        work.session.flush()
        work.session.execute(
            update(Notice).where(Notice.kind == Kind.VERSION_IN_FORCE).values(kind="nonsense")
        )
    assert house.tick() == {"written": 9, "deferred": 1}


def test_work_that_kills_its_worker_each_time_ends(house: House) -> None:
    """After the last try a lease that ran out isn't taken again: the row is failed, and shown."""
    house.remind("P1")
    for _try in range(len(BACKOFF) + 1):
        with house.installation.database.transaction() as session:
            assert len(lease(session, Delivery, now=house.clock.now(), seconds=60)) == 1
        house.clock.advance(timedelta(seconds=61))
    with house.installation.database.transaction() as session:
        assert lease(session, Delivery, now=house.clock.now(), seconds=60) == []
    assert [row.state for row in house.rows()] == ["failed"]
