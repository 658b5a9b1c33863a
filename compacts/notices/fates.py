"""What became of what somebody was to be told, in words that claim no more than is known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from reciproca.compacts.notices.rules import Reason
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.notices.words import Kind
from reciproca.core.i18n import Translator, _
from reciproca.plugins.types import Outcome


class Fate(StrEnum):
    """Where a notice stands on its way."""

    PAGE_ONLY = "page_only"
    QUEUED = "queued"
    WAITING = "waiting"
    SENDING = "sending"
    RETRYING = "retrying"
    ACCEPTED = "accepted"
    WRITTEN = "written"
    REFUSED = "refused"
    RETURNED = "returned"
    FAILED = "failed"
    NOT_SENT = "not_sent"


BOUNCED = "bounced"
"""The outcome of a delivery that came back."""

QUIET = "quiet"
"""What is told to others of any invitation that wasn't sent: why is its reader's alone."""

ON_PAGE = "on_page"
"""What is told to others of anything that is on the page of messages alone, for whatever reason."""

_ON_PAGE = frozenset({str(Reason.UNWANTED), str(Reason.NOT_BY_MAIL)})

OPENLY = frozenset({
    Kind.REMINDER, Kind.VACANT, Kind.ESCALATED, Kind.PROPOSED, Kind.ELICITATION_OPENED, Kind.ELICITATION_CLOSED,
    Kind.CONSULTATION_OPENED, Kind.REVIEW_OPENED, Kind.REVIEW_SHOWN, Kind.REVIEW_CLOSED, Kind.MEETING_SET,
    Kind.MEETING_MOVED, Kind.MEETING_CANCELLED, Kind.ACTION_AGREED, Kind.OUTCOME_TOLD,
})  # fmt: skip
"""Kinds that go to whoever was asked, invited or owes something, whatever they answered."""

THEIRS_ALONE = frozenset({
    Kind.SIGNATURE_RECEIPT, Kind.SIGNATURE_ON_PAPER, Kind.SIGNATURE_RECEIVED, Kind.SIGNATURE_COUNTERSIGNED,
    Kind.SIGNATURE_COVERS, Kind.SIGNATURE_GRACE, Kind.VERSION_IN_FORCE, Kind.VERSION_ENDED, Kind.CONSULTATION_CLOSED,
    Kind.MESSAGE,
})  # fmt: skip
"""Kinds that tell, by being there, what somebody answered or said, or whom they spoke to."""

_SAYABLE_OF_INVITATIONS = frozenset({"", str(Reason.NO_ADDRESS), str(Reason.CAME_BACK), str(Reason.LEFT)})


@dataclass(frozen=True, kw_only=True)
class Became:
    """A notice's `fate`: `why` it wasn't sent (a Reason, or QUIET), what the server `said`, the instant `at` which it
    went or goes next, and how many `tries` were made."""

    fate: Fate
    why: str = ""
    said: str = ""
    at: datetime | None = None
    tries: int = 0


def became_of(delivery: Delivery | None, left_out: str | None, now: datetime) -> Became:
    """What became, by `now`, of a notice that `delivery` carries and perhaps went without."""
    if left_out or (delivery and delivery.state == "dropped"):
        return Became(fate=Fate.NOT_SENT, why=left_out or (delivery.failure if delivery else None) or "")
    if delivery is None:
        return Became(fate=Fate.PAGE_ONLY)
    return _ended(delivery) or _on_its_way(delivery, now)


def _ended(delivery: Delivery) -> Became | None:
    if delivery.outcome == BOUNCED:
        return Became(fate=Fate.RETURNED, said=delivery.failure or "", tries=delivery.attempts)
    if delivery.state == "done":
        is_written = delivery.outcome == Outcome.WRITTEN.value
        return Became(fate=Fate.WRITTEN if is_written else Fate.ACCEPTED, at=delivery.done_at)
    if delivery.state == "failed":
        is_refused = delivery.outcome == Outcome.REFUSED.value
        fate = Fate.REFUSED if is_refused else Fate.FAILED
        return Became(fate=fate, said=delivery.failure or "", tries=delivery.attempts)
    return None


def _on_its_way(delivery: Delivery, now: datetime) -> Became:
    if delivery.state == "leased":
        return Became(fate=Fate.SENDING)
    if delivery.attempts:
        said, tries = delivery.failure or "", delivery.attempts
        return Became(fate=Fate.RETRYING, said=said, at=delivery.not_before, tries=tries)
    if delivery.not_before > now:
        return Became(fate=Fate.WAITING, at=delivery.not_before)
    return Became(fate=Fate.QUEUED)


def as_others_see(became: Became, *, is_invitation: bool) -> Became:
    """The same for others than its reader. Whether an invitation wasn't sent because it was declined, answered
    otherwise, over, or because they wished to be left in peace, is one and the same; and whether news is on the page
    alone by their own wish is nobody's business."""
    if became.fate is not Fate.NOT_SENT or became.why in _SAYABLE_OF_INVITATIONS:
        return became
    if is_invitation:
        return Became(fate=Fate.NOT_SENT, why=QUIET)
    return Became(fate=Fate.NOT_SENT, why=ON_PAGE) if became.why in _ON_PAGE else became


