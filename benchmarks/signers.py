"""Two hundred physicians press "sign" in the same instant: how long does one wait whose signature comes last?

Everything is as in a hospital: real HTTP, a password each, every commit on the disk, documents made meanwhile. While it
goes on, somebody outside follows the ledger, and every signature's proof is checked.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from queue import SimpleQueue
from threading import Barrier, Event
from typing import Any

import psycopg
from sqlalchemy import func, select, text, update

from benchmarks.house import HOST, Client, House, served
from benchmarks.measuring import Benchmark, Goal, Side, Wrong, percentile
from reciproca.compacts.access.actions import create_token
from reciproca.compacts.people.tables import Person, Unit
from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.compacts.signing.tables import Signature, SignatureRequest
from reciproca.core import ids
from reciproca.core.identity import Actor, Role, system
from reciproca.core.ledger.consistency import read_consistency
from reciproca.core.ledger.note import Checkpoint, open_checkpoint
from reciproca.core.ledger.proof import read_proof
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Work
from tests.building import drafting, signing

SIGNERS = 200
LINES = 80
"""Connections that the floor shares on PostgreSQL, which takes a hundred unless it is told otherwise."""
WHAT = "99th percentile of the time from pressing “sign” to the answer: 200 physicians in the same instant, over HTTP"
ROWS = ("signature_evidence", "signature", "ledger_leaf", "ledger_checkpoint", "ledger_place", "idempotency_key",
        "notice", "delivery")  # fmt: skip
"""What one signature writes, table by table, besides two or three items of the outbox."""


@dataclass(frozen=True, kw_only=True)
class Signer:
    """A physician with their program, and the name that they sign with."""

    client: Client
    name: str
    person_id: int


@contextmanager
def _prepared(database: str, n: int) -> Iterator[dict[str, Side]]:
    with served(database) as house:
        try:
            _one_round(house, n)  # the floor writes the rows that this has left
            yield {"ours": partial(_one_round, house, n), "floor": partial(_floor, house, n)}
        finally:
            with (
                house.installation.database.transaction() as session
            ):  # or the server makes all documents first
                session.execute(update(OutboxItem).values(state="done"))


def _one_round(house: House, number: int) -> float:
    """A new agreement, offered to a department: everybody opens it, then all sign at once."""
    signers, requests = _staff(house, number)
    forms = [_opened(one, requests[one.person_id]) for one in signers]
    at_once, over = Barrier(len(signers)), Event()

    def sign(one: int) -> tuple[float, str]:
        path = f"/api/v1/requests/{requests[signers[one].person_id]}/signatures"
        at_once.wait()
        begin = time.monotonic()
        status, body = signers[one].client.post(path, forms[one], key=forms[one]["nonce"])
        took = time.monotonic() - begin
        if status != 201:
            raise Wrong(f"a signature was answered with {status}: {body[:200]!r}")
        return took, json.loads(body)["uid"]

    with ThreadPoolExecutor(len(signers) + 1) as crowd:
        watching = crowd.submit(_follow, house, over)
        try:
            signed = list(crowd.map(sign, range(len(signers))))
        finally:
            over.set()
        looks = watching.result()
    if looks < 2:
        raise Wrong("nobody could follow the ledger meanwhile")
    _check(house, signers, [uid for _took, uid in signed])
    return percentile([took for took, _uid in signed], 0.99)


def _staff(house: House, number: int) -> tuple[list[Signer], dict[int, str]]:
    """A department with so many physicians, its own agreement in force, and everybody's request to sign it."""
    with house.installation.work(system("bench"), house.place) as work:
        root = work.session.scalars(select(Unit).order_by(Unit.id)).first()
        name = f"Department {ids.timeless()[:8]}"
        unit = Unit(parent_id=root.id if root else None, kind="department", name=name, path=name)
        work.session.add(unit)
        work.session.flush()
        first = work.session.query(Person).count()
        people: list[Person] = [
            signing.a_person(work, f"P{one}", f"Given Number{one}", unit, Role.PHYSICIAN)
            for one in range(first, first + number)
        ]
        version = drafting.a_draft(work, unit_uid=unit.uid, organisation_signs="once")
        drafting.in_force(work, version)
        campaign = signing.a_campaign(work, version)
        asked = select(SignatureRequest.person_id, SignatureRequest.uid).filter_by(campaign_id=campaign.id)
        requests = {row.person_id: row.uid for row in work.session.execute(asked)}
        return [_signer(work, house, person) for person in people], requests


def _signer(work: Work, house: House, person: Person) -> Signer:
    secret = create_token(work, email=str(person.email), scopes=["*"]).secret
    line = HTTPConnection(HOST, house.port, timeout=60)
    client = Client(actor=Actor(uid=person.uid), token=secret, cookie="", line=line)
    return Signer(client=client, name=person.name, person_id=person.id)


