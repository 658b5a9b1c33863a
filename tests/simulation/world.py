"""A hospital to simulate: people who are asked to sign, posts of both sides that owe things, some on leave."""

import json
import random
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from reciproca.compacts.access.actions import create_token
from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.notices import tables as notices
from reciproca.compacts.obligations import actions as obligations
from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.people import tables as people
from reciproca.compacts.people.actions import set_leave
from reciproca.core.db import ACROSS
from reciproca.core.identity import console, system
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.plugins.types import Side
from tests.building import signing as build
from tests.building.obligations import a_post, owed_by
from tests.simulation import oracle

TEST = system("test")
ZONE, WEST = "America/Toronto", "America/Vancouver"
POSTS, ACTING = 12, 40
BEGINNING, LOOKED_BACK = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=60)
"""A reminder may be followed by a newer one of the same thing within a month."""


@dataclass
class World:
    """The hospital, and by number who acts in it through which token."""

    installation: Installation
    hospital: build.Hospital
    tokens: Mapping[str, str]
    left: dict[int, date]
    chosen: random.Random

    def read(self, *, whole: bool = False) -> oracle.Snapshot:
        """Everything as it stands; of what was told, the last weeks and what isn't settled, or the `whole` of it."""
        with self.installation.work(TEST, self.hospital.place, write=False) as work:
            ask = work.session.scalars
            written = notices.Notice.written_at > (BEGINNING if whole else work.now - LOOKED_BACK)
            unsettled = notices.Delivery.state.not_in(["done", "dropped"])
            recent = written | notices.Notice.delivery_id.in_(select(notices.Delivery.id).where(unsettled))
            carrying = notices.Delivery.id.in_(select(notices.Notice.delivery_id).where(recent))
            steps: dict[int, list[tuple[int, int, datetime]]] = {}
            for one in ask(select(ReminderStep)):
                steps.setdefault(one.obligation_id, []).append((one.step, one.offset_days, one.at))
            leaves: dict[int, list[tuple[date, date]]] = {}
            for leave in ask(select(people.Leave)):
                leaves.setdefault(leave.person_id, []).append((leave.starts, leave.ends or date.max))
            holders: dict[int, list[tuple[int, bool]]] = {}
            for held in ask(select(people.Holding)):
                holders.setdefault(held.post_id, []).append((held.person_id, bool(held.is_deputy)))
            rows = {row.staff_id: row.id for row in ask(select(people.Person))}
            return oracle.Snapshot(
                at=work.now,
                zone=ZONE,
                owed={row.id: _owed(row, steps.get(row.id, [])) for row in ask(select(Obligation))},
                people={
                    row.id: oracle.Person(
                        row.id,
                        row.zone or ZONE,
                        bool(row.email),
                        tuple(leaves.get(row.id, ())),
                        self.left.get(row.id),
                    )
                    for row in ask(select(people.Person))
                },
                holders={post: tuple(found) for post, found in holders.items()},
                stewards=frozenset({rows["S1"]}),
                sponsors=frozenset({rows["X1"], rows["Y1"]}),
                closed=closed_days(work, first=date(2026, 1, 1), last=date(2028, 12, 31)),
                notices={row.id: _notice(row) for row in ask(select(notices.Notice).where(recent))},
                messages={
                    row.id: oracle.Message(row.id, row.state, row.person_id, row.reference, row.failure)
                    for row in ask(select(notices.Delivery).where(carrying))
                },
            )

    def is_quiet(self) -> bool:
        """Whether nothing is due any more that the scheduler would do."""
        # The clock goes on while the database is asked: what was written in between is due a moment later than `now`.
        now = self.installation.clock.now() + timedelta(seconds=5)
        unsent = notices.Delivery.state.in_(["gathering", "leased"]) | (
            (notices.Delivery.state == "pending") & (notices.Delivery.not_before <= now)
        )
        undone = (OutboxItem.state == "leased") | (
            (OutboxItem.state == "pending") & (OutboxItem.not_before <= now)
        )
        asked = (
            select(Obligation.id).where(Obligation.state == "open", Obligation.next_at <= now),
            select(notices.Delivery.id).where(unsent),
            select(OutboxItem.id).where(undone),
        )
        with self.installation.database.transaction(write=False) as session:
            return not any(session.scalar(one.limit(1), execution_options=ACROSS) for one in asked)

    def is_due_by(self, instant: datetime) -> bool:
        """Whether anything happens by itself until an instant."""
        is_open = Obligation.state == "open"
        ahead = is_open & (ReminderStep.at > self.installation.clock.now()) & (ReminderStep.at <= instant)
        ends = is_open & (Obligation.family == "invitation") & (Obligation.due_at <= instant)
        steps = select(ReminderStep.id).join(Obligation, Obligation.id == ReminderStep.obligation_id)
        asked = (
            steps.where(ahead),
            select(Obligation.id).where(ends),
            select(notices.Delivery.id).where(notices.Delivery.state == "pending"),
        )
        with self.installation.database.transaction(write=False) as session:
            return any(session.scalar(one.limit(1), execution_options=ACROSS) for one in asked)

    def act(self, webs: list[str]) -> str:
        """Somebody does something; what it was."""
        acts = [
            self._sign,
            self._decline,
            self._silence,
            self._talk,
            self._meet,
            self._move,
            self._leave,
            self._depart,
        ]
        weights = [1, 3, 3, 3, 3, 3, 2, 1]
        (act,) = self.chosen.choices(acts, weights)
        return act(webs)

    def _sign(self, webs: list[str]) -> str:
        staff_id, uid = self._asked()
        page = self._post(webs, staff_id, f"/requests/{uid}/openings", {"locale": "en"})
        if page:
            form = {name: page[name] for name in ("nonce", "text_sha256", "name")}
            form |= {"intent": True, "consent": True, "password": build.PASSWORD}
            self._post(webs, staff_id, f"/requests/{uid}/signatures", form)
        return "signs"

    def _decline(self, webs: list[str]) -> str:
        staff_id, uid = self._asked()
        self._post(webs, staff_id, f"/requests/{uid}/declines", {})
        return "declines"

    def _silence(self, webs: list[str]) -> str:
        staff_id, uid = self._asked()
        self._post(webs, staff_id, f"/requests/{uid}/silences", {})
        return "stops reminders"

    def _talk(self, webs: list[str]) -> str:
        staff_id, uid = self._asked()
        self._post(
            webs, staff_id, f"/requests/{uid}/talks", {"confidant": "physicians", "reason": "My nights"}
        )
        return "asks to talk"

    def _meet(self, _webs: list[str]) -> str:
        with self.installation.work(TEST, self.hospital.place) as work:
            if subject := self._duty(work):
                obligations.meet(work, kind="commitment", subject_uid=subject.subject_uid)
        return "does a duty"

    def _move(self, _webs: list[str]) -> str:
        with self.installation.work(TEST, self.hospital.place) as work:
            if subject := self._duty(work):
                due = work.today() + timedelta(days=self.chosen.randint(2, 20))
                family = obligations.Family.DUTY
                obligations.postpone(
                    work, kind="commitment", family=family, subject_uids=[subject.subject_uid], due=due
                )
        return "moves a due day"

    def _leave(self, _webs: list[str]) -> str:
        with self.installation.work(console(), self.hospital.place) as work:
            person = self._person(work, in_post=self.chosen.random() < 0.5)
            starts = work.today() + timedelta(days=1)
            away = select(people.Leave.id).where(people.Leave.person_id == person.id)
            if work.session.scalar(away.limit(1)) is None:
                ends = starts + timedelta(days=self.chosen.randint(1, 9))
                set_leave(work, person_uid=person.uid, starts=starts, ends=ends)
        return "goes on leave"

    def _depart(self, _webs: list[str]) -> str:
        with self.installation.work(TEST, self.hospital.place) as work:
            person = self._person(work)
            if person.id not in self.left:
                mine = update(people.Appointment).where(people.Appointment.person_id == person.id)
                work.session.execute(mine.values(ends=work.today()))
                self.left[person.id] = work.today()
        return "leaves the hospital"

    def _asked(self) -> tuple[str, str]:
        return self.chosen.choice([(one, self.hospital.requests[one]) for one in self.tokens])

    def _duty(self, work: Any) -> Obligation | None:
        found = work.session.scalars(
            select(Obligation)
            .where(Obligation.kind == "commitment", Obligation.state == "open")
            .order_by(Obligation.id)
        ).all()
        return self.chosen.choice(found) if found else None

    def _person(self, work: Any, *, in_post: bool = False) -> people.Person:
        """One who holds no post: who leaves a post is another story (test_sweep). Or, `in_post`, one who does."""
        held = people.Person.id.in_(select(people.Holding.person_id))
        asked = select(people.Person).where(
            people.Person.staff_id.startswith("P"), held if in_post else ~held
        )
        return self.chosen.choice(work.session.scalars(asked.order_by(people.Person.id)).all())

    def _post(self, webs: list[str], staff_id: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer of one of the web servers, the next one when it doesn't answer; None where it is refused."""
        key = f"{staff_id}-{path}-{self.chosen.random()}"
        headers = {
            "Authorization": f"Bearer {self.tokens[staff_id]}",
            "Content-Type": "application/json",
            "Idempotency-Key": key[-60:],
        }
        for web in self.chosen.sample(webs, len(webs)):
            request = urllib.request.Request(f"{web}/api/v1{path}", json.dumps(body).encode(), headers)  # noqa: S310 -- our own server
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- the same
                    found = answer.read()
                    return dict(json.loads(found)) if found else {}
            except urllib.error.HTTPError as error:
                if error.code not in {403, 404, 409, 422}:
                    raise
                return None
            except OSError:
                continue
        return None


def _owed(row: Obligation, steps: list[tuple[int, int, datetime]]) -> oracle.Owed:
    return oracle.Owed(
        row.id,
        row.family,
        row.state,
        row.person_id,
        row.post_id,
        row.side,
        row.due_at,
        row.moved_at,
        tuple(steps),
    )


def _notice(row: notices.Notice) -> oracle.Notice:
    return oracle.Notice(
        row.id,
        row.kind,
        row.obligation_id,
        row.step,
        row.person_id,
        row.written_at,
        row.delivery_id,
        row.left_out,
    )


def a_world(installation: Installation, *, seed: int, size: int, days: int) -> World:
    """A hospital of `size` people, whose duties come due over so many `days`."""
    chosen = random.Random(seed)  # noqa: S311 -- no secret: a seeded choice
    hospital = build.a_hospital(installation, physicians=size)
    with installation.work(TEST, hospital.place) as work:
        staff = work.session.scalars(
            select(people.Person).where(people.Person.staff_id.startswith("P")).order_by(people.Person.id)
        ).all()
        for person in staff[::7]:
            person.zone = WEST
        staff[3].email = None
        for number in range(POSTS):
            holder, deputy = staff[-1 - number], staff[-20 - number]
            post = a_post(
                work,
                f"Post {number}",
                *([] if number == 5 else [holder]),
                deputy=deputy if number % 2 else None,
            )
            for turn in range(-10, days + 20, 24):
                due = work.today() + timedelta(days=turn + number)
                owed_by(work, post, side=list(Side)[number % 2], due=due, subject_uid=f"post-{number}-{turn}")
        for person in staff[: size // 3]:
            for turn in range(chosen.randint(2, 12), days + 12, 30):
                due = work.today() + timedelta(days=turn)
                owed_by(work, person, due=due, subject_uid=f"own-{person.staff_id}-{turn}")
    tokens = {}
    with installation.work(console(), hospital.place) as work:
        for number in range(1, ACTING + 1):
            tokens[f"P{number}"] = create_token(
                work, email=f"p{number}@riverbend.example", scopes=("*",)
            ).secret
    tokens.pop("P4")  # has no address
    return World(installation=installation, hospital=hospital, tokens=tokens, left={}, chosen=chosen)
