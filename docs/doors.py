"""Reference of the doors: every command of the terminal, and every resource of the API."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from reciproca.app import create_app
from reciproca.command_line import command_line
from reciproca.core.clock import SystemClock
from reciproca.core.keys import create_keys
from reciproca.core.settings import Settings
from reciproca.opening import open_installation

COMMANDS = """# Commands

<!-- Made by docs/pages.py from the commands themselves; don't edit. -->

Every command takes `--help` and `--home DIRECTORY` (the installation's folder, before or after the command; also
`RECIPROCA_HOME`). With `--json` it prints one JSON document, and everything else goes to standard error.

Exit codes: 0 done · 1 failed, or the answer is no · 2 usage, or input that can't be read · 3 `--partial` was given and
no row could be applied · 4 not found · 5 forbidden · 6 conflict · 7 a plugin failed.

{entries}
"""


def commands() -> str:
    """The page of commands."""
    entries = [_entry(path, command) for path, command in _walk(command_line({}), ())]
    return COMMANDS.format(entries="\n\n".join(entries))


def openapi() -> str:
    """The OpenAPI document that an installation of this release serves."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        create_keys(home / "keys", SystemClock(), "Reciproca")
        installation = open_installation(Settings(home=home, log_level="critical"))
        app = create_app(installation.settings, installation=installation)
        document = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in sorted(command.commands.items()):
        yield from _walk(inner, (*path, name))


def _entry(path: tuple[str, ...], command: click.Command) -> str:
    said, _mark, example = (command.help or "").partition("Example:")
    example = example or (command.epilog or "").removeprefix("Example:")
    usage = " ".join(["reciproca", *path, *_arguments(command)])
    options = [
        _option(item) for item in command.params if isinstance(item, click.Option) and item.name != "home"
    ]
    parts = [f"## {' '.join(path)}", f"`{usage}`", " ".join(said.split()), "\n".join(options)]
    parts.append(f"```sh\n{' '.join(example.split())}\n```")
    return "\n\n".join(part for part in parts if part)


def _arguments(command: click.Command) -> list[str]:
    return [
        item.make_metavar(click.Context(command))
        for item in command.params
        if isinstance(item, click.Argument)
    ]


def _option(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    takes = "" if option.is_flag else f" *{(option.metavar or option.type.name).upper()}*"
    choices = f" One of: {', '.join(option.type.choices)}." if isinstance(option.type, click.Choice) else ""
    default = f" Default: `{option.default}`." if option.show_default else ""
    needed = " Required." if option.required else ""
    return f"- {names}{takes}: {option.help or ''}{choices}{default}{needed}".rstrip(": ")
