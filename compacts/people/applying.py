"""Writing what a roster adds and changes: each kind of row in one statement, however many people there are."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from reciproca.compacts.people.known import OnFile
from reciproca.compacts.people.rules.customs import Names, PostName, unit_key
from reciproca.compacts.people.rules.difference import PersonPlan
from reciproca.compacts.people.tables import (
    Appointment,
    Holding,
    Leave,
    Licence,
    Person,
    Post,
    Unit,
    searchable,
)
from reciproca.core import ids
from reciproca.core.db import Base
from reciproca.core.work import Work

KINDS = ("department", "division")
PATH = " › "
AT_ONCE = 10_000
Rows = Sequence[dict[str, Any]]


def write(work: Work, people: Sequence[PersonPlan], known: OnFile) -> None:
    """Write the plans, whatever they need first."""
    _units(work, people, known)
    numbers = _people(work, people)
    _licences(work, people, numbers)
    _appointments(work, people, numbers, known)
    _leaves(work, people, numbers)
    _posts(work, people, numbers, known)


def _units(work: Work, people: Sequence[PersonPlan], known: OnFile) -> None:
    named = [one.unit for person in people for one in person.appointments]
    named += [post.unit for person in people for post in person.posts]
    for depth, kind in enumerate(KINDS, 1):
        missing: dict[Names, Names] = {}
        for unit in named:
            if len(unit) >= depth and unit_key(unit[:depth]) not in known.units:
                missing.setdefault(unit_key(unit[:depth]), unit[:depth])
        rows = [
            {"parent_id": known.units[key[:-1]], "kind": kind, "name": unit[-1],
             "path": PATH.join((work.organisation.name, *unit))}
            for key, unit in missing.items()
        ]  # fmt: skip
        known.units.update(zip(missing, _insert_numbered(work, Unit, rows), strict=True))


def _people(work: Work, people: Sequence[PersonPlan]) -> dict[str, int]:
    """The id of everybody, by staff id. Addresses are given up before they are taken, so that two may be swapped."""
    new = [person for person in people if person.known is None]
    changed = [person for person in people if person.known and person.is_touched]
    moved = [person for person in changed if person.known and person.known.email not in {None, person.email}]
    _update(work, Person, [{"id": _id(person), "email": None} for person in moved])
    _update(work, Person, [{"id": _id(person), **_facts(person)} for person in changed], counts_up=True)
    rows = [{"staff_id": person.staff_id, "revision": 1, **_facts(person)} for person in new]
    added = zip((person.staff_id for person in new), _insert_numbered(work, Person, rows), strict=True)
    return {person.staff_id: person.known.id for person in people if person.known} | dict(added)


def _facts(person: PersonPlan) -> dict[str, Any]:
    return {
        "family_name": person.family_name,
        "given_name": person.given_name,
        "email": person.email,
        "second_email": person.second_email,
        "locale": person.locale,
        "searchable": searchable(person.family_name, person.given_name, person.staff_id),
    }


def _licences(work: Work, people: Sequence[PersonPlan], numbers: dict[str, int]) -> None:
    """An old number of a scheme gives way to the new one."""
    rows = [
        {"person_id": numbers[person.staff_id], "scheme": scheme, "value": value, "verdict": said.verdict.value,
         "reason": said.reason, "_is_new": person.known is None or scheme not in person.known.licences}
        for person in people
        for scheme, (value, said) in person.licences.items()
    ]  # fmt: skip
    _insert(work, Licence, [_without_mark(row) for row in rows if row["_is_new"]])
    old = [_without_mark(row) for row in rows if not row["_is_new"]]
    _update(work, Licence, old, by=("person_id", "scheme"))


def _appointments(work: Work, people: Sequence[PersonPlan], numbers: dict[str, int], known: OnFile) -> None:
    plans = [
        (numbers[person.staff_id], one) for person in people for one in person.appointments if one.changes
    ]
    facts = [
        {"category": one.category, "starts": one.period.starts, "ends": one.period.ends}
        for _number, one in plans
    ]
    both = list(zip(plans, facts, strict=True))
    _update(work, Appointment, [{"id": one.known.id, **row} for (_n, one), row in both if one.known])
    _insert(work, Appointment, [
        {"person_id": number, "unit_id": known.units[unit_key(one.unit)], **row}
        for (number, one), row in both if one.known is None
    ])  # fmt: skip


def _leaves(work: Work, people: Sequence[PersonPlan], numbers: dict[str, int]) -> None:
    plans = [(numbers[person.staff_id], leave) for person in people for leave in person.leaves]
    _update(work, Leave, [
        {"id": leave.known.id, "starts": leave.period.starts, "ends": leave.period.ends}
        for _number, leave in plans if leave.known
    ])  # fmt: skip
    _insert(work, Leave, [
        {"person_id": number, "starts": leave.period.starts, "ends": leave.period.ends}
        for number, leave in plans if leave.known is None
    ])  # fmt: skip


def _posts(work: Work, people: Sequence[PersonPlan], numbers: dict[str, int], known: OnFile) -> None:
    """A roster says who is in a post, not since when or until when."""
    named = [(numbers[person.staff_id], post) for person in people for post in person.posts]
    missing: dict[tuple[Names, str], PostName] = {}
    for _number, post in named:
        if post.identity not in known.posts:
            missing.setdefault(post.identity, post)
    rows = [
        {"unit_id": known.units[unit_key(post.unit)], "key": post.key, "title": post.title}
        for post in missing.values()
    ]
    known.posts.update(zip(missing, _insert_numbered(work, Post, rows), strict=True))
    _insert(work, Holding, [
        {"person_id": number, "post_id": known.posts[post.identity], "is_deputy": False} for number, post in named
    ])  # fmt: skip


def _insert_numbered(work: Work, table: type[Base], rows: Rows) -> list[int]:
    """Insert `rows` and return their ids in order. (RETURNING in order would send SQLite one row at a time.)"""
    owned, core = _owned(work, rows), _core(table)
    numbers: dict[str, int] = {}
    for start in range(0, len(owned), AT_ONCE):
        uids = [row["uid"] for row in owned[start : start + AT_ONCE]]
        work.session.execute(insert(core), owned[start : start + AT_ONCE])
        found = work.session.execute(select(core.c.uid, core.c.id).where(core.c.uid.in_(uids)))
        numbers |= {row.uid: row.id for row in found}
    return [numbers[row["uid"]] for row in owned]


def _insert(work: Work, table: type[Base], rows: Rows) -> None:
    if rows:
        work.session.execute(insert(_core(table)), _owned(work, rows))


def _update(
    work: Work, table: type[Base], rows: Rows, *, by: Iterable[str] = ("id",), counts_up: bool = False
) -> None:
    """Set the other columns of each row that the columns `by` name."""
    if not rows:
        return
    core, keys = _core(table), tuple(by)
    fields = [name for name in rows[0] if name not in keys]
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=core.c[name].type) for name in fields}
    if counts_up:
        values["revision"] = core.c.revision + 1
    statement = update(core).where(
        core.c.organisation_id == work.organisation.id,
        *(core.c[name] == bindparam(f"old_{name}") for name in keys),
    )
    parameters = [
        {f"old_{name}": row[name] for name in keys} | {f"new_{name}": row[name] for name in fields}
        for row in rows
    ]
    work.session.connection().execute(statement.values(values), parameters)


def _owned(work: Work, rows: Rows) -> list[dict[str, Any]]:
    return [
        {"uid": ids.time_ordered(work.clock), "organisation_id": work.organisation.id, **row} for row in rows
    ]


def _core(table: type[Base]) -> Table:
    core = table.__table__
    assert isinstance(core, Table)
    return core


def _id(person: PersonPlan) -> int:
    assert person.known is not None
    return person.known.id


def _without_mark(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "_is_new"}
