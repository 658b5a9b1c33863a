"""A campaign says whom it asks and whom not, keeps up with the staff, and can be given more time."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people.actions import import_roster
from reciproca.compacts.people.tables import Appointment, Leave, Person, Unit
from reciproca.compacts.signing import actions, queries
from reciproca.compacts.signing.rules.audience import Why
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Invalid, Stale
from reciproca.core.identity import Role, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.work import Work
from reciproca.scheduler.due import run_due
from reciproca.scheduler.ticks import sweep_all
from tests.building import drafting
from tests.building import signing as build
from tests.building.house import RunningClock, an_installation

STEWARD = drafting.STEWARD
HEADER = "Staff ID,Surname,Given name,Email,Department,Category,Appointment start,Appointment end\n"


class House:
    """Three physicians who are asked for thirty days to sign what is in force."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = RunningClock()
        self.installation = an_installation(home, url, self.clock)
        self.hospital = build.a_hospital(self.installation)
        self.place = self.hospital.place

    def joins(self, staff_id: str, *, category: str = "active") -> None:
        """Somebody is appointed in the emergency department."""
        with self.installation.work(system("test"), self.place) as work:
            unit = work.session.scalars(select(Unit).filter_by(kind="department")).one()
            build.a_person(work, staff_id, f"{staff_id} Newcomer", unit, Role.PHYSICIAN, category=category)

    def lasts_until(self, staff_id: str, day: date | None) -> None:
        """Somebody's appointment ends (None: lasts)."""
        with self.installation.work(system("test"), self.place) as work:
            person = select(Person.id).filter_by(staff_id=staff_id)
            mine = update(Appointment).where(Appointment.person_id.in_(person))
            work.session.execute(mine.values(ends=day))

    def next_day(self) -> Counter[str]:
        """What the scheduler does tomorrow."""
        self.clock.advance(timedelta(days=1))
        return run_due(self.installation, self.place)

    def states(self) -> dict[str, RequestState]:
        """By staff number."""
        asked = select(Person.staff_id, SignatureRequest.state).join(
            SignatureRequest, SignatureRequest.person_id == Person.id
        )
        with self.installation.work(system("test"), self.place, write=False) as work:
            return dict(work.session.execute(asked).all())

    def obligations(self) -> dict[str, str]:
        """The state of each invitation, by staff number."""
        asked = select(Person.staff_id, Obligation.state).join(Person, Person.id == Obligation.person_id)
        with self.installation.work(system("test"), self.place, write=False) as work:
            return dict(work.session.execute(asked.where(Obligation.kind == actions.INVITATION)).all())

    def reminded_on(self, staff_id: str) -> list[date]:
        """The days on which the sweep has reminded somebody."""
        asked = (
            select(Notice.written_at)
            .join(Person, Person.id == Notice.person_id)
            .where(Person.staff_id == staff_id, Notice.obligation_id.is_not(None))
        )
        with self.installation.work(system("test"), self.place, write=False) as work:
            return sorted(at.date() for at in work.session.scalars(asked))

    def sweep_until(self, days: int) -> None:
        """Let the days pass, with a sweep in the afternoon of each."""
        for _day in range(days):
            sweep_all(self.installation, self.place)
            self.clock.advance(timedelta(days=1))

    def extend(self, days: int, revision: int | None = None) -> Campaign:
        """Give people until so many days from now."""
        with self.installation.work(STEWARD, self.place) as work:
            return actions.extend_campaign(
                work,
                campaign_uid=self.hospital.campaign,
                due=work.today() + timedelta(days=days),
                revision=revision,
            )

    def leaves(self, kind: str) -> list[str]:
        """The ledger's entries of one type."""
        with self.installation.work(system("test"), self.place, write=False) as work:
            entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
        return [entry for entry in entries if f'"type":"{kind}"' in entry]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Thirty days, three physicians."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def _named(work: Work, **wanted: object) -> dict[str, Why]:
    compact = work.session.scalars(select(Compact)).one()
    for name, value in wanted.items():
        setattr(compact, name, value)
    return {one.name: one.why for one in queries.audience(work, compact=compact, left_out=()).others}


