"""What each kind of notice says, for mail and for the page of messages: one table, both languages through gettext."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from reciproca.core.i18n import Translator, _


class Kind(StrEnum):
    """Every kind of notice. The first four come from the sweep, the others from `notify`."""

    REMINDER = "reminder"
    VACANT = "vacant"
    ESCALATED = "escalated"
    PROPOSED = "proposed"
    SIGNATURE_RECEIPT = "signature.receipt"
    SIGNATURE_ON_PAPER = "signature.on_paper"
    SIGNATURE_RECEIVED = "signature.received"
    SIGNATURE_COUNTERSIGNED = "signature.countersigned"
    SIGNATURE_COVERS = "signature.covers"
    SIGNATURE_GRACE = "signature.grace"
    VERSION_IN_FORCE = "version.in_force"
    VERSION_ENDED = "version.ended"
    ELICITATION_OPENED = "elicitation.opened"
    ELICITATION_CLOSED = "elicitation.closed"
    CONSULTATION_OPENED = "consultation.opened"
    CONSULTATION_CLOSED = "consultation.closed"
    REVIEW_OPENED = "review.opened"
    REVIEW_SHOWN = "review.shown"
    REVIEW_CLOSED = "review.closed"
    MEETING_SET = "meeting.set"
    MEETING_MOVED = "meeting.moved"
    MEETING_CANCELLED = "meeting.cancelled"
    ACTION_AGREED = "action.agreed"
    OUTCOME_TOLD = "action.outcome_told"
    MESSAGE = "message"


WITNESSED = frozenset({Kind.SIGNATURE_RECEIPT, Kind.SIGNATURE_RECEIVED, Kind.SIGNATURE_COUNTERSIGNED})
"""Receipts: their mails carry the ledger's newest checkpoint."""


COURTESY = frozenset({
    Kind.ELICITATION_CLOSED, Kind.CONSULTATION_CLOSED, Kind.REVIEW_SHOWN, Kind.REVIEW_CLOSED, Kind.OUTCOME_TOLD,
    Kind.SIGNATURE_RECEIVED,
})  # fmt: skip
"""News that one can have on the page of messages alone. All else is about what one is asked or owes, or about one's
own rights."""


class Stage(StrEnum):
    """Where a reminder stands in the life of what it is about."""

    INVITED = "invited"
    STILL_OPEN = "still_open"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A meeting that a notice invites to: `starts` is local wall time in `zone`; its `uid` stays, its `sequence`
    grows with each change."""

    uid: str
    sequence: int
    starts: datetime
    zone: str
    minutes: int
    place: str
    link: str = ""
    agenda: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the words are about: maps are {locale: text}; `path` is the page to open; `text` goes with MESSAGE only,
    `meeting` with the three kinds about one."""

    kind: Kind
    title: Mapping[str, str]
    stage: Stage | None = None
    due: date | None = None
    path: str = "/"
    sentence: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    meeting: Meeting | None = None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A notice in one language: `button` is the text of the link to `path`; `why` ends "why you get this"."""

    heading: str
    paragraphs: tuple[str, ...]
    button: str
    path: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Several notices in one language: `items` in the order of their days, each without what it says like others;
    `paragraphs` is what several of them say alike, `why` why one gets them."""

    heading: str
    items: tuple[Said, ...]
    paragraphs: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    heading: str
    paragraphs: tuple[str, ...]
    button: str
    why: str


_OPEN, _READ, _ANSWER = _("Open it"), _("Read it"), _("Read and answer")
_CHANGED = _("See what changed since you signed")
_HOLDER = _("you, or the post that you hold, look after this.")
_SPONSOR = _("you look after this agreement for your side.")
_ASKED = _("you belong to those whom this agreement is offered to.")
_PARTY = _("you are a party to this agreement.")
_MEETS = _("you take part in the review of this agreement, or did.")
_SPOKE = _("you said something in that round.")
_BOTH = _("Both sides are reminded in the same way and on the same days.")

