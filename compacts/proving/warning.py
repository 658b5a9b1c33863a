"""Telling the administrators, by mail and once for each step, that a certificate ends, whether on the roster or not."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.access.mail import catalogues, environment, mail_settings
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation
from reciproca.compacts.proving.endings import Ending, endings, words
from reciproca.core.db import ACROSS
from reciproca.core.errors import Busy
from reciproca.core.i18n import Translator
from reciproca.core.identity import OrganisationRef, Role, system
from reciproca.core.outbox import OutboxItem
from reciproca.core.work import Installation
from reciproca.plugins.types import Outcome, OutgoingMessage
from reciproca.templates import loader

KIND = "certificate_ends"
_WHO = system("alarms")
log = structlog.get_logger(__name__)


def warn_of_endings(installation: Installation) -> int:
    """Have each administrator told of each certificate that has passed a step; of the last one only, where several
    passed unseen. Returns how many mails were asked for."""
    now = installation.clock.now()
    wanted = {}
    if found := endings(installation.keys, now):
        with installation.database.transaction(write=False) as session:
            accounts = _administrators(session)
            keys = {_key(one, uid): (one, uid) for one in found for uid in accounts}
            known = set(
                session.scalars(
                    select(OutboxItem.key).where(OutboxItem.key.in_(keys)), execution_options=ACROSS
                )
            )
        wanted = {key: keys[key] for key in keys.keys() - known}
    if not wanted:
        return 0
    with installation.work(_WHO) as work:
        for key, (one, uid) in sorted(wanted.items()):
            work.enqueue(KIND, {"account": uid, "fingerprint": one.fingerprint}, key=key)
    return len(wanted)


def send_warning(installation: Installation, item: OutboxItem) -> None:
    """Outbox kind `certificate_ends`: mail what the payload names to its account, unless there is a new certificate by
    now. Sending twice is one mail. Raises when it can't go now: it is tried again."""
    current = endings(installation.keys, installation.clock.now())
    found = [one for one in current if one.fingerprint == item.payload["fingerprint"]]
    with installation.database.transaction(write=False) as session:
        account = session.scalar(select(Account).filter_by(uid=str(item.payload["account"]), is_enabled=True))
        place = _place(session, account) if account else None
    if not found or account is None or place is None:
        return
    message = _message(item, found[0], account, place)
    (receipt,) = installation.plugins.deliver("mail", [message], mail_settings(installation.settings))
    if receipt.outcome is Outcome.DEFERRED:
        raise Busy(detail=receipt.reason)
    log.info(KIND, account=account.uid, step=found[0].step, outcome=receipt.outcome.value)


def _key(one: Ending, account: str) -> str:
    return f"{KIND}:{one.fingerprint[:32]}:{one.step}:{account}"


def _administrators(session: Session) -> list[str]:
    asked = (
        select(Account.uid)
        .join(Membership, Membership.account_id == Account.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .where(Grant.role == Role.ADMINISTRATOR, Account.is_enabled)
    )
    return sorted(set(session.scalars(asked, execution_options=ACROSS)))


def _place(session: Session, account: Account) -> OrganisationRef | None:
    """The organisation in which the account is an administrator: the oldest, if there are several."""
    asked = (
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .where(Membership.account_id == account.id, Grant.role == Role.ADMINISTRATOR)
        .order_by(Organisation.id)
        .limit(1)
    )
    row = session.scalar(asked, execution_options=ACROSS)
    return reference(row) if row else None


def _message(item: OutboxItem, one: Ending, account: Account, place: OrganisationRef) -> OutgoingMessage:
    language = catalogues().translator(account.locale or place.locales[0])
    said = _words(one, language, place)
    text, html = (
        loader.render(environment(), f"mail/notice.{kind}", language, **said) for kind in ("txt", "html")
    )
    return OutgoingMessage(
        key=str(item.key),
        at=item.written_at.isoformat(),
        to_address=account.email,
        to_name="",
        locale=language.locale,
        subject=str(said["heading"]),
        text=text,
        html=html,
    )


def _words(one: Ending, translator: Translator, place: OrganisationRef) -> dict[str, object]:
    _ = translator.gettext
    return {
        "heading": _("A certificate has ended") if one.step == 0 else _("A certificate ends soon"),
        "organisation": place.name,
        "greeting": "",
        "paragraphs": words(one, translator, place.zone),
        "button": None,
        "closing": _("`reciproca doctor` says how it stands."),
        "why": _("you look after this installation."),
    }
