"""The gallery as a tiny WSGI site: no framework, so that the floor is tested with nothing above it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment

from reciproca.core.errors import Conflict, Fault
from reciproca.core.i18n import Catalogues
from reciproca.templates.loader import STATIC, TRANSLATIONS, environment, render
from reciproca.templates.shell import Badge, Flash, Link, Shell

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml", "woff2": "font/woff2"}
ERROR = Conflict(
    detail="Somebody else saved pair 5 while you were writing. Your text is kept below.",
    remedy="Open the page again and compare.",
    faults=[Fault(field="comment", reason="Pair 5 reads differently now.", remedy="Read it first.")],
)


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Answers /, /error and /static/…; `?lang=` and `?theme=` choose."""
    path = environ["PATH_INFO"]
    if path.startswith("/static/"):
        file = (STATIC / path.removeprefix("/static/")).resolve()
        start("200 OK", [("Content-Type", TYPES[file.suffix[1:]])])
        return [file.read_bytes()]
    wishes = parse_qs(environ.get("QUERY_STRING", ""))
    page = "pages/error.html" if path == "/error" else "pages/gallery.html"
    html = gallery(page, wishes.get("lang", ["en"])[0], wishes.get("theme", [""])[0])
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", POLICY)])
    return [html.encode()]


def gallery(page: str = "pages/gallery.html", locale: str = "en", theme: str = "") -> str:
    """One page of the gallery as HTML."""
    catalogues, templates = _loaded()
    return render(
        templates,
        page,
        catalogues.translator(locale),
        shell=shell(theme),
        error=ERROR,
        incident="0193-5c2e",
        back="/",
    )


@cache
def _loaded() -> tuple[Catalogues, Environment]:
    catalogues = Catalogues.load(TRANSLATIONS)
    return catalogues, environment(catalogues)


def shell(theme: str = "") -> Shell:
    """The frame of a signed-in physician."""
    return Shell(
        organisation="Riverbend",
        tagline="Physician engagement agreement",
        nav=[
            Link("My agreement", "/", True),
            Link("Reviews", "#r"),
            Link("Messages", "#m"),
            Link("Overview", "#o"),
        ],
        languages=[Link("English", "?lang=en", True, "en"), Link("Français", "?lang=fr", False, "fr")],
        person=Badge("Dr. Marie Desrosiers", "MD", "physicians", [Link("My records", "#records")]),
        sign_out="/sign-out",
        token="sample",
        theme=theme,
        zone_text="Eastern Time (ET)",
        flashes=[Flash("Your comment is kept.")],
        footer=[Link("Help", "#h"), Link("Accessibility", "#a"), Link("Privacy", "#p")],
    )
