"""A meeting as a date in somebody's calendar: the same one in a mail that invites and in their own feed."""

from datetime import datetime
from email.utils import parseaddr

from reciproca.compacts.notices.queries import Letter
from reciproca.compacts.notices.words import Kind, Meeting, in_locale
from reciproca.core.clock import instant_of
from reciproca.core.i18n import Translator
from reciproca.core.settings import Settings
from reciproca.templates.calendar import Entry, Mailbox, invitation


def invitation_to(letter: Letter, translator: Translator, settings: Settings) -> str:
    """The calendar part of `letter`; "" where it is about no meeting. The organiser is the address that mails come
    from, under the organisation's name, because calendar programs believe nobody else."""
    meeting = (
        letter.news[0].meeting if len(letter.news) == 1 else None
    )  # the sweep, which gathers, invites to none
    if meeting is None:
        return ""
    facts = letter.news[0]
    entry = meeting_entry(
        meeting,
        title=in_locale(facts.title, translator.locale),
        translator=translator,
        stamp=letter.written_at,
        url=settings.public_url.rstrip("/") + facts.path,
        is_cancelled=facts.kind is Kind.MEETING_CANCELLED,
    )
    organiser = Mailbox(name=letter.organisation, address=parseaddr(settings.mail_from)[1])
    return invitation(entry, organiser=organiser, guest=Mailbox(name=letter.name, address=letter.address))


def meeting_entry(
    meeting: Meeting, *, title: str, translator: Translator, stamp: datetime, url: str, is_cancelled: bool
) -> Entry:
    """`meeting` of the review of the agreement `title`, as last changed at `stamp`; `url` opens its page. Its text says
    the time as it was agreed, with its zone, wherever the reader is."""
    starts = instant_of(meeting.starts.date(), meeting.starts.hour, meeting.starts.minute, meeting.zone)
    when = translator.format_instant(starts, meeting.zone, "full")
    name = translator.gettext("Review meeting: %(title)s") % {"title": title}
    return Entry(
        uid=meeting.uid,
        sequence=meeting.sequence,
        stamp=stamp,
        title=translator.gettext("Called off: %(title)s") % {"title": name} if is_cancelled else name,
        starts=starts,
        minutes=meeting.minutes,
        text="\n\n".join(part for part in (when, meeting.agenda, meeting.link, url) if part),
        place=meeting.place,
        url=url,
        is_cancelled=is_cancelled,
    )
