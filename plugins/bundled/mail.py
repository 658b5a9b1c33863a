"""The channel "mail": hands messages to an SMTP server, or writes them to the mail drop when there is none.

Settings: `mail_from` (address, or "Name <address>"), `smtp_url` (smtp://user:password@host:port, STARTTLS where
it is offered, demanded with ?starttls=required; smtps:// for TLS from the start), `mail_folder` (the drop).
"""

import hashlib
import os
import re
import smtplib
import ssl
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from reciproca import hookimpl
from reciproca.plugins.types import N_, DeliveryChannel, Outcome, OutgoingMessage, PluginInfo, Receipt

CHANNEL = DeliveryChannel(
    key="mail",
    label={"en": "Mail", "fr": "Courriel"},
    settings=("mail_from", "smtp_url", "mail_folder"),
)
TIMEOUT = 20  # seconds for one answer of the server
PORTS = {"smtp": 25, "smtps": 465}
BAD_ADDRESS = N_("This is not an address that mail can be sent to.")
UNREACHABLE = N_("The mail server could not be reached or broke off; it will be tried again.")
NOT_NOW = N_("The mail server asked to try again later.")
NEVER = N_("The mail server refused this message.")


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(
        name="mail", version="1.0", api_version="1.0", summary="Mail by SMTP, or to the mail drop"
    )


@hookimpl
def delivery_channels() -> list[DeliveryChannel]:
    """The channel "mail"."""
    return [CHANNEL]


@hookimpl
def deliver(messages: Sequence[OutgoingMessage], settings: Mapping[str, str]) -> Iterator[Receipt]:
    """Through SMTP where `smtp_url` is set, else into `mail_folder`, one after the other. ValueError when the settings
    are of no use."""
    ready = [(message, _written_out(message, settings)) for message in messages]
    if url := settings.get("smtp_url"):
        return _sent(ready, url)
    if folder := settings.get("mail_folder"):
        return (_dropped(message, mail, Path(folder)) for message, mail in ready)
    raise ValueError("neither smtp_url nor mail_folder is set")


# --- the message -----------------------------------------------------------------------------------------------------


def compose(message: OutgoingMessage, *, sender: Address) -> EmailMessage:
    """`message` as a mail whose bytes depend on nothing else: Message-ID and boundary come from its key.

    ValueError when the address is none. Line breaks in names and subjects become blanks, so none can add a header.
    """
    mail = EmailMessage(policy=policy.SMTP)
    mark = hashlib.sha256(message.key.encode()).hexdigest()[:32]
    mail["From"] = _named(sender, message.from_name)
    if message.reply_to_address:
        mail["Reply-To"] = _address(message.reply_to_address, message.from_name)
    mail["To"] = _address(message.to_address, message.to_name)
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = datetime.fromisoformat(message.at)
    mail["Message-ID"] = f"<{mark}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe:  # RFC 2369, and RFC 8058 for the mail program's own button
        mail["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text, cte="quoted-printable")
    if message.html:
        mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    if message.calendar:  # RFC 6047: the last, and so the richest, of the alternatives
        asks = {"method": _method(message.calendar)}
        mail.add_alternative(message.calendar, subtype="calendar", cte="base64", params=asks)
    if mail.is_multipart():
        mail.set_boundary(f"=_{mark}")
    mail["Content-Language"] = _one_line(message.locale)  # last: setting content drops headers named Content-
    return mail


def _written_out(message: OutgoingMessage, settings: Mapping[str, str]) -> EmailMessage | None:
    name, _, address = settings.get("mail_from", "").strip().rpartition("<")
    sender = _address(address.removesuffix(">"), name)
    try:
        return compose(message, sender=sender)
    except ValueError:  # the address; everything else has been made harmless
        return None


def _address(address: str, name: str) -> Address:
    """An RFC 5322 address. ValueError when it has a control character, a blank, or not exactly one @ inside."""
    if not re.fullmatch(r"[^\s@,;<>\x00-\x1f\x7f\"]+@[^\s@,;<>\x00-\x1f\x7f\"]+", address):
        raise ValueError("not a mail address")
    try:
        return Address(display_name=_one_line(name), addr_spec=address)
    except Exception as error:  # the parser of the standard library raises several kinds
        raise ValueError("not a mail address") from error


def _named(sender: Address, name: str) -> Address:
    """The sender under another name, with its own address all the same: relays would take another one for forged."""
    return Address(display_name=_one_line(name), addr_spec=sender.addr_spec) if name else sender


def _method(calendar: str) -> str:
    """What an iCalendar object asks for: REQUEST, CANCEL… PUBLISH when it doesn't say."""
    found = re.search(r"^METHOD:([A-Z]+)\s*$", calendar, re.MULTILINE)
    return found[1] if found else "PUBLISH"


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).strip()


