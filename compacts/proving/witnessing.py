"""Witnesses: plugins that keep the ledger's checkpoints where we can't change them. Nobody waits for them."""

from collections.abc import Iterator, Mapping

import structlog
from sqlalchemy.orm import Session

from reciproca.core.errors import NotFound, PluginFailed, ReciprocaError
from reciproca.core.ledger import proving
from reciproca.core.ledger.note import open_checkpoint
from reciproca.core.ledger.report import Problem
from reciproca.core.ledger.tables import LedgerWitness
from reciproca.core.work import Installation
from reciproca.plugins.types import Checkpoint

log = structlog.get_logger(__name__)


def tell_witnesses(installation: Installation) -> int:
    """Hand the newest checkpoint to each witness that doesn't hold it yet. Returns how many took it."""
    return sum(_tell(installation, name) for name in installation.plugins.witnesses())


def contradictions(installation: Installation, session: Session) -> Iterator[Problem]:
    """Checkpoints that a witness holds, signed by the ledger's own key, with which the stored ledger doesn't begin."""
    signer = installation.keys.ledger_signer
    held, failed = installation.plugins.checkpoints_held(_settings(installation))
    for name in failed:
        log.warning("witness.silent", witness=name)
    for name, checkpoint in held:
        try:
            kept = open_checkpoint(checkpoint.note, signer.public_key, signer.origin)
        except ReciprocaError as error:
            log.warning("witness.unusable", witness=name, reason=str(error))
            continue
        if not proving.begins_with(session, kept):
            yield Problem(
                None, f"the witness {name} holds a checkpoint of {kept.size} leaves that is not this ledger's"
            )


def _tell(installation: Installation, name: str) -> bool:
    with installation.database.transaction(write=False) as session:
        note = proving.newest_checkpoint(session)
        last = session.get(LedgerWitness, name)
        if not note or (last is not None and not last.failure and last.size == _size(installation, note)):
            return False
        checkpoint = Checkpoint(note=note, consistency=_since(session, last))
    failure, answer = "", None
    try:
        answer = next(
            iter(installation.plugins.checkpoint_issued(name, checkpoint, _settings(installation))), None
        )
        held = _size(installation, answer.note) if answer else 0
    except (PluginFailed, ReciprocaError) as error:
        failure, answer, held = error.detail, None, 0
        log.warning("witness.failed", witness=name, reason=failure)
    if answer is None and not failure:  # it isn't set up to hold any
        return False
    with installation.database.transaction() as session:
        row = session.get(LedgerWitness, name) or LedgerWitness(witness=name, size=0, note="")
        row.asked_at, row.failure = installation.clock.now(), failure
        if answer is not None:
            row.size, row.note = held, answer.note
        session.add(row)
    return answer is not None


def _since(session: Session, last: LedgerWitness | None) -> str:
    """The proof from what the witness holds; empty where there is none to give."""
    if last is None or not last.size:
        return ""
    try:
        return proving.consistency(session, old=last.size).text()
    except NotFound:
        return ""


def _size(installation: Installation, note: str) -> int:
    signer = installation.keys.ledger_signer
    return open_checkpoint(note, signer.public_key, signer.origin).size


def _settings(installation: Installation) -> Mapping[str, str]:
    return {"witness_folder": installation.settings.witness_folder}
