"""What holds in every home, whatever was done to it: called after the tests that do the most."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.rules import FROZEN
from reciproca.compacts.drafting.tables import Rendition, Version, VersionState
from reciproca.compacts.people.tables import Organisation
from reciproca.compacts.proving.verifying import verify_ledger
from reciproca.compacts.reviewing.tables import Review, ReviewState
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import (
    PaperScan,
    RequestState,
    SealedDocument,
    Signature,
    SignatureEvidence,
    SignatureRequest,
)
from reciproca.core import settings
from reciproca.core.db import ACROSS
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.opening import open_installation

Finding = Iterator[str]
CLOSED = {ReviewState.CLOSED_AGREED, ReviewState.CLOSED_WITH_DIFFERENCES}


def check_invariants(home: Path) -> None:
    """The ledger verifies, each signature has its evidence and leaf, states are legal, outbox keys are unique, and
    nothing is orphaned. Fails with everything that doesn't hold."""
    installation = open_installation(settings.load(home, {}))
    try:
        assert broken(installation) == []
    finally:
        installation.database.dispose()


def broken(installation: Installation) -> list[str]:
    """Everything that doesn't hold in `installation`."""
    found = [f"ledger: {problem.reason}" for problem in verify_ledger(installation).problems]
    if found:
        return found  # what an altered ledger says of the rest is worth nothing
    with installation.database.transaction(write=False) as session:
        for look in (
            _signatures,
            _requests,
            _versions,
            _reviews,
            _outbox,
            _documents_of(installation),
            _orphans,
        ):
            found += look(session)
    return found


def _signatures(session: Session) -> Finding:
    evidence = dict(session.execute(select(SignatureEvidence.uid, SignatureEvidence.record)).all())
    acts = Counter(
        said["uid"]
        for entry in session.scalars(select(LedgerLeaf.entry))
        if (said := json.loads(entry))["table"] == SignatureEvidence.__tablename__
    )
    signatures = session.scalars(select(Signature), execution_options=ACROSS).all()
    for row in signatures:
        record = evidence.get(row.evidence_uid)
        if acts[row.evidence_uid] != 1 or row.evidence_uid not in evidence:
            yield f"signature {row.uid} has {acts[row.evidence_uid]} leaves"
        elif record is not None and row.record_sha256 != sha256(record.encode()).hexdigest():
            yield f"signature {row.uid} names another record"
    if left := evidence.keys() - {row.evidence_uid for row in signatures}:
        yield f"evidence without a signature: {sorted(left)}"


def _requests(session: Session) -> Finding:
    signed = set(session.scalars(select(Signature.request_id), execution_options=ACROSS))
    for row in session.scalars(select(SignatureRequest), execution_options=ACROSS):
        if (row.state in {RequestState.SIGNED, RequestState.WITHDRAWN}) != (row.id in signed):
            yield f"request {row.uid} is {row.state}, and its signature says otherwise"
        if row.state is RequestState.SIGNED and row.ended_at is None:
            yield f"request {row.uid} is signed and has not ended"


def _versions(session: Session) -> Finding:
    locales = dict(
        session.execute(select(Organisation.id, Organisation.locales), execution_options=ACROSS).all()
    )
    in_force: Counter[int] = Counter()
    for row in session.scalars(select(Version), execution_options=ACROSS):
        texts = select(Rendition.locale).filter_by(version_id=row.id)
        frozen = set(session.scalars(texts, execution_options=ACROSS))
        if row.state is not VersionState.WITHDRAWN and frozen != _owed(row, locales[row.organisation_id]):
            yield f"version {row.uid} is {row.state} with texts in {sorted(frozen)}"
        in_force[row.compact_id] += row.state is VersionState.IN_FORCE
        if row.state is VersionState.IN_FORCE and row.in_force_at is None:
            yield f"version {row.uid} is in force since never"
    yield from (
        f"compact {one} has {count} versions in force" for one, count in in_force.items() if count > 1
    )


def _owed(version: Version, locales: Sequence[str]) -> set[str]:
    return set(locales) if version.state in FROZEN else set()


def _reviews(session: Session) -> Finding:
    for row in session.scalars(select(Review), execution_options=ACROSS):
        if (row.state in CLOSED) != (row.closed_at is not None):
            yield f"review {row.uid} is {row.state}, closed at {row.closed_at}"


def _outbox(session: Session) -> Finding:
    keys = select(OutboxItem.key).where(OutboxItem.key.is_not(None)).group_by(OutboxItem.key)
    yield from (f"outbox key {key} occurs again" for key in session.scalars(keys.having(func.count() > 1)))


def _documents_of(installation: Installation) -> Callable[[Session], Finding]:
    folder = installation.settings.home / FOLDER

    def documents(session: Session) -> Finding:
        rows = session.scalars(select(SealedDocument), execution_options=ACROSS).all()
        known = {name for row in rows for name in (row.pdf, row.bundle)}
        scans = set(session.scalars(select(PaperScan.file), execution_options=ACROSS))
        there = {path.name for path in folder.glob("*")} if folder.is_dir() else set()
        for row in rows:
            if row.pdf in there and sha256((folder / row.pdf).read_bytes()).hexdigest() != row.pdf_sha256:
                yield f"the file {row.pdf} is another"
        yield from (f"document {name} is missing" for name in sorted(known - there))
        yield from (f"document {name} belongs to no signature" for name in sorted(there - known - scans))

    return documents


def _orphans(session: Session) -> Finding:
    if session.get_bind().dialect.name == "sqlite":
        for table, *_rest in session.execute(text("PRAGMA foreign_key_check")):
            yield f"a row of {table} points at nothing"
