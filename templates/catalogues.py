"""Keeping the catalogues: `python -m reciproca.templates.catalogues update|compile|check`.

Everything is deterministic (sorted, no dates, no line numbers), so that the same sources give the same bytes.
"""

import argparse
import configparser
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from reciproca.core.errors import ReciprocaError
from reciproca.core.i18n import DOMAIN
from reciproca.templates.loader import FOLDER, TRANSLATIONS

SOURCES = ("compacts", "core", "plugins", "reciproca", "scheduler", "templates")
KEYWORDS: dict[str, Any] = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
KEYWORDS |= {"pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_LOOSE = re.compile(r" [;:!?»]| %(?!\()|« ")


def main() -> int:
    """Run one of the three errands; `check` answers 1 and names what is wrong."""
    parser = argparse.ArgumentParser(prog="catalogues", description=__doc__)
    parser.add_argument("errand", choices=["update", "compile", "check"])
    errand = parser.parse_args().errand
    faults = list({"update": update, "compile": compile_all, "check": check}[errand]())
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def update() -> Iterator[str]:
    """Bring each .po in step with the sources, keeping its translations, and compile it. New messages are empty."""
    for path in _files():
        path.write_bytes(_merged(path))
    return compile_all()


def compile_all() -> Iterator[str]:
    """Write each .mo from its .po."""
    for path in _files():
        path.with_suffix(".mo").write_bytes(_compiled(path))
    return iter(())


def check() -> Iterator[str]:
    """What is wrong: a catalogue behind the sources, a .mo behind its .po, a message untranslated or ill set."""
    for path in _files():
        locale = path.parent.parent.name
        if path.read_bytes() != _merged(path):
            yield f"{locale}: the catalogue is behind the sources. Run: python -m {_NAME} update"
        if not path.with_suffix(".mo").exists() or path.with_suffix(".mo").read_bytes() != _compiled(path):
            yield f"{locale}: the compiled catalogue is behind. Run: python -m {_NAME} compile"
        yield from (
            f"{locale}: {fault}"
            for message in _read(path)
            if message.id
            for fault in _faults(locale, message)
        )


def extracted() -> Catalog:
    """Every message of the sources, with the files that use it."""
    found = _blank()
    for folder in SOURCES:
        base = FOLDER.parent / folder
        for file, _line, message, _comments, context in extract_from_dir(
            base, *_methods(), keywords=KEYWORDS
        ):
            found.add(message, locations=[(f"{folder}/{Path(file).as_posix()}", 0)], context=context)
    for sentence in _titles(ReciprocaError):
        found.add(sentence, locations=[("core/errors.py", 0)])
    return found


def _titles(error: type[ReciprocaError]) -> Iterator[str]:
    """The sentence of each class of `core.errors`: people read it as the title of an error page."""
    if error.__module__ == ReciprocaError.__module__:
        yield (error.__doc__ or "").strip().splitlines()[0]
        for child in error.__subclasses__():
            yield from _titles(child)


def _methods() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    config = configparser.ConfigParser()
    config.read(FOLDER / "babel.cfg", encoding="utf-8")
    sections = [section.partition(": ") for section in config.sections()]
    options = {pattern: dict(config[f"{method}: {pattern}"]) for method, _sep, pattern in sections}
    return [(pattern, method) for method, _sep, pattern in sections], options


def _files() -> list[Path]:
    return sorted(TRANSLATIONS.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _blank(locale: str | None = None) -> Catalog:
    return Catalog(
        locale, DOMAIN, project="Reciproca", fuzzy=False, creation_date=_EPOCH, revision_date=_EPOCH
    )


def _read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name, domain=DOMAIN)


def _merged(path: Path) -> bytes:
    known, merged = _read(path), _blank(path.parent.parent.name)
    for message in extracted():
        if message.id:
            old = known.get(_key(message), message.context)
            string = old.string if old and old.pluralizable == message.pluralizable else ""
            merged.add(message.id, string, locations=message.locations, context=message.context)
    return _without_dates(merged)


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple | list) else message.id


def _without_dates(catalogue: Catalog) -> bytes:
    out = BytesIO()
    write_po(out, catalogue, width=110, sort_output=True, include_lineno=False)
    lines = out.getvalue().splitlines(keepends=True)
    start = next(index for index, line in enumerate(lines) if not line.startswith(b"#"))
    keep = [
        line
        for line in lines[start:]
        if not re.match(rb'"(POT-Cr|PO-Rev|Last-T|Language-Team|Generated|Report)', line)
    ]
    return b"".join(keep)


def _compiled(path: Path) -> bytes:
    read, made = _read(path), _blank(path.parent.parent.name)
    for message in read:
        if message.id and message.string:
            made.add(message.id, message.string, context=message.context)
    out = BytesIO()
    write_mo(out, made)
    return out.getvalue()


def _faults(locale: str, message: Message) -> Iterator[str]:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    if message.fuzzy or not all(strings):
        yield f"not translated: {_key(message)!r}"
    yield from (f"placeholders differ: {fault}" for fault in message.check())
    if locale == "fr":
        yield from (
            f"a plain blank beside punctuation: {text!r}" for text in strings if _LOOSE.search(text or "")
        )


_NAME = "reciproca.templates.catalogues"

if __name__ == "__main__":
    sys.exit(main())
