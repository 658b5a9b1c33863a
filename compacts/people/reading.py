"""A roster from its bytes to what it would change: the plugin reads the cells, the rules say what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reciproca.compacts.people.known import OnFile
from reciproca.compacts.people.rules import judging
from reciproca.compacts.people.rules.customs import Customs, customs_of
from reciproca.compacts.people.rules.difference import PersonPlan, compare
from reciproca.compacts.people.rules.lines import Entry, read_lines
from reciproca.compacts.people.rules.report import Counts, RosterReport, counts_of, differences_of
from reciproca.core.errors import Misconfigured
from reciproca.core.i18n import _
from reciproca.core.work import Work
from reciproca.plugins.types import (
    N_,
    IdentifierVerdict,
    JurisdictionPack,
    Problem,
    RosterMapping,
    RosterTable,
    Severity,
    Verdict,
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is in a roster: everybody whose lines can be taken, and what is wrong with the others."""

    people: tuple[PersonPlan, ...]
    problems: tuple[Problem, ...]
    duplicates: tuple[Problem, ...]
    taken: int
    is_readable: bool

    def report(self, *, dry_run: bool, partial: bool) -> RosterReport:
        """What becomes of it. Of a roster that is refused nothing is counted."""
        errors = tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)
        refused = not self.is_readable or bool(errors and not partial)
        counted = dry_run or not refused
        people, appointments = counts_of(self.people) if counted else (Counts(), Counts())
        return RosterReport(
            people=people,
            appointments=appointments,
            errors=errors,
            warnings=tuple(problem for problem in self.problems if problem.severity is Severity.WARNING),
            duplicates=self.duplicates,
            differences=differences_of(self.people) if counted else (),
            taken=self.taken,
            applied=not dry_run and not refused and not (errors and not self.taken),
            is_refused=refused,
            is_readable=self.is_readable,
        )


def read(work: Work, *, data: bytes, mapping: RosterMapping | None, format_key: str, known: OnFile) -> Found:
    """What `data` comes to, compared with what is on file."""
    table: RosterTable = work.plugins.read_roster(format_key, data, mapping)
    headings = {field: heading for heading, field in table.columns.items() if field}
    customs = customs_of(jurisdiction(work), mapping, work.organisation.locales)
    entries, problems = read_lines(table.rows, headings, customs)
    kept, duplicates = judging.without_duplicates(entries)
    verdicts = _verdicts(work, kept)
    problems += judging.licence_problems(kept, verdicts, headings)
    problems += judging.overlaps(kept, headings)
    emails = {staff: person.email for staff, person in known.people.items() if person.email}
    kept = judging.keep(kept, problems)
    problems += judging.claimed_emails(kept, emails, headings)
    kept = judging.keep(kept, problems)
    problems += judging.without_address(kept, emails, headings)
    compared = compare(kept, known.people, verdicts, locale=customs.locale, says_end="ends" in headings)
    return Found(
        people=compared.people,
        problems=_in_order((*table.problems, *problems, *compared.problems)),
        duplicates=tuple(duplicates),
        taken=len(kept),
        is_readable=_is_readable(table),
    )


def suggested_mapping(work: Work, *, data: bytes, format_key: str = "csv") -> dict[str, Any]:
    """A mapping file to start from: what was understood of `data`, with "" for each column and category that wasn't."""
    table: RosterTable = work.plugins.read_roster(format_key, data, None)
    customs = customs_of(jurisdiction(work), None, work.organisation.locales)
    return {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "date_order": customs.date_order.value,
        "columns": dict(table.columns),
        "categories": _categories(table, customs),
    }


def post_names(work: Work, locale: str) -> dict[str, str]:
    """What `locale` calls the jurisdiction's posts, by each title that such a post may be stored under. A title that
    is the organisation's own isn't in it: it stays as it was written."""
    pack: JurisdictionPack | None = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    return {
        title: post.label.get(locale, title)
        for post in (pack.posts if pack else ())
        for title in post.label.values()
    }


def jurisdiction(work: Work) -> JurisdictionPack:
    """The pack of the organisation's jurisdiction."""
    pack: JurisdictionPack | None = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    if pack is None:
        raise Misconfigured(
            detail=f"The jurisdiction pack {work.organisation.jurisdiction} is not installed.",
            remedy=_("Install and enable the plugin that offers it."),
        )
    return pack


def _categories(table: RosterTable, customs: Customs) -> Mapping[str, str]:
    texts = dict.fromkeys(" ".join(row.cells.get("category", "").split()) for row in table.rows)
    return {text: customs.category(text) or "" for text in sorted(texts) if text}


def _verdicts(work: Work, entries: Sequence[Entry]) -> judging.Verdicts:
    """What the form of every number says; a kind that no plugin knows is only taken note of."""
    found: dict[tuple[str, str], IdentifierVerdict] = {}
    for scheme, values in judging.values_by_scheme(entries).items():
        if scheme in work.plugins.identifier_schemes:
            judged = work.plugins.check_identifiers(scheme, values)
        else:
            reason = N_("Nothing here knows the form of this kind of number.")
            judged = [
                IdentifierVerdict(verdict=Verdict.WARN, normalised=value, reason=reason) for value in values
            ]
        found |= {(scheme, value): verdict for value, verdict in zip(values, judged, strict=True)}
    return found


def _is_readable(table: RosterTable) -> bool:
    """A table without a heading that can be used is none."""
    has_staff_id = "staff_id" in table.columns.values()
    return has_staff_id and not any(
        item.line <= 1 for item in table.problems if item.severity is Severity.ERROR
    )


def _in_order(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.line))
