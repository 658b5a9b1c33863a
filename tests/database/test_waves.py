"""People are asked in waves: nobody before their turn, whatever door they try; and an invitation that reached somebody
else goes out again once the address is right."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Appointment, Holding, Person, Post, Unit
from reciproca.compacts.signing import actions, queries
from reciproca.compacts.signing.rules.waves import Wave
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core.errors import Conflict, Invalid, NotFound
from reciproca.core.identity import Role, system
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.scheduler.due import run_due
from tests.building import drafting
from tests.building import signing as build
from tests.building.house import RunningClock, an_installation

STEWARD = drafting.STEWARD


class House:
    """Three physicians, nobody asked yet; P1 is head of the department."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = RunningClock()
        self.installation = an_installation(home, url, self.clock)
        self.hospital = build.a_hospital(self.installation, campaign=False)
        self.place = self.hospital.place
        with self.installation.work(system("test"), self.place) as work:
            self.unit = work.session.scalars(select(Unit).filter_by(kind="department")).one()
            post = Post(unit_id=self.unit.id, title="Head of the emergency department")
            work.session.add(post)
            work.session.flush()
            head = work.session.scalars(select(Person.id).filter_by(staff_id="P1")).one()
            work.session.add(Holding(post_id=post.id, person_id=head))

    def open(self, *waves: Wave) -> None:
        """Ask for thirty days, in `waves`."""
        with self.installation.work(STEWARD, self.place) as work:
            due = work.today() + timedelta(days=30)
            actions.open_campaign(work, version_uid=self.hospital.version, due=due, waves=waves)
        self._learn()

    def _learn(self) -> None:
        asked = select(Person.staff_id, SignatureRequest.uid).join(
            Person, Person.id == SignatureRequest.person_id
        )
        with self.installation.work(system("test"), self.place, write=False) as work:
            self.hospital.requests.update(dict(work.session.execute(asked).all()))

    def day(self, days: int) -> date:
        """A day from today."""
        with self.installation.work(system("test"), self.place, write=False) as work:
            return work.today() + timedelta(days=days)

    def pass_days(self, days: int) -> None:
        """Let days pass, and the scheduler do what is due."""
        self.clock.advance(timedelta(days=days))
        run_due(self.installation, self.place)

    def states(self) -> dict[str, RequestState]:
        """By staff number."""
        asked = select(Person.staff_id, SignatureRequest.state).join(
            SignatureRequest, SignatureRequest.person_id == Person.id
        )
        with self.installation.work(system("test"), self.place, write=False) as work:
            return dict(work.session.execute(asked).all())

    def invited(self) -> Sequence[str]:
        """Whose invitation is open, by staff number."""
        asked = select(Person.staff_id).join(Obligation, Obligation.person_id == Person.id)
        with self.installation.work(system("test"), self.place, write=False) as work:
            return sorted(work.session.scalars(asked.where(Obligation.kind == actions.INVITATION)))


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """Nobody asked yet."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def _leaders_first(house: House, rest: int = 10) -> None:
    house.open(Wave(opens=house.day(0), leaders=True), Wave(opens=house.day(rest)))


def test_the_others_are_asked_once_the_leaders_of_both_sides_have_signed(house: House) -> None:
    """Not when one side has, and no day early otherwise."""
    _leaders_first(house)
    sent, created = RequestState.SENT, RequestState.CREATED
    assert house.states() == {"P1": sent, "P2": created, "P3": created}
    assert house.invited() == ["P1"]
    build.signed(house.hospital, "P1")
    run_due(house.installation, house.place)
    assert house.states()["P2"] is created
    build.organisation_signed(house.hospital)
    run_due(house.installation, house.place)
    assert house.states() == {"P1": RequestState.SIGNED, "P2": sent, "P3": sent}
    assert house.invited() == ["P1", "P2", "P3"]
    run_due(house.installation, house.place)
    build.signed(house.hospital, "P2")


def test_the_day_comes_for_the_others_whatever_the_leaders_do(house: House) -> None:
    """Nobody who is silent holds up the rest for ever."""
    _leaders_first(house)
    house.pass_days(9)
    assert house.states()["P2"] is RequestState.CREATED
    house.pass_days(1)
    assert house.states()["P2"] is RequestState.SENT


def test_nobody_answers_before_their_turn(house: House) -> None:
    """There is no page to read either, and nothing on their own page."""
    _leaders_first(house)
    with pytest.raises(Conflict, match="asked first"):
        build.opened(house.hospital, "P2")
    me, uid = house.hospital.actor("P2"), house.hospital.requests["P2"]
    for act in (actions.decline, actions.not_me):
        with house.installation.work(me, house.place) as work, pytest.raises(Conflict, match="asked first"):
            act(work, request_uid=uid)
    with house.installation.work(me, house.place, write=False) as work:
        with pytest.raises(NotFound):
            queries.find_request(work, uid=uid)
        assert queries.waiting_for(work, person_id=me.person_id or 0) == []
        assert queries.own_requests(work) == []
    assert house.states()["P2"] is RequestState.CREATED


def test_who_joins_waits_for_their_wave_and_who_leaves_before_it_was_never_asked(house: House) -> None:
    """P3 comes back later, as somebody new."""
    _leaders_first(house)
    with house.installation.work(system("test"), house.place) as work:
        build.a_person(work, "P9", "Nina Newcomer", house.unit, Role.PHYSICIAN)
        left = work.session.scalars(select(Appointment).join(Person).where(Person.staff_id == "P3")).one()
        left.ends = date(2026, 8, 31)
    house.pass_days(1)
    assert house.states() == {
        "P1": RequestState.SENT,
        "P2": RequestState.CREATED,
        "P9": RequestState.CREATED,
    }
    with house.installation.work(system("test"), house.place) as work:
        work.session.scalars(
            select(Appointment).join(Person).where(Person.staff_id == "P3")
        ).one().ends = None
    house.pass_days(9)
    assert set(house.states().values()) == {RequestState.SENT}
    house.pass_days(1)
    assert house.invited() == ["P1", "P2", "P3", "P9"]


def test_an_order_that_cannot_be_kept_is_refused_whole(house: House) -> None:
    """Nobody in a wave, days that don't go up, a wave after the end."""
    rest = Wave(opens=house.day(5))
    empty = Wave(opens=house.day(0), units=(_other_unit(house),))
    for waves in (
        (empty, rest),
        (rest, Wave(opens=house.day(0), leaders=True)),
        (Wave(opens=house.day(0), leaders=True), Wave(opens=house.day(31))),
    ):
        with pytest.raises(Invalid):
            house.open(*waves)
    with house.installation.work(system("test"), house.place, write=False) as work:
        assert work.session.scalars(select(Campaign)).all() == []


