"""What is late goes up the ladder of its side, on the same days for both, past whoever holds the post, to an agenda."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.escalating import actions, queries
from reciproca.compacts.escalating.tables import AgendaProposal, ProposalState
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.actions import meet
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid, NotFound
from reciproca.core.identity import Actor, OrganisationRef, Proof, Role, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building.house import an_installation
from tests.building.obligations import a_post, a_reminded_hospital, granted, owed_by, someone

TEST = system("test")
BODIES = {Side.ORGANISATION: Role.RATIFIER_ORGANISATION, Side.PHYSICIANS: Role.RATIFIER_PHYSICIANS}
SPONSORS = {Side.ORGANISATION: Role.CO_SPONSOR_ORGANISATION, Side.PHYSICIANS: Role.CO_SPONSOR_PHYSICIANS}
TWO_WEEKS_LATE = datetime(2026, 10, 29, 14, 0, tzinfo=UTC)
FOUR_WEEKS_LATE = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)


class House:
    """A post of each side owes something by 15 October; each side has its sponsor and its body's secretary."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place: OrganisationRef = a_reminded_hospital(self.installation)
        self.people: dict[str, int] = {}
        with self.installation.work(TEST, self.place) as work:
            for side in Side:
                letter = side.value[0].upper()
                holder = self.there(work, f"{letter}-HOLDER")
                owed_by(work, a_post(work, f"Post of {side}", holder), side=side, subject_uid=side.value)
                granted(work, self.there(work, f"{letter}-SPONSOR"), SPONSORS[side])
                granted(work, self.there(work, f"{letter}-BODY"), BODIES[side])
            granted(work, self.there(work, "EXECUTIVE"), Role.EXECUTIVE_SPONSOR)

    def there(self, work: Work, staff_id: str) -> Person:
        """Somebody of the staff."""
        person = someone(work, staff_id)
        self.people[staff_id] = person.id
        return person

    def actor(self, staff_id: str, *roles: Role) -> Actor:
        """Somebody, with their roles."""
        return Actor(
            uid=staff_id,
            person_id=self.people[staff_id],
            roles=frozenset({Role.THEMSELF, *roles}),
            proof=Proof(method="password"),
        )

    def pass_days(self, until: datetime) -> None:
        """The scheduler's work twice a day."""
        while self.clock.now() < until:
            self.clock.advance(timedelta(hours=12))
            sweep_all(self.installation, self.place)
            send_due(self.installation, (self.place,))

    def told(self, side: Side, *kinds: str) -> list[tuple[str, str, int | None]]:
        """Who was told of what `side` owes: staff number, kind and step, in order."""
        asked = select(Person.staff_id, Notice.kind, Notice.step).join(Person, Person.id == Notice.person_id)
        with self.installation.work(TEST, self.place, write=False) as work:
            rows = work.session.execute(asked.where(Notice.side == side))
            return sorted((who, kind, step) for who, kind, step in rows if kind in kinds)

    def proposals(self) -> dict[Side, AgendaProposal]:
        """What is proposed, by side."""
        with self.installation.work(TEST, self.place, write=False) as work:
            return {row.side: row for row in work.session.scalars(select(AgendaProposal))}


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital on 1 September 2026."""
    made = House(tmp_path / "home", database_url)
    yield made
    made.installation.database.dispose()


def test_both_sides_go_up_on_the_same_days(house: House) -> None:
    """Owner, sponsors, body: what each side's people hear is the mirror of the other's, but for the executive, who
    sponsors for the organisation alone."""
    house.pass_days(datetime(2026, 12, 31, tzinfo=UTC))
    ours = house.told(Side.ORGANISATION, "reminder", "escalated", "proposed")
    theirs = house.told(Side.PHYSICIANS, "reminder", "escalated", "proposed")
    mirror = {"O": "P", "P": "O"}
    assert sorted((mirror[who[0]] + who[1:], kind, step) for who, kind, step in theirs) == [
        one for one in ours if one[0] != "EXECUTIVE"
    ]
    assert [one for one in ours if one[1] != "reminder"] == [
        ("EXECUTIVE", "escalated", 5), ("EXECUTIVE", "escalated", 6),
        ("O-BODY", "proposed", 6),
        ("O-SPONSOR", "escalated", 5), ("O-SPONSOR", "escalated", 6),
        ("P-SPONSOR", "escalated", 5), ("P-SPONSOR", "escalated", 6),
    ]  # fmt: skip
    assert [step for who, _kind, step in ours if who == "O-HOLDER"] == list(range(7))
    found = house.proposals()
    assert set(found) == set(Side)
    assert found[Side.ORGANISATION].proposed_at == found[Side.PHYSICIANS].proposed_at


def test_who_is_told_on_the_way_up_has_one_mail(house: House) -> None:
    """A sponsor who hears of both sides gets one list."""
    house.pass_days(TWO_WEEKS_LATE)
    with house.installation.work(TEST, house.place, write=False) as work:
        asked = select(Delivery.id).join(Notice, Notice.delivery_id == Delivery.id)
        mine = asked.where(Notice.kind == "escalated", Notice.person_id == house.people["O-SPONSOR"])
        found = work.session.scalars(mine).all()
    assert len(found) == 2
    assert len(set(found)) == 1


@pytest.mark.parametrize("side", Side)
def test_nobody_is_told_of_their_own_post_as_its_sponsor(house: House, side: Side) -> None:
    """Whoever holds the post is passed over; where nobody else is on the rung, the next one is told at once."""
    letter = side.value[0].upper()
    with house.installation.work(TEST, house.place) as work:
        for staff_id in ("O-SPONSOR", "P-SPONSOR", "EXECUTIVE"):  # all of the first rung hold it together
            person = work.session.get_one(Person, house.people[staff_id])
            owed_by(work, a_post(work, f"Own {staff_id}", person), side=side, subject_uid=staff_id)
        everyone = [
            work.session.get_one(Person, house.people[one]) for one in ("O-SPONSOR", "P-SPONSOR", "EXECUTIVE")
        ]
        owed_by(work, a_post(work, "All", *everyone), side=side, subject_uid="all")
    house.pass_days(TWO_WEEKS_LATE)
    with house.installation.work(TEST, house.place, write=False) as work:
        late = {row.obligation.subject_uid: row.obligation.id for row in queries.overdue(work)}
        heard = {
            subject: set(work.session.scalars(
                select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
                .where(Notice.obligation_id == owed, Notice.kind == "escalated")
            ))
            for subject, owed in late.items()
        }  # fmt: skip
    assert "O-SPONSOR" not in heard["O-SPONSOR"]
    assert "P-SPONSOR" in heard["O-SPONSOR"]
    assert heard["all"] == {f"{letter}-BODY"}


def test_an_invitation_and_a_person_s_own_duty_climb_nothing(house: House) -> None:
    """Nobody is told who hasn't answered, or which named person is late."""
    with house.installation.work(TEST, house.place) as work:
        person = someone(work, "ROY")
        owed_by(work, person, subject_uid="own")
        owed_by(work, person, subject_uid="asked", family=Family.INVITATION)
        owed_by(work, a_post(work, "Asked", person), subject_uid="asked post", family=Family.INVITATION)
    house.pass_days(datetime(2026, 12, 31, tzinfo=UTC))
    with house.installation.work(TEST, house.place, write=False) as work:
        heard = work.session.execute(
            select(Person.staff_id, Notice.kind)
            .join(Notice, Notice.person_id == Person.id)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .where(Obligation.subject_uid.in_(["own", "asked", "asked post"]))
        )
        assert {tuple(row) for row in heard} == {("ROY", "reminder")}
        assert len(work.session.scalars(select(AgendaProposal)).all()) == 2


