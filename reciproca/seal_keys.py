"""Who holds the seal's key: chosen by a setting, found among the plugins, asked to sign before the server starts."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, fields
from typing import TypeVar

from reciproca.core.errors import Misconfigured, PluginFailed, ReciprocaError
from reciproca.core.seal_key import DECLARED, FILE, Provider, fits
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import RawSignature

_PROBE = b"reciproca: can this key sign?"
SECONDS = 30.0
"""How long a provider may take for one answer."""
T = TypeVar("T")


@dataclass
class _Waiting:
    """Asks a provider, and waits for it so long and no longer: who seals also sends mails. While one question has no
    answer, no other is put."""

    name: str
    hanging: threading.Thread | None = None

    def ask(self, question: Callable[[], T]) -> T:
        """The answer to `question`. PluginFailed when there is none in time; or whatever it raises."""
        if self.hanging and self.hanging.is_alive():
            raise self._late("still hasn't answered an earlier question")
        answer: Future[T] = Future()
        self.hanging = threading.Thread(target=_answered, args=(answer, question), daemon=True)
        self.hanging.start()
        try:
            return answer.result(SECONDS)
        except TimeoutError as error:
            if answer.done():  # it is the question's own
                raise
            raise self._late(f"didn't answer within {SECONDS} seconds") from error

    def _late(self, what: str) -> PluginFailed:
        return PluginFailed(
            detail=f"Who holds the seal's key, {self.name}, {what}. Nothing was sealed.",
            remedy="Look at the module or service; what waits is tried again.",
        )


def _answered(answer: "Future[T]", question: Callable[[], T]) -> None:
    try:
        answer.set_result(question())
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is raised where the answer is waited for
        answer.set_exception(error)


def _signature(name: str, given: RawSignature) -> bytes:
    try:
        return bytes.fromhex(given.hex)
    except ValueError as error:
        raise PluginFailed(
            detail=f"What {name} gave as a signature is not written in hexadecimal. Nothing was sealed.",
            remedy="Tell whoever looks after the plugin.",
        ) from error


def plugins_of(chosen: Settings) -> Registry:
    """The plugins that the settings let in."""
    return Registry.load(allowed=chosen.plugins_allowed, blocked=chosen.plugins_blocked)


def provider_of(chosen: Settings, plugins: Registry) -> Provider | None:
    """The provider that the settings choose; None for the file that `init` made. Nobody asks it for anything yet.
    Misconfigured when no plugin offers it."""
    name = chosen.seal_provider
    if name == FILE:
        return None
    if name not in plugins.seal_keys or not name.replace("-", "").isalnum():
        raise _no_such(name, plugins)
    offered, seen = (
        plugins.seal_keys[name],
        {item.name: str(getattr(chosen, item.name)) for item in fields(chosen)},
    )
    if offered.declares not in DECLARED:
        raise Misconfigured(
            detail=f"The provider {name} declares {offered.declares!r} of its seals.",
            remedy=f"Its plugin must say one of: {', '.join(DECLARED)}.",
        )
    waiting = _Waiting(name)
    return Provider(
        name=name,
        declares=offered.declares,
        public_key=lambda: waiting.ask(lambda: plugins.seal_public_key(name, seen).pem),
        sign=lambda data: waiting.ask(
            lambda: _signature(name, plugins.seal_signatures(name, (data,), seen)[0])
        ),
    )


def require_able(installation: Installation) -> None:
    """Have the chosen provider sign once: one that can't stops the start. Misconfigured."""
    if installation.keys.holder == FILE:
        return
    try:
        installation.keys.seal_key.sign(_PROBE)
    except ReciprocaError as error:
        raise Misconfigured(
            detail=f"The seal's key can't be used, so nothing was started. {error.detail}",
            remedy="Mend the settings of that provider, or choose RECIPROCA_SEAL_PROVIDER=file.",
        ) from error


def can_sign(installation: Installation) -> bool:
    """Whether the seal's key signs, and fits its certificate. PluginFailed where its provider can't be asked."""
    keys = installation.keys
    return fits(keys.seal, keys.seal_key.sign(_PROBE), _PROBE)


def _no_such(name: str, plugins: Registry) -> Misconfigured:
    known = ", ".join((FILE, *sorted(plugins.seal_keys)))
    broken = [
        f" The plugin {one.name} could not be loaded: {one.reason}." for one in plugins.records if one.reason
    ]
    return Misconfigured(
        detail=f"RECIPROCA_SEAL_PROVIDER is {name!r}, which no plugin offers.{''.join(broken)}",
        remedy=f"Choose one of: {known}; or install the plugin that offers it.",
    )
