"""The sweep on both databases: who is told of what, once, and only of what is still owed."""

import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations import actions
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.tables import Holding, Leave, Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, Role, system
from reciproca.core.leases import lease
from reciproca.core.work import Installation
from reciproca.plugins.types import Side
from reciproca.scheduler.sweep import Swept
from reciproca.scheduler.ticks import sweep_all
from tests.building.house import RunningClock, an_installation
from tests.building.obligations import (
    DUE,
    a_post,
    a_reminded_hospital,
    granted,
    owed_by,
    someone,
    states,
    told,
)

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)
TWO_WEEKS_LATE = datetime(2026, 10, 29, 14, 0, tzinfo=UTC)

House = tuple[Installation, FixedClock, OrganisationRef]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    clock = RunningClock()
    installation = an_installation(tmp_path / "home", database_url, clock)
    yield installation, clock, a_reminded_hospital(installation)
    installation.database.dispose()


def swept_at(house: House, at: datetime) -> Swept:
    installation, clock, place = house
    clock.move_to(at)
    return sweep_all(installation, place)


def test_a_second_sweep_adds_nothing(house: House) -> None:
    """However often the ticks come, a reminder is one notice and one delivery."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
    first = swept_at(house, WEEK_BEFORE)
    with installation.work(TEST, place) as work:  # as if the sweeper had died before it moved on
        work.session.execute(text("UPDATE obligation SET next_at = (SELECT min(at) FROM reminder_step)"))
    again = swept_at(house, WEEK_BEFORE)
    assert (first.notices, first.deliveries) == (1, 1)
    assert (again.looked, again.notices, again.deliveries) == (1, 0, 0)
    assert swept_at(house, WEEK_BEFORE) == Swept()
    assert told(installation) == [("P1", "reminder", 2)]


def test_an_outage_leaves_one_reminder_behind(house: House) -> None:
    """A machine that was off for months sends the latest reminder, not all that it missed."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
    assert swept_at(house, TWO_WEEKS_LATE + timedelta(days=90)).notices == 1
    assert told(installation) == [("P1", "reminder", 6)]


def test_each_reminder_comes_at_its_own_time(house: House) -> None:
    """Day after day, each step of the policy is told once, and then no more."""
    installation, clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
    while clock.now() < datetime(2026, 12, 31, tzinfo=UTC):
        swept_at(house, clock.now() + timedelta(hours=12))
    assert [step for _who, _kind, step in told(installation)] == [0, 1, 2, 3, 4, 5, 6]


def test_both_sides_are_reminded_alike(house: House) -> None:
    """An organisation's promise is followed up on the same days, in the same number, as a physicians' one."""
    installation, clock, place = house
    with installation.work(TEST, place) as work:
        for side in Side:
            owed_by(work, a_post(work, f"Post of {side}", someone(work, f"P-{side}")), side=side)
            granted(work, someone(work, f"S-{side}"), Role(f"co_sponsor_{side}"))
    while clock.now() < datetime(2026, 12, 31, tzinfo=UTC):
        swept_at(house, clock.now() + timedelta(hours=12))
    with installation.work(TEST, place, write=False) as work:
        rows = work.session.execute(select(Notice.side, Notice.kind, Notice.step, Notice.written_at)).all()
    heard = {side: sorted(rest for found, *rest in rows if found == side) for side in Side}
    assert heard[Side.ORGANISATION] == heard[Side.PHYSICIANS]
    assert [(kind, step) for kind, step, _at in heard[Side.ORGANISATION] if kind == "escalated"] == [
        ("escalated", 5), ("escalated", 5), ("escalated", 6), ("escalated", 6),
    ]  # fmt: skip


