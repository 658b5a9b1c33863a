"""A real mail server on loopback that can be told to misbehave."""

import asyncio
import email
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """A mail server that can be told to misbehave. `heard` holds (address, Message-ID) of what it took,
    each after `delay` seconds; `senders` where each came from (its envelope), `mails` the mails."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.subjects: list[str] = []
        self.senders: list[str] = []
        self.mails: list[EmailMessage] = []
        self.answer: Callable[[str], str] = lambda _address: "250 OK"
        self.is_breaking_off = False
        self.delay = 0.0

    async def handle_RCPT(  # noqa: N802 -- the name that aiosmtpd calls
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        answer = self.answer(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- the same
        await asyncio.sleep(self.delay)
        mail = email.message_from_bytes(envelope.content, policy=policy.default)
        self.heard.append((envelope.rcpt_tos[0], mail["Message-ID"]))
        self.subjects.append(mail["Subject"])
        self.senders.append(envelope.mail_from)
        self.mails.append(mail)
        if self.is_breaking_off:
            server.transport.abort()
        return "250 taken"


@contextmanager
def a_postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server while the block lasts, and its URL."""
    box = Postbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()