def _other_unit(house: House) -> str:
    with house.installation.work(system("test"), house.place) as work:
        root = work.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
        made = Unit(parent_id=root.id, kind="department", name="Surgery", path=f"{root.path} › Surgery")
        work.session.add(made)
        work.session.flush()
        return made.uid


def test_the_end_cannot_come_before_somebody_is_asked(house: House) -> None:
    """Extending to a day before the last wave is refused."""
    _leaders_first(house, rest=20)
    with house.installation.work(STEWARD, house.place) as work:
        campaign = work.session.scalars(select(Campaign)).one()
        with pytest.raises(Invalid):
            actions.extend_campaign(work, campaign_uid=campaign.uid, due=work.today() + timedelta(days=15))


def _messages(work: Work, staff_id: str) -> list[str]:
    person = select(Person.id).filter_by(staff_id=staff_id)
    found = work.session.scalars(select(Notice).where(Notice.person_id.in_(person), Notice.kind == "message"))
    return [one.data["path"] for one in found]


def test_an_invitation_that_reached_somebody_else_goes_out_again(house: House) -> None:
    """The steward is told whose; a changed address is used at once, an unchanged one is not tried again."""
    house.open()
    with house.installation.work(system("test"), house.place) as work:
        steward = work.session.scalars(select(Person).filter_by(staff_id="S1")).one()
        work.session.scalars(select(Compact)).one().steward_id = steward.id
    with house.installation.work(house.hospital.actor("P2"), house.place) as work:
        actions.not_me(work, request_uid=house.hospital.requests["P2"])
    assert house.states()["P2"] is RequestState.DELIVERY_FAILED
    house.pass_days(1)
    assert house.states()["P2"] is RequestState.DELIVERY_FAILED
    with house.installation.work(system("test"), house.place) as work:
        person = work.session.scalars(select(Person).filter_by(staff_id="P2")).one()
        assert _messages(work, "S1") == [f"/people/{person.uid}"]
        person.email = "right@riverbend.example"
    house.pass_days(1)
    assert house.states()["P2"] is RequestState.SENT
    with house.installation.work(system("test"), house.place, write=False) as work:
        assert _messages(work, "P2") == [f"/sign/{house.hospital.requests['P2']}"]
    build.signed(house.hospital, "P2")


def test_a_call_list_is_the_chosen_co_sponsors_alone(house: House) -> None:
    """Numbers are there until the answer, or the end of the campaign."""
    house.open()
    with house.installation.work(house.hospital.actor("P2"), house.place) as work:
        uid = house.hospital.requests["P2"]
        actions.ask_to_talk(work, request_uid=uid, confidant=Side.PHYSICIANS, call_number="x4455, evenings")
    with house.installation.work(house.hospital.actor("Y1"), house.place) as work:
        assert [one.call_number for one in queries.confided(work)] == ["x4455, evenings"]
        actions.mark_called(work, request_uid=uid)
        assert [one.called_at for one in queries.confided(work)] == [work.now]
    for other in ("X1", "S1"):
        with (
            house.installation.work(house.hospital.actor(other), house.place) as work,
            pytest.raises(NotFound),
        ):
            actions.mark_called(work, request_uid=uid)
    with house.installation.work(STEWARD, house.place) as work:
        campaign = work.session.scalars(select(Campaign.uid)).one()
        actions.close_campaign(work, campaign_uid=campaign)
    with house.installation.work(system("test"), house.place, write=False) as work:
        assert set(work.session.scalars(select(SignatureRequest.call_number))) == {None}
