"""The stage: an installation on a clock that moves, ticks in the mornings, and people who act through use cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.access.queries import account_of, held, membership_of
from reciproca.compacts.access.tables import Grant
from reciproca.core.clock import FixedClock, instant_of, today
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.identity import Actor, OrganisationRef, Proof
from reciproca.core.work import Identify, Installation, Work
from reciproca.scheduler.ticks import Handlers, tick

MORNING = (9, 5)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the story: when, who, and what was done."""

    at: datetime
    who: str
    what: str


@dataclass(kw_only=True)
class Stage:
    """The sample hospital while its story is told. `opening` is the local day of the first scene."""

    installation: Installation
    clock: FixedClock
    place: OrganisationRef
    handlers: Handlers
    steps: list[Step] = field(default_factory=list)

    @property
    def day(self) -> date:
        """The day where the hospital is."""
        return today(self.clock, self.place.zone)

    @contextmanager
    def acting(self, email: str) -> Iterator[Work]:
        """One transaction of the person with the account `email`, as after giving the password."""
        with self.installation.work(self._identify(email)) as work:
            yield work

    def note(self, who: str, what: str) -> None:
        """Write a line of the story."""
        self.steps.append(Step(at=self.clock.now(), who=who, what=what))

    def go_to(self, day: date, hour: int = 10, minute: int = 0) -> None:
        """Let time pass until a local day and hour: each morning on the way, what is due is done."""
        until = instant_of(day, hour, minute, self.place.zone)
        morning = self.day + timedelta(days=1)
        while (at := instant_of(morning, *MORNING, self.place.zone)) <= until:
            self.clock.move_to(at)
            tick(self.installation, self.handlers)
            morning += timedelta(days=1)
        self.clock.move_to(max(until, self.clock.now()))

    def finish(self, at: datetime) -> None:
        """Let time pass until the story's last instant."""
        self.go_to(today(FixedClock(at), self.place.zone), 0, 0)
        self.clock.move_to(max(at, self.clock.now()))

    def work_off(self) -> None:
        """Do now what waits to be done after the last acts."""
        tick(self.installation, self.handlers)

    def _identify(self, email: str) -> Identify:
        def identify(session: Session) -> tuple[Actor, OrganisationRef | None]:
            account = account_of(session, email)
            membership = membership_of(session, account.id, self.place.id) if account else None
            if account is None or membership is None:
                raise NotFound(detail=f"{email} plays no part in the story.")
            granted = select(Grant.role).filter_by(organisation_id=self.place.id, membership_id=membership.id)
            roles = frozenset(
                session.scalars(granted.where(held(self.clock.now())), execution_options=ACROSS)
            )
            proof = Proof(method="password", at=self.clock.now())
            return Actor(
                uid=account.uid, person_id=membership.person_id, roles=roles, proof=proof
            ), self.place

        return identify
