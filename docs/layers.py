"""Draws the page of the floors from the contracts that import-linter keeps."""

from typing import Any

MEANINGS = {
    "command_line": "the `reciproca` command, as a list of what it can do",
    "app": "the web application, as a list of what it is made of",
    "opening": "settings, database, keys and plugins become one installation",
    "commands": "the commands that run an installation",
    "metrics": "numbers for whoever watches the machine",
    "backup_commands": "an installation as one file",
    "ledger_commands": "the log against its checkpoints",
    "key_commands": "the commands about the seal's key",
    "seal_keys": "who holds the seal's key, and whether it signs",
    "demo": "a sample hospital and its story",
    "doctor": "finds what would fail later",
    "serving": "the web server and its ticks, in one process",
    "shell": "the frame around every page",
    "scheduler": "time: what is due, swept and sent; owns no tables",
    "compacts": "the product: one folder per feature",
    "plugins": "hook specifications, value types, registry, bundled plugins",
    "templates": "pages, documents, mails, static files, catalogues",
    "core": "settings, clock, ids, errors, rights, database, outbox, ledger, shells",
    "reactions": "one table: what a feature owes to another's event",
    "overview": "the balance, overviews, reports (reads only)",
    "calendar": "one's own dates, and the feed that calendars read",
    "handover": "who leaves, who takes over, and what is open then",
    "reviewing": "cycles, assessments, actions, outcome statements",
    "proving": "the ledger verified, proofs, witnesses",
    "credentialing": "status as a fact, gates, identifiers",
    "engagement": "instruments, pulses, aggregate results",
    "exchange": "documents and tables in and out, agreements on paper",
    "consulting": "rounds, comments, proposed wordings, answers",
    "eliciting": "blind lists before the text, and their themes",
    "polling": "each of many asked about a few things, and only what all say together kept",
    "signing": "campaigns, requests, the ceremony, evidence, sealing, verification",
    "drafting": "compacts, versions, commitments, consultation, ratification",
    "escalating": "what is overdue, up the ladder of its side",
    "notices": "notices, deliveries, inbox",
    "obligations": "every row with a clock",
    "webhooks": "endpoints of other systems, and what they were told",
    "policies": "on which days things are reminded of",
    "reminding": "choosing those days: in the organisation, a unit, about an agreement",
    "closures": "days on which nobody is reminded",
    "bounces": "mail that came back, and addresses that can't be reached",
    "preferences": "how each person is written to: at which hour, and whether courtesy comes by mail",
    "access": "accounts, sessions, tokens, grants of roles",
    "people": "organisations, units, posts, persons, appointments, roster",
    "web": "pages: no decisions",
    "api": "REST: no decisions",
    "cli": "commands: no decisions",
    "schemas": "shape at the door, in and out",
    "actions": "use cases: rights first, then rules, then rows",
    "queries": "reads: rights first",
    "rules": "state tables and pure decisions; no framework",
    "tables": "rows, and the invariants that a database can keep",
}
FRAME = """# The floors

<!-- Made by docs/pages.py from the contracts in pyproject.toml; don't edit. -->

A module may import what is drawn below its box, never what is above, and never its neighbours in the same box (only
those of the highest box, which put the product together, may). import-linter keeps this with no list of exceptions;
imports for types only count too. An effect that would have to point up, such as "when a version enters
into force, open its signing", goes through an event and the table in `compacts/reactions.py`.

## {floors}

{floors_picture}

Links in `reciproca/` let every tool see the folders at the root of the repository as `reciproca.core`,
`reciproca.compacts` and so on: {{doc}}`../decisions/0001-folder-map`.

## {features}

{features_picture}

## {rooms}

{rooms_picture}

Each feature has the same file names, so that whoever has read one has read all. A file that a feature doesn't need
isn't made; one that outgrows its room becomes a folder of its name.

## What else is kept

{others}
"""


def picture(contract: dict[str, Any]) -> str:
    """The layers of one contract, one line each, highest first; neighbours share a box."""
    lines = []
    for layer in contract["layers"]:
        names = [name.strip(" ()") for name in layer.replace(":", "|").split("|")]
        lines += [f"{name:<16} {MEANINGS[name]}" for name in names]
        lines.append("─" * 16)
    return "```text\n" + "\n".join(lines[:-1]) + "\n```"


def page(configuration: dict[str, Any]) -> str:
    """The page for what import-linter is told in `configuration`."""
    contracts = {contract["id"]: contract for contract in configuration["contracts"]}
    drawn = {name: contracts.pop(name) for name in ("floors", "features", "rooms")}
    return FRAME.format(
        **{name: contract["name"] for name, contract in drawn.items()},
        **{f"{name}_picture": picture(contract) for name, contract in drawn.items()},
        others="\n".join(f"- {contract['name']}." for contract in contracts.values()),
    )
