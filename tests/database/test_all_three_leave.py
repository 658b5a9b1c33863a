"""The story of one day: steward, chief executive and a chief leave by one roster in the middle of a campaign."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Commitment, Compact
from reciproca.compacts.handover import actions, queries
from reciproca.compacts.handover.rules import Office
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.actions import import_roster
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.signing.actions import close_campaign
from reciproca.compacts.signing.queries import to_countersign
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.core.errors import Conflict, Invalid, NotFound
from reciproca.core.identity import Role, system
from reciproca.plugins.types import Side
from reciproca.scheduler.due import run_due
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building import drafting
from tests.building import signing as build
from tests.building.house import RunningClock, an_installation
from tests.building.invariants import broken
from tests.building.obligations import owed_by

HEADING = "Staff ID,Surname,Given name,Email,Department,Category,Appointment start,Appointment end,Post\n"
STAFF = (
    ("S1", "Steward", "Sam", "honorary", ""),
    ("C1", "Chief", "Carla", "honorary", "Chief executive officer"),
    ("P3", "Wójcik", "Zoë Łucja", "active", "Chief of Emergency"),
)


class House:
    """The organisation signs each record, by its chief executive, who stands for its side too; P1 has signed. The
    chief's post looks after a promise, and owes something that was agreed."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = RunningClock()
        self.installation = an_installation(home, url, self.clock)
        self.hospital = build.a_hospital(self.installation, organisation_signs="each", campaign=False)
        self.place = self.hospital.place
        self.roster(ends="")
        with self.installation.work(system("test"), self.place) as work:
            compact = work.session.scalars(select(Compact)).one()
            person = dict(work.session.execute(select(Person.staff_id, Person.id)).all())
            compact.steward_id, compact.sponsor_organisation_id = person["S1"], person["C1"]
            compact.audience = {**compact.audience, "categories": ["active"]}
            chief = work.session.scalars(select(Post).filter_by(title="Chief of Emergency")).one()
            promise = select(Commitment).filter_by(side=Side.ORGANISATION).order_by(Commitment.id).limit(1)
            work.session.scalars(promise).one().owner_post_id = chief.id
            version = find_version(work, uid=self.hospital.version)
            owed_by(work, chief, subject_uid=version.uid, due=date(2026, 9, 30))
            self.campaign = build.a_campaign(work, version).uid
            asked = select(Person.staff_id, SignatureRequest.uid)
            asked = asked.join(Person, Person.id == SignatureRequest.person_id)
            self.hospital.requests.update(dict(work.session.execute(asked).all()))
        build.signed(self.hospital, "P1")

    def roster(self, *, ends: str) -> None:
        """The list of the medical staff office, with the last day of all three."""
        lines = [
            f"{staff_id},{family},{given},{staff_id.lower()}@riverbend.example,Emergency,{category},2020-01-01,{ends},"
            f"{post}\n"
            for staff_id, family, given, category, post in STAFF
        ]
        with self.installation.work(drafting.an_actor(Role.CREDENTIALING_OFFICER), self.place) as work:
            assert import_roster(work, data=(HEADING + "".join(lines)).encode()).applied

    def days_pass(self, days: int) -> None:
        """Two ticks a day."""
        for _look in range(2 * days):
            assert "failed" not in run_due(self.installation, self.place)
            sweep_all(self.installation, self.place)
            send_due(self.installation, (self.place,))
            self.clock.advance(timedelta(hours=12))

    def owed(self) -> list[tuple[str, str]]:
        """Kinds of open duties, each with who owes it."""
        with self.installation.work(system("test"), self.place, write=False) as work:
            asked = select(Obligation.kind, Person.staff_id, Post.title)
            asked = asked.outerjoin(Person, Person.id == Obligation.person_id)
            asked = asked.outerjoin(Post, Post.id == Obligation.post_id)
            rows = work.session.execute(asked.where(Obligation.state == "open", Obligation.family == "duty"))
            return sorted((row.kind, row.staff_id or row.title) for row in rows)

    def told(self) -> Counter[str]:
        """How many messages each got about leaving and taking over, by staff id."""
        with self.installation.work(system("test"), self.place, write=False) as work:
            asked = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
            return Counter(work.session.scalars(asked.where(Notice.kind == "message")))

    def newcomer(self, staff_id: str, name: str, *roles: Role) -> None:
        """Somebody who comes from outside, with an account and the roles that an administrator gave them."""
        with self.installation.work(system("test"), self.place) as work:
            unit = work.session.scalars(select(Unit).filter_by(kind="department")).one()
            build.a_person(work, staff_id, name, unit, *roles, category="")

    def names(self, who: str, office: Office, staff_id: str) -> None:
        """`who` names a successor."""
        with self.installation.work(self.hospital.actor(who), self.place) as work:
            email = f"{staff_id.lower()}@riverbend.example"
            actions.fill_office(work, compact_uid=self.hospital.compact, office=office, email=email)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """On 1 September 2026."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


VACANCIES = [
    ("vacant.co_sponsor_organisation", "Y1"), ("vacant.post", "Y1"), ("vacant.signatory", "Y1"),
    ("vacant.steward", "Y1"),
]  # fmt: skip


def test_all_three_leave_by_one_roster_and_others_finish(house: House) -> None:
    """Nothing is orphaned, nobody is mailed twice, physicians go on signing, successors sign for the organisation."""
    assert house.owed() == [("commitment", "Chief of Emergency"), ("countersigning", "C1")]
    left_at = house.clock.now()
    for _twice in range(2):
        house.roster(ends="2026-08-31")
        house.days_pass(1)
    house.days_pass(2)
    assert house.owed() == [("commitment", "Chief of Emergency"), ("countersigning", "Y1"), *VACANCIES]
    assert house.told() == {"Y1": 1}
    _check_mails(house, left_at)
    build.signed(house.hospital, "P2")
    _check_pack(house)

    house.newcomer("S2", "Sara Successor", Role.STEWARD)
    house.newcomer("C2", "Cora Chief", Role.SIGNATORY)
    house.newcomer("Q1", "Quentin Chief")
    house.names("Y1", Office.CO_SPONSOR_ORGANISATION, "C2")
    house.names("Y1", Office.STEWARD, "S2")
    _fill_post(house, "S2", "q1@riverbend.example")
    house.days_pass(1)
    assert house.owed() == [("commitment", "Chief of Emergency"), ("countersigning", "C2")]
    assert house.told() == {"Y1": 1, "S2": 1, "C2": 1, "Q1": 1}

    with house.installation.work(house.hospital.actor("C2"), house.place, write=False) as work:
        waiting = [
            one.uid for one in to_countersign(work, version=find_version(work, uid=house.hospital.version))
        ]
    assert len(waiting) == 2
    build.organisation_signed(house.hospital, "C2", "Cora Chief", signatures=waiting)
    with house.installation.work(house.hospital.actor("S2"), house.place) as work:
        close_campaign(work, campaign_uid=house.campaign)
    house.days_pass(1)
    assert house.owed() == [("commitment", "Chief of Emergency")]
    house.hospital.seal()
    assert broken(house.installation) == []


def _check_mails(house: House, left_at: datetime) -> None:
    """Nobody who left got anything that was written since, and nobody got the same twice."""
    with house.installation.work(system("test"), house.place, write=False) as work:
        sent = (
            select(Person.staff_id, Notice.kind, Notice.obligation_id, Notice.step)
            .join(Notice, Notice.person_id == Person.id)
            .join(Delivery, Delivery.id == Notice.delivery_id)
            .where(Delivery.state == "done", Notice.written_at > left_at)
        )
        rows = [tuple(row) for row in work.session.execute(sent)]
    assert len(rows) == len(set(rows))
    assert {row[0] for row in rows} == {"P2", "Y1"}


def _check_pack(house: House) -> None:
    with house.installation.work(house.hospital.actor("Y1"), house.place, write=False) as work:
        compact = work.session.scalars(select(Compact)).one()
        pack = queries.pack(work, compact=compact)
        late = {duty.kind for duty in pack.duties if duty.is_late}
    assert [(seat.office, seat.name, seat.is_vacant) for seat in pack.seats] == [
        (Office.STEWARD, "Sam Steward", True),
        (Office.CO_SPONSOR_ORGANISATION, "Carla Chief", True),
        (Office.CO_SPONSOR_PHYSICIANS, "Yara Young", False),
    ]
    assert [(post.title, post.promises, post.is_vacant) for post in pack.posts] == [
        ("Chief of Emergency", 1, True)
    ]
    assert pack.signatories == []
    assert pack.unsigned_records == 2
    assert late == {kind for kind, _who in VACANCIES}


def _fill_post(house: House, who: str, email: str) -> None:
    """Refused for a post that isn't the agreement's, for somebody who has left, and the second time."""
    actor, compact = house.hospital.actor(who), house.hospital.compact
    with house.installation.work(actor, house.place, write=False) as work:
        (post,) = queries.posts(work, compact=work.session.scalars(select(Compact)).one())

    def fill(post_uid: str, email: str) -> None:
        with house.installation.work(actor, house.place) as work:
            actions.fill_post(work, compact_uid=compact, post_uid=post_uid, email=email)

    with pytest.raises(NotFound):
        fill(compact, email)
    with pytest.raises(Invalid):
        fill(post.uid, "p3@riverbend.example")
    fill(post.uid, email)
    with pytest.raises(Conflict):
        fill(post.uid, email)


def test_a_deputy_and_whoever_signs_too_keep_a_post_from_being_vacant(house: House) -> None:
    """Then nobody is asked to fill it, and the deputy is reminded of what the post owes."""
    house.newcomer("D1", "Dora Deputy", Role.SIGNATORY)
    with house.installation.work(system("test"), house.place) as work:
        post = work.session.scalars(select(Post).filter_by(title="Chief of Emergency")).one()
        deputy = work.session.scalars(select(Person).filter_by(staff_id="D1")).one()
        work.session.add(Holding(post_id=post.id, person_id=deputy.id, is_deputy=True))
    house.roster(ends="2026-08-31")
    house.days_pass(16)
    assert [kind for kind, _who in house.owed()] == [
        "commitment", "countersigning", "vacant.co_sponsor_organisation", "vacant.steward",
    ]  # fmt: skip
    with house.installation.work(system("test"), house.place, write=False) as work:
        asked = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
        asked = asked.join(Obligation, Obligation.id == Notice.obligation_id)
        told = set(work.session.scalars(asked.where(Obligation.kind == "commitment")))
    assert told == {"D1"}
