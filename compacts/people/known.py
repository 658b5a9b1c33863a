"""What is on file about an organisation's people, read with a fixed number of queries, whatever its size."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.people.rules.customs import Names
from reciproca.compacts.people.rules.difference import KnownAppointment, KnownPeriod, KnownPerson
from reciproca.compacts.people.rules.lines import Period
from reciproca.compacts.people.tables import Appointment, Holding, Leave, Licence, Person, Post, Unit, folded

_V = TypeVar("_V")


@dataclass(frozen=True, kw_only=True)
class OnFile:
    """`people` by staff id; `units` and `posts` by what they are compared by (see `unit_key`, `PostName.identity`)."""

    people: Mapping[str, KnownPerson]
    units: dict[Names, int]
    posts: dict[tuple[Names, str], int]


def on_file(session: Session) -> OnFile:
    """Everybody of the session's organisation."""
    units = unit_keys(session)
    by_id = {id_: key for key, id_ in units.items()}
    posts = {row.id: _identities(by_id[row.unit_id], row) for row in _rows(session, Post)}
    licences = _grouped(
        (row.person_id, (row.scheme, (row.value, row.verdict))) for row in _rows(session, Licence)
    )
    leaves = _grouped(
        (row.person_id, KnownPeriod(id=row.id, period=_period(row))) for row in _rows(session, Leave)
    )
    holdings = _grouped((row.person_id, one) for row in _rows(session, Holding) for one in posts[row.post_id])
    appointments = _grouped(
        (row.person_id, _appointment(row, by_id[row.unit_id])) for row in _rows(session, Appointment)
    )
    people = {
        row.staff_id: KnownPerson(
            id=row.id,
            staff_id=row.staff_id,
            family_name=row.family_name,
            given_name=row.given_name,
            email=row.email,
            second_email=row.second_email,
            locale=row.locale,
            licences=dict(licences[row.id]),
            appointments=tuple(appointments[row.id]),
            leaves=tuple(leaves[row.id]),
            posts=frozenset(holdings[row.id]),
        )
        for row in _rows(session, Person)
    }
    return OnFile(people=people, units=units, posts={one: id_ for id_, both in posts.items() for one in both})


def unit_keys(session: Session) -> dict[Names, int]:
    """The id of every unit by its folded names from below the root, whose own key is ()."""
    rows = {row.id: row for row in _rows(session, Unit)}

    def key(row: Any) -> Names:
        return (*key(rows[row.parent_id]), folded(row.name)) if row.parent_id else ()

    return {key(row): row.id for row in rows.values()}


def _rows(session: Session, table: type[Any]) -> Iterable[Any]:
    """Rows of `table` as plain tuples: quicker than objects, and nothing can be changed through them."""
    columns = [getattr(table, column.key) for column in table.__table__.columns]
    return session.execute(select(*columns).order_by(table.id))


def _grouped(pairs: Iterable[tuple[int, _V]]) -> defaultdict[int, list[_V]]:
    found: defaultdict[int, list[_V]] = defaultdict(list)
    for owner, value in pairs:
        found[owner].append(value)
    return found


def _identities(unit: Names, post: Any) -> set[tuple[Names, str]]:
    """A post of the jurisdiction is found by its key and by its title, any other by its title."""
    return {(unit, folded(post.title)), (unit, post.key or folded(post.title))}


def _appointment(row: Any, unit: Names) -> KnownAppointment:
    return KnownAppointment(id=row.id, unit=unit, category=row.category, period=_period(row))


def _period(row: Any) -> Period:
    return Period(starts=row.starts, ends=row.ends)
