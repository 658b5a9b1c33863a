"""One tree of errors, and the one table that maps it to HTTP status, exit code and machine code.

Every message says what happened, what was kept and what to do next; nothing here knows HTTP or the terminal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with one field: `field` is a dotted path, `reason` says why, `remedy` what to do."""

    field: str
    reason: str
    remedy: str = ""


@dataclass(eq=False)
class ReciprocaError(Exception):
    """Something went wrong. Nothing was changed."""

    detail: str = ""
    remedy: str = ""
    faults: Sequence[Fault] = field(default=())

    status = 500
    exit_code = 1
    code = "error"

    def __post_init__(self) -> None:
        self.detail = self.detail or (type(self).__doc__ or "").strip()
        super().__init__(self.detail)

    @property
    def title(self) -> str:
        """The class's own sentence, the same for every instance."""
        return (type(self).__doc__ or "").strip().splitlines()[0]

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}".strip()


class Invalid(ReciprocaError):
    """What was sent can't be used. Nothing was changed."""

    status, exit_code, code = 422, 2, "invalid"


class Unreadable(ReciprocaError):
    """The request or file could not be read. Nothing was changed."""

    status, exit_code, code = 400, 2, "unreadable"


class Unauthenticated(ReciprocaError):
    """Sign in first. Nothing was changed."""

    status, exit_code, code = 401, 5, "unauthenticated"


class Forbidden(ReciprocaError):
    """You may not do this. Nothing was changed."""

    status, exit_code, code = 403, 5, "forbidden"


class NotFound(ReciprocaError):
    """There is nothing here under that name."""

    status, exit_code, code = 404, 4, "not_found"


class Conflict(ReciprocaError):
    """Things have changed since you looked. Nothing was changed."""

    status, exit_code, code = 409, 6, "conflict"


class Stale(Conflict):
    """Somebody changed this after you opened it. Nothing was changed."""

    status, exit_code, code = 412, 6, "stale"


class TooLarge(ReciprocaError):
    """That is larger than can be taken. Nothing was changed."""

    status, exit_code, code = 413, 2, "too_large"


class TooMany(ReciprocaError):
    """Too many tries in a short time. Nothing was changed."""

    status, exit_code, code = 429, 1, "too_many"


class PluginFailed(ReciprocaError):
    """A plugin failed, so this was not done. Nothing was changed."""

    status, exit_code, code = 502, 7, "plugin_failed"


class Busy(ReciprocaError):
    """The database is busy. Nothing was changed."""

    status, exit_code, code = 503, 1, "busy"


class Misconfigured(ReciprocaError):
    """The installation is not set up for this."""

    status, exit_code, code = 500, 1, "misconfigured"
