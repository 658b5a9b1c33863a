"""From the cells of a roster to what each line says, with everything that is wrong with it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from reciproca.compacts.people.rules.customs import Customs, Names, PostName
from reciproca.compacts.people.rules.days import read_day
from reciproca.compacts.people.tables import folded
from reciproca.plugins.types import N_, Problem, RosterRow, Severity

LICENCE = "licence."
FORMULA = ("=", "+", "-", "@")
_ADDRESS = re.compile(r"[^\s@,;:<>()\"\\]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.)+[^\W\d_][\w-]{1,62}")
_HIDDEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_AGAIN = N_("Correct the line and import the file again.")


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `starts` to `ends`, both days included; open when `ends` is None."""

    starts: date
    ends: date | None

    def overlaps(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return (self.ends is None or other.starts <= self.ends) and (
            other.ends is None or self.starts <= other.ends
        )


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one line says. None and empty mean that it doesn't say: a roster adds and changes, it erases nothing."""

    line: int
    staff_id: str
    family_name: str
    given_name: str
    email: str | None
    second_email: str | None
    locale: str | None
    licences: Mapping[str, str]
    unit: Names
    category: str | None
    period: Period | None
    leave: Period | None
    posts: tuple[PostName, ...]

    @property
    def facts(self) -> tuple[object, ...]:
        """Everything but the line: two lines with equal facts say the same."""
        person = (
            self.staff_id,
            self.family_name,
            self.given_name,
            self.email,
            self.second_email,
            self.locale,
        )
        appointment = (self.unit, self.category, self.period, self.leave, self.posts)
        return (*person, tuple(sorted(self.licences.items())), *appointment)


class Line:
    """One line while it is read: hands out its cells and gathers what is wrong with them."""

    def __init__(self, row: RosterRow, headings: Mapping[str, str]) -> None:
        self.row, self.headings = row, headings
        self.problems: list[Problem] = []
        self._texts: dict[str, str] = {}

    def fault(self, field: str, reason: str, remedy: str = _AGAIN, subject: str = "") -> None:
        """Something that keeps this line out."""
        self._note(Severity.ERROR, field, reason, remedy, subject)

    def warn(self, field: str, reason: str, remedy: str, subject: str = "") -> None:
        """Something worth knowing; the line is taken."""
        self._note(Severity.WARNING, field, reason, remedy, subject)

    def text(self, field: str, limit: int = 200) -> str:
        """The cell as one line of NFC text, "" when there is none."""
        if field not in self._texts:
            self._texts[field] = self._read(field, limit)
        return self._texts[field]

    def _read(self, field: str, limit: int) -> str:
        cell = unescaped(unicodedata.normalize("NFC", self.row.cells.get(field, "")))
        if _HIDDEN.search(cell):
            self.fault(
                field, N_("This cell holds a character that can't be seen."), N_("Type the cell anew.")
            )
        plain = " ".join(cell.split())
        if len(plain) > limit:
            self.fault(field, N_("This cell is longer than can be taken."), N_("Shorten it."), str(limit))
        return plain

    def day(self, field: str, customs: Customs) -> date | None:
        """The day in the cell, None when it is empty."""
        text = self.text(field)
        try:
            return read_day(text, customs.date_order) if text else None
        except ValueError:
            remedy = N_(
                "Write days as 2026-07-01, or say the order of day, month and year with a mapping file."
            )
            self.fault(field, N_("This is not a date."), remedy, text[:40])
            return None

    def _note(self, severity: Severity, field: str, reason: str, remedy: str, subject: str) -> None:
        column = self.headings.get(field, field)
        self.problems.append(
            Problem(
                severity=severity,
                line=self.row.line,
                column=column,
                reason=reason,
                remedy=remedy,
                subject=subject,
            )
        )


def read_lines(
    rows: Iterable[RosterRow], headings: Mapping[str, str], customs: Customs
) -> tuple[list[Entry], list[Problem]]:
    """What the lines say, and what is wrong. `headings`: field → its heading. A line with an error gives no entry."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row in rows:
        line = Line(row, headings)
        entry = _entry(line, customs)
        problems.extend(line.problems)
        if not any(problem.severity is Severity.ERROR for problem in line.problems):
            entries.append(entry)
    return entries, problems


def is_address(text: str) -> bool:
    """Whether `text` has the form of an e-mail address that a person could have."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None and ".." not in text


def escaped(cell: str) -> str:
    """`cell` for a table that people open in a spreadsheet: what would run as a formula there stays text."""
    return f"'{cell}" if cell.startswith((*FORMULA, "\t", "\r")) else cell


def unescaped(cell: str) -> str:
    """The cell that `escaped` was given."""
    return cell[1:] if cell.startswith(tuple(f"'{mark}" for mark in FORMULA)) else cell


def _entry(line: Line, customs: Customs) -> Entry:
    unit = _unit(line)
    period = _period(line, customs, "starts", "ends")
    return Entry(
        line=line.row.line,
        staff_id=_staff_id(line),
        family_name=_named(line),
        given_name=line.text("given_name"),
        email=_email(line, "email"),
        second_email=_second_email(line),
        locale=_locale(line, customs),
        licences={
            field.removeprefix(LICENCE): text
            for field in line.row.cells if field.startswith(LICENCE) and (text := line.text(field, 60))
        },
        unit=unit,
        category=_category(line, customs, period),
        period=period,
        leave=_period(line, customs, "leave_from", "leave_to"),
        posts=tuple(customs.post(title, unit) for part in line.text("post").split(";") if (title := part.strip())),
    )  # fmt: skip


def _staff_id(line: Line) -> str:
    text = line.text("staff_id", 60)
    if not text:
        line.fault(
            "staff_id", N_("There is no staff identifier."), N_("Enter it as the staff office knows it.")
        )
    return text


def _named(line: Line) -> str:
    text = line.text("family_name")
    if not text and not line.text("given_name"):
        line.fault("family_name", N_("There is no name."), N_("Enter the person's name."))
    return text


def _email(line: Line, field: str) -> str | None:
    text = line.text(field, 254).lower()
    if text and not is_address(text):
        line.fault(
            field,
            N_("This is not an e-mail address."),
            N_("Correct it, or leave the cell empty."),
            text[:60],
        )
    return text or None


def _second_email(line: Line) -> str | None:
    """Another mailbox than the first: a code that goes where the link went would show nothing."""
    text = _email(line, "second_email")
    if text and text == line.text("email", 254).lower():
        reason = N_("The second address is the same as the first, so it is left out.")
        line.warn("second_email", reason, N_("Enter another mailbox of the person, or leave the cell empty."))
        return None
    return text


def _locale(line: Line, customs: Customs) -> str | None:
    text = folded(line.text("locale", 60))
    found = customs.locales.get(text) or customs.locales.get(text.replace("_", "-").split("-")[0])
    if text and not found:
        reason = N_("The organisation does not use this language; the person gets its first one.")
        line.warn("locale", reason, N_("Nothing needs doing; the person can choose."), text)
    return found


def _unit(line: Line) -> Names:
    department, division = line.text("department", 150), line.text("division", 150)
    if division and not department:
        line.fault("division", N_("A division needs its department."), N_("Enter the department."), division)
    return tuple(name for name in (department, division) if name)


def _period(line: Line, customs: Customs, first: str, last: str) -> Period | None:
    starts, ends = line.day(first, customs), line.day(last, customs)
    if any(
        line.headings.get(field, field) == problem.column
        for field in (first, last)
        for problem in line.problems
    ):
        return None
    if starts and ends and ends < starts:
        line.fault(last, N_("It ends before it starts."), N_("Correct one of the two days."))
    if ends and not starts:
        line.fault(first, N_("There is a last day but no first day."), N_("Enter the first day."))
    return Period(starts=starts, ends=ends) if starts else None


def _category(line: Line, customs: Customs, period: Period | None) -> str | None:
    text = line.text("category")
    category = customs.category(text)
    if text and category is None:
        remedy = N_("Use a category of this jurisdiction, or say with a mapping file which one is meant.")
        line.fault("category", N_("This member category is not known here."), remedy, text[:60])
    elif text and not line.text("starts"):
        line.fault(
            "starts", N_("There is a category but no first day."), N_("Enter the appointment's first day.")
        )
    elif period and not text:
        line.fault(
            "category", N_("There is an appointment without a category."), N_("Enter the member category.")
        )
    elif not text and not line.problems:
        line.warn("category", N_("This line holds no appointment; the person is kept without one."),
                  N_("Nothing needs doing if that is meant."))  # fmt: skip
    return category
