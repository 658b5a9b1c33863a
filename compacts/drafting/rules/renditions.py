"""Whether the words of one language still say what the others do, and in which order languages are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Fit(StrEnum):
    """How the words of a promise in one language stand beside the others."""

    SOUND = "sound"
    MISSING = "missing"
    MACHINE = "machine"
    OLDER = "older"


@dataclass(frozen=True, kw_only=True)
class Written:
    """When a promise was put into words in one language, and when somebody last said that they are right."""

    is_whole: bool
    is_machine: bool
    edited_at: datetime
    checked_at: datetime | None

    @property
    def stands_since(self) -> datetime:
        return max(self.edited_at, self.checked_at or self.edited_at)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a promise's words in one language stand; `than` are the languages that were changed since."""

    fit: Fit
    than: Sequence[str] = ()


def standings(words: Mapping[str, Written | None]) -> dict[str, Standing]:
    """For one promise, by language. Words are older when another language was changed after they were last changed
    or checked."""
    return {locale: _standing(locale, words) for locale in words}


def in_order(declared: Sequence[str], precedence: Sequence[str]) -> list[str]:
    """The organisation's languages as they must be shown: those that the jurisdiction puts first, then the others."""
    return sorted(
        declared, key=lambda code: precedence.index(code) if code in precedence else len(precedence)
    )


def _standing(locale: str, words: Mapping[str, Written | None]) -> Standing:
    own = words[locale]
    if own is None or not own.is_whole:
        return Standing(fit=Fit.MISSING)
    if own.is_machine:
        return Standing(fit=Fit.MACHINE)
    newer = [code for code, each in words.items() if each and each.edited_at > own.stands_since]
    return Standing(fit=Fit.OLDER, than=newer) if newer else Standing(fit=Fit.SOUND)
