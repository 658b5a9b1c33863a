"""`Work`: what every use case is handed. `Installation`: what a process holds, and the one way into a transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

import structlog
from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from reciproca.core import ids
from reciproca.core.clock import Clock, day_at
from reciproca.core.db import Base, Database
from reciproca.core.errors import ReciprocaError
from reciproca.core.identity import Actor, OrganisationRef
from reciproca.core.keys import Keys
from reciproca.core.ledger.append import Act, append
from reciproca.core.ledger.tables import Committed, LedgerRecord
from reciproca.core.settings import Settings
from reciproca.core.traffic import Traffic

Reaction = Callable[["Work", Any], None]
Identify = Callable[[Session], tuple[Actor, OrganisationRef | None]]
Note = Callable[[Session], None]
log = structlog.get_logger(__name__)


class Event(Protocol):
    """What `Work.record` takes: a frozen value of `plugins/events.py` with a wire name."""

    @property
    def wire(self) -> str: ...

    def to_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, kw_only=True)
class Work:
    """One transaction's worth of work: who asks, when, for which organisation, and what must happen with it. `now` is
    the instant at which it began (aware UTC): all that it writes carries the same one."""

    session: Session
    clock: Clock
    now: datetime
    actor: Actor
    settings: Settings
    plugins: Any
    keys: Keys
    reactions: Mapping[str, Sequence[Reaction]]
    place: OrganisationRef | None = None
    acts: list[Act] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    @property
    def organisation(self) -> OrganisationRef:
        """The organisation worked for. A use case that needs none asks for `place`."""
        if self.place is None:
            raise LookupError("this work has no organisation")
        return self.place

    def today(self) -> date:
        """The calendar day where the organisation is."""
        return day_at(self.now, self.organisation.zone)

    def act(
        self, type_: str, *, about: str, record: dict[str, Any], table: type[Committed] = LedgerRecord
    ) -> str:
        """Note a person's decision or a change of state: its leaf is written in this transaction, last of all.

        `about` is the uid of what it concerns. Returns the uid of the record that the leaf commits to."""
        uid = ids.time_ordered(self.clock)
        tenant = self.place.uid if self.place else ""
        self.acts.append(
            Act(
                type=type_,
                at=self.now,
                tenant=tenant,
                actor=self.actor.uid,
                object=about,
                uid=uid,
                record=record,
                table=table,
            )
        )
        return uid

    def enqueue(
        self,
        kind: str,
        payload: dict[str, Any],
        *,
        key: str | None = None,
        not_before: datetime | None = None,
    ) -> None:
        """Ask for `kind` to be done after the commit; with a `key`, at most once ever."""
        outbox = Base.metadata.tables["outbox_item"]
        values = {
            "uid": ids.time_ordered(self.clock),
            "state": "pending",
            "attempts": 0,
            "kind": kind,
            "key": key,
            "payload": payload,
            "not_before": not_before or self.now,
            "written_at": self.now,
            "organisation_id": self.place.id if self.place else None,
        }
        dialect = sqlite if self.session.get_bind().dialect.name == "sqlite" else postgresql
        statement = dialect.insert(outbox).on_conflict_do_nothing() if key else insert(outbox)
        self.session.execute(statement.values(**values))

    def record(self, event: Event) -> None:
        """Say that `event` happened: other features react in this transaction, plugins are told after it."""
        for reaction in self.reactions.get(event.wire, ()):
            reaction(self, event)
        self.enqueue("event", {"wire": event.wire, "event": event.to_json()})

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo everything that the block did, acts included, when it is refused; the transaction goes on."""
        before = len(self.acts)
        try:
            with self.session.begin_nested():
                yield
        except ReciprocaError:
            del self.acts[before:]
            raise

    def each(self, uids: Iterable[str], act: Callable[[str], bool]) -> list[str]:
        """Do `act` for each of `uids` by itself: one that is refused is undone and logged, and stops none of the
        others. Returns those for which it did something."""
        done = []
        for uid in uids:
            try:
                with self.attempt():
                    if act(uid):
                        done.append(uid)
            except ReciprocaError as error:
                log.warning("due.refused", act=act.__qualname__, uid=uid, reason=error.detail)
        return done

    def note_refusal(self, note: Note) -> None:
        """Have `note` written even though this work is refused: a wrong password must be counted."""
        self.notes.append(note)

    def refuse(self) -> None:
        """Undo everything that this work did; only its notes are written."""
        self.session.rollback()
        self.acts.clear()
        for note in self.notes:
            note(self.session)
        self.notes.clear()

    def settle(self) -> None:
        """Write the acts to the ledger. Called last, because the ledger's lock is the one that everybody wants."""
        self.session.flush()
        if self.acts:
            append(self.session, self.acts, signer=self.keys.ledger_signer)


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What one process holds: settings, clock, database, keys and plugins. Made by `reciproca.opening`."""

    settings: Settings
    clock: Clock
    database: Database
    keys: Keys
    plugins: Any
    reactions: Mapping[str, Sequence[Reaction]] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)

    @contextmanager
    def work(
        self, who: Actor | Identify, place: OrganisationRef | None = None, *, write: bool = True
    ) -> Iterator[Work]:
        """One transaction and its `Work`. `who` is an actor, or a function that finds actor and organisation."""
        with self.database.transaction(write=write) as session:
            actor, place = (who, place) if isinstance(who, Actor) else who(session)
            session.info["new_uid"] = lambda: ids.time_ordered(self.clock)
            session.info["organisation_id"] = place.id if place else None
            work = Work(
                session=session,
                clock=self.clock,
                now=self.clock.now(),
                actor=actor,
                place=place,
                settings=self.settings,
                plugins=self.plugins,
                keys=self.keys,
                reactions=self.reactions,
            )
            refusal = None
            try:
                yield work
            except ReciprocaError as error:
                if not (write and work.notes):
                    raise
                refusal = error
                work.refuse()
            if write:
                work.settle()
        if refusal:
            raise refusal
