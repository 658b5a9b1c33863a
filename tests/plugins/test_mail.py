"""The channel "mail": a real conversation with a server on loopback, and the mail drop."""

import email
import socket
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from reciproca.core.errors import PluginFailed
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import Outcome, OutgoingMessage, Receipt

SENDER = "Reciproca <compacts@riverbend.example>"


class Postbox:
    """Keeps what arrives; refuses some recipients as servers do."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.mails.append(parsed(envelope.content))
        return "250 taken"


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on loopback and its URL."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


def a_message(**changes: Any) -> OutgoingMessage:
    """A message to Zoë Lévesque, in English, with both forms."""
    usual = {
        "key": "request:1:invited",
        "at": "2026-09-01T14:00:00+00:00",
        "to_address": "zoe@riverbend.example",
        "to_name": "Zoë Lévesque",
        "locale": "en",
        "subject": "Your agreement is ready to read",
        "text": "Dear Zoë,\n\nplease read.\n.\nThank you.\n",
        "html": "<p>Dear Zoë,</p>",
    }
    return OutgoingMessage(**{**usual, **changes})


def send(messages: list[OutgoingMessage], **settings: str) -> tuple[Receipt, ...]:
    return tuple(Registry.load(points=()).deliver("mail", messages, {"mail_from": SENDER, **settings}))


def test_a_mail_arrives_as_it_was_written(postbox: tuple[Postbox, str]) -> None:
    """Names, accents, both forms and a line of one dot survive the conversation with a real server."""
    box, url = postbox
    (receipt,) = send([a_message()], smtp_url=url)
    (mail,) = box.mails
    assert receipt == Receipt(
        key="request:1:invited", outcome=Outcome.HANDED_OVER, reference=mail["Message-ID"]
    )
    assert (mail["To"], mail["From"]) == ("Zoë Lévesque <zoe@riverbend.example>", SENDER)
    assert mail["Subject"] == "Your agreement is ready to read"
    assert mail["Date"].datetime.isoformat() == "2026-09-01T14:00:00+00:00"
    plain, html = mail.iter_parts()
    assert isinstance(plain, EmailMessage)
    assert isinstance(html, EmailMessage)
    assert plain.get_content().replace("\r\n", "\n") == "Dear Zoë,\n\nplease read.\n.\nThank you.\n"
    assert html.get_content().strip() == "<p>Dear Zoë,</p>"


@pytest.mark.parametrize("html", ["<p>Bonjour Zoë,</p>", ""])
def test_a_mail_names_its_language(tmp_path: Path, html: str) -> None:
    """A screen reader or a filter learns from the header in which language the letter is written, with HTML or not."""
    (receipt,) = send([a_message(locale="fr", html=html)], mail_folder=str(tmp_path))
    mail = parsed((tmp_path / receipt.reference).read_bytes())
    assert mail.get_all("Content-Language") == ["fr"]


def test_one_key_is_one_message_id_and_the_same_bytes(tmp_path: Path) -> None:
    """A message that is sent again after a crash is recognised as the same one by whoever receives it."""
    first, again, other = send(
        [a_message(), a_message(), a_message(key="request:2")], mail_folder=str(tmp_path)
    )
    assert first == again != other
    assert len(list(tmp_path.iterdir())) == 2
    before = (tmp_path / first.reference).read_bytes()
    send([a_message()], mail_folder=str(tmp_path))
    assert (tmp_path / first.reference).read_bytes() == before


def test_each_recipient_has_a_truthful_receipt(postbox: tuple[Postbox, str]) -> None:
    """One refused address spoils nobody else's mail, and refused, deferred and handed over are told apart."""
    box, url = postbox
    addresses = [
        "nobody@riverbend.example",
        "a@riverbend.example",
        "later@riverbend.example",
        "no address",
        "ü@x.example",
    ]
    receipts = send([a_message(key=address, to_address=address) for address in addresses], smtp_url=url)
    refused, taken, later = Outcome.REFUSED, Outcome.HANDED_OVER, Outcome.DEFERRED
    assert [receipt.outcome for receipt in receipts] == [refused, taken, later, refused, refused]
    assert [receipt.key for receipt in receipts] == addresses
    assert all(receipt.reason for receipt in receipts if receipt.outcome in {refused, later})
    assert box.mails[0]["To"] == "Zoë Lévesque <a@riverbend.example>"


