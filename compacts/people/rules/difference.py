"""What a roster would add and change, compared with what is on file. It ends nothing and erases nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from reciproca.compacts.people.rules.customs import Names, PostName, unit_key
from reciproca.compacts.people.rules.judging import Verdicts
from reciproca.compacts.people.rules.lines import Entry, Period
from reciproca.plugins.types import N_, IdentifierVerdict, Problem, Severity


@dataclass(frozen=True, kw_only=True)
class KnownPeriod:
    """A leave on file."""

    id: int
    period: Period


@dataclass(frozen=True, kw_only=True)
class KnownAppointment(KnownPeriod):
    """An appointment on file; `unit` as `unit_key` gives it."""

    unit: Names
    category: str


@dataclass(frozen=True, kw_only=True)
class KnownPerson:
    """A person on file. `licences`: scheme → (value, verdict); `posts`: identities of `PostName`."""

    id: int
    staff_id: str
    family_name: str
    given_name: str
    email: str | None
    second_email: str | None
    locale: str
    licences: Mapping[str, tuple[str, str]]
    appointments: tuple[KnownAppointment, ...]
    leaves: tuple[KnownPeriod, ...]
    posts: frozenset[tuple[Names, str]]


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One thing that changes; `field` is named as in a mapping file, a side that is empty is ""."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class LeavePlan:
    """A leave to write: over the one on file `known`, or a new one."""

    period: Period
    known: KnownPeriod | None


@dataclass(frozen=True, kw_only=True)
class AppointmentPlan:
    """An appointment as the roster has it, and the one on file that it is."""

    line: int
    unit: Names
    category: str
    period: Period
    known: KnownAppointment | None

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What differs from the one on file; all of it when there is none."""
        known = self.known
        return _differing(
            (
                "unit",
                " › ".join(known.unit) if known else "",
                " › ".join(self.unit if not known else known.unit),
            ),
            ("category", known.category if known else "", self.category),
            ("starts", _said(known.period.starts if known else None), _said(self.period.starts)),
            ("ends", _said(known.period.ends if known else None), _said(self.period.ends)),
        )


@dataclass(frozen=True, kw_only=True)
class PersonPlan:
    """A person as the roster has them. `licences`, `leaves` and `posts` hold only what is to be written."""

    line: int
    staff_id: str
    known: KnownPerson | None
    family_name: str
    given_name: str
    email: str | None
    second_email: str | None
    locale: str
    licences: Mapping[str, tuple[str, IdentifierVerdict]]
    leaves: tuple[LeavePlan, ...]
    posts: tuple[PostName, ...]
    appointments: tuple[AppointmentPlan, ...]

    @property
    def changes(self) -> tuple[FieldChange, ...]:
        """What differs from the person on file, appointments apart; all of it when there is none."""
        known = self.known
        licences = known.licences if known else {}
        return _differing(
            ("family_name", known.family_name if known else "", self.family_name),
            ("given_name", known.given_name if known else "", self.given_name),
            ("email", (known.email or "") if known else "", self.email or ""),
            (
                "second_email",
                (known.second_email or "") if known else "",
                self.second_email or "",
            ),
            ("locale", known.locale if known else "", self.locale),
            *(
                (f"licence.{scheme}", licences.get(scheme, ("", ""))[0], value)
                for scheme, (value, _verdict) in self.licences.items()
            ),
            *(("leave", _spell(leave.known), _spell(leave)) for leave in self.leaves),
            *(("post", "", post.title) for post in self.posts),
        )

    @property
    def is_touched(self) -> bool:
        """Whether anything of the person is to be written, appointments apart."""
        return bool(self.known is None or self.changes or self.licences)


class _Dated(Protocol):
    @property
    def period(self) -> Period: ...


