"""Plugins that behave and plugins that don't, and entry points that name them without an installation."""

import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint
from types import ModuleType
from typing import Any

from reciproca import hookimpl
from reciproca.plugins.types import IdentifierScheme, PluginInfo


def a_plugin(name: str, *, api_version: str = "1.0", **hooks: Callable[..., Any]) -> ModuleType:
    """A plugin module called `name` that implements `hooks`, importable under sample_<name>."""
    module = ModuleType(f"sample_{name}")
    info = PluginInfo(name=name, version="1", api_version=api_version, summary="sample")
    for hook, function in {"plugin_info": lambda: info, **hooks}.items():
        setattr(module, hook, hookimpl(function))
    sys.modules[module.__name__] = module
    return module


def a_point(name: str, module: str = "") -> EntryPoint:
    """The entry point of the sample plugin `name`."""
    return EntryPoint(name=name, value=module or f"sample_{name}", group="reciproca.plugins")


def a_scheme(key: str) -> Callable[[], list[IdentifierScheme]]:
    """An implementation that offers one identifier scheme."""
    return lambda: [IdentifierScheme(key=key, label=key, hint="")]


def nothing() -> list[Any]:
    """An implementation that has nothing to say."""
    return []


def raises(error: BaseException) -> Callable[..., Any]:
    """An implementation that raises `error`."""

    def implementation() -> None:
        raise error

    return implementation
