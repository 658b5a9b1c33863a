"""What holds through the whole life of versions, on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.tables import Commitment, Version, VersionState
from reciproca.compacts.people.tables import Unit
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import Actor, OrganisationRef, Role, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Side
from tests.building import consulting as rounds
from tests.building import drafting as build
from tests.building.house import an_installation

CLOCK = system("scheduler")


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[tuple[Installation, OrganisationRef]]:
    """An installation with one hospital."""
    installation = an_installation(tmp_path / "home", database_url)
    yield installation, build.a_place(installation)
    installation.database.dispose()


def _clauses(work: Work, version: Version, locale: str = "en") -> list[tuple[str, str]]:
    return [(row.identity, row.text) for row in queries.version_texts(work, version=version)[locale].clauses]


def test_a_version_comes_into_force_at_local_midnight(house: tuple[Installation, OrganisationRef]) -> None:
    """The day belongs to the organisation's zone, and nothing but the clock is waited for."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        uid = build.scheduled(work, build.a_draft(work), date(2026, 9, 2)).uid
    with installation.work(CLOCK, place) as work:
        assert actions.put_in_force(work) == []
        with pytest.raises(Conflict):
            actions.enter_force(work, version_uid=uid)
    installation.clock.move_to(installation.clock.now() + timedelta(hours=14))  # type: ignore[attr-defined]  # fixed
    with installation.work(CLOCK, place) as work:
        assert actions.put_in_force(work) == [uid]
        version = queries.find_version(work, uid=uid)
        assert version.state is VersionState.IN_FORCE
        assert version.in_force_at is not None
        assert version.in_force_at.isoformat() == "2026-09-02T04:00:00+00:00"
        assert actions.put_in_force(work) == []


def test_the_next_version_keeps_identities_and_replaces_the_former(
    house: tuple[Installation, OrganisationRef],
) -> None:
    """One version in force at an instant: the new one begins where the old one ends."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        first = build.in_force(work, build.a_draft(work))
        second = build.next_version(work, first)
        assert _clauses(work, first, "fr") == _clauses(work, second, "fr")
        build.in_force(work, second)
        work.session.refresh(first)
        assert (first.state, second.state) == (VersionState.SUPERSEDED, VersionState.IN_FORCE)
        assert first.ended_at == second.in_force_at


def test_two_agreements_never_bind_the_same_members_of_a_unit(
    house: tuple[Installation, OrganisationRef],
) -> None:
    """Two drafts may exist; the second can't get a day, nor come into force when both had one."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        rival = build.scheduled(work, build.a_draft(work, audience=("active", "locum")))
        build.in_force(work, build.a_draft(work, audience=("active",)))
        build.in_force(work, build.a_draft(work, audience=("courtesy",)))
        third = build.ratified(work, build.a_draft(work))
        with pytest.raises(Conflict):
            actions.schedule(work, version_uid=third.uid, effective_from=work.today())
        emergency = work.session.scalars(select(Unit).where(Unit.kind == "department")).one()
        build.in_force(work, build.a_draft(work, unit_uid=emergency.uid))
    with installation.work(CLOCK, place) as work:
        assert actions.put_in_force(work) == []
        assert queries.find_version(work, uid=rival.uid).state is VersionState.SCHEDULED


def test_one_side_cannot_ratify_for_both(house: tuple[Installation, OrganisationRef]) -> None:
    """A leader who holds both roles has one declared side: the second decision is refused."""
    installation, place = house
    both = build.an_actor(Role.RATIFIER_ORGANISATION, Role.RATIFIER_PHYSICIANS)
    with installation.work(build.STEWARD, place) as work:
        version = build.proposed(work, build.a_draft(work))
        with pytest.raises(Forbidden):
            _decide_as(work, build.RATIFIERS[Side.PHYSICIANS], version, Side.ORGANISATION)
        _decide_as(work, both, version, Side.ORGANISATION)
        assert version.state is VersionState.PROPOSED
        with pytest.raises(Forbidden):
            _decide_as(work, both, version, Side.PHYSICIANS)
        assert version.state is VersionState.PROPOSED


