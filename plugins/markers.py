"""The two marks of the plugin system, and the version of its interface."""

import pluggy

PROJECT = "reciproca"
API_VERSION = "1.0"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
