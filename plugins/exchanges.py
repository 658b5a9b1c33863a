"""What is asked and answered while the application runs: drafts, dates, identifiers, rosters, messages."""

from dataclasses import dataclass
from datetime import date

from reciproca.plugins.kinds import DateOrder, LegalEffect, Outcome, Severity, Side, Verdict
from reciproca.plugins.values import Texts, Value


@dataclass(frozen=True, kw_only=True)
class Problem(Value):
    """One thing to put right. `reason` and `remedy` are fixed sentences (see `N_`); `subject` holds the words in
    question. For a file: `line` counts the heading as 1, `column` is its heading. For a draft: `field` is a path."""

    severity: Severity
    reason: str
    remedy: str = ""
    subject: str = ""
    line: int = 0
    column: str = ""
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class DraftCommitment(Value):
    """One commitment of a draft, as a deciding plugin sees it."""

    key: str
    side: Side
    theme: str
    text: Texts


@dataclass(frozen=True, kw_only=True)
class Draft(Value):
    """A draft that somebody wants to propose."""

    jurisdiction: str
    legal_effect: LegalEffect
    locales: tuple[str, ...]
    commitments: tuple[DraftCommitment, ...]


@dataclass(frozen=True, kw_only=True)
class WordingFinding(Value):
    """Advice on how one promise, or with no `key` the whole text, reads in one language. `kind` is a word of the
    plugin's own; `reason` is a fixed sentence (see `N_`); `subject` holds the words, or the measure, in question, and
    `instead` what one could write. It never stops anything: that is what `draft_problems` is for."""

    locale: str
    kind: str
    reason: str
    key: str = ""
    side: Side | None = None
    subject: str = ""
    instead: str = ""


@dataclass(frozen=True, kw_only=True)
class CycleAnchor(Value):
    """A question: when does review number `number` (from 1) of what began on `anchor` open?"""

    anchor: date
    number: int


@dataclass(frozen=True, kw_only=True)
class Opening(Value):
    """The answer: answers are gathered from `opens` until the day before `seal_opens`; on that day what has been
    answered is shown to both sides, whoever is silent."""

    number: int
    opens: date
    seal_opens: date


@dataclass(frozen=True, kw_only=True)
class IdentifierVerdict(Value):
    """What the form of one value says; `normalised` is for comparing, the entered form is what is stored."""

    verdict: Verdict
    normalised: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RosterMapping(Value):
    """What the operator knows about a file; empty means: find out. `columns` is heading → field (empty: ignore);
    `categories` is text → category key."""

    encoding: str = ""
    delimiter: str = ""
    date_order: DateOrder | None = None
    columns: Texts | None = None
    categories: Texts | None = None


@dataclass(frozen=True, kw_only=True)
class RosterRow(Value):
    """One record: its first physical `line` (the heading is 1), and its cells by field, as text, as written."""

    line: int
    cells: Texts


@dataclass(frozen=True, kw_only=True)
class RosterTable(Value):
    """A file as read. `columns` says which field each heading was taken for ("" for none): a mapping to start from.
    An unreadable file is a table with no rows and an error."""

    encoding: str
    delimiter: str
    headings: tuple[str, ...]
    columns: Texts
    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class OutgoingMessage(Value):
    """One message to one person. `key` is unique and never changes: sending twice with one key is one message.
    `at` is the ISO instant that the message carries as its date. `calendar` is an iCalendar object (RFC 5545) that goes
    with it, whose METHOD says what it asks of a calendar program; a channel that carries none leaves it out.
    `unsubscribe` is where mails of this sort can be ended, by RFC 8058's one click too; none where they can't.
    `from_name` is who speaks, under the sender's own address; answers go to `reply_to_address`. What can't be delivered
    goes back to `bounces_to`, an address of this one message's own. All three may be empty."""

    key: str
    at: str
    to_address: str
    to_name: str
    locale: str
    subject: str
    text: str
    html: str = ""
    calendar: str = ""
    unsubscribe: str = ""
    from_name: str = ""
    reply_to_address: str = ""
    bounces_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Checkpoint(Value):
    """The text of a signed checkpoint (a C2SP signed note), as the ledger issued it or as a witness holds it, with the
    witness's own signature where it adds one. `consistency` proves that it only adds to the one that the witness was
    last known to hold: the body of a C2SP tlog-witness request; empty for the first."""

    note: str
    consistency: str = ""


@dataclass(frozen=True, kw_only=True)
class Receipt(Value):
    """What became of the message with this `key`; `reference` is the channel's own name for it."""

    key: str
    outcome: Outcome
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicKey(Value):
    """A public key in PEM (SubjectPublicKeyInfo)."""

    pem: str


@dataclass(frozen=True, kw_only=True)
class RawSignature(Value):
    """A signature in hexadecimal: the DER of r and s for ECDSA, as long as the modulus for RSA (PKCS #1 v1.5)."""

    hex: str
