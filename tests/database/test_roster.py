"""Taking in rosters, on both databases."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from reciproca.compacts.people import queries
from reciproca.compacts.people.actions import give_post, import_roster, set_leave
from reciproca.compacts.people.exporting import as_csv, export_roster
from reciproca.compacts.people.rules.report import Counts
from reciproca.compacts.people.tables import Appointment, Leave, Licence, Person, Post, Unit
from reciproca.core.errors import Conflict, Forbidden, Invalid, Stale
from reciproca.core.identity import Actor, Role, console
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from tests.building.people import (
    ANNA_ROY,
    DATA,
    HEADING,
    RIVERBEND,
    Hospital,
    a_roster,
    an_organisation,
    with_cells,
)

EXPECTED = json.loads((DATA / "roster-riverbend.expected.json").read_text())
NOTHING = Counts()
BEN_COTE = (
    "P2",
    "Côté",
    "Ben",
    "ben.cote@riverbend.example",
    "Surgery",
    "Orthopaedics",
    "Associate",
    "2026-07-01",
    "",
)


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """A hospital with nobody on file."""
    with Hospital(tmp_path / "home", database_url) as made:
        yield made


def exported(hospital: Hospital) -> list[dict[str, object]]:
    """The roster as it is on file."""
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        return export_roster(work)


def people(hospital: Hospital) -> list[tuple[object, ...]]:
    """(staff id, family name, e-mail) of everybody on file."""
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        statement = select(Person.staff_id, Person.family_name, Person.email).order_by(Person.staff_id)
        return [tuple(row) for row in work.session.execute(statement)]


def act_types(hospital: Hospital) -> list[str]:
    """The types of everything in the ledger."""
    with hospital.installation.database.transaction(write=False) as session:
        return [
            json.loads(entry)["type"]
            for entry in session.scalars(select(LedgerLeaf.entry).order_by(LedgerLeaf.idx))
        ]


def test_a_roster_with_errors_is_refused_whole_and_every_error_is_named(hospital: Hospital) -> None:
    """Nothing is half taken in, and the person who corrects the table learns everything at once."""
    report = hospital.take_in(RIVERBEND.read_bytes())
    assert [str(problem.line) for problem in report.errors] == list(EXPECTED["error_lines"])
    assert [str(problem.line) for problem in report.warnings] == list(EXPECTED["warning_lines"])
    assert [problem.line for problem in report.duplicates] == EXPECTED["duplicate_lines"]
    assert (report.people, report.appointments) == (NOTHING, NOTHING)
    assert (report.applied, report.exit_code(partial=False)) == (False, 1)
    assert (people(hospital), act_types(hospital)) == ([], ["organisation.created"])


def test_partial_takes_in_all_lines_but_those(hospital: Hospital) -> None:
    """204 people and 205 appointments come in; the act and the event tell numbers only."""
    report = hospital.take_in(RIVERBEND.read_bytes(), partial=True)
    assert (report.people, report.appointments) == (
        Counts(added=EXPECTED["people"]),
        Counts(added=EXPECTED["appointments"]),
    )
    assert (len(report.errors), report.applied, report.exit_code(partial=True)) == (6, True, 0)
    assert (len(people(hospital)), len(exported(hospital))) == (204, 205)
    assert act_types(hospital) == ["organisation.created", "roster.imported"]
    with hospital.installation.database.transaction(write=False) as session:
        payload = session.scalars(select(OutboxItem.payload)).one()
    told = [payload["event"][name] for name in ("added", "changed", "unchanged")]
    assert told == [204, 0, 0]


def test_the_same_roster_again_changes_nothing(hospital: Hospital) -> None:
    """A roster can be sent every night; only what differs is written or told."""
    hospital.take_in(RIVERBEND.read_bytes(), partial=True)
    report = hospital.take_in(RIVERBEND.read_bytes(), partial=True)
    assert (report.people, report.appointments) == (Counts(unchanged=204), Counts(unchanged=205))
    assert (report.changes_nothing, report.exit_code(partial=True)) == (True, 0)
    assert act_types(hospital) == ["organisation.created", "roster.imported"]


def test_an_exported_roster_taken_in_again_changes_nothing(hospital: Hospital) -> None:
    """What comes out can go in: formula-like names, accents, posts and two appointments survive the way."""
    hospital.take_in(RIVERBEND.read_bytes(), partial=True)
    text = as_csv(exported(hospital))
    assert "'=HYPERLINK" in text
    report = hospital.take_in(text.encode())
    assert (report.errors, report.people, report.appointments) == (
        (),
        Counts(unchanged=204),
        Counts(unchanged=205),
    )


def test_a_dry_run_tells_what_would_change_and_writes_nothing(hospital: Hospital) -> None:
    """One can look first."""
    report = hospital.take_in(RIVERBEND.read_bytes(), dry_run=True)
    assert (report.people, report.appointments, report.applied) == (
        Counts(added=204),
        Counts(added=205),
        False,
    )
    assert (len(report.differences), report.differences[0].name) == (409, "Leïla Ibrahim")
    assert people(hospital) == []


def test_a_shorter_roster_ends_nothing_and_an_empty_cell_erases_nothing(hospital: Hospital) -> None:
    """Somebody who was forgotten in a table doesn't lose an appointment, and nobody loses an address."""
    hospital.take_in(a_roster(ANNA_ROY, BEN_COTE))
    before = exported(hospital)
    report = hospital.take_in(a_roster(with_cells(e_mail="", given_name="")))
    assert (report.people, report.appointments) == (Counts(unchanged=1), Counts(unchanged=1))
    assert exported(hospital) == before


