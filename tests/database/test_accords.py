"""What both sides decide together: neither alone, nobody for both, and what follows from it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.tables import Compact, Matter, Version, VersionState
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import OrganisationRef, Role, system
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import ChangeClass, LegalEffect, Side
from tests.building import drafting as build
from tests.building.house import BEGINNING, an_installation

House = tuple[Installation, OrganisationRef, FixedClock]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose clock the test moves."""
    clock = FixedClock(BEGINNING)
    installation = an_installation(tmp_path / "home", database_url, clock)
    yield installation, build.a_place(installation), clock
    installation.database.dispose()


def _agree(work: Work, version: Version, matter: Matter, *sides: Side) -> None:
    for side in sides:
        sponsor = build.as_actor(work, build.SPONSORS[side])
        actions.give_accord(sponsor, version_uid=version.uid, matter=matter, reason="The merger.")


def test_a_change_is_called_what_both_sides_say(house: House) -> None:
    """A next version isn't proposed until one person of each side has confirmed the class of its change, and calling
    it something else asks both again."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        draft = build.next_version(work, build.in_force(work, build.a_draft(work)), ChangeClass.MINOR)
        build.read(work, draft)
        _agree(work, draft, Matter.CHANGE_CLASS, Side.ORGANISATION)
        with pytest.raises(Invalid) as refused:
            actions.propose(work, version_uid=draft.uid)
        assert [fault.field for fault in refused.value.faults] == ["change_class.physicians"]
        actions.change_class(work, version_uid=draft.uid, change_class=ChangeClass.EDITORIAL)
        _agree(work, draft, Matter.CHANGE_CLASS, Side.PHYSICIANS)
        assert queries.checklist(work, version=draft).unconfirmed == [Side.ORGANISATION]
        _agree(work, draft, Matter.CHANGE_CLASS, Side.ORGANISATION)
        build.read(work, draft)
        assert actions.propose(work, version_uid=draft.uid).state is VersionState.PROPOSED


def test_nobody_says_yes_for_both_sides(house: House) -> None:
    """One person with both offices counts once, on one side, and a side's second yes changes nothing."""
    installation, place, _clock = house
    both = build.an_actor(Role.CO_SPONSOR_ORGANISATION, Role.CO_SPONSOR_PHYSICIANS)
    with installation.work(build.STEWARD, place) as work:
        version = build.in_force(work, build.a_draft(work))
        actions.give_accord(build.as_actor(work, both), version_uid=version.uid, matter=Matter.SUSPEND)
        with pytest.raises(Conflict):
            actions.give_accord(build.as_actor(work, both), version_uid=version.uid, matter=Matter.SUSPEND)
        assert version.state is VersionState.IN_FORCE
        with pytest.raises(Forbidden):
            actions.give_accord(
                build.as_actor(work, build.STEWARD), version_uid=version.uid, matter=Matter.SUSPEND
            )


def test_a_version_is_suspended_resumed_and_retired_by_both(house: House) -> None:
    """Each step waits for the second side, takes effect with it, and is on the ledger."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.in_force(work, build.a_draft(work))
        for matter, after in (
            (Matter.SUSPEND, VersionState.SUSPENDED),
            (Matter.RESUME, VersionState.IN_FORCE),
            (Matter.SUSPEND, VersionState.SUSPENDED),
            (Matter.RETIRE, VersionState.RETIRED),
        ):
            before = version.state
            _agree(work, version, matter, Side.PHYSICIANS)
            assert version.state is before
            _agree(work, version, matter, Side.ORGANISATION)
            assert version.state is after
        with pytest.raises(Conflict):
            _agree(work, version, Matter.RESUME, Side.PHYSICIANS)
        assert [act.type for act in work.acts if act.type == "version.retired"] == ["version.retired"]
        assert build.told(work)[-4:] == [
            "version.suspended", "version.resumed", "version.suspended", "version.ended",
        ]  # fmt: skip


def test_a_suspended_version_ends_when_the_next_comes_into_force(house: House) -> None:
    """It can't be resumed beside its successor: there is one version in force at an instant."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        first = build.in_force(work, build.a_draft(work))
        _agree(work, first, Matter.SUSPEND, *Side)
        build.in_force(work, build.next_version(work, first))
        assert first.state is VersionState.SUPERSEDED


def test_what_is_withdrawn_is_offered_to_nobody_any_more(house: House) -> None:
    """Taking a version back is told to the features that lean on it, signing among them."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.ratified(work, build.a_draft(work))
        actions.withdraw(work, version_uid=version.uid, reason="The merger.")
        assert build.told(work)[-1] == "version.ended"


def test_an_agreement_ends_on_its_day(house: House) -> None:
    """At the beginning of the day of its sunset a version ends by itself, suspended or not, once."""
    installation, place, clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.in_force(work, build.a_draft(work))
        compact = work.session.scalars(select(Compact)).one()
        compact.sunset = work.today() + timedelta(days=3)
        _agree(work, version, Matter.SUSPEND, *Side)
        uid = version.uid
    ended = []
    for _day in range(4):
        with installation.work(system("scheduler"), place) as work:
            ended.append(actions.expire_versions(work))
        clock.advance(timedelta(days=1))
    assert ended == [[], [], [], [uid]]
    with installation.work(build.STEWARD, place, write=False) as work:
        assert queries.find_version(work, uid=uid).state is VersionState.EXPIRED


def test_a_new_legal_effect_is_always_material(house: House) -> None:
    """It can't be called minor, at the start or later, and the frozen text says the new effect."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        build.in_force(work, build.a_draft(work))
        compact = work.session.scalars(select(Compact)).one()
        with pytest.raises(Invalid):
            actions.start_version(
                work, compact_uid=compact.uid, change_class=ChangeClass.MINOR, legal_effect=LegalEffect.BYLAW
            )
        draft = actions.start_version(
            work, compact_uid=compact.uid, change_class=ChangeClass.MATERIAL, legal_effect=LegalEffect.BYLAW
        )
        with pytest.raises(Invalid):
            actions.change_class(work, version_uid=draft.uid, change_class=ChangeClass.EDITORIAL)
        assert {text.legal_effect for text in queries.version_texts(work, version=draft).values()} == {
            "bylaw"
        }