def test_each_who_is_not_asked_is_named_with_the_reason(house: House) -> None:
    """No appointment, elsewhere, of another category, standing for the organisation; each reason alone."""
    house.joins("D1", category="courtesy")
    with house.installation.work(STEWARD, house.place) as work:
        root = work.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
        elsewhere = Unit(parent_id=root.id, kind="department", name="Surgery", path=f"{root.path} › Surgery")
        work.session.add(elsewhere)
        work.session.flush()
        build.a_person(work, "E1", "Ed Elsewhere", elsewhere)
        emergency = work.session.scalars(select(Unit).filter_by(name="Emergency")).one()
        sponsor = work.session.scalars(select(Person).filter_by(staff_id="X1")).one()
        work.session.add(
            Appointment(
                person_id=sponsor.id, unit_id=emergency.id, category="active", starts=date(2020, 1, 1)
            )
        )
        work.session.flush()
        found = _named(work, audience={"categories": ["active"]}, unit_id=emergency.id)
        assert found == {
            "Chief, Carla": Why.NOT_APPOINTED,
            "Steward, Sam": Why.NOT_APPOINTED,
            "Young, Yara": Why.NOT_APPOINTED,
            "Elsewhere, Ed": Why.OTHER_UNIT,
            "Newcomer, D1": Why.OTHER_CATEGORY,
            "Executive, Xavier": Why.STANDS_FOR_ORGANISATION,
        }
        compact = work.session.scalars(select(Compact)).one()
        one = queries.audience(work, compact=compact).asked[0]
        work.session.add(Leave(person_id=one.id, starts=work.today(), ends=None))
        work.session.flush()
        again = queries.audience(work, compact=compact, left_out=[one.uid])
        assert again.away == frozenset()
        assert one.uid in {other.uid for other in again.others if other.why is Why.LEFT_OUT}
        assert queries.audience(work, compact=compact).away == {one.id}


def test_who_joins_is_asked_and_who_leaves_is_asked_no_more(house: House) -> None:
    """The next day; a second look on that day changes nothing, and whoever comes back is asked again."""
    house.joins("P9")
    house.lasts_until("P2", date(2026, 8, 31))
    assert house.next_day()["campaigns_kept_up"] == 1
    assert house.states() == {
        "P1": RequestState.SENT,
        "P2": RequestState.CANCELLED,
        "P3": RequestState.SENT,
        "P9": RequestState.SENT,
    }
    assert house.obligations() == {"P1": "open", "P2": "cancelled", "P3": "open", "P9": "open"}
    house.lasts_until("P2", None)
    assert run_due(house.installation, house.place)["campaigns_kept_up"] == 0
    assert house.states()["P2"] is RequestState.CANCELLED
    house.next_day()
    assert house.states()["P2"] is RequestState.SENT
    assert house.obligations()["P2"] == "open"
    build.signed(house.hospital, "P2")
    assert len(house.leaves("campaign.kept_up")) == 1


def test_who_has_answered_stays_as_they_are(house: House) -> None:
    """Leaving the staff takes no signature away, and no refusal either."""
    build.signed(house.hospital, "P1")
    with house.installation.work(house.hospital.actor("P2"), house.place) as work:
        actions.decline(work, request_uid=house.hospital.requests["P2"])
    for staff_id in ("P1", "P2", "P3"):
        house.lasts_until(staff_id, date(2026, 8, 31))
    house.next_day()
    assert house.states() == {
        "P1": RequestState.SIGNED,
        "P2": RequestState.DECLINED,
        "P3": RequestState.CANCELLED,
    }


def test_a_roster_is_followed_at_once(house: House) -> None:
    """Whoever takes in the list needs no right to run campaigns."""
    officer = drafting.an_actor(Role.CREDENTIALING_OFFICER)
    line = "P9,Newcomer,Nina,nina@riverbend.example,Emergency,active,2026-01-01,2027-12-31\n"
    with house.installation.work(officer, house.place) as work:
        report = import_roster(work, data=(HEADER + line).encode())
    assert report.applied
    assert house.states()["P9"] is RequestState.SENT