def test_what_differs_is_changed_and_told(hospital: Hospital) -> None:
    """A new name, address, category and end are taken over, each told with what it was."""
    hospital.take_in(a_roster(ANNA_ROY))
    changed = with_cells(
        surname="Roy-Côté", e_mail="anna@riverbend.example", category="Associate", appt_end="2028-06-30"
    )
    report = hospital.take_in(a_roster(changed))
    told = [
        (one.thing, one.kind, [(item.field, item.before, item.after) for item in one.fields])
        for one in report.differences
    ]
    assert told == [
        ("person", "changed", [("family_name", "Roy", "Roy-Côté"),
                               ("email", "anna.roy@riverbend.example", "anna@riverbend.example")]),
        ("appointment", "changed", [("category", "active", "associate"), ("ends", "2027-06-30", "2028-06-30")]),
    ]  # fmt: skip
    assert people(hospital) == [("P1", "Roy-Côté", "anna@riverbend.example")]
    (row,) = exported(hospital)
    assert (row["category"], row["ends"]) == ("associate", "2028-06-30")


def test_a_corrected_first_day_is_the_same_appointment_and_next_years_is_another(hospital: Hospital) -> None:
    """A slip in a date is mended in place; a renewal doesn't overwrite the year before."""
    hospital.take_in(a_roster(ANNA_ROY))
    corrected = hospital.take_in(a_roster(with_cells(appt_start="2026-07-02")))
    renewed = hospital.take_in(a_roster(with_cells(appt_start="2027-07-01", appt_end="2028-06-30")))
    assert (corrected.appointments, renewed.appointments) == (Counts(changed=1), Counts(added=1))
    assert [row["starts"] for row in exported(hospital)] == ["2027-07-01", "2026-07-02"]


def test_a_file_without_a_column_for_last_days_opens_no_appointment(hospital: Hospital) -> None:
    """What a table doesn't speak of stays as it is."""
    hospital.take_in(a_roster(ANNA_ROY))
    report = hospital.take_in(a_roster(ANNA_ROY[:-1], heading=HEADING[:-1]))
    assert report.appointments == Counts(unchanged=1)
    assert hospital.take_in(a_roster(with_cells(appt_end=""))).appointments == Counts(changed=1)


def test_two_people_swap_addresses_in_one_file(hospital: Hospital) -> None:
    """The database's own rule of one address a person isn't in the way of a lawful exchange."""
    hospital.take_in(a_roster(ANNA_ROY, BEN_COTE))
    swapped = [with_cells(e_mail=BEN_COTE[3]), with_cells(BEN_COTE, e_mail=ANNA_ROY[3])]
    assert hospital.take_in(a_roster(*swapped)).people == Counts(changed=2)
    assert people(hospital) == [("P1", "Roy", BEN_COTE[3]), ("P2", "Côté", ANNA_ROY[3])]


def test_a_changed_licence_number_and_leave_are_written_over(hospital: Hospital) -> None:
    """One number for each register and one leave for each absence, whatever was there before."""
    heading = (*HEADING, "CPSO #", "MINC", "Leave from", "Leave to")
    hospital.take_in(a_roster((*ANNA_ROY, "72449", "", "2026-09-01", "2026-10-01"), heading=heading))
    report = hospital.take_in(
        a_roster((*ANNA_ROY, "72450", "CAMD-1001-0018", "2026-09-01", ""), heading=heading)
    )
    assert report.people == Counts(changed=1)
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        numbers = work.session.execute(
            select(Licence.scheme, Licence.value, Licence.verdict).order_by(Licence.scheme)
        )
        assert [tuple(row) for row in numbers] == [("cpso", "72450", "ok"), ("minc", "CAMD-1001-0018", "ok")]
        assert [(leave.starts, leave.ends) for leave in work.session.scalars(select(Leave))] == [
            (date(2026, 9, 1), None)
        ]


