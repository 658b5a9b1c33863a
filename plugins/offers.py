"""What a plugin offers when it is loaded: templates, packs, cycles, schemes, formats and channels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reciproca.plugins.kinds import Cadence, DateOrder, LegalEffect
from reciproca.plugins.values import Texts, Value


@dataclass(frozen=True, kw_only=True)
class PluginInfo(Value):
    """Who a plugin is. `api_version` is the interface it was written for, as "major.minor"."""

    name: str
    version: str
    api_version: str
    summary: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Theme(Value):
    """A group of topics."""

    key: str
    label: Texts


@dataclass(frozen=True, kw_only=True)
class PairedCommitment(Value):
    """One topic with a promise of each side. `indicator` says how both will know, `evidence` where to look; the two
    posts are keys of the jurisdiction's posts that are proposed as owners."""

    key: str
    theme: str
    topic: Texts
    organisation: Texts
    physicians: Texts
    indicator: Texts
    evidence: Texts
    cadence: Cadence
    organisation_post: str = ""
    physicians_post: str = ""


@dataclass(frozen=True, kw_only=True)
class CompactTemplate(Value):
    """Words to start a draft from. `noun` is what the agreement is called in running text; `sides` names both sides
    by `Side`; `licence` is the SPDX name under which the words may be used."""

    key: str
    edition: str
    licence: str
    title: Texts
    noun: Texts
    sides: Mapping[str, Texts]
    themes: tuple[Theme, ...]
    pairs: tuple[PairedCommitment, ...]


@dataclass(frozen=True, kw_only=True)
class Post(Value):
    """A leadership post; `synonyms` are how rosters write it (compared without case)."""

    key: str
    label: Texts
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MemberCategory(Value):
    """A category of membership of the professional staff; `synonyms` are how rosters write it."""

    key: str
    label: Texts
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clocks(Value):
    """Customary intervals: months, and days before (`remind_before`) and after (`remind_after`) a due day."""

    appointment_months: int
    review_months: int
    remind_before: tuple[int, ...]
    remind_after: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HolidayCalendar(Value):
    """ISO 3166 codes of a calendar of public holidays."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True, kw_only=True)
class EffectNotice(Value):
    """What every signing surface says: what this is and is not, and what happens if I do nothing."""

    what: Texts
    if_nothing: Texts


@dataclass(frozen=True, kw_only=True)
class Wording(Value):
    """Words that are shown at signing and kept as evidence; a new `version` for every change."""

    version: str
    text: Texts


@dataclass(frozen=True, kw_only=True)
class Retention(Value):
    """How long `what` is kept after it ended or was superseded, in years; a default to be confirmed locally."""

    what: str
    years: int
    reason: Texts
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class WarnedTerm(Value):
    """A word that reads badly, or says too much, in an agreement here; `instead` is what to write. `blocks` where the
    law here asks for it: a draft that says it can't be proposed."""

    locale: str
    term: str
    instead: str
    except_for: tuple[LegalEffect, ...] = ()
    blocks: bool = False


@dataclass(frozen=True, kw_only=True)
class Source(Value):
    """Where a fact was read, and when."""

    key: str
    title: str
    url: str
    checked: date


@dataclass(frozen=True, kw_only=True)
class Fact(Value):
    """A statement about a jurisdiction. Without `confirmed` it is shown as "set me" until somebody local answers."""

    key: str
    text: Texts
    sources: tuple[str, ...] = ()
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class JurisdictionPack(Value):
    """What differs from place to place. `locales` in order of precedence; `effects` by `LegalEffect`; `zone` an IANA
    name; after `review_by` the host says that the legal facts may be stale."""

    code: str
    edition: str
    name: Texts
    noun: Texts
    locales: tuple[str, ...]
    zone: str
    date_order: DateOrder
    holidays: HolidayCalendar
    posts: tuple[Post, ...]
    categories: tuple[MemberCategory, ...]
    clocks: Clocks
    effects: Mapping[str, EffectNotice]
    consent: Wording
    intent: Wording
    privacy: Wording
    retention: tuple[Retention, ...]
    warned_terms: tuple[WarnedTerm, ...]
    identifier_schemes: tuple[str, ...]
    facts: tuple[Fact, ...]
    sources: tuple[Source, ...]
    review_by: date

    @property
    def key(self) -> str:
        """The code: what offers are keyed by."""
        return self.code


@dataclass(frozen=True, kw_only=True)
class ReviewCycleSpec(Value):
    """A rhythm of joint review; its dates come from the hook `next_openings`."""

    key: str
    label: Texts
    summary: Texts
    every_months: int
    gathering_days: int


@dataclass(frozen=True, kw_only=True)
class IdentifierScheme(Value):
    """A kind of licence or register number; `hint` shows the form; `system` is its URI in exchange formats."""

    key: str
    label: str
    hint: str
    system: str = ""


@dataclass(frozen=True, kw_only=True)
class RosterFormat(Value):
    """A kind of file that can be read as a roster; `suffixes` with the dot."""

    key: str
    label: Texts
    suffixes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SealKeyProvider(Value):
    """Somebody who holds a key that can seal documents and doesn't give it away. `settings` are the names that it
    reads; `declares` is what it answers for of each seal: "simple", "advanced" or "qualified"."""

    key: str
    label: Texts
    settings: tuple[str, ...] = ()
    declares: str = "simple"


@dataclass(frozen=True, kw_only=True)
class DeliveryChannel(Value):
    """A way to reach people; `settings` are the names it reads from the settings it is given."""

    key: str
    label: Texts
    settings: tuple[str, ...] = ()
