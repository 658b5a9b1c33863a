"""Writes the pages that are made from the code. `--check` writes nothing and fails when one is out of date."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import doors
import layers
import machines
import tables

DOCS = Path(__file__).parent


def pages() -> Mapping[str, str]:
    """Every generated page by its path under docs/. (The hook reference has its own command.)"""
    project = tomllib.loads((DOCS.parent / "pyproject.toml").read_text())
    return {
        "explanation/layers.md": layers.page(project["tool"]["importlinter"]),
        "reference/settings.md": tables.settings(),
        "reference/rights.md": tables.rights(),
        "reference/events.md": machines.event_page(),
        "reference/states.md": machines.state_page(),
        "reference/commands.md": doors.commands(),
        "reference/openapi.json": doors.openapi(),
    }


def stale() -> list[str]:
    """The pages whose files are not as they would be written."""
    return [
        name
        for name, text in pages().items()
        if not (DOCS / name).exists() or (DOCS / name).read_text() != text
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or check them."""
    if "--check" not in arguments:
        for name, text in pages().items():
            (DOCS / name).write_text(text)
        return 0
    if names := stale():
        print(f"Out of date: {', '.join(names)}. Run: .venv/bin/python docs/pages.py")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
