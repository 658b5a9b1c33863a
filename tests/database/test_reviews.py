"""A review opens, is answered behind the seal, is opened, agreed upon and closed: on time, whoever is silent."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.reviewing import actions, queries
from reciproca.compacts.reviewing.actions import Said
from reciproca.compacts.reviewing.rules import Reason
from reciproca.compacts.reviewing.tables import (
    ActionState,
    AssessmentState,
    OutcomeStatement,
    Review,
    ReviewState,
)
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid, Stale
from reciproca.core.identity import Role
from reciproca.core.ledger.tables import LedgerRecord
from reciproca.core.outbox import OutboxItem
from reciproca.plugins.types import Rating, Side
from tests.building.drafting import an_actor, told
from tests.building.house import an_installation
from tests.building.reviewing import DAY, SCHEDULER, Hospital, answers, save_all

SECRET = "Nobody was asked about the night rota"


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """A hospital whose agreement came into force today."""
    clock = FixedClock()
    installation = an_installation(tmp_path / "home", database_url, clock)
    yield Hospital(installation, clock)
    installation.database.dispose()


def owed(hospital: Hospital) -> list[tuple[str, str, str]]:
    """(kind, side, state) of every obligation."""
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        return sorted(
            (row.kind, row.side.value, row.state) for row in work.session.scalars(select(Obligation))
        )


def test_the_next_review_is_planned_by_the_cycle_once(hospital: Hospital) -> None:
    """An agreement in force always has exactly one review ahead, on its anniversary."""
    first, again = hospital.tick(), hospital.tick()
    review = hospital.review()
    assert (len(first["reviews_planned"]), again["reviews_planned"]) == (1, [])
    assert (review.state, review.number, review.opens_on) == (ReviewState.PLANNED, 1, date(2027, 9, 1))
    assert (review.seal_opens_on, review.closes_on) == (date(2027, 9, 22), date(2027, 10, 20))


def test_it_opens_on_its_day_and_asks_both_sides_about_every_commitment(hospital: Hospital) -> None:
    """Both sides owe their answers on the same clock, and each commitment of both is looked at."""
    hospital.tick()
    assert hospital.tick(date(2027, 8, 31))["reviews_opened"] == []
    assert len(hospital.tick(date(2027, 9, 1))["reviews_opened"]) == 1
    sides = [side for side, _look in hospital.rows()]
    assert (sides.count(Side.ORGANISATION), sides.count(Side.PHYSICIANS)) == (14, 14)
    assert owed(hospital) == [
        ("review.answers", "organisation", "open"),
        ("review.answers", "physicians", "open"),
    ]
    assert hospital.review().state is ReviewState.GATHERING


def test_a_second_tick_opens_nothing_twice(hospital: Hospital) -> None:
    """The scheduler may run as often as it likes."""
    hospital.opened()
    assert not any(hospital.tick().values())


@pytest.mark.parametrize("silent", list(Side))
def test_a_side_that_never_answers_stops_nothing(hospital: Hospital, silent: Side) -> None:
    """Either side's silence leaves the review to open its seal and close on its days, and is written down as such."""
    review = hospital.opened()
    spoken = Side.PHYSICIANS if silent is Side.ORGANISATION else Side.ORGANISATION
    hospital.answered(spoken, Rating.NOT_KEPT)
    assert hospital.tick(review.seal_opens_on - DAY)["reviews_revealed"] == []
    assert len(hospital.tick(review.seal_opens_on)["reviews_revealed"]) == 1
    rows = hospital.rows()
    theirs = {(look.state, look.rating, look.reason) for side, look in rows if side is silent}
    assert theirs == {(AssessmentState.COUNTERPART_ASSESSED, Rating.NOT_KEPT, Reason.OWNER_SILENT)}
    own = {(look.state, look.rating, look.reason) for side, look in rows if side is spoken}
    assert own == {(AssessmentState.NOT_ASSESSED, None, Reason.COUNTERPART_SILENT)}
    assert len(hospital.tick(review.closes_on)["reviews_closed"]) == 1
    assert {row.state for row in _reviews(hospital)} == {
        ReviewState.CLOSED_WITH_DIFFERENCES,
        ReviewState.PLANNED,
    }
    assert {state for _kind, _side, state in owed(hospital)} == {"met", "cancelled"}