_D = TypeVar("_D", bound=KnownPeriod)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What a roster comes to."""

    people: tuple[PersonPlan, ...]
    problems: tuple[Problem, ...] = field(default=())


def compare(
    entries: Sequence[Entry],
    known: Mapping[str, KnownPerson],
    verdicts: Verdicts,
    *,
    locale: str,
    says_end: bool,
) -> Compared:
    """Person by person, what the entries would write. `known` by staff id; `locale` for whom no language is given;
    `says_end`: whether the file has a column for last days (without one, an end on file stays)."""
    lines: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        lines[entry.staff_id].append(entry)
    problems = [problem for group in lines.values() for problem in _contradictions(group)]
    people = tuple(
        _person(group, known.get(staff), verdicts, locale, says_end) for staff, group in lines.items()
    )
    return Compared(people=people, problems=tuple(problems))


def _person(
    group: Sequence[Entry], known: KnownPerson | None, verdicts: Verdicts, locale: str, says_end: bool
) -> PersonPlan:
    first = group[0]
    on_file = known.licences if known else {}
    licences = {scheme: value for entry in reversed(group) for scheme, value in entry.licences.items()}
    return PersonPlan(
        line=first.line,
        staff_id=first.staff_id,
        known=known,
        family_name=first.family_name or (known.family_name if known else ""),
        given_name=first.given_name or (known.given_name if known else ""),
        email=_first(entry.email for entry in group) or (known.email if known else None),
        second_email=_first(entry.second_email for entry in group) or (known.second_email if known else None),
        locale=_first(entry.locale for entry in group) or (known.locale if known else locale),
        licences={
            scheme: (value, verdicts[scheme, value])
            for scheme, value in sorted(licences.items())
            if on_file.get(scheme) != (value, verdicts[scheme, value].verdict.value)
        },
        leaves=_leaves(group, known),
        posts=_posts(group, known),
        appointments=_appointments(group, known, says_end),
    )


def _leaves(group: Sequence[Entry], known: KnownPerson | None) -> tuple[LeavePlan, ...]:
    periods = tuple(dict.fromkeys(entry.leave for entry in group if entry.leave))
    matches = _matched(periods, known.leaves if known else ())
    plans = (LeavePlan(period=period, known=match) for period, match in zip(periods, matches, strict=True))
    return tuple(plan for plan in plans if plan.known is None or plan.known.period != plan.period)


def _posts(group: Sequence[Entry], known: KnownPerson | None) -> tuple[PostName, ...]:
    named = {post.identity: post for entry in reversed(group) for post in entry.posts}
    on_file = known.posts if known else frozenset()
    return tuple(post for identity, post in named.items() if identity not in on_file)


def _appointments(
    group: Sequence[Entry], known: KnownPerson | None, says_end: bool
) -> tuple[AppointmentPlan, ...]:
    by_unit: defaultdict[Names, list[Entry]] = defaultdict(list)
    for entry in group:
        by_unit[unit_key(entry.unit)].append(entry)
    on_file = known.appointments if known else ()
    plans: list[AppointmentPlan] = []
    for unit, entries in by_unit.items():
        given = [
            (entry, entry.period, entry.category) for entry in entries if entry.period and entry.category
        ]
        matches = _matched([period for _e, period, _c in given], [one for one in on_file if one.unit == unit])
        for (entry, period, category), match in zip(given, matches, strict=True):
            wanted = (
                period if says_end or match is None else Period(starts=period.starts, ends=match.period.ends)
            )
            plans.append(
                AppointmentPlan(
                    line=entry.line, unit=entry.unit, category=category, period=wanted, known=match
                )
            )
    return tuple(plans)


def _matched(periods: Sequence[Period], on_file: Sequence[_D]) -> list[_D | None]:
    """For each period what it is on file: what begins on the same day, else what it overlaps, each at most once."""
    left = {one.period.starts: one for one in on_file}
    found: list[_D | None] = [left.pop(period.starts, None) for period in periods]
    for place, period in enumerate(periods):
        overlapping = next((one for one in left.values() if one.period.overlaps(period)), None)
        if found[place] is None and overlapping is not None:
            found[place] = left.pop(overlapping.period.starts)
    return found


def _contradictions(group: Sequence[Entry]) -> Iterable[Problem]:
    """A warning for each line that tells of its person what an earlier one told otherwise; the earlier one counts."""
    first = group[0]
    for entry in group[1:]:
        told = (
            (entry.family_name, entry.given_name),
            entry.email or first.email,
            entry.locale or first.locale,
        )
        if told != (
            (first.family_name, first.given_name),
            first.email or entry.email,
            first.locale or entry.locale,
        ):
            yield Problem(
                severity=Severity.WARNING,
                line=entry.line,
                reason=N_("An earlier line tells otherwise of this person; what it says is kept."),
                remedy=N_("Make the two lines agree."),
                subject=str(first.line),
            )


def _differing(*fields: tuple[str, str, str]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(field=name, before=old, after=new) for name, old, new in fields if old != new)


def _spell(dated: _Dated | None) -> str:
    return f"{dated.period.starts} – {dated.period.ends or '…'}" if dated else ""


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""


def _first(values: Iterable[str | None]) -> str | None:
    return next((value for value in values if value), None)