_REMINDERS: Mapping[Stage, _Words] = {
    Stage.INVITED: _Words(
        _("You are invited: %(title)s"),
        (_("%(organisation)s invites you to read and answer: %(title)s. You can do so until %(due)s."),
         _("Your answer is free. You can also decline, ask to talk, or leave it: then it ends by itself on that day.")),
        _ANSWER, _ASKED),
    Stage.STILL_OPEN: _Words(
        _("Open until %(due)s: %(title)s"),
        (_("You can still read and answer: %(title)s. It ends by itself on %(due)s."),
         _("If you would rather not answer, there is nothing to do; on its page you can also stop these reminders.")),
        _ANSWER, _ASKED),
    Stage.DUE: _Words(
        _("Due %(due)s: %(title)s"), (_("%(title)s waits for you. It is due on %(due)s."), _BOTH), _OPEN, _HOLDER),
    Stage.LATE: _Words(
        _("Was due %(due)s: %(title)s"),
        (_("%(title)s was due on %(due)s and is still open. If something is in the way, say so on its page."), _BOTH),
        _OPEN, _HOLDER),
}  # fmt: skip

_OTHERS: Mapping[Kind, _Words] = {
    Kind.VACANT: _Words(
        _("Nobody looks after: %(title)s"),
        (_("%(title)s is due on %(due)s, but nobody is there who holds the post that looks after it."),
         _("Name somebody, or look after it yourself.")),
        _OPEN, _("you are a steward, and this has nobody else.")),
    Kind.ESCALATED: _Words(
        _("Open since %(due)s: %(title)s"),
        (_("%(title)s was due on %(due)s and is still open. What its owner says of it is on the page of what is "
           "overdue."),
         _BOTH),
        _("See what is overdue"), _SPONSOR),
    Kind.PROPOSED: _Words(
        _("For your agenda: %(title)s"),
        (_("%(title)s was due on %(due)s, four weeks ago or more. It is proposed for your agenda, with what its owner "
           "says of it."),
         _("Place it, or leave it off and say why: either shows in the balance, for both sides alike.")),
        _("Decide"), _("you record the decisions of your side’s body.")),
    Kind.SIGNATURE_RECEIPT: _Words(
        _("Your signature is recorded: %(title)s"),
        (_("You signed %(title)s. Your own copy and the evidence of your signature are on its page, for good."),),
        _("Open your copy"), _("you signed it.")),
    Kind.SIGNATURE_ON_PAPER: _Words(
        _("A paper signature was recorded for you: %(title)s"),
        (_("A paper with your signature under %(title)s was scanned by one person and checked by another. Your own "
           "copy is on its page."),
         _("Not you? Say so on its page: the signature is set aside at once, and your side’s co-sponsor is told.")),
        _("Look at it"), _("a signature was recorded in your name.")),
    Kind.SIGNATURE_RECEIVED: _Words(
        _("Signatures come in: %(title)s"),
        (_("Physicians are signing %(title)s. Its page has the count. You are told at most once a day."),),
        _OPEN, _("you sign for the organisation.")),
    Kind.SIGNATURE_COUNTERSIGNED: _Words(
        _("The organisation has signed too: %(title)s"),
        (_("%(organisation)s has signed %(title)s. Your copy now carries both signatures."),),
        _("Open your copy"), _("you signed it.")),
    Kind.SIGNATURE_COVERS: _Words(
        _("Nothing for you to do: %(title)s"),
        (_("A newer version is in force. Only its form changed, no promise did: your signature, on %(title)s, stands "
           "for it too."),),
        _CHANGED, _("you signed it.")),
    Kind.SIGNATURE_GRACE: _Words(
        _("Your signature counts until %(due)s: %(title)s"),
        (_("You signed %(title)s. A newer version is in force now; yours still counts until %(due)s."),
         _("You can sign the new one when it is offered to you, or not: you are as free as the first time.")),
        _CHANGED, _("you signed it.")),
    Kind.VERSION_IN_FORCE: _Words(
        _("In force: %(title)s"), (_("%(title)s is in force from now on, for both sides."),), _READ, _PARTY),
    Kind.VERSION_ENDED: _Words(
        _("No longer in force: %(title)s"),
        (_("%(title)s, which you signed, has been changed or withdrawn. What you signed stays yours to read."),),
        _READ, _("you signed it.")),
    Kind.ELICITATION_OPENED: _Words(
        _("What would you give, what do you hope to get? %(title)s"),
        (_("Before a word of %(title)s is written, both sides are asked. A few lines, two minutes, until %(due)s."),
         _("Nobody reads your lines before the round is closed, and then nobody can tell whose they were.")),
        _("Write your lines"), _ASKED),
    Kind.ELICITATION_CLOSED: _Words(
        _("Both sides’ lists are open: %(title)s"),
        (_("What each side gives and hopes to get can now be read side by side. Nobody can tell who wrote what."),),
        _READ, _ASKED),
    Kind.CONSULTATION_OPENED: _Words(
        _("Say what you think: %(title)s"),
        (_("A draft is open for comments until %(due)s: %(title)s. What the round is for, and who sees your name, is "
           "said on its page before you write."),
         _("Everything that is said gets an answer, with the reason.")),
        _("Read and comment"), _ASKED),
    Kind.CONSULTATION_CLOSED: _Words(
        _("Your comments are answered: %(title)s"),
        (_("The round is closed. What was done about each thing that you said, and why, is on its page, with what "
           "changed since."),),
        _("Read your answers"), _SPOKE),
    Kind.REVIEW_OPENED: _Words(
        _("The review has begun: %(title)s"),
        (_("Both sides now look at every promise, their own and the other’s. Answers are taken until %(due)s."),
         _("Neither side sees the other’s answers before both have sent theirs, or that day has come.")),
        _OPEN, _SPONSOR),
    Kind.REVIEW_SHOWN: _Words(
        _("The answers are open: %(title)s"),
        (_("What each side answered can now be read by both. A silent side stands as having given no answer."),),
        _READ, _SPONSOR),
    Kind.REVIEW_CLOSED: _Words(
        _("The review is closed: %(title)s"),
        (_("What was found, for both sides, and what was agreed can be read on its page."),), _READ, _PARTY),
    Kind.MEETING_SET: _Words(
        _("You are invited to meet on %(day)s: %(title)s"),
        (_("Both sides meet to talk about their promises: %(when)s, for %(minutes)s minutes. Place: %(place)s."),
         _("The part of this mail for your calendar puts it there. If you can’t come, say so to the steward.")),
        _OPEN, _MEETS),
    Kind.MEETING_MOVED: _Words(
        _("The meeting has changed, it is on %(day)s: %(title)s"),
        (_("What counts now: %(when)s, for %(minutes)s minutes. Place: %(place)s."),
         _("Your calendar changes the date that it has when you let it read this mail.")),
        _OPEN, _MEETS),
    Kind.MEETING_CANCELLED: _Words(
        _("You are not expected on %(day)s any more: %(title)s"),
        (_("The meeting of %(when)s was called off, or somebody else goes to it in your place."),),
        _OPEN, _MEETS),
    Kind.ACTION_AGREED: _Words(
        _("Agreed: %(title)s"), (_("It was agreed in the review that this is done by %(due)s: %(title)s."),),
        _OPEN, _HOLDER),
    Kind.OUTCOME_TOLD: _Words(
        _("What became of: %(title)s"), (_("What was done, or not done, and why, can be read on its page."),),
        _READ, _PARTY),
    Kind.MESSAGE: _Words("%(title)s", ("%(text)s",), _OPEN, _("it concerns you.")),
}  # fmt: skip


