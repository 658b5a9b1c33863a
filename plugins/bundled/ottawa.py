"""A template of 14 paired topics in English and French, after the Ottawa model; the words are our own."""

import tomllib
from importlib.resources import files

from reciproca import hookimpl
from reciproca.plugins.types import CompactTemplate, PluginInfo

WORDS = files("reciproca.plugins.bundled").joinpath("data", "ottawa.toml")


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(
        name="ottawa", version="1.0", api_version="1.0", summary="14 paired topics, after the Ottawa model"
    )


@hookimpl
def compact_templates() -> list[CompactTemplate]:
    """One template, read from the words beside this file."""
    return [CompactTemplate.from_json(tomllib.loads(WORDS.read_text(encoding="utf-8")))]
