"""What was swept is not yet sent: whatever ends, moves or passes on what it is about, nothing of before goes out."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reciproca.compacts.drafting import actions as drafting_actions
from reciproca.compacts.drafting.tables import Matter
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations import actions as obligations
from reciproca.compacts.people.tables import Appointment, Holding, Person, Post
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing import actions
from reciproca.core.clock import FixedClock
from reciproca.core.identity import system
from reciproca.plugins.types import Side
from reciproca.scheduler.due import run_due
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building import drafting
from tests.building import signing as build
from tests.building.house import an_installation
from tests.building.obligations import DUE, a_post, a_reminded_hospital, owed_by, someone

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


class Campaigning:
    """P1, P2 and P3 are asked to sign; their invitations are swept and wait to be sent."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock(datetime(2026, 9, 1, 14, 0, tzinfo=UTC))
        self.installation = an_installation(home, url, self.clock)
        self.hospital = build.a_hospital(self.installation)
        self.place = self.hospital.place
        sweep_all(self.installation, self.place)

    def does(self, staff_id: str, act: Callable[..., object], **facts: object) -> None:
        """Somebody does something."""
        with self.installation.work(self.hospital.actor(staff_id), self.place) as work:
            act(work, **facts)

    def signs(self) -> None:
        """P1 signs."""
        build.signed(self.hospital, "P1")

    def declines(self) -> None:
        """P1 says no."""
        self.does("P1", actions.decline, request_uid=self.hospital.requests["P1"])

    def asks_to_talk(self) -> None:
        """P1 wants to talk first."""
        request = self.hospital.requests["P1"]
        self.does("P1", actions.ask_to_talk, request_uid=request, confidant=Side.PHYSICIANS)

    def stops(self) -> None:
        """P1 doesn't want to be reminded."""
        self.does("P1", actions.stop_reminders, request_uid=self.hospital.requests["P1"])

    def leaves(self) -> None:
        """P1's appointment has ended."""
        with self.installation.work(TEST, self.place) as work:
            person = work.session.scalars(select(Person.id).filter_by(staff_id="P1")).one()
            mine = update(Appointment).where(Appointment.person_id == person)
            work.session.execute(mine.values(ends=work.today() - timedelta(days=1)))
        run_due(self.installation, self.place)

    def is_void(self) -> None:
        """Both sides declare the version void."""
        for staff_id in ("X1", "Y1"):
            self.does(
                staff_id,
                drafting_actions.give_accord,
                version_uid=self.hospital.version,
                matter=Matter.VOID,
                reason="The annex was never adopted.",
            )

    def has_more_time(self) -> None:
        """The campaign ends later: what was written speaks of another day."""
        self.clock.advance(timedelta(minutes=1))
        with self.installation.work(drafting.STEWARD, self.place) as work:
            later = work.today() + timedelta(days=60)
            actions.extend_campaign(work, campaign_uid=self.hospital.campaign, due=later)

    def is_paused(self) -> None:
        """The campaign rests."""
        with self.installation.work(drafting.STEWARD, self.place) as work:
            actions.pause_campaign(work, campaign_uid=self.hospital.campaign)

    def is_over(self) -> None:
        """The last day has passed while the mail server was down."""
        self.clock.advance(timedelta(days=31))
        sweep_all(self.installation, self.place)

    def mailed(self) -> dict[str, str]:
        """What became of each message that asks somebody to sign, by staff number."""
        send_due(self.installation, (self.place,))
        asked = (
            select(Person.staff_id, Notice.left_out, Delivery.outcome)
            .join(Notice, Notice.person_id == Person.id)
            .join(Delivery, Delivery.id == Notice.delivery_id)
            .where(Notice.obligation_id.is_not(None), Person.staff_id.startswith("P"))
        )
        with self.installation.work(TEST, self.place, write=False) as work:
            return {
                staff_id: left_out or outcome or ""
                for staff_id, left_out, outcome in work.session.execute(asked)
            }