def test_silence_of_both_sides_is_closed_on_time_too(hospital: Hospital) -> None:
    """Nothing is rated, nothing is kept, and the next review is planned."""
    review = hospital.opened()
    hospital.tick(review.closes_on)
    assert {(row.number, row.state) for row in _reviews(hospital)} == {
        (1, ReviewState.CLOSED_WITH_DIFFERENCES), (2, ReviewState.PLANNED)}  # fmt: skip


def _reviews(hospital: Hospital) -> list[Review]:
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        return list(work.session.scalars(select(Review)))


def test_nothing_that_is_read_or_written_elsewhere_holds_a_sealed_answer(hospital: Hospital) -> None:
    """Ledger records, outbox and every reader's view are silent until the seal opens, also for the other speaker."""
    review = hospital.opened()
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work:
        save_all(work, review.uid, Side.PHYSICIANS, Rating.NOT_KEPT, SECRET)
        actions.submit(work, review_uid=review.uid, side=Side.PHYSICIANS)
    for actor in (*hospital.speakers.values(), an_actor(*Role)):
        with hospital.installation.work(actor, hospital.place, write=False) as work:
            facts = queries.show_review(work, uid=review.uid, locale="en")
            assert facts.is_sealed
            assert not any(look.views for look in facts.looks.values())
            assert {look.assessment.state for look in facts.looks.values()} == {AssessmentState.PENDING}
    namesake = an_actor(Role.CO_SPONSOR_PHYSICIANS, uid="account:other")
    for actor in (hospital.speakers[Side.ORGANISATION], an_actor(*Role), namesake):
        with hospital.installation.work(actor, hospital.place, write=False) as work, pytest.raises(Forbidden):
            queries.own_answers(work, review_uid=review.uid, side=Side.PHYSICIANS)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        written = [json.dumps(row.record) for row in work.session.scalars(select(LedgerRecord))]
        written += [json.dumps(row.payload) for row in work.session.scalars(select(OutboxItem))]
    assert not [one for one in written if SECRET in one or "not_kept" in one]


def test_the_seal_opens_for_both_at_the_same_moment(hospital: Hospital) -> None:
    """The second side's sending opens both, and what each had said is what the ledger had been told of."""
    hospital.opened()
    hospital.answered(Side.PHYSICIANS, Rating.NOT_KEPT, SECRET)
    assert hospital.review().revealed_at is None
    hospital.answered(Side.ORGANISATION)
    review = hospital.review()
    assert (review.state, review.revealed_at) == (ReviewState.DIALOGUE, hospital.clock.now())
    with hospital.installation.work(
        hospital.speakers[Side.ORGANISATION], hospital.place, write=False
    ) as work:
        facts = queries.show_review(work, uid=review.uid, locale="en")
        records = [json.loads(row.record) if isinstance(row.record, str) else row.record
                   for row in work.session.scalars(select(LedgerRecord))]  # fmt: skip
    assert {view.words for look in facts.looks.values() for view in look.views.values()} == {
        SECRET,
        "As we saw it",
    }
    said = {one["side"]: one["sha256"] for one in records if one and "sha256" in one and "side" in one}
    shown = next(one["sides"] for one in records if one and "physicians" in one.get("sides", {}) and "sha256" in
                 one["sides"]["physicians"])  # fmt: skip
    assert {side: told["sha256"] for side, told in shown.items()} == said


def test_what_was_sent_is_fixed(hospital: Hospital) -> None:
    """A side can't change what it sent, neither before nor after it sees the other's."""
    review = hospital.opened()
    hospital.answered(Side.ORGANISATION)
    with hospital.installation.work(
        hospital.speakers[Side.ORGANISATION], hospital.place, write=False
    ) as work:
        before = [(row.rating, row.words) for row in answers(work)]
    with (
        pytest.raises(Conflict),
        hospital.installation.work(hospital.speakers[Side.ORGANISATION], hospital.place) as work,
    ):
        save_all(work, review.uid, Side.ORGANISATION, Rating.NOT_KEPT)
    with hospital.installation.work(
        hospital.speakers[Side.ORGANISATION], hospital.place, write=False
    ) as work:
        assert [(row.rating, row.words) for row in answers(work)] == before


def test_a_late_answer_is_marked_and_changes_no_finding(hospital: Hospital) -> None:
    """Who answers after seeing the other side is heard, and everybody can see that it was after."""
    review = hospital.opened()
    hospital.answered(Side.PHYSICIANS, Rating.NOT_KEPT)
    hospital.tick(review.seal_opens_on)
    before = [(look.state, look.rating) for _side, look in hospital.rows()]
    hospital.answered(Side.ORGANISATION, Rating.KEPT)
    assert [(look.state, look.rating) for _side, look in hospital.rows()] == before
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place, write=False) as work:
        facts = queries.show_review(work, uid=review.uid, locale="en")
    assert [side for side, view in facts.sides.items() if view.is_late] == [Side.ORGANISATION]
    assert all(Side.ORGANISATION in look.views for look in facts.looks.values())


