"""Who holds the seal's key: chosen by a setting, found among the plugins, asked to sign before the server starts."""

from dataclasses import fields

from reciproca.core.errors import Misconfigured, ReciprocaError
from reciproca.core.seal_key import DECLARED, FILE, Provider, fits
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.plugins.registry import Registry

_PROBE = b"reciproca: can this key sign?"


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
    return Provider(
        name=name,
        declares=offered.declares,
        public_key=lambda: plugins.seal_public_key(name, seen).pem,
        sign=lambda data: bytes.fromhex(plugins.seal_signatures(name, (data,), seen)[0].hex),
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