def test_spellings_of_one_unit_are_one_unit(hospital: Hospital) -> None:
    """ "médecine " on one line and "Medecine" on the next don't become two departments."""
    rows = [with_cells(department="Médecine"), with_cells(BEN_COTE, department=" medecine", division="Soins")]
    hospital.take_in(a_roster(*rows))
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        paths = work.session.scalars(select(Unit.path).order_by(Unit.path)).all()
    assert paths == [
        "Riverbend Hospital",
        "Riverbend Hospital › Médecine",
        "Riverbend Hospital › medecine › Soins",
    ]


def test_people_of_another_organisation_are_neither_seen_nor_changed(hospital: Hospital) -> None:
    """Two hospitals may know different people by one staff identifier and one address."""
    hospital.take_in(a_roster(ANNA_ROY))
    before = exported(hospital)
    other = an_organisation(hospital.installation, "Lakeside Hospital")
    with hospital.installation.work(console(), other) as work:
        report = import_roster(work, data=a_roster(with_cells(surname="Other")))
    assert report.people == Counts(added=1)
    assert exported(hospital) == before


@pytest.mark.parametrize(
    "data", [b"", b"Name\nRoy\n", b"PK\x03\x04rest", b"\x00\x01\x02", b"Staff ID,Staff ID\n1,2\n"]
)
def test_what_is_no_roster_is_unreadable_and_changes_nothing(hospital: Hospital, data: bytes) -> None:
    """A workbook, an empty file or a table without staff identifiers is refused with a reason, --partial or not."""
    report = hospital.take_in(data, partial=True)
    assert (report.is_readable, report.applied, bool(report.errors)) == (False, False, True)
    assert report.exit_code(partial=True) == 2


def test_partial_with_no_good_line_says_so(hospital: Hospital) -> None:
    """A scripted import notices that nothing came in at all."""
    report = hospital.take_in(a_roster(with_cells(category="Wizard")), partial=True)
    assert (report.applied, report.exit_code(partial=True)) == (False, 3)


def test_five_thousand_people_take_no_more_statements_than_two(hospital: Hospital) -> None:
    """The number of statements doesn't grow with the number of people."""
    few, many = (
        [with_cells(staff_id=f"{size}-{n}", e_mail=f"p{size}-{n}@b.ca") for n in range(size)]
        for size in (2, 5000)
    )
    counts = [_statements(hospital, a_roster(*rows)) for rows in (few, many)]
    assert counts[1] <= counts[0]
    assert len(people(hospital)) == 5002


def test_who_may_not_import_is_refused(hospital: Hospital) -> None:
    """A physician doesn't change the roster."""
    with (
        pytest.raises(Forbidden),
        hospital.installation.work(Actor(uid="a", roles=frozenset({Role.PHYSICIAN})), hospital.place) as work,
    ):
        import_roster(work, data=a_roster(ANNA_ROY))


def test_members_are_those_appointed_on_the_day_and_not_away(hospital: Hospital) -> None:
    """An invitation goes to whoever is on the staff on the day, in the units and categories that were chosen."""
    other = with_cells(
        BEN_COTE,
        staff_id="P3",
        surname="Eaton",
        e_mail="e@b.ca",
        department="Medicine",
        division="",
        appt_start="2026-12-01",
    )
    hospital.take_in(a_roster(ANNA_ROY, with_cells(department="Medicine"), BEN_COTE, other))
    with hospital.installation.work(console(), hospital.place) as work:
        person = work.session.scalars(select(Person).filter_by(staff_id="P1")).one()
        units = {unit.unit.name: unit.unit.uid for unit in queries.list_units(work)}

        def names(day: date, categories: tuple[str, ...] = (), unit: str | None = None) -> list[str]:
            found = queries.members(
                work, at=day, categories=categories, unit_uid=units[unit] if unit else None
            )
            return [member.name for member in found]

        assert names(date(2026, 6, 30)) == []
        assert names(date(2026, 7, 1)) == ["Ben Côté", "Anna Roy"]
        assert names(date(2027, 7, 1)) == ["Ben Côté", "Ben Eaton"]
        assert names(date(2026, 12, 1), ("associate",)) == ["Ben Côté", "Ben Eaton"]
        assert names(date(2026, 7, 1), unit="Surgery") == ["Ben Côté", "Anna Roy"]
        assert names(date(2026, 7, 1), unit="Orthopaedics") == ["Ben Côté"]
        set_leave(work, person_uid=person.uid, starts=date(2026, 8, 1), ends=date(2026, 8, 31))
        assert names(date(2026, 8, 31), unit="Surgery") == ["Ben Côté"]
        assert names(date(2026, 9, 1), unit="Surgery") == ["Ben Côté", "Anna Roy"]
        assert queries.on_leave(work, person_ids=[person.id, 0], day=date(2026, 8, 1)) == {person.id}


