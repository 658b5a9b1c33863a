"""A hospital that was founded as people found one, and rosters to take in."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from reciproca.compacts.people.actions import create_organisation, import_roster
from reciproca.compacts.people.rules.report import RosterReport
from reciproca.core.clock import FixedClock
from reciproca.core.identity import OrganisationRef, console
from reciproca.core.work import Installation
from reciproca.plugins.types import RosterMapping
from tests.building.access import Site
from tests.building.house import an_app, an_installation

DATA = Path(__file__).parents[1] / "data"
RIVERBEND = DATA / "roster-riverbend.csv"
HEADING = (
    "Staff ID",
    "Surname",
    "Given name",
    "E-mail",
    "Department",
    "Division",
    "Category",
    "Appt start",
    "Appt end",
)
ANNA_ROY = (
    "P1",
    "Roy",
    "Anna",
    "anna.roy@riverbend.example",
    "Surgery",
    "",
    "Active",
    "2026-07-01",
    "2027-06-30",
)


def an_organisation(installation: Installation, name: str = "Riverbend Hospital") -> OrganisationRef:
    """A hospital in Ontario with the root of its units and the posts of its jurisdiction."""
    with installation.work(console()) as work:
        return create_organisation(
            work, name=name, jurisdiction="CA-ON", zone="America/Toronto", locales=("en", "fr")
        )


class Hospital(Site):
    """A site whose organisation was founded properly; nobody is on file."""

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place = an_organisation(self.installation)
        self.app = an_app(self.installation)

    def take_in(
        self,
        data: bytes,
        *,
        partial: bool = False,
        dry_run: bool = False,
        mapping: RosterMapping | None = None,
    ) -> RosterReport:
        """Import `data` as the operator at the terminal."""
        with self.installation.work(console(), self.place) as work:
            return import_roster(work, data=data, partial=partial, dry_run=dry_run, mapping=mapping)


def a_roster(*rows: Sequence[str], heading: Sequence[str] = HEADING) -> bytes:
    """A CSV file of `rows`, as UTF-8."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue().encode()


def with_cells(row: Sequence[str] = ANNA_ROY, **cells: str) -> tuple[str, ...]:
    """`row` with some cells changed, named as in `HEADING`, blanks and dashes as underscores."""
    names = [name.lower().replace(" ", "_").replace("-", "_") for name in HEADING]
    changed = dict(zip(names, row, strict=True)) | cells
    return tuple(changed[name] for name in names)
