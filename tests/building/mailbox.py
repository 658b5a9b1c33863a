"""A small, real IMAP server on loopback with one mailbox: enough of RFC 3501 for whoever reads new mail in it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage, MIMEPart
from typing import ClassVar

USER, PASSWORD = "bounces", "right horse"


@dataclass
class Kept:
    """One mail of the mailbox, and its flags."""

    data: bytes
    flags: set[str] = field(default_factory=set)


class Mailbox:
    """What lies in the mailbox, the oldest first; `fetched`: how often a mail was read."""

    def __init__(self) -> None:
        self.url = ""
        self.mails: list[Kept] = []
        self.fetched = 0

    def put(self, mail: EmailMessage | bytes) -> Kept:
        """A mail arrives."""
        kept = Kept(mail if isinstance(mail, bytes) else mail.as_bytes())
        self.mails.append(kept)
        return kept


class _Line(socketserver.StreamRequestHandler):
    box: ClassVar[Mailbox]

    def handle(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1] ready")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            tag, _blank, rest = line.partition(" ")
            word, _blank, rest = rest.partition(" ")
            name = f"{word} {rest.split(' ')[0]}" if word.upper() == "UID" else word
            answer = getattr(self, f"_{name.lower().replace(' ', '_')}", None)
            self._say(f"{tag} {answer(rest) if answer else 'BAD unknown'}")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _capability(self, _rest: str) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "OK done"

    def _login(self, rest: str) -> str:
        return "OK in" if rest == f'{USER} "{PASSWORD}"' else "NO [AUTHENTICATIONFAILED] wrong"

    def _select(self, rest: str) -> str:
        if rest.strip('"') != "INBOX":
            return "NO no such mailbox"
        self._say(f"* {len(self.box.mails)} EXISTS")
        return "OK [READ-WRITE] selected"

    def _uid_search(self, _rest: str) -> str:
        new = [str(at) for at, kept in enumerate(self.box.mails, 1) if r"\Seen" not in kept.flags]
        self._say(" ".join(["* SEARCH", *new]))
        return "OK done"

    def _uid_fetch(self, rest: str) -> str:
        asked = re.fullmatch(r"FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
        if not asked:
            return "BAD what"
        data = self.box.mails[int(asked[1]) - 1].data[: int(asked[2])]
        self.box.fetched += 1
        self._say(f"* {asked[1]} FETCH (UID {asked[1]} BODY[]<0> {{{len(data)}}}")
        self.wfile.write(data)
        self._say(")")
        return "OK done"

    def _uid_store(self, rest: str) -> str:
        asked = re.fullmatch(r"STORE (\d+) \+FLAGS\.SILENT \(([^)]*)\)", rest)
        if not asked:
            return "BAD what"
        self.box.mails[int(asked[1]) - 1].flags |= set(asked[2].split())
        return "OK done"


@contextmanager
def a_mailbox() -> Iterator[Mailbox]:
    """A mailbox that can be read while the block lasts."""
    box = Mailbox()
    handler = type("Line", (_Line,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.url = f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{server.server_address[1]}/INBOX"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield box
        finally:
            server.shutdown()


def a_report(
    to: str, *, status: str = "5.1.1", action: str = "failed", said: str = "550 5.1.1 <x@y.example> unknown"
) -> EmailMessage:
    """What a mail server writes about a mail that it can't deliver (RFC 3464), to where that mail came from."""
    report = EmailMessage()
    report["From"] = "MAILER-DAEMON@other.example"
    report["To"] = to
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Auto-Submitted"] = "auto-replied"
    report.set_content("I'm sorry to have to tell you…")
    report.make_mixed()
    fields = MIMEPart()
    fields["Content-Type"] = "message/delivery-status"
    fields.set_payload([_fields("Reporting-MTA: dns; other.example"), _about(action, status, said)])
    report.attach(fields)
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    return report


def a_note(to: str, *, automatic: bool = True) -> EmailMessage:
    """An out-of-office note, or a letter from a person."""
    note = EmailMessage()
    note["From"] = "p1@riverbend.example"
    note["To"] = to
    note["Subject"] = "Out of office: 550 5.1.1"
    if automatic:
        note["Auto-Submitted"] = "auto-replied"
    note.set_content("Action: failed\nStatus: 5.1.1\n\nI am away until Monday.")
    return note


def _about(action: str, status: str, said: str) -> MIMEPart:
    return _fields(
        "Final-Recipient: rfc822; x@y.example",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: smtp; {said}",
    )


def _fields(*lines: str) -> MIMEPart:
    part = MIMEPart()
    for line in lines:
        name, _, value = line.partition(": ")
        part[name] = value
    return part
