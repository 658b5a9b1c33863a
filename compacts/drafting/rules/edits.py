"""What an edit takes back, and which edits still stand: pure decisions over a clause's history."""

from collections.abc import Iterable
from typing import Protocol

from reciproca.compacts.drafting.tables import EditKind

_OPPOSITE = {EditKind.ADDED: EditKind.REMOVED, EditKind.REMOVED: EditKind.ADDED}


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
