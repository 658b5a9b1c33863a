"""Who decides for a side, and that a decision counts only where enough of them took part."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.tables import Ratification, Version, VersionState
from reciproca.compacts.people.tables import Holding, Post, Unit
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Side
from tests.building import drafting as build
from tests.building.access import a_person
from tests.building.house import an_installation


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[tuple[Installation, OrganisationRef]]:
    """A hospital where somebody of the association left yesterday and two are there."""
    installation = an_installation(tmp_path / "home", database_url)
    place = build.a_place(installation)
    with installation.work(build.STEWARD, place) as work:
        post = Post(unit_id=work.session.scalars(select(Unit.id)).first() or 0, title="Councillor")
        work.session.add(post)
        work.session.flush()
        for number, ends in enumerate((None, None, work.today() - timedelta(days=1))):
            person = a_person(work, None, f"A{number}")
            work.session.add(Holding(post_id=post.id, person_id=person.id, ends=ends))
    yield installation, place
    installation.database.dispose()


def _name(work: Work, version: Version, **numbers: int) -> None:
    compact = queries.compact_of(work, version=version)
    said = {"members": 9, "quorum": 2, **numbers}
    actions.name_body(work, compact_uid=compact.uid, side=Side.PHYSICIANS, name="Association", **said)


def _vote(work: Work, version: Version, **said: Any) -> Ratification:
    ballot = {"votes_for": 2, "quorum": 2, "is_ratified": True, **said}
    return actions.record_ratification(
        build.as_actor(work, build.RATIFIERS[Side.PHYSICIANS]),
        version_uid=version.uid, side=Side.PHYSICIANS, body="Association", decided_on=work.today(), **ballot,
    )  # fmt: skip


def test_a_quorum_of_people_who_left_is_none(house: tuple[Installation, OrganisationRef]) -> None:
    """Of those present, only who still held a post on that day counts; a refused record leaves nothing."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        _name(work, version)
        build.proposed(work, version)
        for said, field in (
            ({"present": ["A0", "A2", "nobody"]}, "present"),
            ({"present": ["A0", "A1", "A2"], "votes_for": 3}, "present"),
            ({"quorum": 1}, "quorum"),
            ({"votes_for": 8, "recused": 2}, "votes_for"),
        ):
            with pytest.raises(Invalid) as refused:
                _vote(work, version, **said)
            assert [fault.field for fault in refused.value.faults] == [field]
        assert (version.state, queries.ratifications(work, version=version)) == (VersionState.PROPOSED, [])
        row = _vote(work, version, present=["A0", "A1", "A2"], recused=1)
        assert (row.quorum, row.recused, row.is_ratified) == (2, 1, True)


def test_who_decides_stands_while_they_decide(house: tuple[Installation, OrganisationRef]) -> None:
    """A quorum is of the members, and neither is changed while a text waits for the vote."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        for quorum in (0, 10):
            with pytest.raises(Invalid):
                _name(work, version, quorum=quorum)
        _name(work, version)
        build.proposed(work, version)
        with pytest.raises(Conflict):
            _name(work, version, quorum=1)