def test_leave_is_corrected_not_doubled(hospital: Hospital) -> None:
    """Two leaves never cover one day, and nobody overwrites what somebody else has just typed."""
    hospital.take_in(a_roster(ANNA_ROY))
    with hospital.installation.work(console(), hospital.place) as work:
        uid = work.session.scalars(select(Person.uid)).one()
        set_leave(work, person_uid=uid, starts=date(2026, 8, 1), ends=date(2026, 8, 31), revision=1)
        set_leave(work, person_uid=uid, starts=date(2026, 8, 1), ends=date(2026, 9, 30), revision=2)
        with pytest.raises(Stale):
            set_leave(work, person_uid=uid, starts=date(2027, 8, 1), ends=None, revision=1)
        with pytest.raises(Conflict):
            set_leave(work, person_uid=uid, starts=date(2026, 9, 30), ends=None)
        with pytest.raises(Invalid):
            set_leave(work, person_uid=uid, starts=date(2027, 1, 2), ends=date(2027, 1, 1))
        assert work.session.scalars(select(Leave.ends)).all() == [date(2026, 9, 30)]


def test_a_post_is_held_by_who_holds_it_and_the_whole_hospitals_by_all_heads(hospital: Hospital) -> None:
    """What a post owns finds the people in it, holder before deputy, on the day that is asked about."""
    rows = [
        (*ANNA_ROY, "Chief"),
        (*with_cells(BEN_COTE, department="Medicine", division=""), "chief of department"),
    ]
    hospital.take_in(a_roster(*rows, heading=(*HEADING, "Post")))
    with hospital.installation.work(console(), hospital.place) as work:
        posts = {(unit.name, post.key): post for post, unit in queries.list_posts(work)}
        ben = work.session.scalars(select(Person.uid).filter_by(staff_id="P2")).one()
        surgery, whole = posts["Surgery", "department_head"], posts["Riverbend Hospital", "department_head"]
        staff = posts["Riverbend Hospital", "chief_of_staff"]
        give_post(work, person_uid=ben, post_uid=surgery.uid, is_deputy=True, starts=date(2026, 9, 2))
        give_post(work, person_uid=ben, post_uid=staff.uid, ends=date(2026, 9, 30))

        def held(day: date) -> list[list[str]]:
            found = queries.holders(work, post_ids=[surgery.id, whole.id, staff.id], day=day)
            return [[holder.name for holder in found[post.id]] for post in (surgery, whole, staff)]

        assert held(date(2026, 9, 1)) == [["Anna Roy"], ["Ben Côté", "Anna Roy"], ["Ben Côté"]]
        assert held(date(2026, 10, 1)) == [["Anna Roy", "Ben Côté"], ["Ben Côté", "Anna Roy"], []]
    assert act_types(hospital)[-2:] == ["post.given", "post.given"]


def test_people_are_found_by_any_part_of_the_name_without_accents(hospital: Hospital) -> None:
    """ "cote ben" finds Ben Côté; a percent sign finds nobody; pages follow one another without gaps."""
    hospital.take_in(RIVERBEND.read_bytes(), partial=True)
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        found = queries.list_people(work, search="SUILLEABHAIN mei")
        assert [view.person.staff_id for view in found.people] == ["TR00103"]
        assert (len(found.people[0].appointments), found.total, found.next) == (2, 1, None)
        assert queries.list_people(work, search="%").total == 0
        seen: list[str] = []
        after = None
        while True:
            page = queries.list_people(work, after=after, limit=50)
            seen += [view.person.uid for view in page.people]
            if (after := page.next) is None:
                break
        assert (len(seen), len(set(seen)), page.total) == (204, 204, 204)
        assert [view.person.uid for view in queries.list_people(work, skip=200).people] == seen[200:]


def test_an_organisation_is_founded_with_its_root_and_posts(hospital: Hospital) -> None:
    """There is a place for people and an owner for promises from the first day."""
    with hospital.installation.work(console(), hospital.place) as work:
        assert [unit.unit.path for unit in queries.list_units(work)] == ["Riverbend Hospital"]
        keys = set(work.session.scalars(select(Post.key)))
        assert {"chief_executive", "chief_of_staff", "department_head"} <= keys
        assert work.session.scalar(select(func.count(Appointment.id))) == 0


def _statements(hospital: Hospital, data: bytes) -> int:
    counted = 0

    def count(*_given: object) -> None:
        nonlocal counted
        counted += 1

    engine = hospital.installation.database.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert hospital.take_in(data).applied
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return counted
