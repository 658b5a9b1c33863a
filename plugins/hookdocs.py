"""The hook reference, made from the specifications: `python -m reciproca.plugins.hookdocs [--check]`."""

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from reciproca.plugins import exchanges, offers
from reciproca.plugins.events import EVENTS, Event
from reciproca.plugins.loading import BUNDLED, GROUP
from reciproca.plugins.markers import API_VERSION
from reciproca.plugins.specs import PHASES
from reciproca.plugins.values import Value

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "hooks.md"
SECTIONS = ("When called", "Arguments", "Return", "Error policy", "Example")
INTRODUCTION = f"""# Hooks

<!-- Made by `python -m reciproca.plugins.hookdocs`; edit the specifications, not this page. -->

Version {API_VERSION} of the plugin interface. A plugin is a module with functions marked `@hookimpl`, named by an
entry point of the group `{GROUP}`. It offers when it is loaded, decides when it is asked, and is told
afterwards. It sees values, never tables; every value survives the journey through JSON.
"""


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *_hooks(), *_events(), *_values()]).rstrip() + "\n"


def sections(hook: Callable[..., Any]) -> dict[str, str]:
    """The docstring of `hook` by section; "" holds the sentences before the first one."""
    parts = re.split(rf"^({'|'.join(SECTIONS)}): ", inspect.getdoc(hook) or "", flags=re.MULTILINE)
    found = dict(zip(parts[1::2], parts[2::2], strict=True))
    return {name: " ".join(text.split()) for name, text in {"": parts[0], **found}.items()}


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with --check say whether it is as it should be: 0 yes, 1 no, 2 when misused."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python -m reciproca.plugins.hookdocs [--check]\n")
        return 2
    if arguments:
        return _checked()
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def _checked() -> int:
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    sys.stderr.write("docs/reference/hooks.md is stale: run python -m reciproca.plugins.hookdocs\n")
    return 1


def _hooks() -> Iterator[str]:
    for phase, hooks in PHASES.items():
        yield f"## {phase.capitalize()}\n"
        for hook in hooks:
            yield from _hook(hook)


def _hook(hook: Callable[..., Any]) -> Iterator[str]:
    said = sections(hook)
    signature = inspect.signature(hook)
    plain = re.sub(r"[a-z_]+(?:\.[a-z_]+)+\.(?=[A-Z])", "", str(signature))
    yield f"### `{hook.__name__}`\n\n```python\ndef {hook.__name__}{plain}\n```\n\n{said['']}\n"
    for name in SECTIONS:
        yield f"- *{name}.* {said[name]}"
    yield f"- *Implemented by.* {_implementers(hook.__name__) or 'no bundled plugin'}\n"


def _implementers(name: str) -> str:
    return ", ".join(f"`{plugin}`" for plugin, module in BUNDLED if hasattr(module, name))


def _events() -> Iterator[str]:
    yield f"## Events\n\nWhat `event_recorded` is told, schema {Event.schema}: identifiers only.\n"
    yield "| Name | Class | Says | Fields |\n|---|---|---|---|"
    for event in EVENTS:
        yield f"| `{event.wire}` | `{event.__name__}` | {_says(event)} | {_fields(event)} |"
    yield ""


def _values() -> Iterator[str]:
    yield "## Values\n\n| Class | Says | Fields |\n|---|---|---|"
    for module in (offers, exchanges):
        for kind in vars(module).values():
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                yield f"| `{kind.__name__}` | {_says(kind)} | {_fields(kind)} |"


def _says(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split()).replace("|", "\\|")


def _fields(kind: type[Value]) -> str:
    return ", ".join(f"`{item.name}`" for item in fields(kind))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
