"""Loading: bundled plugins from one tuple, then those installed, sorted; each is admitted whole or not at all."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

import pluggy

from reciproca.plugins import specs
from reciproca.plugins.bundled import (
    annual_review,
    csv_roster,
    identifiers,
    mail,
    ontario,
    ottawa,
    pkcs11,
    witness_file,
    wording,
)
from reciproca.plugins.calls import Calls
from reciproca.plugins.markers import API_VERSION, PROJECT
from reciproca.plugins.types import (
    CompactTemplate,
    DeliveryChannel,
    IdentifierScheme,
    JurisdictionPack,
    PluginInfo,
    ReviewCycleSpec,
    RosterFormat,
    SealKeyProvider,
)
from reciproca.plugins.values import Value

GROUP = "reciproca.plugins"
BUNDLED: tuple[tuple[str, object], ...] = (
    ("ottawa", ottawa),
    ("ontario", ontario),
    ("wording", wording),
    ("annual-review", annual_review),
    ("mail", mail),
    ("csv-roster", csv_roster),
    ("identifiers", identifiers),
    ("witness-file", witness_file),
    ("pkcs11", pkcs11),
)


OFFERS: Mapping[str, type[Value]] = MappingProxyType(
    {
        "compact_templates": CompactTemplate,
        "jurisdiction_packs": JurisdictionPack,
        "review_cycles": ReviewCycleSpec,
        "identifier_schemes": IdentifierScheme,
        "roster_formats": RosterFormat,
        "delivery_channels": DeliveryChannel,
        "seal_keys": SealKeyProvider,
    }
)


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of third parties on this machine."""
    return tuple(entry_points(group=GROUP))


@dataclass(frozen=True, kw_only=True)
class PluginRecord:
    """What became of one plugin: `state` is loaded, failed or blocked; `info` is None unless it is loaded."""

    name: str
    source: str
    state: str
    info: PluginInfo | None = None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A value that a plugin offers under a key."""

    plugin: str
    value: Value


@dataclass(kw_only=True)
class Loading:
    """A registry in the making: call `admit` and `admit_point`, then read `manager`, `records` and `offers`."""

    allowed: Collection[str] = ()
    blocked: Collection[str] = ()
    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    records: list[PluginRecord] = field(default_factory=list)
    offers: dict[str, dict[str, Offer]] = field(default_factory=lambda: {hook: {} for hook in OFFERS})

    def __post_init__(self) -> None:
        self.manager.add_hookspecs(specs)

    def admit_point(self, point: EntryPoint) -> None:
        """Import what `point` names and admit it, unless the settings keep it out."""
        if point.name in self.blocked or (self.allowed and point.name not in self.allowed):
            self.records.append(PluginRecord(name=point.name, source=point.value, state="blocked"))
            return
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - importing a stranger's module can raise anything
            self._failed(point.name, point.value, error)
        else:
            self.admit(point.name, plugin, point.value)

    def admit(self, name: str, plugin: object, source: str) -> PluginRecord:
        """Admit `plugin` whole, or record why not."""
        if self.manager.has_plugin(name):
            return self._failed(
                name, source, ValueError(f"two plugins are called {name}; the first one stays")
            )
        try:
            info, found = self._examined(name, plugin)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever is wrong with it, the others are still loaded
            if self.manager.has_plugin(name):
                self.manager.unregister(name=name)
            return self._failed(name, source, error)
        for hook, offers in found.items():
            self.offers[hook].update(offers)
        self.records.append(PluginRecord(name=name, source=source, state="loaded", info=info))
        return self.records[-1]

    def _examined(self, name: str, plugin: object) -> tuple[PluginInfo, dict[str, dict[str, Offer]]]:
        self.manager.register(plugin, name=name)
        self.manager.check_pending()
        calls = Calls(self.manager)
        info = calls.first(name, "plugin_info", PluginInfo)
        if info.api_version.split(".")[0] != API_VERSION.split(".")[0]:
            raise ValueError(f"it is written for interface {info.api_version}; this is {API_VERSION}")
        return info, {hook: self._offered(calls, name, hook) for hook in OFFERS}

    def _offered(self, calls: Calls, name: str, hook: str) -> dict[str, Offer]:
        found: dict[str, Offer] = {}
        for value in calls.collect(name, hook, OFFERS[hook]):
            key = str(getattr(value, "key"))  # noqa: B009 - every kind of offer has a key; the base class has not
            if earlier := found.get(key) or self.offers[hook].get(key):
                raise ValueError(
                    f"{key!r} ({hook}) is offered by {earlier.plugin} and by {name}; {name} is left out"
                )
            found[key] = Offer(plugin=name, value=value)
        return found

    def _failed(self, name: str, source: str, error: BaseException) -> PluginRecord:
        reason = f"{type(error).__name__}: {error}"
        self.records.append(PluginRecord(name=name, source=source, state="failed", reason=reason))
        return self.records[-1]
