"""The roster as a table, one row an appointment, by the fields that an import knows: what comes out can go in again."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from reciproca.compacts.people.queries import PersonView, covers, everybody
from reciproca.compacts.people.rules.lines import LICENCE, escaped
from reciproca.compacts.people.tables import Appointment, Holding, Leave, Post, Unit
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

FIELDS = (
    "staff_id", "family_name", "given_name", "email", "second_email", "department", "division", "category", "starts",
    "ends", "leave_from", "leave_to", "locale", "post",
)  # fmt: skip


def export_roster(work: Work) -> list[dict[str, Any]]:
    """One mapping per appointment, in the order of names. Days are ISO 8601, what is unknown is None; each kind of
    licence number that anybody has is a key `licence.<scheme>`. Of several leaves the present or next one is told."""
    authorize(work, Action.ROSTER_EXPORT)
    people = everybody(work)
    schemes = sorted({licence.scheme for person in people for licence in person.licences})
    return [
        _row(person, schemes, work.today(), place)
        for person in people
        for place in range(len(person.appointments))
    ]


def as_csv(rows: Sequence[dict[str, Any]]) -> str:
    """The rows as CSV with a heading line; cells that a spreadsheet would run as a formula are escaped."""
    names = list(rows[0]) if rows else list(FIELDS)
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(names)
    table.writerows([escaped(row[name] or "") for name in names] for row in rows)
    return out.getvalue()


def _row(view: PersonView, schemes: Iterable[str], today: date, place: int) -> dict[str, Any]:
    person, (appointment, unit) = view.person, view.appointments[place]
    numbers = {licence.scheme: licence.value for licence in view.licences}
    leave = _leave(view.leaves, today)
    department, division = _names(unit)
    return {
        "staff_id": person.staff_id,
        "family_name": person.family_name,
        "given_name": person.given_name,
        "email": person.email,
        "second_email": person.second_email,
        **{f"{LICENCE}{scheme}": numbers.get(scheme) for scheme in schemes},
        "department": department,
        "division": division,
        "category": appointment.category,
        **_days(appointment, leave),
        "locale": person.locale,
        "post": "; ".join(_posts(view.posts, unit, today, is_first=place == 0)) or None,
    }


def _days(appointment: Appointment, leave: Leave | None) -> dict[str, str | None]:
    return {
        "starts": appointment.starts.isoformat(),
        "ends": appointment.ends.isoformat() if appointment.ends else None,
        "leave_from": leave.starts.isoformat() if leave else None,
        "leave_to": leave.ends.isoformat() if leave and leave.ends else None,
    }


def _leave(leaves: Sequence[Leave], today: date) -> Leave | None:
    return next((leave for leave in leaves if leave.ends is None or leave.ends >= today), None)


def _posts(
    posts: Sequence[tuple[Holding, Post, Unit]], unit: Unit, today: date, *, is_first: bool
) -> list[str]:
    """The present posts in the appointment's unit; those of the whole organisation stand with the first appointment."""
    here = [one for one in posts if one[2].id == unit.id or (is_first and not one[2].parent_id)]
    return [post.title for holding, post, _unit in here if covers(holding, today)]


def _names(unit: Unit) -> tuple[str | None, str | None]:
    names = unit.path.split(" › ")[1:]
    return (names[0] if names else None, names[1] if len(names) > 1 else None)
