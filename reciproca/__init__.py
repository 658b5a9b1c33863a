"""The public face: `from reciproca import hookimpl` is all that a plugin needs from here."""

from reciproca.plugins.markers import hookimpl

__all__ = ["hookimpl"]
