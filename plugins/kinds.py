"""The words that tables and plugins share: each a small closed set, stored and sent as its lower-case text."""

from enum import StrEnum


def N_(text: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a fixed sentence for translators and return it unchanged; the host translates it when it is shown."""
    return text


class Side(StrEnum):
    """Who promises."""

    ORGANISATION = "organisation"
    PHYSICIANS = "physicians"


class LegalEffect(StrEnum):
    """What signing does in law."""

    NONE = "none"
    POLICY = "policy"
    BYLAW = "bylaw"
    CONTRACT = "contract"


class ChangeClass(StrEnum):
    """How much a version changes its parent."""

    EDITORIAL = "editorial"
    MINOR = "minor"
    MATERIAL = "material"


class Rating(StrEnum):
    """How a commitment stands, in words."""

    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    NOT_KEPT = "not_kept"
    TOO_EARLY = "too_early"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_JUDGE = "cannot_judge"


class Cadence(StrEnum):
    """How often a commitment is looked at."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Severity(StrEnum):
    """An error stops the thing it is about; a warning is shown and kept."""

    WARNING = "warning"
    ERROR = "error"


class Verdict(StrEnum):
    """What a check of an identifier's form found. Good form never means that a licence is valid."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"


class Outcome(StrEnum):
    """What truly became of a message: no more is claimed than the channel knows."""

    HANDED_OVER = "handed_over"  # the next server took it
    WRITTEN = "written"  # it lies in the mail drop; nobody was sent anything
    DEFERRED = "deferred"  # not now: try again
    REFUSED = "refused"  # never in this form


class DateOrder(StrEnum):
    """How an ambiguous date is read."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"
