"""The sample roster, moved in time: the same messy file, whole days later or earlier."""

import csv
import io
from datetime import date, timedelta
from importlib.resources import files

from reciproca.compacts.people.rules.days import read_day
from reciproca.plugins.types import DateOrder

WRITTEN_FOR = date(2026, 7, 1)
"""The first day of the appointments as the file has them."""

_DAYS = ("Appt start", "Appt end", "Leave from", "Leave to")


def moved(starts: date) -> bytes:
    """The roster with appointments from `starts`: every day that can be read moves by the same number of days, and
    what can't be read stays as somebody typed it."""
    text = (files("reciproca.demo") / "data" / "roster-riverbend.csv").read_text(encoding="utf-8-sig")
    by = starts - WRITTEN_FOR
    rows = list(csv.reader(io.StringIO(text, newline="")))
    columns = [rows[0].index(name) for name in _DAYS]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(rows[0])
    for row in rows[1:]:
        writer.writerow([_moved(cell, by) if at in columns else cell for at, cell in enumerate(row)])
    return out.getvalue().encode("utf-8-sig")


def _moved(cell: str, by: timedelta) -> str:
    try:
        return (read_day(cell, DateOrder.DMY) + by).isoformat()
    except ValueError:
        return cell
