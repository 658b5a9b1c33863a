"""What comes due by itself: one thing that can't be done is undone alone, and stops nothing beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.people.tables import Unit
from reciproca.core.errors import Conflict
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.work import Installation
from tests.building import drafting as build
from tests.building.house import an_installation


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[tuple[Installation, OrganisationRef]]:
    """An installation with one hospital."""
    installation = an_installation(tmp_path / "home", database_url)
    yield installation, build.a_place(installation)
    installation.database.dispose()


def test_of_three_the_one_that_is_refused_leaves_no_trace(
    house: tuple[Installation, OrganisationRef],
) -> None:
    """Rows and acts of the refused one are gone, those of the others are written, and the caller learns which."""
    installation, place = house
    with installation.work(system("test"), place) as work:

        def act(uid: str) -> bool:
            work.session.add(Unit(kind="department", name=uid, path=uid))
            work.session.flush()
            work.act("unit.made", about=uid, record={"unit": uid})
            if uid == "second":
                raise Conflict(detail="Not this one.")
            return uid != "idle"

        assert work.each(["first", "second", "idle", "third"], act) == ["first", "third"]
    with installation.work(system("test"), place, write=False) as work:
        names = set(work.session.scalars(select(Unit.name).where(Unit.kind == "department")))
        leaves = [leaf.entry for leaf in work.session.scalars(select(LedgerLeaf))]
    assert {"first", "idle", "third"} <= names
    assert "second" not in names
    assert sum(b'"type":"unit.made"' in entry for entry in leaves) == 3
