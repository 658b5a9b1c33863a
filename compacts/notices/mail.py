"""A notice as a mail: HTML and plain text in the reader's language, under a key that never changes."""

from collections.abc import Mapping
from functools import cache

from jinja2 import Environment

from reciproca.compacts.notices.inviting import invitation_to
from reciproca.compacts.notices.queries import Letter
from reciproca.compacts.notices.words import say
from reciproca.core.i18n import Catalogues, Translator
from reciproca.core.settings import Settings
from reciproca.plugins.types import OutgoingMessage
from reciproca.templates import loader


def compose(letter: Letter, settings: Settings) -> OutgoingMessage:
    """The mail of `letter`. Its link is built from the installation's own address alone."""
    translator = _catalogues().translator(letter.locale)
    said = say(letter.facts, translator, letter.organisation)
    values = {
        "heading": said.heading,
        "organisation": letter.organisation,
        "paragraphs": said.paragraphs,
        "greeting": translator.gettext("Hello %(name)s,") % {"name": letter.name},
        "button": {"text": said.button, "href": settings.public_url.rstrip("/") + said.path},
        "closing": "",
        "checkpoint": letter.checkpoint,
        "why": said.why,
    }
    text, html = (_rendered(kind, translator, values) for kind in ("txt", "html"))
    return OutgoingMessage(
        key=letter.key,
        at=letter.written_at.isoformat(),
        to_address=letter.address,
        to_name=letter.name,
        locale=letter.locale,
        subject=said.heading,
        text=text,
        html=html,
        calendar=invitation_to(letter, translator, settings),
    )


def mail_settings(settings: Settings) -> dict[str, str]:
    """What the channel "mail" asks for."""
    return {
        "mail_from": settings.mail_from,
        "smtp_url": settings.smtp_url,
        "mail_folder": str(settings.mail_folder),
    }


def _rendered(kind: str, translator: Translator, values: Mapping[str, object]) -> str:
    return loader.render(_environment(), f"mail/notice.{kind}", translator, **values)


@cache
def _catalogues() -> Catalogues:
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def _environment() -> Environment:
    return loader.environment(_catalogues())
