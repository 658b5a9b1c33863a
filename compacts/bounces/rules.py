"""What a mail that came back says (RFC 3464), and whether the address is at fault for good."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.utils import getaddresses
from enum import StrEnum

LONGEST = 300
"""Characters that are kept of what another server said."""
UNKNOWN = "5.0.0"
_LASTING = re.compile(r"5\.(0\.\d+|1\.\d+|2\.1|4\.4)")
"""No such address, mailbox or domain, or one that was closed; a full mailbox, a wrong word or a bad day isn't."""
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to", "apparently-to")


class Sort(StrEnum):
    """What a mail in the mailbox is: a report that a mail failed; one about something else (late, delivered); an answer
    that a machine wrote, out of office for example; anything else, a person's letter perhaps."""

    FAILED = "failed"
    REPORT = "report"
    AUTOMATIC = "automatic"
    LETTER = "letter"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One mail of the mailbox: the addresses it was sent to; of a failure, its `status` (RFC 3463) and what was
    `said`."""

    sort: Sort
    addressed: tuple[str, ...] = ()
    status: str = ""
    said: str = ""


def read(data: bytes) -> Reading:
    """What the mail `data` says. Whoever writes nonsense is a letter."""
    mail = message_from_bytes(data, policy=policy.compat32)
    addressed = tuple(dict.fromkeys(_addressed(mail)))
    failures = [one for one in _recipients(mail) if _word(one, "action") == "failed"]
    if failures:
        said = _word(failures[0], "diagnostic-code")
        found = _STATUS.search(_word(failures[0], "status")) or _STATUS.search(said)
        return Reading(
            sort=Sort.FAILED,
            addressed=addressed,
            status=status_of(found[0] if found else ""),
            said=tidy(said.partition(";")[2] or said),
        )
    if mail.get_content_type() == "multipart/report":
        return Reading(sort=Sort.REPORT, addressed=addressed)
    return Reading(sort=Sort.AUTOMATIC if _is_automatic(mail) else Sort.LETTER, addressed=addressed)


def status_of(text: str) -> str:
    """An enhanced status code; one that isn't is "failed, and nobody says why"."""
    return text if re.fullmatch(r"[45]\.\d{1,3}\.\d{1,3}", text) else UNKNOWN


def is_lasting(status: str) -> bool:
    """Whether a mail that failed with `status` would fail again: the address itself is at fault."""
    return bool(_LASTING.fullmatch(status))


def tidy(text: str) -> str:
    """What another server said, on one line, without addresses."""
    line = re.sub(r"\s+", " ", "".join(char if char.isprintable() else " " for char in text)).strip()
    return re.sub(r"<?[^\s<>]+@[^\s<>]+>?", "…", line)[:LONGEST]


def _recipients(mail: Message) -> Iterator[Message]:
    """The fields about each recipient of a report on delivery."""
    if mail.get_content_type() != "multipart/report" or not mail.is_multipart():
        return
    for part in mail.get_payload():
        if (
            isinstance(part, Message)
            and part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}
            and part.is_multipart()
        ):
            yield from (group for group in part.get_payload() if isinstance(group, Message))


def _addressed(mail: Message) -> Iterator[str]:
    values = [str(value) for name in _ADDRESSED for value in mail.get_all(name, [])]
    yield from (address.lower() for _name, address in getaddresses(values) if address)


def _word(fields: Message, name: str) -> str:
    value = str(fields.get(name, "")).strip()
    return value.lower() if name in {"action", "status"} else value


def _is_automatic(mail: Message) -> bool:
    marks = (
        str(mail.get("auto-submitted", "no")).partition(";")[0].strip().lower() != "no",
        str(mail.get("precedence", "")).strip().lower() in {"bulk", "junk", "auto_reply"},
        mail.get("x-autoreply") is not None or mail.get("x-auto-response-suppress") is not None,
    )
    return any(marks)


def word_of(state: str, outcome: str, *, was_stopped: bool) -> str:
    """What is truly known of a mail, in one word: accepted (by the mail server), written (to a file), refused, bounced,
    disabled (not sent, because mail to that address came back), unneeded, failed, or queued."""
    known = {"handed_over": "accepted", "": {"failed": "failed", "dropped": "unneeded"}.get(state, "queued")}
    return "disabled" if was_stopped and state == "dropped" else known.get(outcome, outcome)
