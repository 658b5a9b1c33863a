"""Which lines repeat one another, contradict one another, or claim what is somebody else's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reciproca.compacts.people.rules.customs import Names, unit_key
from reciproca.compacts.people.rules.lines import LICENCE, Entry, Period
from reciproca.plugins.types import N_, IdentifierVerdict, Problem, Severity, Verdict

Verdicts = Mapping[tuple[str, str], IdentifierVerdict]
"""What the form of each (scheme, value) says."""


def without_duplicates(entries: Sequence[Entry]) -> tuple[list[Entry], list[Problem]]:
    """The entries that don't repeat an earlier one, and a note on each that does."""
    first: dict[tuple[object, ...], int] = {}
    kept: list[Entry] = []
    notes: list[Problem] = []
    for entry in entries:
        earlier = first.setdefault(entry.facts, entry.line)
        if earlier == entry.line:
            kept.append(entry)
        else:
            remedy = N_("Nothing needs doing; it was counted once.")
            reason = N_("This line says the same as an earlier one.")
            notes.append(_problem(Severity.WARNING, entry, "", reason, remedy, str(earlier)))
    return kept, notes


def values_by_scheme(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """Every licence number to be checked, once, by its scheme."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        for scheme, value in entry.licences.items():
            found[scheme][value] = None
    return {scheme: tuple(values) for scheme, values in found.items()}


def licence_problems(
    entries: Sequence[Entry], verdicts: Verdicts, headings: Mapping[str, str]
) -> list[Problem]:
    """What the form of the licence numbers gives reason to say. A good form never means a valid licence."""
    return [
        _problem(
            Severity.ERROR if found.verdict is Verdict.ERROR else Severity.WARNING,
            entry,
            headings.get(LICENCE + scheme, LICENCE + scheme),
            found.reason,
            N_("If it is wrong, correct it in the source."),
            value,
        )
        for entry in entries
        for scheme, value in entry.licences.items()
        if (found := verdicts[scheme, value]).verdict is not Verdict.OK
    ]


def overlaps(entries: Sequence[Entry], headings: Mapping[str, str]) -> list[Problem]:
    """An error for each line that gives somebody a second appointment in a unit for days of an earlier line."""
    taken: defaultdict[tuple[str, Names], list[Period]] = defaultdict(list)
    problems: list[Problem] = []
    for entry in entries:
        if entry.period is None:
            continue
        others = taken[entry.staff_id, unit_key(entry.unit)]
        if any(entry.period.overlaps(other) for other in others):
            reason = N_(
                "An earlier line has this person in the same unit at the same time, but says something else."
            )
            remedy = N_("Keep the line that is right.")
            problems.append(_problem(Severity.ERROR, entry, headings.get("starts", "starts"), reason, remedy))
        others.append(entry.period)
    return problems


def claimed_emails(
    entries: Sequence[Entry], known: Mapping[str, str], headings: Mapping[str, str]
) -> list[Problem]:
    """An error for each line whose address belongs to another staff identifier; `known`: staff id → address on file.
    A line that is refused leaves its person the address on file, which can refuse others: so until nothing changes."""
    kept, problems = list(entries), list[Problem]()
    while wrong := _taken(kept, known):
        kept = [entry for entry in kept if entry not in wrong]
        reason = N_("This e-mail address belongs to another staff identifier.")
        remedy = N_("Find out whose it is, and correct the other line or this one.")
        column = headings.get("email", "email")
        problems += [
            _problem(Severity.ERROR, entry, column, reason, remedy, entry.email or "") for entry in wrong
        ]
    return problems


def without_address(
    entries: Sequence[Entry], known: Mapping[str, str], headings: Mapping[str, str]
) -> list[Problem]:
    """A warning for each person who has no e-mail address here or on file, at the person's first line."""
    reachable = {entry.staff_id for entry in entries if entry.email} | known.keys()
    first = {entry.staff_id: entry for entry in reversed(entries) if entry.staff_id not in reachable}
    reason = N_("There is no e-mail address: this person can sign only on paper until one is added.")
    remedy = N_("Add an address when there is one.")
    column = headings.get("email", "email")
    return [_problem(Severity.WARNING, entry, column, reason, remedy) for entry in first.values()]


def keep(entries: Sequence[Entry], problems: Iterable[Problem]) -> list[Entry]:
    """The entries that no error among `problems` speaks of."""
    refused = {problem.line for problem in problems if problem.severity is Severity.ERROR}
    return [entry for entry in entries if entry.line not in refused]


def _taken(entries: Sequence[Entry], known: Mapping[str, str]) -> list[Entry]:
    claims: dict[str, str] = {}
    for entry in entries:
        if entry.email:
            claims.setdefault(entry.staff_id, entry.email)
    owners = {email: staff for staff, email in known.items() if claims.get(staff, email) == email}
    return [
        entry
        for entry in entries
        if entry.email and owners.setdefault(entry.email, entry.staff_id) != entry.staff_id
    ]


def _problem(
    severity: Severity, entry: Entry, column: str, reason: str, remedy: str, subject: str = ""
) -> Problem:
    return Problem(
        severity=severity, line=entry.line, column=column, reason=reason, remedy=remedy, subject=subject
    )
