"""What an edit takes back, which edits still stand, and where two people's edits clash: pure decisions."""

from collections.abc import Iterable, Mapping
from typing import Protocol

from reciproca.compacts.drafting.tables import EditKind
from reciproca.plugins.types import Side

SHARED = ("topic", "indicator", "evidence")
"""What both promises of a topic say together."""
OWN = ("text", "post", "cadence")
"""What each promise of a topic has of its own."""
_OPPOSITE = {EditKind.ADDED: EditKind.REMOVED, EditKind.REMOVED: EditKind.ADDED}
Fields = Mapping[str, str]


class Undoing(Protocol):
    """What is asked of an edit here: its number, and that of the one it takes back."""

    @property
    def id(self) -> int: ...

    @property
    def undoes_id(self) -> int | None: ...


def opposite(kind: EditKind) -> EditKind:
    """The kind of the edit that takes one of `kind` back: adding undoes removing, all else undoes its own kind."""
    return _OPPOSITE.get(kind, kind)


def taken_back(edits: Iterable[Undoing]) -> set[int]:
    """Numbers of the edits that another one, itself still standing, takes back. An undone undo stands again."""
    gone: set[int] = set()
    for edit in sorted(edits, key=lambda edit: edit.id, reverse=True):
        if edit.undoes_id is not None and edit.id not in gone:
            gone.add(edit.undoes_id)
    return gone


def field_of(side: Side, name: str) -> str:
    """What a form calls the field `name` of one side's promise."""
    return name if name in SHARED else f"{side.value}_{name}"


def as_fields(stored: Mapping[Side, Fields]) -> dict[str, str]:
    """What both promises of a topic say, by the fields of a form; what they share, as the first says it."""
    found: dict[str, str] = {}
    for side, values in stored.items():
        for name in (*OWN, *SHARED):
            found.setdefault(field_of(side, name), values[name])
    return found


def clashes(stored: Mapping[Side, Fields], *, changes: Fields, seen: Fields) -> list[str]:
    """The fields of `changes` that say, by now, neither what was seen nor what is wished."""
    now = as_fields(stored)
    return [
        name
        for name, wished in changes.items()
        if name not in now or now[name] not in {seen.get(name), wished}
    ]


def own_changes(side: Side, stored: Fields, changes: Fields, seen: Fields) -> dict[str, str]:
    """What `changes` means for one side's promise. Words that both sides share are changed where they say what was
    seen, so that a promise with words of its own keeps them."""
    wished = {
        name: changes[field_of(side, name)] for name in (*OWN, *SHARED) if field_of(side, name) in changes
    }
    return {
        name: text
        for name, text in wished.items()
        if text != stored[name] and (name in OWN or stored[name] == seen.get(name))
    }
