"""A hospital whose mail goes to a real server."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from reciproca.compacts.notices.tables import Delivery
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.opening import open_installation
from reciproca.scheduler.ticks import sweep_all, tick
from tests.building.house import an_installation
from tests.building.obligations import a_reminded_hospital, owed_by, someone

TEST = system("test")
WEEK_BEFORE = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


class House:
    """A hospital whose mail goes to a server, and its clock."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url, self.clock = home, url, FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.place: OrganisationRef = a_reminded_hospital(self.installation)

    def mailing_to(self, smtp_url: str, **more: str) -> Installation:
        """The same installation, with a mail server, and `more` settings."""
        self.installation.database.dispose()
        chosen = Settings(
            home=self.home, database_url=self.url, smtp_url=smtp_url, log_level="critical", **more
        )
        self.installation = open_installation(chosen, clock=self.clock)
        return self.installation

    def remind(self, *staff_ids: str, **facts: Any) -> None:
        """A week before something is due, everybody's reminder is written."""
        with self.installation.work(TEST, self.place) as work:
            for staff_id in staff_ids:
                owed_by(work, someone(work, staff_id, **facts), subject_uid=staff_id)
        self.clock.move_to(WEEK_BEFORE)
        sweep_all(self.installation, self.place)

    def tick(self) -> dict[str, int]:
        """One tick; what became of deliveries."""
        return dict(tick(self.installation, {}).deliveries)

    def rows(self) -> list[Delivery]:
        """Every delivery, the oldest first."""
        with self.installation.database.transaction(write=False) as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id), execution_options=ACROSS))
