"""The plugins of one application: what they offer by key, and the questions that can be put to them.

`Registry.load` makes it; afterwards nothing changes it. Whoever offered a key is the only one asked about it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from types import MappingProxyType
from typing import Self, cast

from reciproca.core.errors import Misconfigured, NotFound
from reciproca.plugins.calls import Calls, Failure
from reciproca.plugins.events import Event
from reciproca.plugins.loading import BUNDLED, Loading, Offer, PluginRecord, installed
from reciproca.plugins.types import (
    Checkpoint,
    CompactTemplate,
    CycleAnchor,
    DeliveryChannel,
    Draft,
    IdentifierScheme,
    IdentifierVerdict,
    JurisdictionPack,
    Opening,
    OutgoingMessage,
    Problem,
    PublicKey,
    RawSignature,
    Receipt,
    ReviewCycleSpec,
    RosterFormat,
    RosterMapping,
    RosterTable,
    SealKeyProvider,
    WordingFinding,
)
from reciproca.plugins.values import Value


@dataclass(frozen=True, kw_only=True)
class Registry:
    """`offers` maps hook name → key → offer; `records` has every plugin met while loading, in that order."""

    calls: Calls
    records: tuple[PluginRecord, ...]
    offers: Mapping[str, Mapping[str, Offer]]

    @classmethod
    def load(
        cls,
        *,
        bundled: Iterable[tuple[str, object]] = BUNDLED,
        points: Iterable[EntryPoint] | None = None,
        allowed: Collection[str] = (),
        blocked: Collection[str] = (),
    ) -> Self:
        """Admit `bundled` in their order, then `points` (default: those installed) by name: only those in `allowed`
        (empty: all), never those in `blocked`. A bundled plugin that can't be admitted raises Misconfigured; a third
        party's is recorded with the reason and left out."""
        loading = Loading(allowed=allowed, blocked=blocked)
        for name, plugin in bundled:
            if (record := loading.admit(name, plugin, "bundled")).state == "failed":
                raise Misconfigured(f"The bundled plugin {name} can't be loaded. {record.reason}")
        for point in sorted(
            installed() if points is None else points, key=lambda item: (item.name, item.value)
        ):
            loading.admit_point(point)
        # Callers of its own: those used while loading knew only the plugins of that moment.
        offers = {hook: MappingProxyType(found) for hook, found in loading.offers.items()}
        return cls(
            calls=Calls(loading.manager), records=tuple(loading.records), offers=MappingProxyType(offers)
        )

    @property
    def templates(self) -> Mapping[str, CompactTemplate]:
        """Compact templates by key."""
        return cast("Mapping[str, CompactTemplate]", self._keyed("compact_templates"))

    @property
    def jurisdictions(self) -> Mapping[str, JurisdictionPack]:
        """Jurisdiction packs by code."""
        return cast("Mapping[str, JurisdictionPack]", self._keyed("jurisdiction_packs"))

    @property
    def review_cycles(self) -> Mapping[str, ReviewCycleSpec]:
        """Review cycles by key."""
        return cast("Mapping[str, ReviewCycleSpec]", self._keyed("review_cycles"))

    @property
    def identifier_schemes(self) -> Mapping[str, IdentifierScheme]:
        """Identifier schemes by key."""
        return cast("Mapping[str, IdentifierScheme]", self._keyed("identifier_schemes"))

    @property
    def roster_formats(self) -> Mapping[str, RosterFormat]:
        """Roster formats by key."""
        return cast("Mapping[str, RosterFormat]", self._keyed("roster_formats"))

    @property
    def delivery_channels(self) -> Mapping[str, DeliveryChannel]:
        """Delivery channels by key."""
        return cast("Mapping[str, DeliveryChannel]", self._keyed("delivery_channels"))

    @property
    def seal_keys(self) -> Mapping[str, SealKeyProvider]:
        """Providers of the seal's key by key."""
        return cast("Mapping[str, SealKeyProvider]", self._keyed("seal_keys"))

    def draft_problems(self, draft: Draft) -> tuple[tuple[str, Problem], ...]:
        """What any plugin finds to put right in `draft`, as (plugin, problem). PluginFailed when one raises."""
        return self.calls.gate("draft_problems", Problem, draft=draft)

    def wording_findings(
        self, draft: Draft
    ) -> tuple[tuple[tuple[str, WordingFinding], ...], tuple[str, ...]]:
        """Advice on the words of `draft`, as (plugin, finding); and the names of the plugins that couldn't give any."""
        return self.calls.advise("wording_findings", WordingFinding, draft=draft)

    def next_openings(self, key: str, anchors: Sequence[CycleAnchor]) -> tuple[Opening, ...]:
        """When the reviews of cycle `key` open, one for each anchor. NotFound, PluginFailed."""
        owner = self._owner("review_cycles", key)
        return self.calls.batch(owner, "next_openings", Opening, len(anchors), key=key, anchors=anchors)

    def check_identifiers(self, scheme: str, values: Sequence[str]) -> tuple[IdentifierVerdict, ...]:
        """What the form of each of `values` says. NotFound, PluginFailed."""
        owner, hook = self._owner("identifier_schemes", scheme), "check_identifiers"
        return self.calls.batch(owner, hook, IdentifierVerdict, len(values), scheme=scheme, values=values)

    def read_roster(self, key: str, data: bytes, mapping: RosterMapping | None = None) -> RosterTable:
        """`data` as rows of text by field, read as format `key`. NotFound, PluginFailed."""
        owner = self._owner("roster_formats", key)
        arguments = {"key": key, "data": data, "mapping": mapping or RosterMapping()}
        return self.calls.first(owner, "read_roster", RosterTable, **arguments)

    def deliver(
        self, channel: str, messages: Sequence[OutgoingMessage], settings: Mapping[str, str]
    ) -> Iterator[Receipt]:
        """Send `messages` through `channel`, which sees only the settings that it declared; what became of each, as
        soon as it says so. NotFound, PluginFailed."""
        owner = self._owner("delivery_channels", channel)
        seen = _declared(self.delivery_channels[channel].settings, settings)
        arguments = {"channel": channel, "messages": messages, "settings": seen}
        return self.calls.each(owner, "deliver", Receipt, **arguments)

    def seal_public_key(self, key: str, settings: Mapping[str, str]) -> PublicKey:
        """The public key that provider `key` seals with; it sees only the settings that it declared. NotFound,
        PluginFailed."""
        owner = self._owner("seal_keys", key)
        seen = _declared(self.seal_keys[key].settings, settings)
        return self.calls.first(owner, "seal_public_key", PublicKey, key=key, settings=seen)

    def seal_signatures(
        self, key: str, data: Sequence[bytes], settings: Mapping[str, str]
    ) -> tuple[RawSignature, ...]:
        """What provider `key` signs of `data`, one for each. NotFound, PluginFailed."""
        owner = self._owner("seal_keys", key)
        arguments = {"key": key, "data": data, "settings": _declared(self.seal_keys[key].settings, settings)}
        return self.calls.batch(owner, "seal_signatures", RawSignature, len(data), **arguments)

    def announce(self, event: Event) -> tuple[Failure, ...]:
        """Tell every plugin of `event`; those that raised are returned and stopped nobody."""
        return self.calls.announce("event_recorded", event=event)

    def witnesses(self) -> tuple[str, ...]:
        """The plugins that keep checkpoints."""
        return self.calls.implementing("checkpoint_issued")

    def checkpoint_issued(
        self, witness: str, checkpoint: Checkpoint, settings: Mapping[str, str]
    ) -> tuple[Checkpoint, ...]:
        """Hand the plugin `witness` a checkpoint; what it holds then. PluginFailed."""
        arguments = {"checkpoint": checkpoint, "settings": settings}
        return self.calls.ask(witness, "checkpoint_issued", Checkpoint, **arguments)

    def checkpoints_held(
        self, settings: Mapping[str, str]
    ) -> tuple[tuple[tuple[str, Checkpoint], ...], tuple[str, ...]]:
        """What the witnesses hold, as (plugin, checkpoint); and the names of those that couldn't say."""
        return self.calls.advise("checkpoints_held", Checkpoint, settings=settings)

    def _keyed(self, hook: str) -> Mapping[str, Value]:
        return MappingProxyType({key: offer.value for key, offer in self.offers[hook].items()})

    def _owner(self, hook: str, key: str) -> str:
        if key not in self.offers[hook]:
            known = ", ".join(sorted(self.offers[hook])) or "none"
            raise NotFound(
                f"No plugin offers {key!r} ({hook.replace('_', ' ')}). Nothing was changed.",
                remedy=f"Choose one of: {known}; or install the plugin that offers it.",
            )
        return self.offers[hook][key].plugin


def _declared(names: Sequence[str], settings: Mapping[str, str]) -> dict[str, str]:
    return {name: settings[name] for name in names if name in settings}
