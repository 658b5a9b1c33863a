"""Samples of a document: its evidence with everything that is somebody's own replaced, so that all whose documents look
alike have the same two.

What is replaced is told by its shape (instants, identifiers, digests, addresses) and by the names of the few fields
that hold a person's name. What isn't recognised and is printed stays: then fewer people share a layout, and nothing
else is lost. What isn't printed parts nobody: only digests tell of it, and these are replaced where they are printed.
"""

import json
import re
from dataclasses import replace
from typing import Any

from reciproca.compacts.signing.proofs import DocumentParts, SignedAct
from reciproca.core.canonical import canonical
from reciproca.core.ledger.entry import instant
from reciproca.core.ledger.proof import Proof
from reciproca.templates.forms import BLANK_INSTANT

NAMES = frozenset({"name_as_signed", "name_typed"})
_DIGEST = re.compile(r"(?=[0-9a-f-]*\d)[0-9a-f]{4,}[0-9a-f-]{12,}")
_PRINTED = re.compile(r"\b[0-9a-f]{32,}\b|\b[0-9a-f]{4}(?:-[0-9a-f]{4}){3,}\b")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ADDRESS = re.compile(r"\S+@\S+")
_LONG = re.compile(r"(?m)(?<!\S)[A-Za-z0-9+/]{40,}=*$")
_NUMBER = re.compile(r"(?m)^\d+$")
_LETTERS = "Na7bQ2xW9cKd4RvT0eMg1HpZs5uYj3Lf8B+/6"
"""Digits of no digest: as wide together as those of a real one."""


def samples(parts: DocumentParts) -> tuple[DocumentParts, DocumentParts]:
    """Two samples of `parts`; they differ from one another in all that is replaced, and in nothing else."""
    first, second = (
        replace(parts, acts=tuple(_act(act, number) for act in parts.acts)) for number in range(2)
    )
    return first, second


def blanked(page: str, number: int) -> str:
    """A sample's page without the digests that follow from what it doesn't show."""
    return _PRINTED.sub(lambda found: _text_of(found.group(), number), page)


def _act(act: SignedAct, number: int) -> SignedAct:
    record = _blank(json.loads(act.record), number)
    return replace(
        act,
        uid=_text(act.uid, number),
        salt=bytes(len(act.salt)),
        record=canonical(record),
        leaf=canonical(_blank(json.loads(act.leaf), number)),
        proof=Proof(index=number, path=(), note=_note(act.proof.note, number)),
    )


def _blank(value: Any, number: int, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _blank(one, number, key) for key, one in value.items()}
    if isinstance(value, list):
        if name == "themes":  # what was read: only how many are printed
            return [""] * number
        return [_blank(one, number, name) for one in value]
    if name in NAMES:
        return ("Maximilian-Alexander Sample-Featherston", "Wilhelmina-Theodora Example-Featherston")[number]
    return _text(value, number) if isinstance(value, str) else value


def _text(value: str, number: int) -> str:
    if _INSTANT.fullmatch(value):
        return instant(BLANK_INSTANT) if number == 0 else "2011-11-21T13:31:41.000000Z"
    if _DIGEST.fullmatch(value):
        return _text_of(value, number)
    return ("a@sample.example", "b@example.example")[number] if _ADDRESS.fullmatch(value) else value


def _text_of(digest: str, number: int) -> str:
    return "-".join(_some("0123456789abcdef", len(part), number) for part in digest.split("-"))


def _note(note: str, number: int) -> str:
    """A checkpoint of as many lines: another size, another root, other signatures."""
    first, newline, rest = note.partition("\n")
    longs = _LONG.sub(lambda found: _some(_LETTERS, len(found.group()), number), rest)
    return first + newline + _NUMBER.sub(str(number), longs)


def _some(letters: str, length: int, number: int) -> str:
    return "".join(letters[(at * 7 + number + 1) % len(letters)] for at in range(length))