def test_a_server_that_is_down_defers_everything() -> None:
    """Nothing is lost when the mail server is down, and the password in its address is told to nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"smtp://user:hunter2@127.0.0.1:{taken.getsockname()[1]}"
        receipts = send([a_message(), a_message(key="2")], smtp_url=url)
    assert [receipt.outcome for receipt in receipts] == [Outcome.DEFERRED, Outcome.DEFERRED]
    assert "hunter2" not in repr(receipts)


def test_encryption_that_is_demanded_and_missing_defers(postbox: tuple[Postbox, str]) -> None:
    """Where STARTTLS is demanded, no mail leaves in the clear."""
    box, url = postbox
    (receipt,) = send([a_message()], smtp_url=f"{url}/?starttls=required")
    assert (receipt.outcome, box.mails) == (Outcome.DEFERRED, [])


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x00", "\x85"])
@pytest.mark.parametrize("field", ["subject", "to_name", "locale", "to_address"])
def test_nothing_can_add_a_header(tmp_path: Path, field: str, break_: str) -> None:
    """A name or subject with a line break stays one header; an address with one is refused."""
    evil = f"x{break_}Bcc: spy@evil.example"
    (receipt,) = send([a_message(**{field: evil})], mail_folder=str(tmp_path))
    if field == "to_address":
        assert (receipt.outcome, list(tmp_path.iterdir())) == (Outcome.REFUSED, [])
        return
    data = (tmp_path / receipt.reference).read_bytes()
    assert b"\nBcc" not in data.split(b"\r\n\r\n")[0].replace(b"\r", b"\n")
    mail = parsed(data)
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "zoe@riverbend.example"
    assert len(mail["To"].addresses) == 1


@pytest.mark.parametrize(
    "address",
    [
        "",
        "x",
        "@x.example",
        "a@",
        "a@b@c",
        "a@b,c@d",
        "a <b@c>",
        "a@b\n",
        "two words@x.example",
        '"a"@x.example',
        "a;b@c",
    ],
)
def test_what_is_no_address_is_refused_for_good(tmp_path: Path, address: str) -> None:
    """A mail is never sent to half of a mistyped list."""
    (receipt,) = send([a_message(to_address=address)], mail_folder=str(tmp_path))
    assert receipt.outcome is Outcome.REFUSED


def test_the_mail_drop_holds_whole_files_only(tmp_path: Path) -> None:
    """Without a server each mail is one readable file, named by its time, and says so in its receipt."""
    folder = tmp_path / "home" / "mail"
    (receipt,) = send([a_message(html="")], mail_folder=str(folder))
    assert receipt.outcome is Outcome.WRITTEN
    assert receipt.reference.startswith("20260901T140000Z-")
    assert [path.name for path in folder.iterdir()] == [receipt.reference]
    mail = parsed((folder / receipt.reference).read_bytes())
    assert mail.get_content_type() == "text/plain"
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"mail_from": "nobody", "mail_folder": "unused"},
        {"mail_from": "", "mail_folder": "unused"},
        {"smtp_url": "http://user:hunter2@x.example"},
        {"smtp_url": "smtp://"},
    ],
)
def test_settings_of_no_use_are_a_failure_that_tells_no_password(settings: dict[str, str]) -> None:
    """A misconfigured sender stops the batch, which stays queued, instead of losing mails one by one."""
    with pytest.raises(PluginFailed, match="mail") as caught:
        send([a_message()], **settings)
    assert "hunter2" not in str(caught.value)