def is_courtesy(kind: Kind, stage: Stage | None) -> bool:
    """Whether a mail can be done without: some news, and whatever repeats an invitation. A duty is never."""
    return kind in COURTESY or stage is Stage.STILL_OPEN


def goes_first(kind: Kind) -> bool:
    """Whether a mail of this news goes before reminders and courtesy: it is asked for the first time, confirms what
    somebody has just done, or is about their rights."""
    return kind is not Kind.REMINDER and kind not in COURTESY


def facts_of(kind: str, data: Mapping[str, Any]) -> Facts:
    """The facts of a notice from its `data`: title, due (ISO date), path, sentence, text; all but title optional."""
    due = data.get("due")
    return Facts(
        kind=Kind(kind),
        title=_texts(data["title"]),
        due=date.fromisoformat(due) if due else None,
        path=data.get("path", "/"),
        sentence=_texts(data.get("sentence", {})),
        text=_texts(data.get("text", {})),
        meeting=_meeting(data["meeting"]) if "meeting" in data else None,
    )


def stage_of(family: str, *, step: int, written_at: datetime, due_at: datetime) -> Stage:
    """Which words a reminder needs."""
    if family == "invitation":
        return Stage.INVITED if step == 0 else Stage.STILL_OPEN
    return Stage.LATE if written_at > due_at else Stage.DUE