def test_a_post_is_reminded_through_whoever_holds_it(house: House) -> None:
    """The holder is told; while they are away, the deputy; when nobody is there, the stewards."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        holder, deputy = someone(work, "HOLDER"), someone(work, "DEPUTY")
        post = a_post(work, "Chief of Staff", holder, deputy=deputy)
        owed_by(work, post)
        granted(work, someone(work, "STEWARD"), Role.STEWARD)
        days = {"starts": date(2026, 9, 28), "ends": date(2026, 10, 10)}
        work.session.add(Leave(person_id=holder.id, **days))
        post_id = post.id
    swept_at(house, datetime(2026, 9, 16, 14, 0, tzinfo=UTC))
    swept_at(house, WEEK_BEFORE)
    with installation.work(TEST, place) as work:
        for holding in work.session.scalars(select(Holding).filter_by(post_id=post_id)):
            holding.ends = date(2026, 10, 12)
    swept_at(house, datetime(2026, 10, 14, 14, 0, tzinfo=UTC))
    assert told(installation) == [
        ("DEPUTY", "reminder", 2),
        ("HOLDER", "reminder", 0),
        ("STEWARD", "vacant", 3),
    ]


def test_who_is_told_for_two_reasons_is_told_once(house: House) -> None:
    """A co-sponsor who holds the post that owes gets one reminder, in the holder's words."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        both = someone(work, "BOTH")
        owed_by(work, a_post(work, "Chief executive", both), side=Side.ORGANISATION)
        granted(work, both, Role.CO_SPONSOR_ORGANISATION)
    swept_at(house, TWO_WEEKS_LATE)
    assert told(installation) == [("BOTH", "reminder", 5)]


def test_what_a_person_owes_is_told_to_nobody_else(house: House) -> None:
    """No co-sponsor is sent a list of named physicians who are late."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
        granted(work, someone(work, "SPONSOR"), Role.CO_SPONSOR_PHYSICIANS)
        granted(work, someone(work, "STEWARD"), Role.STEWARD)
    swept_at(house, TWO_WEEKS_LATE)
    assert told(installation) == [("P1", "reminder", 5)]


@pytest.mark.parametrize("end", ["meet", "cancel", "close", "silence"])
def test_what_is_over_is_not_reminded_of(house: House, end: str) -> None:
    """Done, withdrawn, ended or asked not to: from that moment on nobody is reminded."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
        owed_by(work, someone(work, "P2"), subject_uid="other")
        if end in {"meet", "silence"}:
            getattr(actions, end)(work, kind="commitment", subject_uid="subject")
        else:
            getattr(actions, end)(work, kind="commitment", subject_uids=["subject"])
    swept_at(house, WEEK_BEFORE)
    assert told(installation) == [("P2", "reminder", 2)]


@pytest.mark.parametrize("is_silenced", [False, True])
def test_an_invitation_ends_by_itself(house: House, is_silenced: bool) -> None:
    """An invitation without an answer is closed when its day is over, and nobody is told that anybody is late."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"), family=Family.INVITATION)
        if is_silenced:
            actions.silence(work, kind="commitment", subject_uid="subject")
    assert swept_at(house, datetime(2026, 10, 15, 20, 59, tzinfo=UTC)).closed == 0
    assert swept_at(house, datetime(2026, 10, 15, 21, 0, tzinfo=UTC)).closed == 1
    with installation.work(TEST, place, write=False) as work:
        row = work.session.scalars(select(Obligation)).one()
    assert (row.state, row.next_at) == ("closed", None)
    assert row.ended_at is not None
    assert row.ended_at.replace(microsecond=0) == datetime(2026, 10, 15, 21, 0, tzinfo=UTC)
    assert told(installation) == ([] if is_silenced else [("P1", "reminder", 2)])


def test_an_invitation_that_ended_in_an_outage_is_only_closed(house: House) -> None:
    """Nobody is invited to what is over by the time that the machine is back."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"), family=Family.INVITATION)
    assert swept_at(house, TWO_WEEKS_LATE) == Swept(looked=1, closed=1)
    assert told(installation) == []


def test_no_address_means_a_notice_and_no_mail(house: House) -> None:
    """Somebody without a mail address finds the reminder on the page of messages."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1", email=None))
    swept = swept_at(house, WEEK_BEFORE)
    assert (swept.notices, swept.deliveries, states(installation)) == (1, 0, [])


def test_a_new_address_brings_no_old_reminders(house: House) -> None:
    """Somebody whose address becomes known hears the next reminder by mail, not those that have passed."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1", email=None))
    swept_at(house, WEEK_BEFORE)
    with installation.work(TEST, place) as work:
        work.session.scalars(select(Person)).one().email = "p1@riverbend.example"
    swept = swept_at(house, datetime(2026, 10, 14, 14, 0, tzinfo=UTC))
    assert (swept.notices, swept.deliveries, states(installation)) == (1, 1, ["pending"])


