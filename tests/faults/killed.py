"""Run as a program: do one act in an installation again and again, and die by SIGKILL just before its 1st, 2nd, … nth
SQL statement or commit, until it outlives them all. Each try is a process of its own.

The hook sits in this program, on SQLAlchemy's own events, so that the product needs no seam for tests. Prints a JSON
list: for each try its exit status and what is in the database then. Arguments: the act, home, database URL, how many
tries at most, and what the act needs as JSON.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select

from reciproca.compacts.drafting.actions import give_accord
from reciproca.compacts.drafting.tables import Matter, Version, VersionState
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.actions.on_paper import accept_paper
from reciproca.compacts.signing.tables import (
    PaperScan,
    PaperState,
    RequestState,
    Signature,
    SignatureEvidence,
    SignatureRequest,
)
from reciproca.core.clock import FixedClock
from reciproca.core.db import ACROSS
from reciproca.core.identity import Actor, Proof, Role
from reciproca.core.ledger.tables import LedgerCheckpoint, LedgerLeaf
from reciproca.core.outbox import OutboxItem, drain
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.opening import open_installation
from reciproca.templates.pdf import check_libraries
from tests.building.house import BEGINNING
from tests.building.signing import HANDLERS

KILLED = -signal.SIGKILL
TABLES = (Signature, SignatureEvidence, LedgerLeaf, LedgerCheckpoint, Notice)
CHANGES = {
    "withdrawn": Signature.withdrawn_at.is_not(None),
    "checked": PaperScan.state != PaperState.RECORDED,
    "void": Version.state == VersionState.VOID,
    "cancelled": SignatureRequest.state == RequestState.CANCELLED,
}
"""What is changed in place."""
JOBS = ("seal", "seal_version", "event")


def counted(installation: Installation) -> dict[str, int]:
    """How many there are of everything that an act of signing leaves."""
    signed = (
        select(func.count())
        .select_from(SignatureRequest)
        .where(SignatureRequest.state == RequestState.SIGNED)
    )
    jobs = select(func.count()).select_from(OutboxItem).where(OutboxItem.kind.in_(JOBS))
    with installation.database.transaction(write=False) as session:
        numbers = {
            str(table.__tablename__): session.scalar(
                select(func.count()).select_from(table), execution_options=ACROSS
            )
            for table in TABLES
        }
        numbers["outbox"] = session.scalar(jobs, execution_options=ACROSS)
        numbers["signed"] = session.scalar(signed, execution_options=ACROSS)
        for name, these in CHANGES.items():
            numbers[name] = session.scalar(select(func.count()).where(these), execution_options=ACROSS)
    return {name: number or 0 for name, number in numbers.items()}


def _die_at(installation: Installation, wanted: int) -> None:
    steps = count(1)

    def step(*_arguments: Any, **_named: Any) -> None:
        if next(steps) == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(installation.database.engine, "before_cursor_execute", step)
    event.listen(installation.database.engine, "commit", step)


def _work(installation: Installation, who: dict[str, Any]) -> Any:
    with installation.database.transaction(write=False) as session:
        place = find_organisation(session, None)
    roles = frozenset(Role(role) for role in who["roles"])
    proof = Proof(method="password")
    return installation.work(
        Actor(uid=who["uid"], person_id=who["person_id"], roles=roles, proof=proof), place
    )


def _sign(installation: Installation, asked: dict[str, Any]) -> None:
    with _work(installation, asked["who"]) as work:
        actions.sign(work, **asked["form"])


def _organisation(installation: Installation, asked: dict[str, Any]) -> None:
    with _work(installation, asked["who"]) as work:
        actions.sign_for_organisation(work, **asked["form"])


def _withdraw(installation: Installation, asked: dict[str, Any]) -> None:
    with _work(installation, asked["who"]) as work:
        actions.withdraw_signature(work, **asked["form"])


def _paper(installation: Installation, asked: dict[str, Any]) -> None:
    with _work(installation, asked["who"]) as work:
        accept_paper(work, **asked["form"])


def _void(installation: Installation, asked: dict[str, Any]) -> None:
    with _work(installation, asked["who"]) as work:
        give_accord(work, matter=Matter.VOID, **asked["form"])


def _drain(installation: Installation, _asked: dict[str, Any]) -> None:
    drain(installation, HANDLERS)


ACTS: dict[str, Callable[[Installation, dict[str, Any]], None]] = {
    "sign": _sign,
    "organisation": _organisation,
    "seal": _drain,
    "archive": _drain,
    "withdraw": _withdraw,
    "paper": _paper,
    "void": _void,
}
"""Every act that must be there whole or not at all; one that is added is one entry more here."""


def _let_leases_run_out(installation: Installation) -> None:
    """What the last try had taken can be taken again, without waiting."""
    with installation.database.transaction() as session:
        for item in session.scalars(select(OutboxItem).filter_by(state="leased")):
            item.state, item.lease_token = "pending", None


def _try(act: str, installation: Installation, asked: dict[str, Any], wanted: int) -> int:
    installation.database.dispose()  # a connection must not be shared with a child
    child = os.fork()
    if child == 0:
        _die_at(installation, wanted)
        ACTS[act](installation, asked)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def main(act: str, home: str, url: str, tries: str, asked: str) -> None:
    """Try until the act is done."""
    said, seen = json.loads(asked), []
    chosen = Settings(home=Path(home), database_url=url, log_level="error", **said.get("settings", {}))
    installation = open_installation(chosen, clock=FixedClock(BEGINNING))
    check_libraries()  # what makes documents is loaded once, not by every try
    for wanted in range(1, int(tries) + 1):
        _let_leases_run_out(installation)
        ended = _try(act, installation, said, wanted)
        seen.append({"ended": ended, "counts": counted(installation)})
        if ended != KILLED:
            break
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
