"""The mail with a sign-in link: written after the commit, by whoever drains the outbox. Nobody else sees the link."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from functools import cache
from typing import Any

import structlog
from jinja2 import Environment
from sqlalchemy import select

from reciproca.compacts.access.actions.entering import LENGTHS, LINK
from reciproca.compacts.access.queries import membership_of
from reciproca.compacts.access.rules import code_of
from reciproca.compacts.access.tables import Account, OneTimeCode
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.core.db import ACROSS
from reciproca.core.errors import Busy
from reciproca.core.i18n import Catalogues, Translator
from reciproca.core.identity import system
from reciproca.core.outbox import OutboxItem
from reciproca.core.settings import Settings
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Outcome, OutgoingMessage
from reciproca.templates import loader

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What the mail needs: to whom, in which language, from which organisation, and the link."""

    code: OneTimeCode
    address: str
    name: str
    locale: str
    organisation: str
    href: str


def send_link(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `sign_in_link`: mail the link of the code whose uid is in the payload, unless it is over by now.

    Sending twice is one mail (its Message-ID is the code's). Raises when the mail can't go now: it is tried again."""
    with installation.work(system("mail"), write=False) as work:
        letter = _letter(work, str(item.payload["uid"]))
    if letter is None:
        return
    message = _message(letter, catalogues().translator(letter.locale))
    (receipt,) = installation.plugins.deliver("mail", [message], mail_settings(installation.settings))
    if receipt.outcome is Outcome.DEFERRED:
        raise Busy(detail=receipt.reason)
    log.info("sign_in_link", code=letter.code.uid, outcome=receipt.outcome.value)


def mail_settings(settings: Settings) -> Mapping[str, str]:
    """What the channel "mail" asks for, from the installation's settings."""
    name, address = parseaddr(settings.mail_from)
    return {
        "mail_from": address,
        "mail_from_name": name,
        "smtp_url": settings.smtp_url,
        "mail_folder": str(settings.mail_folder),
    }


def _letter(work: Work, uid: str) -> Letter | None:
    code = work.session.scalar(select(OneTimeCode).filter_by(uid=uid, purpose=LINK))
    if code is None or code.used_at or code.expires_at <= work.now:
        return None
    account = work.session.get_one(Account, code.account_id)
    membership = membership_of(work.session, account.id)
    if membership is None or not account.is_enabled:
        return None
    organisation = reference(work.session.get_one(Organisation, membership.organisation_id))
    person = (
        work.session.get(Person, membership.person_id, execution_options=ACROSS)
        if membership.person_id
        else None
    )
    secret = code_of(work.keys.secret, uid, length=LENGTHS[LINK])
    return Letter(
        code=code,
        address=account.email,
        name=person.name if person else "",
        organisation=organisation.name,
        locale=account.locale or (person.locale if person else organisation.locales[0]),
        href=f"{work.settings.public_url.rstrip('/')}/auth/link/{secret}",
    )


def _message(letter: Letter, translator: Translator) -> OutgoingMessage:
    _ = translator.gettext
    subject = _("Your sign-in link for %(organisation)s") % {"organisation": letter.organisation}
    words: dict[str, Any] = {
        "heading": _("Sign in"),
        "preview": subject,
        "organisation": letter.organisation,
        "greeting": _("Hello %(name)s,") % {"name": letter.name} if letter.name else "",
        "paragraphs": [
            _("This link signs you in once, within half an hour. It opens a page with one button to press."),
            _("It tells us that you are you. It doesn’t sign anything in your name."),
        ],
        "button": {"text": _("Sign in"), "href": letter.href},
        "closing": _("If you didn’t ask for it, do nothing: without it nobody comes in."),
        "why": _("somebody typed your address on the sign-in page."),
    }
    text, html = (
        loader.render(environment(), f"mail/notice.{kind}", translator, **words) for kind in ("txt", "html")
    )
    return OutgoingMessage(
        key=f"sign-in-link:{letter.code.uid}",
        at=letter.code.created_at.isoformat(),
        to_address=letter.address,
        to_name=letter.name,
        locale=letter.locale,
        subject=subject,
        text=text,
        html=html,
    )


@cache
def catalogues() -> Catalogues:
    """The languages that mails are written in."""
    return Catalogues.load(loader.TRANSLATIONS)


@cache
def environment() -> Environment:
    """The templates of mails."""
    return loader.environment(catalogues())