def test_who_was_left_out_by_hand_stays_left_out(tmp_path: Path, database_url: str) -> None:
    """The comparison with the staff doesn't undo what the steward chose."""
    installation = an_installation(tmp_path / "home", database_url, FixedClock())
    hospital = build.a_hospital(installation, campaign=False)
    with installation.work(STEWARD, hospital.place) as work:
        person = work.session.scalars(select(Person).filter_by(staff_id="P2")).one()
        due = work.today() + timedelta(days=30)
        actions.open_campaign(work, version_uid=hospital.version, due=due, exclude=[person.uid])
        actions.keep_up_with_staff(work, again=True)
        asked = select(SignatureRequest.id).filter_by(person_id=person.id)
        assert work.session.scalars(asked).all() == []
        assert len(work.session.scalars(select(SignatureRequest)).all()) == 2
    installation.database.dispose()


def test_more_time_moves_the_reminders_that_count_from_the_last_day(house: House) -> None:
    """What was sent isn't sent again; the last one comes three days before the new end, and the end is the new one."""
    with house.installation.work(house.hospital.actor("P2"), house.place) as work:
        actions.stop_reminders(work, request_uid=house.hospital.requests["P2"])
    house.sweep_until(20)
    before = house.reminded_on("P1")
    assert len(before) == 2
    house.extend(40)
    house.sweep_until(12)
    assert house.reminded_on("P1") == before
    assert set(house.states().values()) == {RequestState.SENT}
    house.sweep_until(26)
    assert len(house.reminded_on("P1")) == 3
    assert house.reminded_on("P2") == []
    house.clock.advance(timedelta(days=3))
    run_due(house.installation, house.place)
    assert set(house.states().values()) == {RequestState.EXPIRED}


def test_a_moved_day_is_refused_whole(house: House) -> None:
    """A day that is over, a campaign that somebody else changed or ended: nothing moves."""
    with house.installation.work(system("test"), house.place, write=False) as work:
        steps = work.session.scalars(select(ReminderStep.at).order_by(ReminderStep.id)).all()
    with pytest.raises(Invalid):
        house.extend(0)
    with pytest.raises(Stale):
        house.extend(40, revision=7)
    with house.installation.work(system("test"), house.place, write=False) as work:
        assert work.session.scalars(select(ReminderStep.at).order_by(ReminderStep.id)).all() == steps
        assert work.session.scalars(select(Campaign.due_local)).one().startswith("2026-10-01")
    with house.installation.work(STEWARD, house.place) as work:
        actions.close_campaign(work, campaign_uid=house.hospital.campaign)
    with pytest.raises(Conflict):
        house.extend(40)


def _held(house: House, **until: date) -> Campaign:
    """Pause the campaign, or with a day let it go on."""
    act = actions.resume_campaign if until else actions.pause_campaign
    with house.installation.work(STEWARD, house.place) as work:
        return act(work, campaign_uid=house.hospital.campaign, **until)


def test_nobody_is_reminded_and_nobody_signs_while_it_is_paused(house: House) -> None:
    """Its day may pass: nothing ends. It goes on until a new day, and what would have been sent meanwhile isn't."""
    page = build.opened(house.hospital, "P1")
    house.sweep_until(2)
    _held(house)
    with pytest.raises(Conflict, match="paused"):
        build.signed_on(house.hospital, "P1", page)
    with pytest.raises(Conflict, match="paused"):
        build.opened(house.hospital, "P2")
    with pytest.raises(Conflict):
        _held(house)
    before = house.reminded_on("P1")
    house.sweep_until(40)
    run_due(house.installation, house.place)
    assert house.reminded_on("P1") == before
    assert set(house.states().values()) == {RequestState.SENT, RequestState.VIEWED}
    today = house.clock.now().date()
    with pytest.raises(Invalid):
        _held(house, due=today)
    _held(house, due=today + timedelta(days=10))
    house.sweep_until(9)
    assert len(house.reminded_on("P1")) == len(before) + 1
    build.signed(house.hospital, "P1")
    with pytest.raises(Conflict):
        _held(house, due=today + timedelta(days=20))