@pytest.fixture
def campaigning(tmp_path: Path, database_url: str) -> Iterator[Campaigning]:
    """A campaign has begun; nothing was sent yet."""
    made = Campaigning(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def test_when_nothing_happens_all_are_asked(campaigning: Campaigning) -> None:
    """So that what follows is due to what was done."""
    assert campaigning.mailed() == dict.fromkeys(("P1", "P2", "P3"), "written")


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Campaigning.signs, "answered"),
        (Campaigning.declines, "stopped"),
        (Campaigning.asks_to_talk, "stopped"),
        (Campaigning.stops, "stopped"),
        (Campaigning.leaves, "left"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_who_answered_or_left_is_asked_no_more(
    campaigning: Campaigning, act: Callable[[Campaigning], None], reason: str
) -> None:
    """Their own message isn't sent; the others' are."""
    act(campaigning)
    assert campaigning.mailed() == {"P1": reason, "P2": "written", "P3": "written"}


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Campaigning.is_void, "answered"),
        (Campaigning.has_more_time, "moved"),
        (Campaigning.is_paused, "paused"),
        (Campaigning.is_over, "answered"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_ended_moved_or_rests_is_told_to_nobody(
    campaigning: Campaigning, act: Callable[[Campaigning], None], reason: str
) -> None:
    """No message of before goes to anybody, and each says why not."""
    act(campaigning)
    assert campaigning.mailed() == dict.fromkeys(("P1", "P2", "P3"), reason)


class Owing:
    """ROY owes one thing, the chief's post another, and ROY is chief; both reminders wait to be sent. BEN is there
    too."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place = a_reminded_hospital(self.installation)
        with self.installation.work(TEST, self.place) as work:
            person, other = someone(work, "ROY"), someone(work, "BEN")
            self.ids = {"ROY": person.id, "BEN": other.id, "post": a_post(work, "Chief", person).id}
            owed_by(work, person, subject_uid="own")
            owed_by(work, work.session.get_one(Post, self.ids["post"]), subject_uid="post")
        self.clock.move_to(WEEK_BEFORE)
        sweep_all(self.installation, self.place)

    def ends(self, act: Callable[..., object]) -> None:
        """Both are done, or no longer owed."""
        with self.installation.work(TEST, self.place) as work:
            for subject in ("own", "post"):
                ended = {"subject_uid": subject} if act is obligations.meet else {"subject_uids": [subject]}
                act(work, kind="commitment", **ended)

    def moves(self, day: date) -> None:
        """Both are due on another day."""
        self.clock.advance(timedelta(minutes=1))
        with self.installation.work(TEST, self.place) as work:
            obligations.postpone(
                work, kind="commitment", family=Family.DUTY, subject_uids=["own", "post"], due=day
            )

    def passes_on(self) -> None:
        """BEN owes ROY's own thing now, and is chief."""
        with self.installation.work(TEST, self.place) as work:
            obligations.hand_over(work, subject_uids=["own"], side=Side.PHYSICIANS, person_id=self.ids["BEN"])
            work.session.execute(update(Holding).values(person_id=self.ids["BEN"]))

    def sent(self) -> list[str]:
        """What became of each reminder, told in words."""
        send_due(self.installation, (self.place,))
        asked = select(Notice.left_out, Delivery.outcome).join(Delivery, Delivery.id == Notice.delivery_id)
        with self.installation.work(TEST, self.place, write=False) as work:
            return [
                left_out or outcome or ""
                for left_out, outcome in work.session.execute(asked.order_by(Notice.id))
            ]


@pytest.fixture
def owing(tmp_path: Path, database_url: str) -> Iterator[Owing]:
    """A week before both are due."""
    made = Owing(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (lambda house: None, "written"),
        (lambda house: house.ends(obligations.meet), "answered"),
        (lambda house: house.ends(obligations.cancel), "answered"),
        (lambda house: house.moves(DUE + timedelta(days=30)), "moved"),
        (lambda house: house.moves(DUE - timedelta(days=3)), "moved"),
        (Owing.passes_on, "not_holder"),
    ],
    ids=("nothing", "met", "cancelled", "later", "sooner", "passed_on"),
)
def test_a_duty_that_ended_moved_or_passed_on(
    owing: Owing, act: Callable[[Owing], None], reason: str
) -> None:
    """Of one's own and of a post's alike: what was written before isn't sent."""
    act(owing)
    assert owing.sent() == [reason, reason]


def test_who_owes_it_now_is_reminded_of_it(owing: Owing) -> None:
    """What passed on goes on: BEN hears of both on the next day of the policy, in one mail; ROY of none."""
    owing.passes_on()
    owing.sent()
    owing.clock.move_to(datetime(2026, 10, 14, 14, 0, tzinfo=UTC))
    sweep_all(owing.installation, owing.place)
    send_due(owing.installation, (owing.place,))
    with owing.installation.work(TEST, owing.place, write=False) as work:
        asked = select(Person.staff_id, Delivery.outcome).join(Delivery, Delivery.person_id == Person.id)
        assert sorted(
            tuple(row) for row in work.session.execute(asked.where(Delivery.outcome == "written"))
        ) == [("BEN", "written")]
