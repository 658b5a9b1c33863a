"""Whoever has the database's own rights can't change a frozen text unseen."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from reciproca.compacts.drafting import queries
from reciproca.core.canonical import canonical, sha256
from reciproca.core.work import Installation
from tests.building import drafting as build
from tests.building.house import an_installation

DAMAGE = [
    *(
        f"UPDATE commitment_text SET {column} = 'x' WHERE id = (SELECT max(id) FROM commitment_text)"
        for column in ("text", "topic", "theme", "indicator", "evidence", "locale")
    ),
    "UPDATE commitment_text SET text = text || ' ' || text WHERE id = (SELECT min(id) FROM commitment_text)",
    "DELETE FROM commitment_text WHERE id = (SELECT max(id) FROM commitment_text)",
    "UPDATE commitment SET position = 99 WHERE id = (SELECT min(id) FROM commitment)",
    "UPDATE commitment SET pair = NULL WHERE id = (SELECT max(id) FROM commitment)",
    "UPDATE commitment SET cadence = 'monthly' WHERE id = (SELECT max(id) FROM commitment)",
    "UPDATE commitment SET side = 'organisation' WHERE id = (SELECT max(id) FROM commitment)",
    "UPDATE rendition SET sha256 = 'x' WHERE id = (SELECT max(id) FROM rendition)",
    "UPDATE rendition SET locale = 'de' WHERE id = (SELECT max(id) FROM rendition)",
    "DELETE FROM rendition WHERE id = (SELECT max(id) FROM rendition)",
    "UPDATE version SET state = 'draft'",
    "UPDATE version SET number = 7",
    "UPDATE version SET change_class = 'editorial'",
    "UPDATE version SET legal_effect = 'contract'",
    "UPDATE compact_text SET title = 'Other' WHERE locale = 'fr'",
    "DELETE FROM ledger_leaf WHERE entry IS NOT NULL",
]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation with one ratified version, and no trigger to hinder anybody."""
    installation = an_installation(tmp_path / "home", database_url)
    place = build.a_place(installation)
    with installation.work(build.STEWARD, place) as work:
        build.ratified(work, build.a_draft(work))
    with installation.database.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE ledger_leaf DISABLE TRIGGER USER"))
    yield installation
    installation.database.dispose()


def _problems(installation: Installation) -> list[tuple[int | None, str]]:
    with installation.database.transaction(write=False) as session:
        return list(queries.check_frozen_texts(session))


@pytest.mark.parametrize("statement", DAMAGE)
def test_a_change_by_sql_is_found(house: Installation, statement: str) -> None:
    """Each column that a signer reads is held against the ledger, and so is the state that froze it."""
    assert _problems(house) == []
    with house.database.engine.begin() as connection:
        connection.execute(text(statement))
    assert _problems(house)


def test_two_texts_that_change_places_are_found(house: Installation) -> None:
    """Words that are all still there, but under another promise, are another text."""
    with house.database.engine.begin() as connection:
        rows = connection.execute(
            text("SELECT id, text FROM commitment_text WHERE locale = 'en' ORDER BY id")
        ).all()
        (first, one), (second, other) = rows[0], rows[1]
        for key, words in ((first, other), (second, one)):
            swap = text("UPDATE commitment_text SET text = :words WHERE id = :id")
            connection.execute(swap, {"words": words, "id": key})
    assert len(_problems(house)) == 1


def test_a_text_changed_together_with_its_rendition_is_found(house: Installation) -> None:
    """Recomputing the canonical text and its digest doesn't help: the ledger's record holds the digest that was."""
    with house.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE commitment_text SET text = 'We promise nothing.' WHERE locale = 'en'")
        )
        stored = connection.execute(text("SELECT id, canonical FROM rendition WHERE locale = 'en'")).one()
        said = json.loads(stored.canonical)
        for item in said["commitments"]:
            item["text"] = "We promise nothing."
        data = canonical(said)
        connection.execute(
            text("UPDATE rendition SET canonical = :data, sha256 = :sha WHERE id = :id"),
            {"data": data, "sha": sha256(data), "id": stored.id},
        )
    assert [reason for _idx, reason in _problems(house) if "not those that were proposed" in reason]
