"""The evidence record: everything about one act of signing, as it is kept and proved. Text and whole numbers only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reciproca.core.canonical import sha256
from reciproca.core.i18n import _

SCHEMA = "evidence/1"
PHYSICIAN, ORGANISATION = "physician", "organisation"
MEMBER = _("member of the professional staff")
SIGNATORY = _("signatory of the organisation")
"""Capacities, where a post doesn't say more; documents print them in their own language."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words that were shown: their version, the text, and its SHA-256."""

    version: str
    text: str

    @property
    def sha256(self) -> str:
        """SHA-256 of the text (UTF-8)."""
        return sha256(self.text.encode())

    def to_json(self) -> dict[str, str]:
        """As they stand in the record."""
        return {"version": self.version, "sha256": self.sha256, "text": self.text}


@dataclass(frozen=True, kw_only=True)
class Act:
    """What the record of one act is made of. Instants are ISO 8601 text in UTC; `renditions` by locale and `covers`
    ({"uid", "record_sha256"} of what is countersigned) are the organisation's."""

    role: str
    organisation: Mapping[str, str]
    compact: str
    version: Mapping[str, Any]
    locale: str
    text_sha256: str
    person: str
    name_as_signed: str
    capacity: str
    signed_at: str
    zone: str
    meaning: Words
    consent: Words | None
    effect: Mapping[str, str]
    authentication: Mapping[str, Any]
    ceremony: Mapping[str, str]
    appointments: tuple[Mapping[str, str], ...] = ()
    renditions: Mapping[str, str] | None = None
    covers: Mapping[str, str] | None = None

    def to_json(self) -> dict[str, Any]:
        """The record, but for its own uid, which the ledger gives. No address, no device: they are not kept."""
        said: dict[str, Any] = {
            "schema": SCHEMA,
            "role": self.role,
            "organisation": dict(self.organisation),
            "compact": {"uid": self.compact},
            "version": dict(self.version),
            "locale": self.locale,
            "text_sha256": self.text_sha256,
            "person": {"uid": self.person},
            "name_as_signed": self.name_as_signed,
            "capacity": self.capacity,
            "signed_at": self.signed_at,
            "zone": self.zone,
            "meaning": self.meaning.to_json(),
            "legal_effect": dict(self.effect),
            "authentication": dict(self.authentication),
            "ceremony": dict(self.ceremony),
        }
        if self.consent:
            said["consent"] = self.consent.to_json()
        if self.role == PHYSICIAN:
            said["appointments"] = [dict(one) for one in self.appointments]
        if self.renditions is not None:
            said["renditions"] = dict(self.renditions)
        if self.covers is not None:
            said["covers"] = dict(self.covers)
        return said
