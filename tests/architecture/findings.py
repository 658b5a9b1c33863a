"""The rules of the house that a machine can check: each takes a file and returns what offends, as `path:line what`."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import Source, dotted, functions

DOORS = {"web", "api", "cli"}
HTTP_ROOMS = {
    "core/http.py",
    "core/openapi.py",
    "core/csrf.py",
    "templates/web.py",
}  # the shell that the doors stand in
JUNK_DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
ROOMS = {
    "alembic": ("core/schema.py", "core/migrations/"),
    "apscheduler": ("scheduler/",),
    "icalendar": ("templates/calendar.py",),
    "pluggy": ("plugins/",),
    "pyhanko": ("compacts/signing/",),
    "weasyprint": ("templates/pdf.py", "templates/forms.py", "templates/slots.py"),
    "flask": ("web", "api", *HTTP_ROOMS, "reciproca/"),
    "werkzeug": ("web", "api", *HTTP_ROOMS, "reciproca/"),
    "flask_smorest": ("api", *HTTP_ROOMS, "reciproca/"),
    "marshmallow": ("web", "api", "schemas", *HTTP_ROOMS),
    "click": ("cli", "core/cli.py", "scheduler/cli.py", "reciproca/"),
}  # where a third party may be imported: rooms of features by name, all else by the beginning of its path
_REASONED = re.compile(
    r"#\s*(?:noqa|type:\s*ignore)(?P<codes>[:\[][^#]*?)?(?P<reason>\s+(?:--?|—|#)\s*\S.*)?$"
)
_FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|tmp|root|home)/|(?:pypi\.org|pythonhosted|registry\.npmjs|deb\.debian)",
    re.IGNORECASE,
)


def commits(source: Source) -> Iterator[str]:
    """`.commit()` anywhere but in core/db.py, the one transaction site."""
    if source.path == "core/db.py":
        return
    for call in _calls(source):
        if dotted(call.func).endswith(".commit"):
            yield _at(source, call, "commits; only core/db.py does")


def clocks(source: Source) -> Iterator[str]:
    """Asking the machine for the time anywhere but in core/clock.py, and in the verifier that stands alone."""
    if source.path in {"core/clock.py", "compacts/signing/offline/verify.py"}:
        return
    asked = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
    for call in _calls(source):
        if ".".join(dotted(call.func).split(".")[-2:]) in asked:
            yield _at(source, call, "asks the machine's clock; take work.clock")


def environment(source: Source) -> Iterator[str]:
    """Reading the environment anywhere but in the composition root."""
    if source.path == "reciproca/command_line.py":
        return
    for node in ast.walk(source.tree):
        if dotted(node) in {"os.environ", "os.getenv", "os.environb"}:
            yield _at(source, node, "reads the environment; reciproca/command_line.py hands it down")


def requests(source: Source) -> Iterator[str]:
    """Flask's request, g or current_app below the doors."""
    if source.room in DOORS or source.floor == "reciproca" or source.path in HTTP_ROOMS:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "flask":
            for name in {alias.name for alias in node.names} & {"request", "g", "current_app", "session"}:
                yield _at(source, node, f"takes flask.{name} below the doors")


def strangers(source: Source) -> Iterator[str]:
    """A framework imported outside the rooms that it was given."""
    for node in ast.walk(source.tree):
        for package in _imported(node) & set(ROOMS):
            places = ROOMS[package]
            if source.room not in places and not source.path.startswith(
                tuple(place for place in places if "/" in place)
            ):
                yield _at(source, node, f"imports {package}, which lives in {', '.join(places)}")


def unauthorised(source: Source) -> Iterator[str]:
    """A use case or read that doesn't begin with `authorize(work, …)`."""
    if source.room not in {"actions", "queries"}:
        return
    for function in functions(source):
        arguments = [*function.args.posonlyargs, *function.args.args]
        if function.name.startswith("_") or not arguments or arguments[0].arg != "work":
            continue
        match _body(function):
            case [
                ast.Expr(value=ast.Call(func=ast.Name(id="authorize"), args=[ast.Name(id="work"), *_])),
                *_,
            ]:
                pass
            case _:
                yield _at(source, function, f"{function.name} doesn't begin with authorize(work, …)")


def positional(source: Source) -> Iterator[str]:
    """A use case whose arguments after `work` can be mixed up, because they aren't keyword-only."""
    if source.room not in {"actions", "queries"}:
        return
    for function in functions(source):
        arguments = [*function.args.posonlyargs, *function.args.args]
        if (
            not function.name.startswith("_")
            and arguments
            and arguments[0].arg == "work"
            and len(arguments) > 1
        ):
            yield _at(source, function, f"{function.name} takes {arguments[1].arg} by position")


def names(source: Source) -> Iterator[str]:
    """A junk drawer: a module or folder whose name says nothing of what is in it."""
    for part in source.path.removesuffix(".py").split("/"):
        if part.strip("_") in JUNK_DRAWERS:
            yield f"{source.path}:1 {part} is a junk drawer; name what is in it"


def unreasoned(source: Source) -> Iterator[str]:
    """A `noqa` or `type: ignore` without its code and, after it, its reason."""
    for number, line in enumerate(source.lines, 1):
        found = _REASONED.search(line)
        if found and not (found["codes"] and found["reason"]):
            yield f"{source.path}:{number} silences a check without a code and a reason (… -- why)"


def undocumented(source: Source) -> Iterator[str]:
    """A module, public class or public function that doesn't say what it is. A protocol's members and overrides may."""
    if not ast.get_docstring(source.tree) and source.text.strip():
        yield f"{source.path}:1 the module says nothing of itself"
    if not source.path.startswith("core/migrations/versions/"):  # their one function is what the module says
        yield from _undocumented(source, source.tree.body, in_class=False)


def _undocumented(source: Source, body: list[ast.stmt], *, in_class: bool) -> Iterator[str]:
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or node.name.startswith("_"):
            continue
        if isinstance(node, ast.ClassDef):
            if not ast.get_docstring(node):
                yield _at(source, node, f"{node.name} has no docstring")
        elif not in_class and not ast.get_docstring(node):
            yield _at(source, node, f"{node.name} has no docstring")


def addresses(source: Source) -> Iterator[str]:
    """A path of one machine, or the host of a package registry, in what is published."""
    for number, line in enumerate(source.lines, 1):
        if found := _FOREIGN.search(line):
            yield f"{source.path}:{number} names {found[0]}"


def _imported(node: ast.AST) -> set[str]:
    match node:
        case ast.Import(names=names):
            return {alias.name.partition(".")[0] for alias in names}
        case ast.ImportFrom(module=str(module)):
            return {module.partition(".")[0]}
        case _:
            return set()


def _calls(source: Source) -> Iterator[ast.Call]:
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.Call))


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.stmt]:
    return function.body[1:] if ast.get_docstring(function) else function.body


def _at(source: Source, node: ast.AST, what: str) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 1)} {what}"
