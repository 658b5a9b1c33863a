"""Four ways of calling plugins, each with its own policy on failure: collect, first, gate and announce.

A plain pluggy call stops at the first plugin that raises; here each plugin is called on its own, so that whoever
fails is named and, where the policy says so, nobody else is affected.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pluggy

from reciproca.core.errors import PluginFailed
from reciproca.plugins.values import Value

T = TypeVar("T", bound=Value)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A plugin that raised while it was told of something: `cause` is the kind of error, `detail` its words."""

    plugin: str
    hook: str
    cause: str
    detail: str


@dataclass(frozen=True)
class Calls:
    """Calls one plugin at a time through `manager`. Order: bundled plugins first, then third parties by name."""

    manager: pluggy.PluginManager
    _callers: dict[tuple[str, str], pluggy.HookCaller] = field(default_factory=dict)

    def collect(self, plugin: str, hook: str, kind: type[T]) -> tuple[T, ...]:
        """Strict: everything that `plugin` offers through `hook`; whatever is wrong raises PluginFailed."""
        return tuple(_sound(plugin, hook, kind, item) for item in self._ask(plugin, hook, {}, ()))

    def first(self, plugin: str, hook: str, kind: type[T], **arguments: Any) -> T:
        """Closed: the one answer of the plugin that offered the key; none, or of another kind, raises PluginFailed."""
        return _of_kind(plugin, hook, kind, self._one(plugin, hook, arguments))

    def batch(self, plugin: str, hook: str, kind: type[T], size: int, **arguments: Any) -> tuple[T, ...]:
        """Closed: one answer for each of `size` questions, from the plugin that offered the key."""
        answers = self._ask(plugin, hook, arguments, None)
        if len(answers) != size:
            raise _failed(plugin, hook, f"gave {len(answers)} answers to {size} questions")
        return tuple(_of_kind(plugin, hook, kind, item) for item in answers)

    def each(self, plugin: str, hook: str, kind: type[T], **arguments: Any) -> Iterator[T]:
        """Closed, one by one: each answer as soon as the plugin gives it, so that it counts whatever comes after."""
        answers = self._several(plugin, hook, arguments)
        while True:
            try:
                answer = next(answers)
            except StopIteration:
                return
            except (Exception, SystemExit) as error:
                raise _failed(plugin, hook, f"raised {type(error).__name__}: {error}") from error
            yield _of_kind(plugin, hook, kind, answer)

    def gate(self, hook: str, kind: type[T], **arguments: Any) -> tuple[tuple[str, T], ...]:
        """Closed: what every plugin answers, as (plugin, value), in order; one that raises refuses."""
        return tuple(
            (plugin, _of_kind(plugin, hook, kind, item))
            for plugin in self.implementing(hook)
            for item in self._ask(plugin, hook, arguments, ())
        )

    def advise(
        self, hook: str, kind: type[T], **arguments: Any
    ) -> tuple[tuple[tuple[str, T], ...], tuple[str, ...]]:
        """Isolated: what every plugin answers, as (plugin, value), in order; and the names of those that raised."""
        found: list[tuple[str, T]] = []
        failed: list[str] = []
        for plugin in self.implementing(hook):
            try:
                answers = self._ask(plugin, hook, arguments, ())
                found += [(plugin, _of_kind(plugin, hook, kind, item)) for item in answers]
            except PluginFailed:
                failed.append(plugin)
        return tuple(found), tuple(failed)

    def ask(self, plugin: str, hook: str, kind: type[T], **arguments: Any) -> tuple[T, ...]:
        """What one plugin answers. PluginFailed."""
        return tuple(_of_kind(plugin, hook, kind, item) for item in self._ask(plugin, hook, arguments, ()))

    def announce(self, hook: str, **arguments: Any) -> tuple[Failure, ...]:
        """Isolated: tell every plugin; those that raise are returned, after all the others have been told."""
        return tuple(
            filter(None, (self._tell(plugin, hook, arguments) for plugin in self.implementing(hook)))
        )

    def implementing(self, hook: str) -> tuple[str, ...]:
        """Names of the plugins that implement `hook`, in the order in which they were loaded."""
        return tuple(item.plugin_name for item in getattr(self.manager.hook, hook).get_hookimpls())

    def _tell(self, plugin: str, hook: str, arguments: dict[str, Any]) -> Failure | None:
        try:
            self._caller(plugin, hook)(**arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, the next plugin is still told
            return Failure(plugin=plugin, hook=hook, cause=type(error).__name__, detail=str(error))
        return None

    def _one(self, plugin: str, hook: str, arguments: dict[str, Any]) -> Any:
        try:
            answers = self._caller(plugin, hook)(**arguments)
        except (Exception, SystemExit) as error:  # a plugin that ends the process is a plugin that failed
            raise _failed(plugin, hook, f"raised {type(error).__name__}: {error}") from error
        if not answers:
            raise _failed(plugin, hook, "gave no answer")
        return answers[0]

    def _ask(
        self, plugin: str, hook: str, arguments: dict[str, Any], absent: Sequence[Any] | None
    ) -> tuple[Any, ...]:
        if absent is not None and plugin not in self.implementing(hook):
            return tuple(absent)
        answers = self._several(plugin, hook, arguments)
        try:
            return tuple(answers)
        except Exception as error:  # a generator raises only when it is read
            raise _failed(plugin, hook, f"raised {type(error).__name__}: {error}") from error

    def _several(self, plugin: str, hook: str, arguments: dict[str, Any]) -> Iterator[Any]:
        answer = self._one(plugin, hook, arguments)
        if isinstance(answer, Value | str) or not isinstance(answer, Iterable):
            raise _failed(plugin, hook, f"gave {type(answer).__name__} where several values belong")
        return iter(answer)

    def _caller(self, plugin: str, hook: str) -> pluggy.HookCaller:
        if (plugin, hook) not in self._callers:
            others = [other for name, other in self.manager.list_name_plugin() if name != plugin]
            self._callers[plugin, hook] = self.manager.subset_hook_caller(hook, remove_plugins=others)
        return self._callers[plugin, hook]


def _of_kind(plugin: str, hook: str, kind: type[T], answer: Any) -> T:
    if not isinstance(answer, kind):
        raise _failed(plugin, hook, f"gave {type(answer).__name__}, not {kind.__name__}")
    return answer


def _sound(plugin: str, hook: str, kind: type[T], offer: Any) -> T:
    """An offer must survive the journey through JSON: what isn't data has no place in it."""
    value = _of_kind(plugin, hook, kind, offer)
    try:
        same = kind.from_json(value.to_json()) == value
    except (ValueError, TypeError, AttributeError) as error:
        raise _failed(plugin, hook, f"offered something that is not data: {error}") from error
    if not same:
        raise _failed(plugin, hook, f"offered a {kind.__name__} that JSON changes")
    return value


def _failed(plugin: str, hook: str, what: str) -> PluginFailed:
    return PluginFailed(
        f"The plugin {plugin} {what} in {hook}, so this was not done. Nothing was changed.",
        remedy="Try again; if it stays, tell whoever looks after the plugin, or block it in the settings.",
    )
