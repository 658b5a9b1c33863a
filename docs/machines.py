"""Reference pages of what happens: the events that plugins are told, and the state tables of the product."""

import inspect
from collections.abc import Mapping
from dataclasses import fields

from reciproca.compacts.drafting import rules as drafting
from reciproca.compacts.reviewing import rules as reviewing
from reciproca.compacts.signing import rules as signing
from reciproca.plugins import events

EVENTS = """# Events

<!-- Made by docs/pages.py from plugins/events.py; don't edit. -->

What plugins are told after it has happened: identifiers only, never words or names. Every event also has `organisation`
and `at`.

| Event | What happened | Fields |
| --- | --- | --- |
{rows}
"""

STATES = """# States

<!-- Made by docs/pages.py from the tables of moves in compacts/*/rules; don't edit. -->

What isn't listed can't happen: it is refused, with what to do instead.
"""

MACHINES: Mapping[str, Mapping[tuple[str, str], str]] = {
    "A version of an agreement": drafting.MOVES,
    "An invitation to sign": signing.MOVES,
    "A joint review": reviewing.REVIEW_MOVES,
    "One side's assessment": reviewing.ASSESSMENT_MOVES,
    "An action that was agreed": reviewing.ACTION_MOVES,
}


def event_page() -> str:
    """The page of events, in the order in which they are declared."""
    rows = [
        f"| `{kind.wire}` | {' '.join((inspect.getdoc(kind) or '').split())} | {_own_fields(kind)} |"
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.Event) and kind.wire
    ]
    return EVENTS.format(rows="\n".join(rows))


def state_page() -> str:
    """The page of states: one table for each machine."""
    parts = [STATES]
    for title, moves in MACHINES.items():
        rows = [f"| {state!s} | {event} | {after!s} |" for (state, event), after in moves.items()]
        parts.append(f"\n## {title}\n\n| From | When | To |\n| --- | --- | --- |\n" + "\n".join(rows) + "\n")
    return "".join(parts)


def _own_fields(kind: type[events.Event]) -> str:
    return ", ".join(f"`{one.name}`" for one in fields(kind) if one.name not in {"organisation", "at"})
