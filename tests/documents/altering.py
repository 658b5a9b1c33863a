"""What a certificate prints, with one value altered at a time."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from reciproca.compacts.signing.gathering import gather
from reciproca.compacts.signing.paper import page_context
from reciproca.core.i18n import Catalogues
from reciproca.core.identity import system
from reciproca.templates import loader
from reciproca.templates.pdf import render_pdf
from tests.building.executed import Executed
from tests.documents.certificate import printed

PRINTED = {
    "text": {
        "compact": {"title"},
        "version": {"uid", "number", "change_class"},
        "sides": None,
        "legal_effect": None,
    },
    "record": {
        "name_as_signed": None,
        "zone": None,
        "meaning": None,
        "legal_effect": set(),
        "authentication": {"method", "factors", "door"},
        "ceremony": {"uid": None, "name_typed": None, "read": {"of", "themes"}},
        "consent": {"version", "sha256", "text"},
        "asked": {"campaign": None, "request": None, "due": None},
        "appointments": {"category"},
        "authority": {"role", "basis"},
        "renditions": None,
    },
}
"""Which parts of a text and of a record stand on the page; of the rest, all does. Times are its events."""
_EVENTS = ("asked", "told", "first_opened", "opened", "consented", "proved", "signed", "entered")
_CATALOGUES = Catalogues.load(loader.TRANSLATIONS)
_ELSEWHERE = {"themes", "fonts", "made", "physician", "organisation_signed", "has_scan", "side", "signed_at"}
"""What only the pages before it need, or what another value of the context follows from."""


def context_of(document: Executed) -> dict[str, Any]:
    """What the document's pages are made from, gathered once more."""
    home, aside = document.hospital, document.pdf.with_suffix(".aside")
    document.pdf.rename(aside)  # else there is nothing to make
    try:
        with home.installation.work(system("sealer"), home.place) as work:
            gathered = gather(work, document.signature)
    finally:
        aside.rename(document.pdf)
    assert gathered
    words = _CATALOGUES.translator(gathered.parts.locale)
    return page_context(gathered.parts, document.keys, words, level="B-T" if document.authority else "B-B")


def rendered(context: Mapping[str, Any], document: Executed, folder: Path) -> str:
    """The certificate that `context` gives, as it reads on paper."""
    words = _CATALOGUES.translator(str(context["text"]["locale"]))
    alone = {**context, "themes": []}  # the pages before it take most of the time
    html = loader.render(loader.environment(_CATALOGUES), "documents/agreement.html", words, **alone)
    path = folder / "altered.pdf"
    path.write_bytes(render_pdf(html, identifier=bytes(16), made=context["made"]))
    return printed(path)


def alterations(context: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The context with one printed value altered, by the path to that value."""
    for path in _paths(context, {name: None for name in context if name not in _ELSEWHERE}):
        altered = deepcopy(context)
        *way, last = path
        place: Any = altered
        for step in way:
            place = getattr(place, step) if is_dataclass(place) else place[step]
        if is_dataclass(place):
            object.__setattr__(place, last, _other(getattr(place, last)))
        else:
            place[last] = _other(place[last])
        yield "/".join(map(str, path)), altered


def _paths(value: Any, only: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name in _ELSEWHERE or (only is not None and name not in only):
                continue
            inside = only[name] if isinstance(only, Mapping) else None
            yield from _paths(inner, PRINTED.get(name, inside) if inside is None else inside, (*path, name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _paths(inner, only, (*path, number))
    elif is_dataclass(value):
        for field in fields(value):
            yield from _paths(getattr(value, field.name), None, (*path, field.name))
    elif value not in (None, "") and not isinstance(value, bool):
        yield path


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if value in _EVENTS:
        return _EVENTS[_EVENTS.index(value) - 1]
    if isinstance(value, str):
        return f"{value}x" if value != "America/Toronto" else "America/Chicago"
    return value + (timedelta(days=1) if isinstance(value, date) else 1)
