"""The one Jinja environment: pages, mails and documents are rendered with a Translator handed in by the door."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context

from reciproca.core.i18n import Catalogues, Translator
from reciproca.templates import markdown, redline

FOLDER = Path(__file__).resolve().parent
STATIC = FOLDER / "static"
TRANSLATIONS = FOLDER / "translations"


def environment(catalogues: Catalogues) -> Environment:
    """A strict environment: everything is escaped, an unknown name is an error, text goes through gettext.

    `asset(path)` gives a static file's address; the door replaces it (and adds its own) in `.globals`. A page that
    imports the macros says `with context`, because the words depend on the Translator of that rendering.
    """
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),  # plain-text mails only
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    _speak(made)
    made.filters.update(
        day=_day,
        moment=_moment,
        number=_number,
        percent=_percent,
        markdown=markdown.to_html,
        promise=markdown.promise,
        promise_line=markdown.promise_line,
    )
    made.globals.update(
        asset=lambda path: f"/static/{path}", redline=redline.redline, locales=catalogues.locales
    )
    return made


def render(env: Environment, name: str, translator: Translator, **context: Any) -> str:
    """The template `name` (path under this folder) in the translator's language."""
    return env.get_template(name).render(translator=translator, **context)


def _speak(env: Environment) -> None:
    install: Callable[..., None] = getattr(env, "install_gettext_callables")  # noqa: B009 - added by the extension
    install(_gettext, _ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext)


def _translator(context: Context) -> Translator:
    found: Translator = context["translator"]
    return found


@pass_context
def _gettext(context: Context, message: str) -> str:
    return _translator(context).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, count: int) -> str:
    return _translator(context).ngettext(one, many, count)


@pass_context
def _pgettext(context: Context, about: str, message: str) -> str:
    return _translator(context).pgettext(about, message)


@pass_context
def _npgettext(context: Context, about: str, one: str, many: str, count: int) -> str:
    return _translator(context).npgettext(about, one, many, count)


@pass_context
def _day(context: Context, value: date, style: str = "long") -> str:
    return _translator(context).format_date(value, style)


@pass_context
def _moment(context: Context, value: datetime, zone: str, style: str = "long") -> str:
    return _translator(context).format_instant(value, zone, style)


@pass_context
def _number(context: Context, value: float, decimals: int | None = None) -> str:
    return _translator(context).format_number(value, decimals)


@pass_context
def _percent(context: Context, share: float) -> str:
    return _translator(context).format_percent(share)