def test_a_refusal_ends_that_version_and_a_new_draft_starts_from_it(
    house: tuple[Installation, OrganisationRef],
) -> None:
    """Text and hash of what was refused are kept; the work goes on in a new version."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.proposed(work, build.a_draft(work))
        build.decide(work, version, Side.ORGANISATION)
        build.decide(work, version, Side.PHYSICIANS, is_ratified=False)
        assert version.state is VersionState.REFUSED
        again = build.next_version(work, version)
        assert (again.parent_id, again.number, again.state) == (version.id, 2, VersionState.DRAFT)
        assert len(queries.renditions(work, version_ids=[version.id])) == 2


def test_no_action_edits_a_frozen_text(house: tuple[Installation, OrganisationRef]) -> None:
    """From proposed on, each editing action is refused and leaves every word, commitment and fingerprint."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.proposed(work, build.a_draft(work))
        first = queries.version_texts(work, version=version)["en"].clauses[0]
        before = queries.version_texts(work, version=version)
        words = {"text": "Something else."}
        attempts = [
            lambda: actions.edit_commitment(work, commitment_uid=first.uid, locale="en", words=words),
            lambda: actions.save_topic(
                work, version_uid=version.uid, key=first.key, locale="en", seen={}, wished={"topic": "x"}
            ),
            lambda: actions.add_commitment(
                work, version_uid=version.uid, side=Side.PHYSICIANS, theme="x", words={"en": words}
            ),
            lambda: actions.remove_commitment(work, commitment_uid=first.uid),
            lambda: actions.move_commitment(work, commitment_uid=first.uid, to=5),
            lambda: rounds.open_round(work, version),
            lambda: actions.revise(work, version_uid=version.uid),
            lambda: actions.propose(work, version_uid=version.uid),
        ]
        for attempt in attempts:
            with pytest.raises(Conflict):
                attempt()
        assert queries.version_texts(work, version=version) == before
    with installation.database.transaction(write=False) as session:
        assert list(queries.check_frozen_texts(session)) == []


def test_a_text_people_are_reading_stands_still(house: tuple[Installation, OrganisationRef]) -> None:
    """During a round nothing is edited or proposed; after it, the version is proposed or revised."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        first = queries.version_texts(work, version=version)["en"].clauses[0]
        rounds.open_round(work, version)
        build.read(work, version)
        with pytest.raises(Conflict):
            actions.edit_commitment(work, commitment_uid=first.uid, locale="en", words={"text": "x"})
        with pytest.raises(Invalid) as caught:
            actions.propose(work, version_uid=version.uid)
        assert [fault.field for fault in caught.value.faults] == ["consultation"]
    with installation.work(build.STEWARD, place) as work:
        rounds.close_round(work, version)
        actions.revise(work, version_uid=version.uid)
        actions.edit_commitment(work, commitment_uid=first.uid, locale="en", words={"text": "We answer."})
        build.read(work, version)
        assert actions.propose(work, version_uid=version.uid).state is VersionState.PROPOSED


def test_an_empty_side_is_never_proposed(house: tuple[Installation, OrganisationRef]) -> None:
    """The server refuses a one-sided agreement; any number of topics else will do."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        rows = work.session.scalars(
            select(Commitment).filter_by(version_id=version.id).order_by(Commitment.id)
        ).all()
        for row in [row for row in rows if row.side is Side.PHYSICIANS]:
            actions.remove_commitment(work, commitment_uid=row.uid)
        build.read(work, build.consulted(work, version))
        with pytest.raises(Invalid) as caught:
            actions.propose(work, version_uid=version.uid)
        assert [fault.field for fault in caught.value.faults] == ["physicians"]
        actions.revise(work, version_uid=version.uid)
        ours = [row for row in rows if row.side is Side.ORGANISATION]
        for row in ours[3:]:
            actions.remove_commitment(work, commitment_uid=row.uid)
        words = {"en": {"text": "I answer."}, "fr": {"text": "Je réponds."}}
        actions.add_commitment(
            work, version_uid=version.uid, side=Side.PHYSICIANS, theme="", pair=ours[0].pair, words=words
        )
        build.read(work, version)
        assert actions.propose(work, version_uid=version.uid).state is VersionState.PROPOSED


def test_every_decision_writes_its_act(house: tuple[Installation, OrganisationRef]) -> None:
    """The life of a version can be read from the ledger alone."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        build.in_force(work, build.a_draft(work))
        wires = ["version.proposed", "version.ratified", "version.scheduled", "version.in_force"]
        assert build.told(work) == wires
    with installation.database.transaction(write=False) as session:
        entries = list(session.scalars(select(LedgerLeaf.entry).order_by(LedgerLeaf.idx)))
    expected = [
        "compact.created", "consultation.opened", "consultation.closed", "rendition.confirmed",
            "rendition.confirmed", "version.proposed", "version.ratified",
        "version.ratified", "version.scheduled", "version.in_force",
    ]  # fmt: skip
    assert [json.loads(entry)["type"] for entry in entries] == expected


def _decide_as(work: Work, actor: Actor, version: Version, side: Side) -> None:
    actions.record_ratification(
        build.as_actor(work, actor),
        version_uid=version.uid,
        side=side,
        body="Board",
        decided_on=work.today(),
        is_ratified=True,
        votes_for=5,
    )