def test_an_answer_on_the_opening_day_is_late_even_when_the_scheduler_is_too(hospital: Hospital) -> None:
    """The day decides, not the minute at which something ran."""
    review = hospital.opened()
    hospital.answered(Side.PHYSICIANS, Rating.NOT_KEPT)
    hospital.clock.move_to(review.seal_opens_at)
    hospital.answered(Side.ORGANISATION, Rating.KEPT)
    assert {look.reason for side, look in hospital.rows() if side is Side.ORGANISATION} == {
        Reason.OWNER_SILENT
    }


def test_an_unsent_draft_is_never_opened(hospital: Hospital) -> None:
    """What a side only saved stays its own: the day makes it silent, and shows nothing of it."""
    review = hospital.opened()
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work:
        save_all(work, review.uid, Side.PHYSICIANS, Rating.NOT_KEPT, SECRET)
    hospital.tick(review.seal_opens_on)
    with hospital.installation.work(
        hospital.speakers[Side.ORGANISATION], hospital.place, write=False
    ) as work:
        facts = queries.show_review(work, uid=review.uid, locale="en")
    assert not any(look.views for look in facts.looks.values())
    assert {look.assessment.reason for look in facts.looks.values()} == {Reason.BOTH_SILENT}


def test_sending_names_what_is_not_rated_yet(hospital: Hospital) -> None:
    """Each commitment without a rating is named, and what was saved is kept."""
    review = hospital.opened()
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place, write=False) as work:
        uids = list(queries.show_review(work, uid=review.uid, locale="en").looks)
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work:
        said = [Said(commitment=uid, rating=Rating.KEPT) for uid in uids[:-1]]
        actions.save_answers(work, review_uid=review.uid, side=Side.PHYSICIANS, answers=said)
    with (
        pytest.raises(Invalid) as caught,
        hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work,
    ):
        actions.submit(work, review_uid=review.uid, side=Side.PHYSICIANS)
    assert [fault.field for fault in caught.value.faults] == [f"rating-{uids[-1]}"]


def test_two_tabs_of_one_side_do_not_overwrite_each_other(hospital: Hospital) -> None:
    """A form that was opened before another was saved is refused."""
    review = hospital.opened()
    speaker = hospital.speakers[Side.ORGANISATION]
    with hospital.installation.work(speaker, hospital.place) as work:
        actions.save_answers(work, review_uid=review.uid, side=Side.ORGANISATION, answers=[], revision=1)
    with pytest.raises(Stale), hospital.installation.work(speaker, hospital.place) as work:
        actions.save_answers(work, review_uid=review.uid, side=Side.ORGANISATION, answers=[], revision=1)


@pytest.mark.parametrize("side", list(Side))
def test_a_leader_with_two_hats_speaks_for_neither_other_side(hospital: Hospital, side: Side) -> None:
    """Who holds an office of one side can't rate, agree or respond for the other, nor can a stranger."""
    review = hospital.opened()
    both = an_actor(
        Role.CO_SPONSOR_ORGANISATION, Role.CO_SPONSOR_PHYSICIANS, person_id=hospital.people[side].id
    )
    stranger = an_actor(*hospital.speakers[side].roles, uid="account:other")
    for actor in (both, stranger):
        with pytest.raises(Forbidden), hospital.installation.work(actor, hospital.place) as work:
            actions.save_answers(work, review_uid=review.uid, side=side, answers=[])


def test_an_action_for_the_other_side_needs_its_consent(hospital: Hospital) -> None:
    """One side can't bind the other: what it proposes is owed when the other accepts it, and not before."""
    review = hospital.revealed()
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work:
        uid = actions.propose_action(
            work, review_uid=review.uid, side=Side.PHYSICIANS, owner_side=Side.ORGANISATION,
            title="Publish the rota", due_on=work.today() + 30 * DAY, post_uid=hospital.post_uid,
        ).uid  # fmt: skip
        with pytest.raises(Forbidden):
            actions.accept_action(work, action_uid=uid)
    assert not [one for one in owed(hospital) if one[0] == "action.outcome"]
    with hospital.installation.work(hospital.speakers[Side.ORGANISATION], hospital.place) as work:
        actions.accept_action(work, action_uid=uid)
        assert "action.agreed" in told(work)
    assert ("action.outcome", "organisation", "open") in owed(hospital)