def _opened(signer: Signer, request: str) -> dict[str, Any]:
    status, body = signer.client.post(
        f"/api/v1/requests/{request}/openings", {"locale": "en"}, key=f"open-{request}"
    )
    if status != 201:
        raise Wrong(f"an opening was answered with {status}: {body[:200]!r}")
    said = json.loads(body)
    return {
        **{name: said[name] for name in ("nonce", "text_sha256")},
        "name": signer.name,
        "intent": True,
        "consent": True,
        "password": signing.PASSWORD,
    }


def _follow(house: House, over: Event) -> int:
    """Fetch one checkpoint after the other, and the proof that each only adds to the one before; how many."""
    line, kept, looks = HTTPConnection(HOST, house.port, timeout=60), _newest(house), 0
    signer = house.installation.keys.ledger_signer
    while not over.is_set():
        line.request("GET", f"/api/v1/ledger/consistency?from={kept.size}")
        answer = line.getresponse()
        kept = read_consistency(answer.read().decode()).check(kept, signer.public_key)
        looks += 1
    return looks


def _newest(house: House) -> Checkpoint:
    line, signer = HTTPConnection(HOST, house.port, timeout=60), house.installation.keys.ledger_signer
    line.request("GET", "/api/v1/ledger/checkpoint")
    return open_checkpoint(line.getresponse().read().decode(), signer.public_key, signer.origin)


def _check(house: House, signers: Sequence[Signer], uids: Sequence[str]) -> None:
    """Everybody's signature is there and proved to them, and the ledger is whole, without a gap."""
    signer = house.installation.keys.ledger_signer
    with house.installation.work(system("bench"), house.place, write=False) as work:
        there = set(work.session.scalars(select(Signature.uid)))
        number, last = work.session.execute(select(func.count(), func.max(LedgerLeaf.idx))).one()
        for one, uid in zip(signers, uids, strict=True):
            status, body = one.client.get(f"/api/v1/signatures/{uid}/proof")
            proof = read_proof(body.decode()) if status == 200 else None
            if proof is None:
                raise Wrong(f"a proof was answered with {status}")
            proof.check(work.session.get_one(LedgerLeaf, proof.index).entry, signer.public_key, signer.origin)
    if not set(uids) <= there or len(set(uids)) != len(signers) or last != number - 1:
        raise Wrong("a signature is missing, or the ledger has a gap")
    if not (report := verify_ledger(house.installation)).ok:
        raise Wrong(f"the ledger doesn't verify: {report.problems[:3]}")


def _floor(house: House, n: int) -> float:
    """The same rows, by bare inserts: a commit for each signer, all at once, in a thread each."""
    engine = house.installation.database.engine
    rows: list[list[tuple[str, tuple[Any, ...]]]] = [[] for _signer in range(n)]
    with engine.begin() as connection:
        for table in ROWS:
            connection.execute(text(f"DROP TABLE IF EXISTS floor_{table}"))
            connection.execute(text(f"CREATE TABLE floor_{table} AS SELECT * FROM {table} WHERE 1 = 0"))  # noqa: S608 -- our own names
            found = connection.execute(text(f"SELECT * FROM {table} LIMIT {n}")).all()  # noqa: S608 -- our own names
            for number, row in enumerate(found):
                rows[number].append((table, tuple(row)))
    is_sqlite = engine.dialect.name == "sqlite"
    url = engine.url
    lines = SimpleQueue[Any]()
    for _line in range(n if is_sqlite else min(n, LINES)):
        lines.put(_connection(is_sqlite, url))
    at_once = Barrier(n)

    def write(number: int) -> float:
        at_once.wait()
        begin = time.monotonic()
        line = lines.get()
        cursor = line.cursor()
        cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        for table, row in rows[number]:
            marks = ", ".join(["?" if is_sqlite else "%s"] * len(row))
            cursor.execute(f"INSERT INTO floor_{table} VALUES ({marks})", [_plain(value) for value in row])  # noqa: S608 -- our own names
        cursor.execute("COMMIT")
        lines.put(line)
        return time.monotonic() - begin

    with ThreadPoolExecutor(n) as crowd:
        took = list(crowd.map(write, range(n)))
    while not lines.empty():
        lines.get().close()
    return percentile(took, 0.99)


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def _connection(is_sqlite: bool, url: Any) -> Any:
    if not is_sqlite:
        return psycopg.connect(
            url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
        )
    line = sqlite3.connect(url.database, check_same_thread=False, isolation_level=None, timeout=60)
    line.execute("PRAGMA synchronous=FULL")
    return line


BENCHMARKS = tuple(
    Benchmark(
        name=f"signers-200-{database}",
        what=WHAT,
        n=SIGNERS,
        prepare=partial(_prepared, database),
        goal=Goal(key="ours", op="<=", limit=3.0),
    )
    for database in ("postgres", "sqlite")
)
