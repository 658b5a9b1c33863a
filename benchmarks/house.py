"""A served hospital to measure: `reciproca serve` as a process of its own, and people who can use it."""

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from sqlalchemy import select

from benchmarks.measuring import Wrong
from reciproca.commands import initialise
from reciproca.compacts.access.actions import add_account, create_token
from reciproca.compacts.access.actions.sessions import HANDED_TO_THE_DOOR, open_session
from reciproca.compacts.access.tables import Account
from reciproca.compacts.drafting.queries import version_texts
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Appointment, Organisation, Person, Unit
from reciproca.core.identity import Actor, OrganisationRef, Role, console, system
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.opening import open_installation
from reciproca.serving import free_port
from tests import postgres
from tests.building.consulting import open_round
from tests.building.drafting import STEWARD, a_draft
from tests.commands.running import RECIPROCA, environment

HOST, START = "127.0.0.1", 60


@dataclass(frozen=True, kw_only=True)
class Client:
    """Somebody with an account, and the connection that they keep open."""

    actor: Actor
    token: str
    cookie: str
    line: HTTPConnection = field(repr=False)

    def get(self, path: str) -> tuple[int, bytes]:
        """Read a page, signed in, or something of the API."""
        return self._ask("GET", path)

    def post(self, path: str, body: dict[str, Any], key: str) -> tuple[int, bytes]:
        """Do something through the API, once."""
        return self._ask(
            "POST", path, json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key}
        )

    def _ask(
        self, method: str, path: str, body: str | None = None, more: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        who = (
            {"Authorization": f"Bearer {self.token}"} if path.startswith("/api/") else {"Cookie": self.cookie}
        )
        self.line.request(method, path, body, {**who, **(more or {})})
        answer = self.line.getresponse()
        return answer.status, answer.read()


@dataclass(frozen=True, kw_only=True)
class House:
    """A hospital in a home of its own, and the address at which it is served."""

    installation: Installation
    place: OrganisationRef
    port: int

    def clients(self, number: int, *roles: Role) -> list[Client]:
        """That many people of the roster, appointed, with accounts that hold `roles`."""
        with self.installation.work(console(), self.place) as work:
            unit = work.session.scalars(select(Unit.id).order_by(Unit.id)).first()
            first = work.session.query(Person).count()
            people = [
                Person(staff_id=f"B{n}", given_name=f"Given {n}", family_name="Staff", email=_address(n), locale="en",
                       revision=1)
                for n in range(first, first + number)
            ]  # fmt: skip
            work.session.add_all(people)
            work.session.flush()
            work.session.add_all(
                Appointment(person_id=one.id, unit_id=unit, category="active", starts=work.today())
                for one in people
            )
            work.session.flush()
            accounts = [add_account(work, email=str(one.email), roles=roles) for one in people]
            return [
                Client(
                    actor=Actor(uid=account.uid, roles=frozenset(roles), person_id=person.id),
                    token=create_token(work, email=account.email, scopes=["*"]).secret,
                    cookie=self._cookie(work, account),
                    line=HTTPConnection(HOST, self.port, timeout=60),
                )
                for person, account in zip(people, accounts, strict=True)
            ]

    def a_round(self) -> tuple[str, Sequence[str]]:
        """A version whose first round is open for a month: its uid, and its promises."""
        with self.installation.work(system("bench"), self.place) as work:
            version = a_draft(work)
        with self.installation.work(STEWARD, self.place) as work:
            open_round(work, version, work.today() + timedelta(days=30))
            text = version_texts(work, version=version)["en"]
            return version.uid, [clause.identity for clause in text.clauses]

    def _cookie(self, work: Any, account: Account) -> str:
        open_session(work, account=account, organisation_id=self.place.id, method="link")
        return f"session={work.session.info.pop(HANDED_TO_THE_DOOR)}"


@contextmanager
def served(database: str) -> Iterator[House]:
    """A new hospital on "sqlite" or "postgres", served while the block lasts as an operator would serve it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, _url(database) as url:
        home = Path(folder) / "home"
        installation = initialise(home, lambda place, _clock=None: open_installation(
            Settings(home=place, database_url=url, log_level="warning")), "Riverbend Hospital", "CA-ON", "en,fr",
            "America/Toronto")  # fmt: skip
        with installation.work(console()) as work:
            place = reference(work.session.scalars(select(Organisation)).one())
        port = free_port(HOST, 8300)
        try:
            with _serving(home, url, port):
                yield House(installation=installation, place=place, port=port)
        finally:
            installation.database.dispose()


@contextmanager
def _url(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield ""
        return
    with postgres.running(durable=True) as server, postgres.fresh_database(server) as url:
        yield url


@contextmanager
def _serving(home: Path, url: str, port: int) -> Iterator[None]:
    said = home / "serve.log"
    set_by_hand = {"RECIPROCA_DATABASE_URL": url} if url else {}
    with said.open("w") as log:
        server = subprocess.Popen(
            [*RECIPROCA, "serve", "--port", str(port), "--home", str(home)],
            stdout=log, stderr=log, env=environment(**set_by_hand),
        )  # fmt: skip
    try:
        _wait_until_ready(server, port, said)
        yield
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_until_ready(server: subprocess.Popen[bytes], port: int, said: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and server.poll() is None:
        try:
            line = HTTPConnection(HOST, port, timeout=5)
            line.request("GET", "/readyz")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise Wrong(f"the server did not start: {said.read_text()[-500:]}")


def _address(number: int) -> str:
    return f"staff-{number}@riverbend.example"
