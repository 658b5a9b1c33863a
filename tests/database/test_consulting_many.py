"""A whole medical staff speaks: thousands of comments get their answers in few acts, and pages stay as quick."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, func, select

from reciproca.compacts.consulting import actions, queries
from reciproca.compacts.consulting.actions import Remark
from reciproca.compacts.consulting.tables import Comment, Disposition
from reciproca.compacts.drafting.queries import find_version, version_texts
from reciproca.compacts.drafting.tables import Attribution
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.tables import Appointment, Person, Unit
from reciproca.core.identity import Actor, Role, system
from reciproca.core.work import Work
from tests.building.consulting import close_round, open_round
from tests.building.hearing import House, a_house, a_round, mine

PEOPLE, EACH, POINTS = 200, 25, 120
_WORDS = """
rota clinic triage round shift bed pager theatre intake biopsy handover leave parking budget nurse referral transfer
ward dictation crash trolley scanner registry inbox consent teaching locum fellow meeting agenda
"""
SHAPES = ("{0}", "Please: {0}", "{0}!", "I think {0}", "Perhaps {0} again", "{0}, in my view")


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose people can speak."""
    house = a_house(tmp_path / "home", database_url)
    yield house
    house.installation.database.dispose()


def _staff(house: House, number: int) -> list[Actor]:
    """Physicians and leaders in turn, each appointed in a unit."""
    with house.installation.work(system("test"), house.place) as work:
        units = list(work.session.scalars(select(Unit.id).order_by(Unit.id)))
        people = [
            Person(staff_id=f"M{n}", given_name=f"G{n}", family_name="Staff", locale="en", revision=1)
            for n in range(number)
        ]
        work.session.add_all(people)
        work.session.flush()
        work.session.add_all(
            Appointment(
                person_id=person.id, unit_id=units[n % len(units)], category="active", starts=work.today()
            )
            for n, person in enumerate(people)
        )
        roles = (Role.PHYSICIAN, Role.PHYSICIAN, Role.COMMITMENT_OWNER)
        return [
            Actor(uid=f"account:m{n}", roles=frozenset({roles[n % 3]}), person_id=person.id)
            for n, person in enumerate(people)
        ]


def _sayings(identities: Sequence[str]) -> list[tuple[str, str]]:
    """120 distinct points, each on one promise, in words of its own."""
    random, words = Random(7), _WORDS.split()  # noqa: S311 -- seeded, so that each run says the same
    found = {tuple(sorted(random.sample(words, 6))): n for n in range(POINTS)}
    return [(identities[n % len(identities)], " ".join(point)) for point, n in found.items()]


def _speak(house: House, version: str, staff: Sequence[Actor], each: int) -> None:
    with house.by("steward", write=False) as work:
        text = version_texts(work, version=find_version(work, uid=version))["en"]
    sayings, random = _sayings([clause.identity for clause in text.clauses]), Random(11)  # noqa: S311 -- the same
    for number, actor in enumerate(staff):
        said = [sayings[(number * each + n) % len(sayings)] for n in range(each)]
        remarks = [
            Remark(text=random.choice(SHAPES).format(words), locale="en", identity=identity)
            for identity, words in said
        ]
        with house.by(actor) as work:
            actions.say_all(work, version_uid=version, remarks=remarks)


