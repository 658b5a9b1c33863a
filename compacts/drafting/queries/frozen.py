"""Do the frozen texts still say what was proposed? Recomputed from their rows and held against the ledger's record."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting.queries.words import clauses_of_rows
from reciproca.compacts.drafting.rules import FROZEN, Clause, Notice, VersionText, canonical_text
from reciproca.compacts.drafting.tables import (
    Commitment,
    CommitmentText,
    Compact,
    CompactText,
    Rendition,
    Version,
)
from reciproca.core.canonical import sha256
from reciproca.core.db import ACROSS
from reciproca.core.ledger.tables import LedgerLeaf, LedgerRecord

PROPOSED = "version.proposed"
Problem = tuple[int | None, str]
_MARK = b'"type":"version.proposed"'


@dataclass(frozen=True, kw_only=True)
class _Proposal:
    """What the ledger says of one proposal: at which leaf, of which version, with which SHA-256 by locale."""

    idx: int
    version: str
    renditions: Mapping[str, str]


def check_frozen_texts(session: Session) -> Iterable[Problem]:
    """Everything in which a frozen version differs from what the ledger says was proposed: (leaf index, reason)."""
    proposals = {proposal.version: proposal for proposal in _proposals(session)}
    rows = session.scalars(select(Version), execution_options=ACROSS).all()
    versions = {version.uid: version for version in rows}
    for uid in proposals.keys() - versions.keys():
        yield proposals[uid].idx, f"the proposed version {uid} is missing"
    for uid, version in versions.items():
        if uid in proposals:
            yield from _version(session, version, proposals[uid])
        elif version.state in FROZEN:
            yield None, f"the version {uid} is {version.state.value}, but no act proposed it"


def _proposals(session: Session) -> Iterator[_Proposal]:
    leaves = session.execute(select(LedgerLeaf.idx, LedgerLeaf.entry), execution_options={"yield_per": 1000})
    marked = [(idx, json.loads(entry)) for idx, entry in leaves if _MARK in entry]
    for idx, entry in marked:
        record = session.scalar(select(LedgerRecord.record).where(LedgerRecord.uid == entry["uid"]))
        said = json.loads(record) if record else {}
        yield _Proposal(idx=idx, version=entry["object"], renditions=said.get("renditions", {}))


def _version(session: Session, version: Version, proposal: _Proposal) -> Iterator[Problem]:
    where = f"version {version.uid}"
    if version.state not in FROZEN:
        yield proposal.idx, f"{where} was proposed, but is stored as {version.state.value}"
    stored = session.scalars(
        select(Rendition).filter_by(version_id=version.id), execution_options=ACROSS
    ).all()
    if {row.locale: row.sha256 for row in stored} != dict(proposal.renditions):
        yield proposal.idx, f"the renditions of {where} are not those that were proposed"
    now = _texts(session, version, stored)
    locales = select(CommitmentText.locale).join(Commitment, Commitment.id == CommitmentText.commitment_id)
    written = session.scalars(
        locales.filter(Commitment.version_id == version.id).distinct(), execution_options=ACROSS
    )
    for added in sorted(set(written) - {row.locale for row in stored}):
        yield proposal.idx, f"{where} has words in {added}, in which nothing was proposed"
    for row in stored:
        if sha256(row.canonical) != row.sha256:
            yield proposal.idx, f"the {row.locale} rendition of {where} was changed"
        elif canonical_text(now[row.locale]) != row.canonical:
            yield proposal.idx, f"the {row.locale} text of {where} was changed"


def _texts(session: Session, version: Version, stored: Iterable[Rendition]) -> dict[str, VersionText]:
    """The text from its rows now. What isn't kept in rows of the version (names, the sentences of that day) is taken
    from the rendition itself, whose digest the ledger holds."""
    said = {row.locale: _readable(row.canonical) for row in stored}
    statement = select(Compact).where(Compact.id == version.compact_id)
    compact = session.scalars(statement, execution_options=ACROSS).one()
    named = session.scalars(select(CompactText).filter_by(compact_id=compact.id), execution_options=ACROSS)
    titles = {row.locale: row.title for row in named}
    clauses = clauses_of_rows(session, [version.id], list(said), across=True)[version.id]
    return {locale: _text(version, compact, titles, data, clauses[locale]) for locale, data in said.items()}


def _text(
    version: Version, compact: Compact, titles: Mapping[str, str], said: dict[str, Any], clauses: list[Clause]
) -> VersionText:
    effect, organisation = said.get("legal_effect", {}), said.get("organisation", {})
    return VersionText(
        locale=said.get("locale", ""),
        organisation_uid=organisation.get("uid", ""),
        organisation=organisation.get("name", ""),
        compact_uid=compact.uid,
        title=titles.get(said.get("locale", ""), ""),
        version_uid=version.uid,
        number=version.number,
        change_class=version.change_class.value,
        legal_effect=version.legal_effect.value,
        notice=Notice(what=effect.get("what", ""), if_nothing=effect.get("if_nothing", "")),
        sides=said.get("sides", {}),
        clauses=clauses,
    )


def _readable(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
