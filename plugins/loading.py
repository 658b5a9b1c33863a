"""Loading: bundled plugins from one tuple, then those installed, sorted; each is admitted whole or not at all."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

import pluggy

from reciproca.core.errors import Misconfigured
from reciproca.plugins import specs
from reciproca.plugins.bundled import annual_review, csv_roster, identifiers, mail, ontario, ottawa
from reciproca.plugins.calls import Calls
from reciproca.plugins.markers import API_VERSION, PROJECT
from reciproca.plugins.registry import OFFERS, Offer, PluginRecord, Registry
from reciproca.plugins.types import PluginInfo

GROUP = "reciproca.plugins"
BUNDLED: tuple[tuple[str, object], ...] = (
    ("ottawa", ottawa),
    ("ontario", ontario),
    ("annual-review", annual_review),
    ("mail", mail),
    ("csv-roster", csv_roster),
    ("identifiers", identifiers),
)


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of third parties on this machine."""
    return tuple(entry_points(group=GROUP))


def load(
    *,
    bundled: Iterable[tuple[str, object]] = BUNDLED,
    points: Iterable[EntryPoint] | None = None,
    blocked: Collection[str] = (),
) -> Registry:
    """Admit `bundled` in their order, then `points` (default: those installed) by name, except those in `blocked`.
    A bundled plugin that can't be admitted raises Misconfigured; a third party's is recorded with the reason."""
    loading = _Loading()
    for name, plugin in bundled:
        if (record := loading.admit(name, plugin, "bundled")).state == "failed":
            raise Misconfigured(f"The bundled plugin {name} can't be loaded. {record.reason}")
    for point in sorted(installed() if points is None else points, key=lambda item: (item.name, item.value)):
        loading.admit_point(point, blocked)
    return loading.finished()


@dataclass
class _Loading:
    """A registry in the making."""

    manager: pluggy.PluginManager = field(default_factory=lambda: pluggy.PluginManager(PROJECT))
    records: list[PluginRecord] = field(default_factory=list)
    offers: dict[str, dict[str, Offer]] = field(default_factory=lambda: {hook: {} for hook in OFFERS})

    def __post_init__(self) -> None:
        self.manager.add_hookspecs(specs)

    def admit_point(self, point: EntryPoint, blocked: Collection[str]) -> None:
        if point.name in blocked:
            self.records.append(PluginRecord(name=point.name, source=point.value, state="blocked"))
            return
        try:
            plugin = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - importing a stranger's module can raise anything
            self._failed(point.name, point.value, error)
        else:
            self.admit(point.name, plugin, point.value)

    def admit(self, name: str, plugin: object, source: str) -> PluginRecord:
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

    def finished(self) -> Registry:
        """The registry, with callers of its own: those used while loading knew only the plugins of that moment."""
        offers = {hook: MappingProxyType(found) for hook, found in self.offers.items()}
        return Registry(
            calls=Calls(self.manager), records=tuple(self.records), offers=MappingProxyType(offers)
        )

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
