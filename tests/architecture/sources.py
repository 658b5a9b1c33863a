"""What the architecture tests read: the repository's own files, as git knows them, parsed once."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("core", "compacts", "plugins", "scheduler", "templates")
PRODUCT = (*FLOORS, "reciproca")
VENDORED = ("templates/static/vendor/", "templates/static/fonts/")


@dataclass(frozen=True)
class Source:
    """One file: `path` from the repository's root with slashes, and its text."""

    path: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @property
    def floor(self) -> str:
        return self.path.partition("/")[0]

    @property
    def room(self) -> str:
        """What the file is in a feature: `actions` for compacts/people/actions.py and …/actions/roster.py."""
        parts = self.path.removesuffix(".py").split("/")
        return parts[2] if parts[0] == "compacts" and len(parts) > 2 else ""


@cache
def files() -> tuple[str, ...]:
    """Every file that git tracks or would take, that is still there; links are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return tuple(
        sorted(name for name in listed if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink())
    )


@cache
def texts(*endings: str) -> tuple[Source, ...]:
    """The files with these endings (all that are text, when none is given), what others made left out."""
    return tuple(_read(name) for name in files() if name.endswith(endings or "") and not _is_foreign(name))


def product() -> tuple[Source, ...]:
    """The Python files that are shipped."""
    return tuple(source for source in texts(".py") if source.floor in PRODUCT)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    return (
        node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def dotted(node: ast.AST) -> str:
    """`a.b.c` for the expression a.b.c; empty for anything that isn't a plain chain of names."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}" if dotted(value) else f"?.{name}"
        case _:
            return ""


def _read(name: str) -> Source:
    try:
        return Source(path=name, text=(ROOT / name).read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        return Source(path=name, text="")


def _is_foreign(name: str) -> bool:
    return name.startswith(VENDORED)
