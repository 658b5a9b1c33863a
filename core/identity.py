"""Who acts, by what proof, and for which organisation: made once at the door, handed down in `Work`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in an organisation. `THEMSELF` is whoever the thing is about; `SYSTEM` is the scheduler."""

    STEWARD = "steward"
    DRAFTER = "drafter"
    CO_SPONSOR_ORGANISATION = "co_sponsor_organisation"
    CO_SPONSOR_PHYSICIANS = "co_sponsor_physicians"
    RATIFIER_ORGANISATION = "ratifier_organisation"
    RATIFIER_PHYSICIANS = "ratifier_physicians"
    SIGNATORY = "signatory"
    COMMITMENT_OWNER = "commitment_owner"
    PHYSICIAN = "physician"
    REVIEWER = "reviewer"
    CREDENTIALING_OFFICER = "credentialing_officer"
    EXECUTIVE_SPONSOR = "executive_sponsor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    THEMSELF = "themself"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How the actor was identified. `method`: password, link, personal_link, code:second_contact, token, console,
    system or none; `at`: when; `factors`: all that went into it, where it is more than the method; `facts`: what else
    the evidence says of it, by name."""

    method: str = "none"
    at: datetime | None = None
    session_uid: str | None = None
    factors: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts. `uid` is opaque (an account's uid, or `system:…`); it is what the ledger names."""

    uid: str
    person_id: int | None = None
    roles: frozenset[Role] = frozenset()
    scopes: frozenset[str] | None = None
    locale: str | None = None
    proof: Proof = field(default_factory=Proof)

    @property
    def is_anonymous(self) -> bool:
        return self.uid == "anonymous"


ANONYMOUS = Actor(uid="anonymous")


def system(name: str) -> Actor:
    """The installation itself, acting as `name` (scheduler, worker, demo)."""
    return Actor(uid=f"system:{name}", roles=frozenset({Role.SYSTEM}), proof=Proof(method="system"))


def console() -> Actor:
    """The operator at the machine's own terminal: administrator and steward by possession of the home folder."""
    roles = frozenset({Role.SYSTEM, Role.ADMINISTRATOR})
    return Actor(uid="system:console", roles=roles, proof=Proof(method="console"))


@dataclass(frozen=True, kw_only=True)
class OrganisationRef:
    """The organisation that work is done for: what every floor needs to know of it, and no more."""

    id: int
    uid: str
    name: str
    zone: str
    locales: tuple[str, ...]
    jurisdiction: str
