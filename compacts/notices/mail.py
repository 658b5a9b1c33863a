"""A message as a mail: HTML and plain text in the reader's language, under a key that never changes."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment

from reciproca.compacts.notices.inviting import invitation_to
from reciproca.compacts.notices.queries import Letter
from reciproca.compacts.notices.words import Said, say, say_together
from reciproca.core.i18n import Catalogues, Translator
from reciproca.core.settings import Settings
from reciproca.plugins.types import OutgoingMessage
from reciproca.templates import loader


def compose(letter: Letter, settings: Settings) -> OutgoingMessage:
    """The mail of `letter`: of one notice in its own words, of several as a list. Its links are built from the
    installation's own address alone."""
    translator = _catalogues().translator(letter.locale)
    template, values = (_one if len(letter.news) == 1 else _several)(letter, translator, settings)
    stop = settings.public_url.rstrip("/") + letter.stop_path if letter.is_courtesy else ""
    values |= {
        "organisation": letter.organisation,
        "stop": stop,
        "preview": values["heading"],
        "greeting": translator.gettext("Hello %(name)s,") % {"name": letter.name},
    }
    text, html = (_rendered(f"{template}.{kind}", translator, values) for kind in ("txt", "html"))
    return OutgoingMessage(
        key=letter.key,
        at=letter.written_at.isoformat(),
        to_address=letter.address,
        to_name=letter.name,
        locale=letter.locale,
        subject=values["heading"],
        text=text,
        html=html,
        calendar=invitation_to(letter, translator, settings),
        unsubscribe=stop,
        from_name=_speaker(letter),
        reply_to_address=letter.speaker[1],
        bounces_to=letter.bounces_to,
    )


def mail_settings(settings: Settings) -> dict[str, str]:
    """What the channel "mail" asks for."""
    return {
        "mail_from": settings.mail_from,
        "smtp_url": settings.smtp_url,
        "mail_folder": str(settings.mail_folder),
    }


def _speaker(letter: Letter) -> str:
    name, _address = letter.speaker
    return f"{name}, {letter.organisation}" if name else letter.organisation


def _one(letter: Letter, translator: Translator, settings: Settings) -> tuple[str, dict[str, Any]]:
    said = say(letter.news[0], translator, letter.organisation)
    values = {
        "heading": said.heading,
        "paragraphs": said.paragraphs,
        "button": _button(said, settings),
        "closing": "",
        "checkpoint": letter.checkpoint,
        "why": said.why,
    }
    return "notice", values


def _several(letter: Letter, translator: Translator, settings: Settings) -> tuple[str, dict[str, Any]]:
    digest = say_together(letter.news, translator, letter.organisation)
    items = [
        {"heading": said.heading, "paragraphs": said.paragraphs, "button": _button(said, settings)}
        for said in digest.items
    ]
    values = {
        "heading": digest.heading,
        "items": items,
        "paragraphs": digest.paragraphs,
        "why": digest.why,
    }
    return "digest", values


def _button(said: Said, settings: Settings) -> Mapping[str, str]:
    return {"text": said.button, "href": settings.public_url.rstrip("/") + said.path}


def _rendered(name: str, translator: Translator, values: Mapping[str, object]) -> str:
    return loader.render(_environment(), f"mail/{name}", translator, **values)


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def _environment() -> Environment:
    return loader.environment(_catalogues())
