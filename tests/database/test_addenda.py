"""Addenda: a unit adds to what everybody was promised, and can't take anything away from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.tables import Commitment, Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import ChangeClass, Side
from tests.building import drafting as build
from tests.building.house import an_installation

House = tuple[Installation, OrganisationRef]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    installation = an_installation(tmp_path / "home", database_url)
    yield installation, build.a_place(installation)
    installation.database.dispose()


def _emergency(work: Work) -> str:
    return work.session.scalars(select(Unit.uid).filter_by(name="Emergency")).one()


def _an_addendum(work: Work, main: Version) -> Version:
    titles = {"en": "For Emergency", "fr": "Pour l’urgence"}
    return actions.start_addendum(work, version_uid=main.uid, unit_uid=_emergency(work), titles=titles)


def _both_sides(work: Work, version: Version, pair: str | None = None) -> None:
    words = {
        "en": {
            "text": "We staff a quiet room.",
            "topic": "Rest at night",
            "theme": "Rest",
            "indicator": "Nights",
            "evidence": "Log",
        },
        "fr": {
            "text": "Une salle calme.",
            "topic": "Repos la nuit",
            "theme": "Repos",
            "indicator": "Nuits",
            "evidence": "Registre",
        },
    }
    first = actions.add_commitment(
        work, version_uid=version.uid, side=Side.ORGANISATION, theme="", pair=pair, words=words
    )
    if pair is None:
        actions.add_commitment(
            work, version_uid=version.uid, side=Side.PHYSICIANS, theme="", pair=first.pair, words=words
        )


def test_an_addendum_adds_to_a_version_and_goes_its_own_way_into_force(house: House) -> None:
    """Both stay in force beside each other, and each names the other."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        main = build.in_force(work, build.a_draft(work))
        draft = _an_addendum(work, main)
        _both_sides(work, draft)
        made = build.in_force(work, draft)
        found = queries.adds_to(work, version=made)
        assert found
        assert (found.main.id, found.is_outdated) == (main.id, False)
        assert [each.id for each in queries.addenda(work, version=main)] == [made.id]
        assert main.state == made.state


def test_an_addendum_cannot_promise_the_same_topic_again(house: House) -> None:
    """A promise on a topic of the main agreement could be less than the one that stands there: refused by name."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        main = build.in_force(work, build.a_draft(work))
        draft = _an_addendum(work, main)
        _both_sides(work, draft)
        taken = work.session.scalars(select(Commitment).filter_by(version_id=main.id).limit(1)).one()
        added = work.session.scalars(select(Commitment).filter_by(version_id=draft.id, side=taken.side)).one()
        added.pair = taken.pair
        work.session.flush()
        gaps = queries.checklist(work, version=draft).gaps
        assert [gap.uid for gap in gaps if gap.kind == "restates"] == [added.uid]
        with pytest.raises(Invalid):
            actions.propose(work, version_uid=draft.uid)


def test_an_addendum_is_flagged_when_the_main_agreement_changes(house: House) -> None:
    """What it adds to isn't in force any more: it says so, and its next version adds to the new one."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        main = build.in_force(work, build.a_draft(work))
        draft = _an_addendum(work, main)
        _both_sides(work, draft)
        made = build.in_force(work, draft)
        newer = build.in_force(work, build.next_version(work, main, ChangeClass.EDITORIAL))
        found = queries.adds_to(work, version=made)
        assert found
        assert found.is_outdated
        assert found.in_force
        assert found.in_force.id == newer.id
        compact = queries.compact_of(work, version=made)
        again = actions.start_version(work, compact_uid=compact.uid, change_class=ChangeClass.EDITORIAL)
        carried = queries.adds_to(work, version=again)
        assert carried
        assert (carried.main.id, carried.is_outdated) == (newer.id, False)


def test_an_addendum_is_for_a_unit_within_and_to_what_is_in_force(house: House) -> None:
    """Refused: one for the whole organisation, and one to a draft."""
    installation, place = house
    with installation.work(build.STEWARD, place) as work:
        draft = build.a_draft(work)
        with pytest.raises(Conflict):
            _an_addendum(work, draft)
        main = build.in_force(work, draft)
        whole = work.session.scalars(select(Unit.uid).where(Unit.parent_id.is_(None))).one()
        with pytest.raises(Invalid):
            actions.start_addendum(work, version_uid=main.uid, unit_uid=whole)