def test_an_owner_s_words_go_along_and_the_body_decides(house: House) -> None:
    """The owner says why; the secretary declines with a reason, or places it; each is on the record."""
    house.pass_days(FOUR_WEEKS_LATE)
    holder, secretary = house.actor("O-HOLDER"), house.actor("O-BODY", Role.RATIFIER_ORGANISATION)
    with house.installation.work(holder, house.place) as work:
        (mine,) = [one for one in queries.overdue(work) if one.is_mine]
        actions.write_statement(work, obligation_uid=mine.obligation.uid, text=" The rooms are let. ")
        with pytest.raises(Invalid):
            actions.write_statement(work, obligation_uid=mine.obligation.uid, text="  ")
    with house.installation.work(secretary, house.place) as work:
        (ours,) = [one for one in queries.agenda(work) if one.obligation.side is Side.ORGANISATION]
        assert ours.statement is not None
        assert (ours.statement.text, ours.owner, ours.rung) == (
            "The rooms are let.",
            "Post of organisation",
            2,
        )
        assert ours.proposal is not None
        uid = ours.proposal.uid
        with pytest.raises(Invalid):
            actions.decline_placing(work, proposal_uid=uid, reason=" ")
        with pytest.raises(Invalid):
            actions.place(work, proposal_uid=uid, meets_on=work.today() - timedelta(days=1))
        declined = actions.decline_placing(work, proposal_uid=uid, reason="It is with the ministry.")
        assert (declined.state, declined.reason) == (ProposalState.DECLINED, "It is with the ministry.")
        with pytest.raises(Conflict):
            actions.decline_placing(work, proposal_uid=uid, reason="Again.")
        placed = actions.place(work, proposal_uid=uid, meets_on=work.today())
        assert (placed.state, placed.reason) == (ProposalState.PLACED, None)
    with house.installation.work(TEST, house.place, write=False) as work:
        entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
        assert [sum(f'"type":"{kind}"' in entry for entry in entries) for kind in (
            "overdue.statement", "agenda.declined", "agenda.placed"
        )] == [1, 1, 1]  # fmt: skip


