"""Who is in a post, and who has left, as conditions of a statement: one answer for lists, reminders and vacancies."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, or_

from reciproca.compacts.people.tables import Appointment, Holding, Person


def in_post(day: date, holding: Any = None) -> ColumnElement[bool]:
    """That a holding counts on `day`: by its own days; or, where nobody set any (a roster says who is in a post, not
    until when), as long as its person is on the staff; and for good where they never were. The statement selects from
    Holding, or from `holding`, its columns."""
    one = Holding.__table__.c if holding is None else holding
    has_days = one.starts.is_not(None) | one.ends.is_not(None)
    own_days = or_(one.starts.is_(None), one.starts <= day) & _lasts(one, day)
    return own_days & (has_days | _appointed(one, one.person_id, day) | ~_appointed(one, one.person_id))


def has_left(day: date) -> ColumnElement[bool]:
    """That a person was on the staff or in a post once, and is neither on `day` nor later. Of whom nothing was ever
    written down it isn't said. The statement selects from Person."""
    person, held = Person.__table__.c, Holding.__table__.alias()
    mine = (held.c.organisation_id == person.organisation_id) & (held.c.person_id == person.id)
    was_here = _appointed(person, person.id) | exists().where(mine)
    comes = held.c.starts > day
    stays = exists().where(mine, or_(in_post(day, held.c), comes & _lasts(held.c, day)))
    return was_here & ~_appointed(person, person.id, day) & ~stays


def _appointed(row: Any, person_id: ColumnElement[int], day: date | None = None) -> ColumnElement[bool]:
    """Whether somebody is appointed on `day` or later (None: ever was)."""
    other = Appointment.__table__.alias()
    mine = (other.c.organisation_id == row.organisation_id) & (other.c.person_id == person_id)
    return exists().where(mine if day is None else mine & _lasts(other.c, day))


def _lasts(one: Any, day: date) -> ColumnElement[bool]:
    return or_(one.ends.is_(None), one.ends >= day)
