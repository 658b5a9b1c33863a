"""Writing down one act of signing, the same way for both sides: opened page, record, leaf, signature."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting.queries import renditions
from reciproca.compacts.drafting.tables import Compact, Rendition, Version
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.queries import rendition_of
from reciproca.compacts.signing.tables import Ceremony, Signature, SignatureEvidence
from reciproca.core import ids
from reciproca.core.canonical import clean_text, digest, sha256
from reciproca.core.identity import Proof
from reciproca.core.ledger.entry import instant
from reciproca.core.work import Work

SEAL, SEAL_VERSION, STAMP = "seal", "seal_version", "stamp"
"""Outbox kinds: make one signature's document; the documents of a whole version again; one with its time stamp."""


def begin(work: Work, version: Version, locale: str, *, role: str, request_id: int | None = None) -> Ceremony:
    """A new opening of the signing page by the actor; called once it is clear that they may."""
    rendition = rendition_of(work, version=version, locale=locale)
    opened = Ceremony(
        version_id=version.id,
        person_id=work.actor.person_id,
        request_id=request_id,
        role=role,
        nonce=secrets.token_hex(32),
        locale=rendition.locale,
        text_sha256=rendition.sha256,
        opened_at=work.now,
        expires_at=work.now + rules.CEREMONY_LIFE,
    )
    work.session.add(opened)
    work.session.flush()
    return opened


def themes_of(work: Work, ceremony: Ceremony) -> list[str]:
    """The keys of the themes of the text that was shown, in its order."""
    shown = select(Rendition.canonical).filter_by(version_id=ceremony.version_id, locale=ceremony.locale)
    return [theme["key"] for theme in json.loads(work.session.scalars(shown).one())["themes"]]


def check_page(work: Work, ceremony: Ceremony, rendition: Rendition, sent_sha256: str) -> None:
    """Conflict unless the page can still be used and showed the text that is frozen."""
    rules.require_fresh(used_at=ceremony.used_at, expires_at=ceremony.expires_at, now=work.now)
    rules.require_same_text(sent=sent_sha256, shown=ceremony.text_sha256, frozen=rendition.sha256)


def facts_of(
    work: Work,
    compact: Compact,
    version: Version,
    rendition: Rendition,
    ceremony: Ceremony,
    person: Person,
    proof: Proof,
    name: str,
) -> dict[str, Any]:
    """What the records of both sides say alike."""
    effect = json.loads(rendition.canonical)["legal_effect"]
    return {
        "organisation": {"uid": work.organisation.uid, "name": work.organisation.name},
        "compact": compact.uid,
        "version": {"uid": version.uid, "number": version.number},
        "locale": rendition.locale,
        "text_sha256": rendition.sha256,
        "person": person.uid,
        "name_as_signed": person.name,
        "signed_at": instant(work.now),
        "zone": work.organisation.zone,
        "effect": {
            "key": effect["key"],
            "what_sha256": sha256(effect["what"].encode()),
            "if_nothing_sha256": sha256(effect["if_nothing"].encode()),
        },
        "authentication": {
            "method": proof.method,
            "at": instant(proof.at or work.now),
            "factors": list(proof.factors or (proof.method,)),
            "door": work.actor.proof.method,
            **dict(proof.facts),
        },
        "ceremony": {
            "uid": ceremony.uid,
            "nonce_sha256": sha256(ceremony.nonce.encode()),
            "opened_at": instant(ceremony.opened_at),
            "name_typed": clean_text(name),
        },
    }


def write_signature(
    work: Work,
    type_: str,
    record: dict[str, Any],
    *,
    slot: str,
    person: Person,
    version: Version,
    request_id: int | None = None,
    covers: Signature | None = None,
) -> Signature:
    """The evidence, its leaf and the row that finds it. The record names itself before it is written."""
    uid = ids.time_ordered(work.clock)
    record["uid"] = work.act(type_, about=uid, record=record, table=SignatureEvidence)
    signature = Signature(
        uid=uid,
        version_id=version.id,
        slot=slot,
        role=record["role"],
        person_id=person.id,
        request_id=request_id,
        covers_id=covers.id if covers else None,
        locale=record["locale"],
        text_sha256=record["text_sha256"],
        name_as_signed=record["name_as_signed"],
        evidence_uid=record["uid"],
        record_sha256=digest(record),
        signed_at=work.now,
    )
    work.session.add(signature)
    work.session.flush()
    return signature


def frozen_digests(work: Work, version: Version) -> Mapping[str, str]:
    """SHA-256 of the version's text by language."""
    return {row.locale: row.sha256 for row in renditions(work, version_ids=[version.id])}


def has_signed(work: Work, version: Version, role: str) -> bool:
    """Whether the actor has signed this version in `role`."""
    mine = select(Signature.id).filter_by(version_id=version.id, person_id=work.actor.person_id, role=role)
    return work.session.scalar(mine.limit(1)) is not None
