"""The terminal's shell: `--home` before and after a subcommand, `--json`, one error table to exit codes."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from reciproca.core.errors import Misconfigured, NotFound, ReciprocaError

DEFAULT_HOME = "var/reciproca"


class Group(click.Group):
    """A group whose commands all take `--home`, and whose errors end in one line and the right exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ReciprocaError as error:
            click.echo(str(error) if error.detail else f"{error.title} {error}".strip(), err=True)
            for fault in error.faults:
                click.echo(f"  {fault.field}: {fault.reason} {fault.remedy}".rstrip(), err=True)
            ctx.exit(error.exit_code)

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if not isinstance(cmd, click.Group) and not any(param.name == "home" for param in cmd.params):
            cmd.params.append(_home_option())
            cmd.callback = _without_home(cmd.callback)
        super().add_command(cmd, name)


def _home_option() -> click.Option:
    return click.Option(
        ["--home"],
        type=click.Path(path_type=Path, file_okay=False),
        default=None,
        help="The installation's folder (also RECIPROCA_HOME).",
        expose_value=True,
    )


def _without_home(callback: Callable[..., Any] | None) -> Callable[..., Any]:
    def called(*args: Any, home: Path | None = None, **values: Any) -> Any:
        if home is not None:
            click.get_current_context().find_root().obj["home"] = home
        return callback(*args, **values) if callback else None

    return called


def home() -> Path:
    """The home chosen by `--home` (wherever it stood), `RECIPROCA_HOME`, or the default."""
    chosen = click.get_current_context().find_root().obj
    return Path(chosen.get("home") or chosen["environ"].get("RECIPROCA_HOME") or DEFAULT_HOME)


def existing_home() -> Path:
    """The chosen home; refused when nothing was initialised there."""
    folder = home()
    if not (folder / "keys").is_dir():
        raise NotFound(detail=f"There is no installation in {folder}.", remedy="Run `reciproca init` first.")
    return folder


def print_json(value: Any) -> None:
    """One JSON document on standard output; everything else goes to standard error."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def write_whole(file: Path, data: bytes) -> None:
    """Write `data` to `file` so that nobody ever finds half of it. Misconfigured where the folder takes no file."""
    part = file.with_name(f".{file.name}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        raise Misconfigured(
            detail=f"{file} couldn't be written ({error.strerror}). Nothing was written.",
            remedy="Name a file in a folder that exists and that you may write to.",
        ) from error


@contextmanager
def progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on standard error; silent when that isn't a terminal. Yields a function that moves it on by n."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield bar.update