_FATES: Mapping[Fate, str] = MappingProxyType({
    Fate.PAGE_ONLY: _("On the page of messages only: no address was on file."),
    Fate.QUEUED: _("Queued: it goes with the next round."),
    Fate.WAITING: _("Waits until %(when)s, for a leave, a night or a closed day to be over."),
    Fate.SENDING: _("Being sent."),
    Fate.RETRYING: _("Not accepted yet. Tries so far: %(tries)s; the next is on %(when)s. %(said)s"),
    Fate.ACCEPTED: _("Accepted by the mail server on %(when)s."),
    Fate.WRITTEN: _("Written to a folder here on %(when)s and sent to nobody: no mail server is set up."),
    Fate.REFUSED: _("Refused. %(said)s"),
    Fate.RETURNED: _("Accepted by the mail server, and came back later. %(said)s"),
    Fate.FAILED: _("Given up. Tries: %(tries)s. %(said)s"),
    Fate.NOT_SENT: _("Not sent: %(why)s"),
})  # fmt: skip

_WHY: Mapping[str, str] = MappingProxyType({
    Reason.NO_ADDRESS: _("no address was on file any more."),
    Reason.ANSWERED: _("it was done, answered or over by then."),
    Reason.CAME_BACK: _("an earlier mail to this address came back."),
    Reason.UNWANTED: _("no courtesy mails are wished; it is on the page of messages."),
    Reason.NOT_BY_MAIL: _("by the days for reminders this one is on the page of messages only."),
    Reason.LEFT: _("the person had left by then."),
    Reason.NOT_HOLDER: _("somebody else looked after it by then."),
    Reason.STOPPED: _("it was answered otherwise, or no more reminders were wished."),
    Reason.MOVED: _("its day had been moved."),
    Reason.PAUSED: _("its campaign was paused."),
    Reason.SNOOZED: _("it had been put off until later."),
    Reason.NEWER: _("a newer message of the same thing took its place."),
    Reason.NOTHING: _("nothing was left to say."),
    ON_PAGE: _("it is on the page of messages."),
    QUIET: _("the invitation was over, or no more reminders were wished."),
})  # fmt: skip


def in_words(became: Became, translator: Translator, zone: str) -> str:
    """One sentence in the translator's language; instants as clocks show them in `zone`. What a channel
    `said` is translated where it can be."""
    why = _WHY.get(became.why, "")
    values = {
        "when": translator.format_instant(became.at, zone, "medium") if became.at else "",
        "tries": translator.format_number(became.tries),
        "said": translator.gettext(became.said) if became.said else "",
        "why": translator.gettext(why) if why else became.why,
    }
    return (translator.gettext(_FATES[became.fate]) % values).strip()
