"""Verifying the whole ledger of an installation, and what follows when it fails: nothing is signed until it holds."""

from dataclasses import replace
from datetime import timedelta

import structlog

from reciproca.compacts.drafting.queries import check_frozen_texts
from reciproca.compacts.proving.witnessing import contradictions
from reciproca.compacts.signing.queries.recorded import check_signatures
from reciproca.compacts.signing.tables import SignatureEvidence
from reciproca.core import outbox
from reciproca.core.ledger import health
from reciproca.core.ledger.append import check_end
from reciproca.core.ledger.glance import check_log
from reciproca.core.ledger.report import Problem, Report
from reciproca.core.ledger.tables import LedgerRecord
from reciproca.core.ledger.verify import verify
from reciproca.core.work import Installation

RECORD_TABLES = (LedgerRecord, SignatureEvidence)
CHECKS = (check_frozen_texts, check_signatures)
EVERY = timedelta(days=1)
log = structlog.get_logger(__name__)


def verify_ledger(installation: Installation, against: str | None = None) -> Report:
    """Verify the whole ledger of `installation`; `against` is the text of a checkpoint that was kept elsewhere.
    What witnesses hold counts too."""
    signer = installation.keys.ledger_signer
    with installation.database.transaction(write=False) as session:
        report = verify(
            session,
            public_key=signer.public_key,
            origin=signer.origin,
            record_tables=RECORD_TABLES,
            checks=CHECKS,
            against=against,
        )
        return replace(report, problems=(*report.problems, *contradictions(installation, session)))


def verify_log(installation: Installation) -> Report:
    """The log alone against its newest checkpoint: seconds for a million leaves, and nothing of what they are about."""
    signer = installation.keys.ledger_signer
    with installation.database.transaction(write=False) as session:
        return check_log(session, public_key=signer.public_key, origin=signer.origin)


def check_ledger(installation: Installation) -> Report:
    """Verify, and let the result count from now on: a broken ledger is read-only, a sound one is not, and what waited
    for it is tried again."""
    report = verify_ledger(installation)
    _keep(installation, report)
    return report


def check_when_due(installation: Installation) -> bool:
    """Verify once a day. Returns whether it was time to."""
    with installation.database.transaction(write=False) as session:
        last = health.last_check(session)
    if last is not None and installation.clock.now() - last.checked_at < EVERY:
        return False
    check_ledger(installation)
    return True


def check_at_start(installation: Installation) -> None:
    """A glance before anybody writes: the stored end must fit the last signed checkpoint. What it finds counts like a
    verification's; that it finds nothing lifts nothing."""
    try:
        with installation.database.transaction(write=False) as session:
            check_end(session, signer=installation.keys.ledger_signer)
    except health.LedgerBroken:
        problem = Problem(None, "the stored end does not fit the last signed checkpoint")
        _keep(installation, Report(size=0, root="", erased=0, problems=(problem,)))


def _keep(installation: Installation, report: Report) -> None:
    with installation.database.transaction() as session:
        last = health.last_check(session)
        was_broken = last is not None and not last.ok
        health.keep(session, report, at=installation.clock.now())
    if not report.ok:
        log.error("ledger.broken", problems=[str(problem) for problem in report.problems[:3]])
    elif was_broken:
        outbox.try_again(installation)