def test_it_closes_agreed_when_both_agree(hospital: Hospital) -> None:
    """The straight path: open answers, an action, findings, both responses, closed; every look is published."""
    hospital.revealed()
    hospital.agreed()
    assert hospital.closed().state is ReviewState.CLOSED_AGREED
    assert {look.state for _side, look in hospital.rows()} == {AssessmentState.PUBLISHED}


def test_dissent_is_kept(hospital: Hospital) -> None:
    """One side that differs makes it closed with differences, with its words beside the findings."""
    hospital.revealed()
    assert hospital.closed(agrees=False).state is ReviewState.CLOSED_WITH_DIFFERENCES


def test_it_does_not_close_before_both_have_responded(hospital: Hospital) -> None:
    """Nobody closes a review over the head of a side that still has time."""
    review = hospital.revealed()
    with hospital.installation.work(SCHEDULER, hospital.place) as work:
        actions.write_findings(work, review_uid=review.uid, findings="Most of it was kept.")
    with pytest.raises(Conflict), hospital.installation.work(SCHEDULER, hospital.place) as work:
        actions.close(work, review_uid=review.uid)


def test_the_gate_asks_for_an_outcome_of_every_earlier_action(hospital: Hospital) -> None:
    """A second review doesn't close while nobody said what became of what the first agreed."""
    hospital.revealed()
    uid = hospital.agreed()
    hospital.closed()
    hospital.tick()
    hospital.tick(hospital.review().opens_on)
    for side in Side:
        hospital.answered(side)
    with pytest.raises(Conflict):
        hospital.closed()
    with hospital.installation.work(hospital.speakers[Side.ORGANISATION], hospital.place) as work:
        actions.tell_outcome(
            work, action_uid=uid, is_done=False, why="No budget until April", told_to="Both councils"
        )
    assert hospital.closed().state is ReviewState.CLOSED_AGREED


def test_silence_about_an_action_does_not_keep_the_next_review_open(hospital: Hospital) -> None:
    """On the closing day, an action that nobody spoke of stands as just that: not done, and nobody said why."""
    hospital.revealed()
    hospital.agreed()
    hospital.closed()
    hospital.tick()
    hospital.tick(hospital.review().opens_on)
    assert len(hospital.tick(hospital.review().closes_on)["reviews_closed"]) == 1
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        statement = work.session.scalars(select(OutcomeStatement)).one()
    assert (statement.is_done, statement.is_silence) == (False, True)
    assert not [one for one in owed(hospital) if one[2] == "open" and one[0] != "review.answers"]


def test_a_declined_proposal_needs_no_outcome(hospital: Hospital) -> None:
    """Only what was agreed is followed up."""
    review = hospital.revealed()
    with hospital.installation.work(hospital.speakers[Side.PHYSICIANS], hospital.place) as work:
        action = actions.propose_action(
            work, review_uid=review.uid, side=Side.PHYSICIANS, owner_side=Side.ORGANISATION,
            title="Publish the rota", due_on=work.today() + 30 * DAY,
        )  # fmt: skip
    hospital.closed()
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        view = queries.find_action(work, uid=action.uid)[0]
    assert view.state is ActionState.DECLINED


def test_a_review_that_opens_late_gives_both_sides_their_whole_time(hospital: Hospital) -> None:
    """Where nothing ran on the opening day, the seal's day moves with it, before anybody has answered."""
    hospital.tick()
    hospital.tick(date(2027, 9, 1) + timedelta(days=30))
    review = hospital.review()
    assert review.seal_opens_on - review.opens_on == timedelta(days=21)
    assert review.opens_on == date(2027, 10, 1)


def test_every_decision_is_an_act_in_the_ledger(hospital: Hospital) -> None:
    """Each step leaves its leaf, from the plan to the close."""
    hospital.revealed()
    hospital.agreed()
    hospital.closed()
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        entries = [json.loads(bytes(row.entry))["type"] for row in
                   work.session.execute(text("SELECT entry FROM ledger_leaf ORDER BY idx"))]  # fmt: skip
    found = [one for one in entries if one.startswith(("review.", "action."))]
    assert found == [
        "review.planned", "review.opened", "review.answered", "review.answered", "review.revealed", "action.proposed",
        "action.agreed", "review.findings_written", "review.responded", "review.responded", "review.closed",
    ]  # fmt: skip