def test_another_hospital_is_left_alone(house: House) -> None:
    """A sweep of one organisation tells nobody of another one, not even its stewards."""
    installation, _clock, place = house
    other = a_reminded_hospital(installation)
    with installation.work(TEST, other) as work:
        owed_by(work, someone(work, "THERE"))
        granted(work, someone(work, "STEWARD"), Role.STEWARD)
    with installation.work(TEST, place) as work:
        owed_by(work, a_post(work, "Vacant"))
    assert swept_at(house, WEEK_BEFORE) == Swept(looked=1)


def test_rows_of_a_sweep_have_proper_identifiers(house: House) -> None:
    """Each row that the database makes by itself has its own UUIDv7, on the injected clock."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        for number in range(300):
            owed_by(work, someone(work, f"P{number}"), subject_uid=str(number))
    swept_at(house, WEEK_BEFORE)
    with installation.work(TEST, place, write=False) as work:
        uids = [
            uuid.UUID(uid) for table in (Notice, Delivery) for uid in work.session.scalars(select(table.uid))
        ]
        keys = set(work.session.scalars(select(Delivery.key)))
    assert (len(set(uids)), len(keys)) == (600, 300)
    assert {uid.version for uid in uids} == {7}
    assert {uid.variant for uid in uids} == {uuid.RFC_4122}
    assert {uid.int >> 80 for uid in uids} == {int(WEEK_BEFORE.timestamp() * 1000)}


def test_chunks_come_to_the_same(house: House) -> None:
    """A sweep in small pieces leaves nobody out and tells nobody twice."""
    from reciproca.scheduler.sweep import sweep

    installation, clock, place = house
    with installation.work(TEST, place) as work:
        for number in range(25):
            owed_by(work, someone(work, f"P{number:02}"), subject_uid=str(number))
    clock.move_to(WEEK_BEFORE)
    looked = []
    while True:
        with installation.work(TEST, place) as work:
            looked.append(sweep(work, chunk=10).looked)
        if not looked[-1]:
            break
    assert looked == [10, 10, 5, 0]
    assert told(installation) == [(f"P{number:02}", "reminder", 2) for number in range(25)]


def test_two_sweeps_at_once_tell_everybody_once(house: House) -> None:
    """Two machines that tick at the same moment do what one would."""
    installation, clock, place = house
    with installation.work(TEST, place) as work:
        for number in range(200):
            owed_by(work, someone(work, f"P{number:03}"), subject_uid=str(number))
    clock.move_to(WEEK_BEFORE)
    together, found = threading.Barrier(3), []

    def run() -> None:
        together.wait()
        found.append(sweep_all(installation, place))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert sum(swept.notices for swept in found) == 200
    assert len(told(installation)) == len(states(installation)) == 200


def test_two_workers_never_hold_the_same_delivery(house: House) -> None:
    """Leases keep two dispatchers from sending one mail twice."""
    installation, clock, place = house
    with installation.work(TEST, place) as work:
        for number in range(100):
            owed_by(work, someone(work, f"P{number:03}"), subject_uid=str(number))
    swept_at(house, WEEK_BEFORE)
    together, held = threading.Barrier(4), []

    def run() -> None:
        together.wait()
        while True:
            with installation.database.transaction() as session:
                rows = lease(session, Delivery, now=clock.now(), limit=7)
            if not rows:
                return
            held.extend(row.id for row in rows)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(held), len(set(held))) == (100, 100)


def test_silence_removes_only_its_own_reminders(house: House) -> None:
    """ "Remind me no more" stops one thing for one person."""
    installation, _clock, place = house
    with installation.work(TEST, place) as work:
        owed_by(work, someone(work, "P1"))
        owed_by(work, someone(work, "P2"), subject_uid="other", due=DUE)
        actions.silence(work, kind="commitment", subject_uid="subject")
    with installation.database.transaction(write=False) as session:
        left = session.scalars(select(ReminderStep.obligation_id).distinct(), execution_options=ACROSS).all()
    assert len(left) == 1