def test_each_body_decides_on_its_own_side_only(house: House) -> None:
    """The board's secretary has no say on the physicians' agenda, nor anybody else on either."""
    house.pass_days(FOUR_WEEKS_LATE)
    theirs = house.proposals()[Side.PHYSICIANS].uid
    for who in (
        house.actor("O-BODY", Role.RATIFIER_ORGANISATION),
        house.actor("O-SPONSOR", SPONSORS[Side.ORGANISATION]),
    ):
        with pytest.raises(Forbidden), house.installation.work(who, house.place) as work:
            actions.place(work, proposal_uid=theirs, meets_on=work.today())
    with (
        pytest.raises(NotFound),
        house.installation.work(house.actor("P-BODY", Role.RATIFIER_PHYSICIANS), house.place) as work,
    ):
        actions.place(work, proposal_uid="none", meets_on=work.today())
    owed = next(one for one in _all_late(house) if one.obligation.side is Side.ORGANISATION)
    with pytest.raises(NotFound), house.installation.work(house.actor("P-HOLDER"), house.place) as work:
        actions.write_statement(work, obligation_uid=owed.obligation.uid, text="Not mine.")


def test_nobody_decides_on_what_they_owe_themselves(house: House) -> None:
    """A secretary who holds the post that owes it has no say; and where a body has nobody else, the stewards hear."""
    with house.installation.work(TEST, house.place) as work:
        secretary = work.session.get_one(Person, house.people["O-BODY"])
        owed_by(work, a_post(work, "Own", secretary), side=Side.ORGANISATION, subject_uid="own")
        granted(work, house.there(work, "STEWARD"), Role.STEWARD)
    house.pass_days(FOUR_WEEKS_LATE)
    with house.installation.work(TEST, house.place, write=False) as work:
        own = next(one for one in queries.agenda(work) if one.obligation.subject_uid == "own")
        assert own.proposal is not None
        uid, owed = own.proposal.uid, own.obligation.id
        told = select(Person.staff_id, Notice.kind).join(Notice, Notice.person_id == Person.id)
        heard = {tuple(row) for row in work.session.execute(told.where(Notice.obligation_id == owed))}
    assert ("STEWARD", "escalated") in heard
    assert ("O-BODY", "proposed") not in heard
    who = house.actor("O-BODY", Role.RATIFIER_ORGANISATION)
    with pytest.raises(Conflict), house.installation.work(who, house.place) as work:
        actions.place(work, proposal_uid=uid, meets_on=work.today())
    with pytest.raises(Conflict), house.installation.work(who, house.place) as work:
        actions.decline_placing(work, proposal_uid=uid, reason="No.")


def _all_late(house: House) -> list[queries.Late]:
    with house.installation.work(TEST, house.place, write=False) as work:
        return list(queries.overdue(work))


def test_what_is_done_leaves_the_agenda(house: House) -> None:
    """Nothing is proposed any more once it is done, and an outage proposes it once."""
    house.clock.move_to(FOUR_WEEKS_LATE + timedelta(days=30))
    for _turn in range(2):
        sweep_all(house.installation, house.place)
    assert len(house.proposals()) == 2
    with house.installation.work(TEST, house.place) as work:
        meet(work, kind="commitment", subject_uid="organisation")
        assert [one.obligation.side for one in queries.agenda(work)] == [Side.PHYSICIANS]