@pytest.mark.parametrize(
    "database_url",
    ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])],
    indirect=True,
)
def test_five_thousand_comments_are_answered_in_few_acts(house: House) -> None:
    """120 points from 200 people: at most 150 acts, an answer for each of 5,000 comments, and one message for each."""
    version = a_round(house)
    staff = _staff(house, PEOPLE)
    _speak(house, version, staff, EACH)
    acts = 0
    with house.by("manager", write=False) as work:
        row = find_version(work, uid=version)
        uids = list(work.session.scalars(select(Comment.uid)))
        clauses = queries.round_page(work, version=row).clauses
        assert (len(uids), sum(one.waiting for one in clauses)) == (PEOPLE * EACH, PEOPLE * EACH)
        groups = [
            found
            for one in clauses
            for found in queries.suggest(work, version=row, about=one.identity, limit=100)
        ]
    with house.by("doctor") as work:
        assert actions.see(work, version_uid=version, comment_uids=uids) == len(uids)
        acts += 1
    for number, found in enumerate(groups):
        disposition = list(Disposition)[number % 3]
        with house.by("manager") as work:
            actions.answer(
                work, version_uid=version, comment_uids=found.comment_uids, disposition=disposition,
                reason=f"The group looked at {found.text} and weighed the hours that it takes.",
            )  # fmt: skip
            acts += 1
    with house.by("steward") as work:
        close_round(work, version)
        told = select(func.count(Notice.id)).filter_by(kind=str(Kind.CONSULTATION_CLOSED))
        assert work.session.scalar(told) == PEOPLE
    assert acts <= 150
    for actor in staff:
        own = mine(house, actor)
        assert len(own) == EACH
        assert all(one.disposition and one.reason for one in own)


READS: Mapping[str, Callable[[Work, Any, str], object]] = {
    "the round": lambda work, version, _point: queries.round_page(work, version=version),
    "one promise": lambda work, version, _point: queries.round_page(work, version=version, about=""),
    "one point": lambda work, version, point: queries.point_page(work, version=version, uid=point),
    "own comments": lambda work, version, _point: queries.my_comments(work, version=version),
    "what became of it": lambda work, version, _point: queries.you_said(work, version=version),
    "rates": lambda work, version, _point: queries.rates(work, version=version),
    "suggestions": lambda work, version, _point: queries.suggest(work, version=version),
}


def test_pages_take_as_many_statements_for_500_comments_as_for_50(house: House) -> None:
    """The number of reads is fixed, whatever was said, and under whichever attribution."""
    staff = _staff(house, 20)
    counts = []
    for each in (2, 25):
        version = a_round(house, Attribution.UNIT)
        _speak(house, version, staff[1:], each)
        _speak(house, version, staff[:1], each)
        with house.by("manager") as work:
            found = queries.suggest(work, version=find_version(work, uid=version), limit=1) or None
            uids = (
                found[0].comment_uids if found else list(work.session.scalars(select(Comment.uid).limit(2)))
            )
            actions.answer(work, version_uid=version, comment_uids=uids, disposition=Disposition.ACCEPTED,
                           reason="We will publish the rota sooner.")  # fmt: skip
        counts.append({name: _statements(house, staff[0], version, read) for name, read in READS.items()})
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 20


@contextmanager
def _counted(house: House) -> Iterator[list[str]]:
    """The statements that the block makes."""
    made: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        made.append(statement)

    engine = house.installation.database.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield made
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _statements(house: House, actor: Actor, version: str, read: Callable[[Work, Any, str], object]) -> int:
    drafter = Actor(uid=actor.uid, roles=frozenset({Role.DRAFTER}), person_id=actor.person_id)
    with house.by(drafter, write=False) as work:
        row = find_version(work, uid=version)
        point = queries.round_page(work, version=row).points[0].uid
        with _counted(house) as made:
            read(work, row, point)
    return len(made)


def test_saying_something_takes_few_statements_and_no_leaf(house: House) -> None:
    """What many do at the same time is cheap: three reads and two rows."""
    version = a_round(house)
    with house.by("anna") as work:
        with _counted(house) as made:
            actions.say(work, version_uid=version, text="A week is too long.", locale="en")
        assert work.acts == []
    assert len(made) <= 5


def test_a_late_crowd_joins_the_next_round_in_a_fixed_number_of_statements(house: House) -> None:
    """Opening a round takes what waited along, however much it is."""
    staff = _staff(house, 10)
    counts = []
    for each in (1, 20):
        version = a_round(house)
        with house.by("steward") as work:
            close_round(work, version)
        _speak(house, version, staff, each)
        with house.by("steward") as work:
            with _counted(house) as made:
                found = open_round(work, version)
            row = find_version(work, uid=version)
            assert queries.open_count(work, version=row, round_id=found.id) == each * len(staff)
        counts.append(len(made))
    assert counts[0] == counts[1]