def say(facts: Facts, translator: Translator, organisation: str) -> Said:
    """The notice in the translator's language."""
    words = _REMINDERS[facts.stage] if facts.kind is Kind.REMINDER and facts.stage else _OTHERS[facts.kind]
    values = {
        "title": in_locale(facts.title, translator.locale),
        "due": translator.format_date(facts.due) if facts.due else "",
        "text": in_locale(facts.text, translator.locale),
        "organisation": organisation,
        **(_when(facts.meeting, translator) if facts.meeting else {}),
    }
    sentence = in_locale(facts.sentence, translator.locale)
    return Said(
        heading=translator.gettext(words.heading) % values,
        paragraphs=(
            *(translator.gettext(one) % values for one in words.paragraphs),
            *(_more(facts.meeting) if facts.meeting and facts.kind is not Kind.MEETING_CANCELLED else []),
            *([sentence] if sentence else []),
        ),
        button=translator.gettext(words.button),
        path=facts.path,
        why=translator.gettext(words.why),
    )


def say_together(news: Sequence[Facts], translator: Translator, organisation: str) -> Digest:
    """Several notices in the translator's language, what is due first first. What a heading says isn't said again."""
    ordered = sorted(news, key=lambda facts: facts.due or date.max)
    said = [say(facts, translator, organisation) for facts in ordered]
    times = Counter(text for one in said for text in set(one.paragraphs[1:]))
    alike = tuple(text for text, count in times.items() if count > 1)
    count = len(said)
    heading = translator.ngettext("%(count)s thing waits for you", "%(count)s things wait for you", count)
    return Digest(
        heading=heading % {"count": translator.format_number(count)},
        items=tuple(
            replace(one, paragraphs=tuple(text for text in one.paragraphs[1:] if text not in alike))
            for one in said
        ),
        paragraphs=alike,
        why=tuple(dict.fromkeys(one.why for one in said)),
    )


def in_locale(texts: Mapping[str, str], locale: str) -> str:
    """The text for `locale`, else the first there is, else none."""
    return texts.get(locale) or next(iter(texts.values()), "")


def _meeting(value: Mapping[str, Any]) -> Meeting:
    return Meeting(**{**value, "starts": datetime.fromisoformat(value["starts"])})


def _when(meeting: Meeting, translator: Translator) -> dict[str, str]:
    begins = meeting.starts.replace(tzinfo=ZoneInfo(meeting.zone))
    return {
        "day": translator.format_date(begins.date()),
        "when": translator.format_instant(begins, meeting.zone, "full"),
        "minutes": translator.format_number(meeting.minutes),
        "place": meeting.place,
    }


def _more(meeting: Meeting) -> list[str]:
    return [text for text in (meeting.link, meeting.agenda) if text]


def _texts(value: object) -> Mapping[str, str]:
    if isinstance(value, Mapping):
        return {str(locale): str(text) for locale, text in value.items()}
    return {"": str(value)}
