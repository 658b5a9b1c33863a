"""What has happened, as plugins are told it: frozen, in the past tense, identifiers only, never words or names."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from reciproca.plugins.values import Value


@dataclass(frozen=True, kw_only=True)
class Event(Value):
    """Something that happened in `organisation` (uid) at `at` (ISO 8601 instant, UTC)."""

    wire: ClassVar[str] = ""
    schema: ClassVar[int] = 1

    organisation: str
    at: str


@dataclass(frozen=True, kw_only=True)
class _AboutVersion(Event):
    compact: str
    version: str


@dataclass(frozen=True, kw_only=True)
class VersionProposed(_AboutVersion):
    """A version's text was frozen and put to both sides; `digest` is its SHA-256."""

    wire = "version.proposed"
    digest: str


@dataclass(frozen=True, kw_only=True)
class VersionRatified(_AboutVersion):
    """The proper body of each side has adopted the version."""

    wire = "version.ratified"


@dataclass(frozen=True, kw_only=True)
class VersionScheduled(_AboutVersion):
    """The version has a day (`effective`, ISO date) on which it comes into force."""

    wire = "version.scheduled"
    effective: str


@dataclass(frozen=True, kw_only=True)
class VersionInForce(_AboutVersion):
    """The version came into force."""

    wire = "version.in_force"


@dataclass(frozen=True, kw_only=True)
class VersionSuperseded(_AboutVersion):
    """Another version (`by`) took its place."""

    wire = "version.superseded"
    by: str


@dataclass(frozen=True, kw_only=True)
class VersionSuspended(_AboutVersion):
    """Both sides have agreed that the version doesn't count for now."""

    wire = "version.suspended"


@dataclass(frozen=True, kw_only=True)
class VersionResumed(_AboutVersion):
    """Both sides have agreed that a suspended version counts again."""

    wire = "version.resumed"


@dataclass(frozen=True, kw_only=True)
class VersionEnded(_AboutVersion):
    """The version ended without a successor; `why` is "retired" (both sides agreed), "void" (they declared it so),
    "expired" (its day came) or "withdrawn" (taken back before it came into force)."""

    wire = "version.ended"
    why: str


@dataclass(frozen=True, kw_only=True)
class CampaignOpened(_AboutVersion):
    """A version was offered for signature to an audience of `requests` people."""

    wire = "campaign.opened"
    campaign: str
    requests: int


@dataclass(frozen=True, kw_only=True)
class RequestOpened(_AboutVersion):
    """One person was invited to sign."""

    wire = "request.opened"
    campaign: str
    request: str
    person: str


@dataclass(frozen=True, kw_only=True)
class SignatureGiven(_AboutVersion):
    """A person signed; what somebody who didn't sign did is never told."""

    wire = "signature.given"
    signature: str
    person: str


@dataclass(frozen=True, kw_only=True)
class SignatureWithdrawn(_AboutVersion):
    """A person withdrew their signature; who it was stands in the record of the signature."""

    wire = "signature.withdrawn"
    signature: str


@dataclass(frozen=True, kw_only=True)
class SignatureCountersigned(_AboutVersion):
    """The organisation signed one person's record too."""

    wire = "signature.countersigned"
    signature: str
    person: str


@dataclass(frozen=True, kw_only=True)
class OrganisationSigned(_AboutVersion):
    """The organisation signed the version, once for everybody who signs it."""

    wire = "organisation.signed"
    signature: str


@dataclass(frozen=True, kw_only=True)
class DocumentArchived(Event):
    """The document of `signature` has one more archive stamp: `digest` is the file's SHA-256 now, `until` the instant
    at which that stamp ends. Earlier copies of it stay genuine."""

    wire = "document.archived"
    signature: str
    digest: str
    until: str


@dataclass(frozen=True, kw_only=True)
class ReviewOpened(Event):
    """A joint review began; its seal opens on `seal_opens` (ISO date), whoever is silent."""

    wire = "review.opened"
    compact: str
    review: str
    number: int
    seal_opens: str


@dataclass(frozen=True, kw_only=True)
class ReviewClosed(Event):
    """A joint review was closed, in agreement or with the differences recorded."""

    wire = "review.closed"
    compact: str
    review: str
    agreed: bool


@dataclass(frozen=True, kw_only=True)
class ActionAgreed(Event):
    """Something to do was agreed in a review, due on `due` (ISO date)."""

    wire = "action.agreed"
    compact: str
    review: str
    action: str
    due: str


@dataclass(frozen=True, kw_only=True)
class RosterImported(Event):
    """A roster was applied: numbers of people."""

    wire = "roster.imported"
    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, kw_only=True)
class PluginFailed(Event):
    """A plugin raised while it was told of something; `cause` is the kind of error, without its words."""

    wire = "plugin.failed"
    plugin: str
    hook: str
    cause: str


EVENTS: tuple[type[Event], ...] = (
    VersionProposed,
    VersionRatified,
    VersionScheduled,
    VersionInForce,
    VersionSuperseded,
    VersionSuspended,
    VersionResumed,
    VersionEnded,
    CampaignOpened,
    RequestOpened,
    SignatureGiven,
    SignatureWithdrawn,
    SignatureCountersigned,
    OrganisationSigned,
    DocumentArchived,
    ReviewOpened,
    ReviewClosed,
    ActionAgreed,
    RosterImported,
    PluginFailed,
)
BY_WIRE: Mapping[str, type[Event]] = MappingProxyType({event.wire: event for event in EVENTS})


def from_wire(wire: str, data: Mapping[str, Any]) -> Event:
    """The event of the name `wire` with the fields `data`, as `to_json` wrote them. ValueError when it is unknown or
    a field doesn't fit."""
    if wire not in BY_WIRE:
        raise ValueError(f"unknown event {wire!r}")
    return BY_WIRE[wire].from_json(data)