# --- the mail drop ---------------------------------------------------------------------------------------------------


def _dropped(message: OutgoingMessage, mail: EmailMessage | None, folder: Path) -> Receipt:
    if mail is None:
        return Receipt(key=message.key, outcome=Outcome.REFUSED, reason=BAD_ADDRESS)
    folder.mkdir(parents=True, exist_ok=True)
    name = (
        f"{datetime.fromisoformat(message.at).astimezone(UTC):%Y%m%dT%H%M%SZ}-{mail['Message-ID'][1:17]}.eml"
    )
    unfinished = folder / f".{name}.{os.getpid()}"
    unfinished.write_bytes(mail.as_bytes())
    unfinished.replace(folder / name)
    return Receipt(key=message.key, outcome=Outcome.WRITTEN, reference=name)


# --- the mail server -------------------------------------------------------------------------------------------------


def _sent(ready: Sequence[tuple[OutgoingMessage, EmailMessage | None]], url: str) -> Iterator[Receipt]:
    try:
        server = connected(url)
    except (OSError, smtplib.SMTPException):
        for message, _mail in ready:
            yield Receipt(key=message.key, outcome=Outcome.DEFERRED, reason=UNREACHABLE)
        return
    try:
        for message, mail in ready:
            yield _handed_over(server, message, mail)
    finally:
        server.close()


def connected(url: str) -> smtplib.SMTP:
    """A greeted, encrypted where possible, signed-in server. The URL, which holds a password, is never in an error."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("smtp_url must begin with smtp:// or smtps:// and name a host")
    server = _opened(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme])
    try:
        _secure(server, parts.scheme, demanded=parse_qs(parts.query).get("starttls") == ["required"])
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def _opened(scheme: str, host: str, port: int) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(host, port, timeout=TIMEOUT)


def _secure(server: smtplib.SMTP, scheme: str, *, demanded: bool) -> None:
    server.ehlo_or_helo_if_needed()
    if scheme == "smtp" and (demanded or server.has_extn("starttls")):
        server.starttls(context=ssl.create_default_context())
        server.ehlo()


def _handed_over(server: smtplib.SMTP, message: OutgoingMessage, mail: EmailMessage | None) -> Receipt:
    if mail is None:
        return Receipt(key=message.key, outcome=Outcome.REFUSED, reason=BAD_ADDRESS)
    try:
        server.send_message(mail, from_addr=message.bounces_to or None)
    except smtplib.SMTPNotSupportedError:  # an address beyond ASCII, and a server that can't carry it
        return Receipt(key=message.key, outcome=Outcome.REFUSED, reason=NEVER)
    except smtplib.SMTPRecipientsRefused as error:
        return _turned_away(message, min(code for code, _ in error.recipients.values()))
    except smtplib.SMTPResponseException as error:
        return _turned_away(message, error.smtp_code)
    except (OSError, smtplib.SMTPException):
        return Receipt(key=message.key, outcome=Outcome.DEFERRED, reason=UNREACHABLE)
    return Receipt(key=message.key, outcome=Outcome.HANDED_OVER, reference=mail["Message-ID"])


def _turned_away(message: OutgoingMessage, code: int) -> Receipt:
    """4xx (and nonsense below it) may pass another time; 5xx will not."""
    if code >= 500:
        return Receipt(key=message.key, outcome=Outcome.REFUSED, reason=NEVER)
    return Receipt(key=message.key, outcome=Outcome.DEFERRED, reason=NOT_NOW)
