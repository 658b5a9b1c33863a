"""What changed between two wordings, word by word. A number changes whole: "60" to "30" is never 6 to 3."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

KEPT, DELETED, INSERTED = "kept", "deleted", "inserted"
_WORDS = re.compile(r"\s+|\d+(?:[.,\u00a0\u202f]\d+)*|\w+(?:['’]\w+)*|[^\w\s]")


class Part(NamedTuple):
    """A run of text and what became of it: kept, deleted or inserted."""

    kind: str
    text: str


def redline(before: str, after: str) -> list[Part]:
    """The parts that lead from `before` to `after`, deletions before insertions. Kept and deleted parts joined give
    `before` again; kept and inserted ones give `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    parts: list[Part] = []
    for code, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if code == "equal":
            parts.append(Part(KEPT, "".join(old[a:b])))
            continue
        parts += _change("".join(old[a:b]), "".join(new[c:d]))
    return _joined(parts)


def changed(parts: Sequence[Part]) -> bool:
    """Whether anything but the kept is in `parts`."""
    return any(part.kind != KEPT for part in parts)


def _change(old: str, new: str) -> list[Part]:
    return [part for part in (Part(DELETED, old), Part(INSERTED, new)) if part.text]


def _joined(parts: list[Part]) -> list[Part]:
    """`parts` with a lone blank between two changes taken into both, so that a phrase reads as one change."""
    joined: list[Part] = []
    for index, part in enumerate(parts):
        between = 0 < index < len(parts) - 1 and part.kind == KEPT and part.text.isspace()
        joined += _change(part.text, part.text) if between else [part]
    return _gathered(joined)


def _gathered(parts: list[Part]) -> list[Part]:
    gathered: list[Part] = []
    run: dict[str, str] = {DELETED: "", INSERTED: ""}
    for part in [*parts, Part(KEPT, "")]:
        if part.kind != KEPT:
            run[part.kind] += part.text
            continue
        gathered += _change(run[DELETED], run[INSERTED])
        run = {DELETED: "", INSERTED: ""}
        gathered += [part] if part.text else []
    return gathered
