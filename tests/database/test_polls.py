"""Physicians are asked one by one how the organisation kept its promises, and only what they say together is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.polling import actions, queries
from reciproca.compacts.polling.tables import Finding, Opinion, Poll
from reciproca.compacts.reviewing.actions import Said, choose_who_is_asked, save_answers
from reciproca.compacts.reviewing.queries import show_review
from reciproca.compacts.reviewing.tables import AssessmentState, ReviewState
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid, NotFound
from reciproca.core.identity import Role
from reciproca.plugins.types import Rating, Side
from tests.building.drafting import an_actor
from tests.building.house import an_installation
from tests.building.polling import asking, doctor, say, shares, speak
from tests.building.reviewing import SCHEDULER, Hospital


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """A hospital whose agreement came into force today."""
    installation = an_installation(tmp_path / "home", database_url, FixedClock())
    yield Hospital(installation, installation.clock)  # type: ignore[arg-type]  # the clock that was just given
    installation.database.dispose()


def promised(hospital: Hospital, side: Side) -> list[tuple[str, Rating | None, str | None]]:
    """(state, rating, reason) of each promise of a side, as the review has it."""
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        looks = show_review(work, uid=hospital.review().uid, locale="en").looks.values()
        return [
            (look.assessment.state.value, look.assessment.rating, look.assessment.reason)
            for look in looks
            if look.commitment.side is side
        ]


def test_each_physician_gets_an_invitation_and_nobody_a_duty(hospital: Hospital) -> None:
    """Protects that answering is voluntary: fails when the poll is owed, or when a co-sponsor of the organisation is
    asked what physicians think."""
    review = asking(hospital, 20)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        rows = work.session.scalars(select(Obligation).filter_by(kind=actions.OPINION)).all()
        poll = work.session.scalars(select(Poll)).one()
    assert {(row.family, row.side) for row in rows} == {("invitation", Side.PHYSICIANS)}
    assert len(rows) == poll.asked == 20
    assert hospital.people[Side.ORGANISATION].id not in {row.person_id for row in rows}
    assert (poll.subject_uid, poll.minimum) == (review.uid, 8)


def test_the_seal_waits_for_its_day_and_then_tells_what_all_said(hospital: Hospital) -> None:
    """Protects everybody's time to answer: both co-sponsors' answers don't open the seal early; on its day the word of
    all counts, with numbers of no fewer than may be told."""
    asking(hospital, 20)
    for place, share in enumerate(shares(hospital)):
        say(hospital, share, Rating.NOT_KEPT if place // 2 % 4 else Rating.KEPT)
    for side in Side:
        speak(hospital, side)
    assert hospital.review().state is ReviewState.GATHERING
    hospital.tick(hospital.review().seal_opens_on)
    assert hospital.review().state is ReviewState.DIALOGUE
    assert {found[:2] for found in promised(hospital, Side.ORGANISATION)} == {
        (AssessmentState.DIFFERING.value, Rating.NOT_KEPT)
    }
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        heard = queries.findings(work, subject_uid=hospital.review().uid)
        poll = work.session.scalars(select(Poll)).one()
    apart = {("not_kept",): 7, ("partly_kept",): 0, ("kept",): 3}
    joined = {("not_kept", "partly_kept"): 7, ("kept",): 3}  # one of the ten is alone in a division
    told = [dict(one.total) for one in heard.values()]
    assert (told.count(apart), told.count(joined)) == (7, 7)
    assert poll.answered == 20


def test_with_four_answers_nothing_is_said(hospital: Hospital) -> None:
    """Protects the few who answered, and the truth: fails when four of twenty make a verdict, or a number."""
    review = asking(hospital, 20)
    for share in shares(hospital)[:4]:
        say(hospital, share, Rating.NOT_KEPT)
    for side in Side:
        speak(hospital, side)
    hospital.tick(review.seal_opens_on)
    assert set(promised(hospital, Side.ORGANISATION)) == {("not_assessed", None, "too_few")}
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        assert {tuple(row.groups) for row in work.session.scalars(select(Finding))} == {()}
        assert work.session.scalars(select(Poll)).one().answered is None


def test_who_said_what_is_gone_when_the_seal_opens(hospital: Hospital) -> None:
    """Protects what physicians are promised: fails when an opinion, or whose invitation was met, can still be read."""
    review = asking(hospital, 20)
    for share in shares(hospital)[:12]:
        say(hospital, share, Rating.PARTLY_KEPT)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Opinion))
    hospital.tick(review.seal_opens_on)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Opinion)) == 0
        states = select(Obligation.state, Obligation.ended_at).filter_by(kind=actions.OPINION).distinct()
        assert len(work.session.execute(states).all()) == 1


def test_nobody_reads_or_writes_anothers_share(hospital: Hospital) -> None:
    """Protects each answer, from colleagues and from those who run the review alike: not even whether there is one."""
    asking(hospital, 20)
    mine, other = shares(hospital)[:2]
    steward = an_actor(Role.STEWARD, uid="account:steward", person_id=hospital.people[Side.ORGANISATION].id)
    for reader in (doctor(other), steward):
        with hospital.installation.work(reader, hospital.place) as work, pytest.raises(NotFound):
            queries.show_share(work, uid=mine.uid, locale="en")
        with hospital.installation.work(reader, hospital.place) as work, pytest.raises(NotFound):
            actions.answer(work, uid=mine.uid, ratings={"x": Rating.KEPT})
    with hospital.installation.work(SCHEDULER, hospital.place) as work, pytest.raises(Forbidden):
        queries.show_share(work, uid=mine.uid, locale="en")


def test_an_answer_replaces_the_one_before_until_the_seal_opens(hospital: Hospital) -> None:
    """Protects second thoughts: the last answer counts, once; and after the seal has opened nothing is taken."""
    review = asking(hospital, 20)
    share = shares(hospital)[0]
    say(hospital, share, Rating.KEPT)
    say(hospital, share, Rating.NOT_KEPT)
    with hospital.installation.work(doctor(share), hospital.place, write=False) as work:
        said = [one.said for one in queries.show_share(work, uid=share.uid, locale="en").questions]
    assert set(said) == {Rating.NOT_KEPT}
    hospital.tick(review.seal_opens_on)
    with pytest.raises(Conflict):
        say(hospital, share, Rating.KEPT)


def test_the_co_sponsor_does_not_answer_for_those_who_are_asked(hospital: Hospital) -> None:
    """Protects the physicians' own voice."""
    review = asking(hospital, 20)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        looks = show_review(work, uid=review.uid, locale="en").looks
    theirs = next(uid for uid, look in looks.items() if look.commitment.side is Side.ORGANISATION)
    speaker = hospital.speakers[Side.PHYSICIANS]
    with hospital.installation.work(speaker, hospital.place) as work, pytest.raises(Invalid):
        save_answers(
            work,
            review_uid=review.uid,
            side=Side.PHYSICIANS,
            answers=[Said(commitment=theirs, rating=Rating.KEPT)],
        )


def test_a_hospital_that_is_too_small_asks_its_co_sponsor(hospital: Hospital) -> None:
    """Protects small hospitals: with seven physicians a poll could never say anything, so none is opened."""
    asking(hospital, 7)
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        assert work.session.scalars(select(Poll)).all() == []


def test_who_is_asked_is_fixed_when_the_review_opens(hospital: Hospital) -> None:
    """Protects those who trusted what the review said when it opened; and the next review follows this one."""
    review = asking(hospital, 20)
    with hospital.installation.work(SCHEDULER, hospital.place) as work, pytest.raises(Conflict):
        choose_who_is_asked(work, review_uid=review.uid, asks_physicians=False)
    hospital.tick(review.seal_opens_on)
    hospital.tick(review.closes_on)
    hospital.tick()
    assert (hospital.review().number, hospital.review().asks_physicians) == (2, True)
