"""A frozen text as pages show it, topic by topic; and what a refused form says, in the reader's words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reciproca.core.errors import Fault
from reciproca.templates.web import translator


@dataclass(kw_only=True)
class Pair:
    """One topic with both sides' promises."""

    number: int
    topic: str
    organisation: list[str] = field(default_factory=list)
    physicians: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Theme:
    """Topics under one heading."""

    key: str
    label: str
    pairs: list[Pair] = field(default_factory=list)


def themes(text: dict[str, Any]) -> list[Theme]:
    """The commitments of a canonical text (schema "text/1"), grouped as they are read, in its own order."""
    found = {theme["key"]: Theme(key=theme["key"], label=theme["label"]) for theme in text["themes"]}
    pairs: dict[str, Pair] = {}
    for clause in text["commitments"]:
        key = clause["pair"] or clause["identity"]
        if key not in pairs:
            pairs[key] = Pair(number=len(pairs) + 1, topic=clause["topic"])
            found[clause["theme"]].pairs.append(pairs[key])
        getattr(pairs[key], clause["side"]).append(clause["text"])
    return list(found.values())


def in_words(faults: Sequence[Fault]) -> list[Fault]:
    """`faults` in the reader's language."""
    say = translator().gettext
    return [Fault(field=fault.field, reason=say(fault.reason), remedy=say(fault.remedy)) for fault in faults]
