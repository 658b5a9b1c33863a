"""One hospital never sees, changes or points at another's rows; and one transaction is all or nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Executable, delete, func, insert, literal, select, text, update
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import aliased

from reciproca.compacts.people.tables import Organisation, Person, Unit
from reciproca.core.db import ACROSS, expect_revision
from reciproca.core.errors import Conflict, Invalid, Stale
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.work import Installation, Work
from tests.building.access import a_hospital, a_person
from tests.building.house import an_installation

ME = system("test")


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation whose connections are closed afterwards."""
    made = an_installation(tmp_path / "home", database_url)
    yield made
    made.database.dispose()


@pytest.fixture
def hospitals(installation: Installation) -> tuple[OrganisationRef, OrganisationRef]:
    """Two, with one person each, who have one staff id and one address."""
    places = a_hospital(installation), a_hospital(installation, "Lakeside Hospital")
    for place in places:
        with installation.work(ME, place) as work:
            a_person(work, given=place.name)
    return places


def test_each_way_of_reading_stays_in_the_organisation(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """Whole rows, columns, counts, aliases, joins and look-ups by key: only the organisation's own."""
    here, there = hospitals
    with installation.work(ME, there, write=False) as work:
        other = work.session.scalars(select(Person)).one()
    with installation.work(ME, here, write=False) as work:
        session, alias = work.session, aliased(Person)
        assert [person.given_name for person in session.scalars(select(Person))] == [here.name]
        assert session.scalars(select(Person.given_name)).all() == [here.name]
        assert session.scalar(select(func.count()).select_from(Person)) == 1
        assert session.scalars(select(alias.given_name)).all() == [here.name]
        assert session.execute(select(Unit, Person).join(Person, Person.id > 0)).all() == []
        assert session.scalar(select(Person).where(Person.uid == other.uid)) is None
        assert session.get(Person, other.id) is None
        assert session.scalar(select(func.count()).select_from(Person), execution_options=ACROSS) == 2


WAYS: dict[str, Executable] = {
    "rows": select(Person),
    "a column": select(Person.given_name),
    "a count": select(func.count()).select_from(Person),
    "a literal": select(literal(1)).select_from(Person),
    "an alias": select(aliased(Person).given_name),
    "a condition": select(literal(1)).where(Person.id > 0),
    "a join": select(Organisation).join(Person, Person.organisation_id == Organisation.id),
    "exists": select(Organisation).where(
        select(Person.id).where(Person.organisation_id == Organisation.id).exists()
    ),
    "a list": select(Organisation).where(Organisation.id.in_(select(Person.organisation_id))),
    "a scalar": select(select(func.count()).select_from(Person).scalar_subquery()),
    "a subquery": select(select(Person.id).subquery().c.id),
    "a common table": select(select(Person.id).cte("people").c.id),
    "a union": select(Person.given_name).union(select(Unit.name)),
    "an update": update(Person).values(locale="fr").returning(Person.id),
    "a removal": delete(Person).returning(Person.id),  # last, because it does
}


def test_no_way_of_asking_gets_out_of_the_organisation(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """However a statement names a tenant's table, only the organisation's rows count; without one, it is refused."""
    for way, statement in WAYS.items():
        with installation.work(ME, hospitals[0]) as work:
            found = work.session.execute(statement, execution_options={"synchronize_session": False}).all()
            assert (way, len(found)) == (way, 1)
            assert found[0][0] not in {2, "Lakeside Hospital"}
        with pytest.raises(LookupError), installation.work(ME) as work:
            work.session.execute(statement)


def test_without_an_organisation_its_rows_are_not_read_at_all(installation: Installation) -> None:
    """Forgetting to say for whom is a mistake that shows, not everybody's rows."""
    with pytest.raises(LookupError), installation.work(ME) as work:
        work.session.scalars(select(Person)).all()


def test_a_row_gets_its_organisation_and_its_name_by_itself(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """Nobody has to remember them at each insert."""
    with installation.work(ME, hospitals[1]) as work:
        person = a_person(work, None, "P2")
        assert (person.organisation_id, len(person.uid)) == (hospitals[1].id, 36)


def test_no_row_points_into_another_organisation(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """The database itself refuses a reference across, whatever code wrote it."""
    here, there = hospitals
    with installation.work(ME, there) as work:
        root = Unit(kind="hospital", name="Lakeside", path="Lakeside")
        work.session.add(root)
        work.session.flush()
    with pytest.raises(Conflict), installation.work(ME, here) as work:
        work.session.add(Unit(parent_id=root.id, kind="department", name="ER", path="ER"))


def test_a_transaction_that_fails_leaves_nothing(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """Rows, outbox and ledger are written together or not at all."""
    before = _count(installation)
    with pytest.raises(Invalid), installation.work(ME, hospitals[0]) as work:
        _do_and_fail(work)
    assert _count(installation) == before


def test_what_a_refusal_must_count_is_kept_and_nothing_else(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """A note survives the undoing of everything around it; acts don't."""
    before = _count(installation)
    with pytest.raises(Invalid, match="this one"), installation.work(ME, hospitals[0]) as work:
        _do_and_fail(work, note=True)
    assert _count(installation) == (before[0] + 1, before[1], before[2])


def _do_and_fail(work: Work, *, note: bool = False) -> None:
    a_person(work, None, "P3")
    work.enqueue("later", {})
    work.act("thing.done", about="x", record={})
    noted = Person(staff_id="noted", given_name="N", family_name="", locale="en", revision=1)
    if note:
        work.note_refusal(lambda session: session.add(noted))
    raise Invalid("this one")


def _count(installation: Installation) -> tuple[int, ...]:
    tables = ("person", "outbox_item", "ledger_leaf")
    with installation.database.engine.connect() as connection:
        return tuple(connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables)


def test_a_reader_can_not_write(installation: Installation) -> None:
    """The database refuses, so that no GET changes anything by mistake; and the next writer isn't affected."""
    with (
        pytest.raises((OperationalError, SQLAlchemyError)),
        installation.database.transaction(write=False) as session,
    ):
        session.execute(insert(LedgerLeaf).values(idx=0, entry=b"", leaf_hash=b""))
    assert a_hospital(installation).name == "Riverbend Hospital"


def test_a_reader_may_keep_its_rows(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """What was loaded can still be read when the transaction is over: jobs render outside of it."""
    with installation.work(ME, hospitals[0], write=False) as work:
        person = work.session.scalars(select(Person)).one()
    assert person.name == "Riverbend Hospital Roy"


def test_of_two_people_who_change_one_row_the_second_is_told(
    installation: Installation, hospitals: tuple[OrganisationRef, OrganisationRef]
) -> None:
    """Nobody's change is overwritten by somebody who hadn't seen it."""
    with installation.work(ME, hospitals[0]) as work:
        person = work.session.scalars(select(Person)).one()
        expect_revision(person, 1)
        person.family_name = "First"
    with installation.work(ME, hospitals[0]) as work:
        person = work.session.scalars(select(Person)).one()
        with pytest.raises(Stale, match="kept in the form"):
            expect_revision(person, 1)
    assert person.revision == 2


def test_no_change_is_lost_between_simultaneous_writers(installation: Installation) -> None:
    """Twenty threads add one to one number that each has read under a lock: it grows by twenty."""
    place = a_hospital(installation)

    def add_one() -> None:
        with installation.work(ME, place) as work:
            row = work.session.scalars(select(Organisation).with_for_update()).one()
            row.revision += 1

    threads = [threading.Thread(target=add_one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with installation.database.transaction(write=False) as session:
        assert session.scalar(select(Organisation.revision)) == 21
