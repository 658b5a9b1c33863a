"""The mail with a guest's code, to their second contact: written after the commit, by whoever drains the outbox."""

from typing import Any

import structlog
from sqlalchemy import select

from reciproca.compacts.access.mail import catalogues, environment, mail_settings
from reciproca.compacts.access.rules import guest_code
from reciproca.compacts.access.tables import GuestVisit
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.core.db import ACROSS
from reciproca.core.errors import Busy
from reciproca.core.i18n import Translator
from reciproca.core.identity import system
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Outcome, OutgoingMessage
from reciproca.templates import loader

log = structlog.get_logger(__name__)


def send_code(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `guest_code`: mail the code of the visit whose uid is in the payload, unless it is over by now.

    A telephone that lies on a desk shows subjects to whoever passes: the code isn't in it.
    Sending twice is one mail (its Message-ID is the visit's). Raises when it can't go now: it is tried again."""
    with installation.work(system("mail"), write=False) as work:
        message = _message(work, str(item.payload["uid"]))
    if message is None:
        return
    (receipt,) = installation.plugins.deliver("mail", [message], mail_settings(installation.settings))
    if receipt.outcome is Outcome.DEFERRED:
        raise Busy(detail=receipt.reason)
    log.info("guest_code", visit=item.payload["uid"], outcome=receipt.outcome.value)


def _message(work: Work, uid: str) -> OutgoingMessage | None:
    visit = work.session.scalar(select(GuestVisit).filter_by(uid=uid), execution_options=ACROSS)
    if visit is None or visit.used_at or min(visit.code_expires_at, visit.expires_at) <= work.now:
        return None
    person = work.session.get_one(Person, visit.person_id, execution_options=ACROSS)
    place = reference(work.session.get_one(Organisation, visit.organisation_id))
    locale = person.locale if person.locale in place.locales else place.locales[0]
    code = guest_code(work.keys.secret, visit=visit.uid, bound_to=visit.bound_to)
    language = catalogues().translator(locale)
    words = _words(language, place.name, person.name, code)
    text, html = (
        loader.render(environment(), f"mail/notice.{kind}", language, **words) for kind in ("txt", "html")
    )
    return OutgoingMessage(
        key=f"guest-code:{visit.uid}",
        at=visit.opened_at.isoformat(),
        to_address=person.second_email or "",
        to_name=person.name,
        locale=locale,
        subject=words["preview"],
        text=text,
        html=html,
    )


def _words(translator: Translator, organisation: str, name: str, code: str) -> dict[str, Any]:
    _ = translator.gettext
    return {
        "heading": _("Your code is %(code)s") % {"code": code},
        "preview": _("Your code for %(organisation)s") % {"organisation": organisation},
        "organisation": organisation,
        "greeting": _("Hello %(name)s,") % {"name": name},
        "paragraphs": [
            _("Type %(code)s on the page that you have open. It counts for ten minutes, on that page only.")
            % {"code": code},
            _("Give it to nobody, not to us either: whoever has it can answer in your name."),
        ],
        "button": None,
        "closing": _(
            "If you didn’t ask for it, do nothing, and tell the medical affairs office that you got it."
        ),
        "why": _("somebody with your personal link asked for a code."),
    }
