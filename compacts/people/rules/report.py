"""What became of a roster: numbers, what was found on its lines, and what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from reciproca.compacts.people.rules.difference import FieldChange, PersonPlan
from reciproca.plugins.types import Problem


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How many were new, different, and as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, cases: Iterable[tuple[bool, bool]]) -> Self:
        """Count cases of (is new, is different)."""
        listed = list(cases)
        added = sum(is_new for is_new, _ in listed)
        changed = sum(differs and not is_new for is_new, differs in listed)
        return cls(added=added, changed=changed, unchanged=len(listed) - added - changed)

    def to_json(self) -> dict[str, int]:
        """The three numbers by name."""
        return {"added": self.added, "changed": self.changed, "unchanged": self.unchanged}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One person or appointment that is new or changed. `thing`: person or appointment; `kind`: added or changed."""

    line: int
    thing: str
    kind: str
    staff_id: str
    name: str
    fields: tuple[FieldChange, ...]

    def to_json(self) -> dict[str, Any]:
        """As in the report of a dry run."""
        fields = [{"field": item.field, "before": item.before, "after": item.after} for item in self.fields]
        head = {
            "line": self.line,
            "thing": self.thing,
            "kind": self.kind,
            "staff_id": self.staff_id,
            "name": self.name,
        }
        return {**head, "fields": fields}


@dataclass(frozen=True, kw_only=True)
class RosterReport:
    """`is_refused`: lines with errors stopped everything; `is_readable`: whether the file could be read as a table at
    all; `taken`: how many lines were good. Of what was refused nothing is counted."""

    people: Counts
    appointments: Counts
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    duplicates: tuple[Problem, ...]
    differences: tuple[Difference, ...]
    taken: int
    applied: bool
    is_refused: bool
    is_readable: bool

    @property
    def changes_nothing(self) -> bool:
        """Whether everything in the file is on file already."""
        return not self.differences

    def exit_code(self, *, partial: bool) -> int:
        """The command's: 0 done, 1 refused, 2 unreadable, 3 nothing could be applied with --partial."""
        if not self.is_readable:
            return 2
        if partial:
            return 3 if self.errors and not self.taken else 0
        return 1 if self.is_refused else 0

    def to_json(self, *, with_differences: bool = False) -> dict[str, Any]:
        """The report by the names of the contract."""
        listed = {"errors": self.errors, "warnings": self.warnings, "duplicates": self.duplicates}
        body: dict[str, Any] = {"people": self.people.to_json(), "appointments": self.appointments.to_json()}
        body |= {name: [problem_json(problem) for problem in problems] for name, problems in listed.items()}
        if with_differences:
            body["differences"] = [difference.to_json() for difference in self.differences]
        return {**body, "applied": self.applied}

    def kept(self) -> dict[str, Any]:
        """What is stored of a roster that was applied: the numbers, and what was found on its lines."""
        listed = {"errors": self.errors, "warnings": self.warnings, "duplicates": self.duplicates}
        body: dict[str, Any] = {"people": self.people.to_json(), "appointments": self.appointments.to_json()}
        return body | {name: [problem.to_json() for problem in problems] for name, problems in listed.items()}

    @classmethod
    def from_kept(cls, data: Mapping[str, Any]) -> Self:
        """The report that `kept` was made of, without its differences."""
        problems = {
            name: tuple(Problem.from_json(item) for item in data[name])
            for name in ("errors", "warnings", "duplicates")
        }
        people, appointments = Counts(**data["people"]), Counts(**data["appointments"])
        return cls(people=people, appointments=appointments, **problems, differences=(), taken=0, applied=True,
                   is_refused=False, is_readable=True)  # fmt: skip


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as line, column, reason (with the words in question) and remedy."""
    reason = f"{problem.reason} ({problem.subject})" if problem.subject else problem.reason
    return {"line": problem.line, "column": problem.column, "reason": reason, "remedy": problem.remedy}


def differences_of(people: Sequence[PersonPlan]) -> tuple[Difference, ...]:
    """Everything that is new or changed, by line."""
    found: list[Difference] = []
    for person in people:
        name = f"{person.given_name} {person.family_name}".strip()
        if person.is_touched:
            kind = "changed" if person.known else "added"
            found.append(_difference(person, name, person.line, "person", kind, person.changes))
        for one in person.appointments:
            if one.changes:
                kind = "changed" if one.known else "added"
                found.append(_difference(person, name, one.line, "appointment", kind, one.changes))
    return tuple(sorted(found, key=lambda item: item.line))


def counts_of(people: Sequence[PersonPlan]) -> tuple[Counts, Counts]:
    """(people, appointments)."""
    appointments = [one for person in people for one in person.appointments]
    return (
        Counts.of((person.known is None, person.is_touched) for person in people),
        Counts.of((one.known is None, bool(one.changes)) for one in appointments),
    )


def _difference(
    person: PersonPlan, name: str, line: int, thing: str, kind: str, fields: tuple[FieldChange, ...]
) -> Difference:
    return Difference(line=line, thing=thing, kind=kind, staff_id=person.staff_id, name=name, fields=fields)
