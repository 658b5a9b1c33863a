"""Dates as iCalendar (RFC 5545): one's own feed, and the part of a mail that invites to a meeting (RFC 5546, 6047).

The only room that knows the library. Same values, same bytes: nothing here asks what time it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Reciproca//Reciproca//EN"
REFRESH = timedelta(hours=6)
"""How often a calendar program is asked to look again."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One date. `uid` never changes, `sequence` grows with each change, `stamp` is when it last changed. A whole `day`,
    or `minutes` from the instant `starts`, which is written in UTC: every program shows that in its reader's own zone,
    while no two read the rules of zones alike. `text` says more, `url` opens it."""

    uid: str
    sequence: int
    stamp: datetime
    title: str
    day: date | None = None
    starts: datetime | None = None
    minutes: int = 60
    text: str = ""
    place: str = ""
    url: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """A name and the address that goes with it."""

    name: str
    address: str


def feed(entries: Iterable[Entry], *, name: str, locale: str) -> bytes:
    """A calendar called `name` with `entries`, for a program that reads it again and again."""
    made = _calendar()
    made.add("name", name, parameters={"LANGUAGE": locale})
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for entry in entries:
        event = _event(entry)
        event.add("class", "PRIVATE")  # who shares their calendar shows when, not what
        made.add_component(event)
    return bytes(made.to_ical())


def invitation(entry: Entry, *, organiser: Mailbox, guest: Mailbox) -> str:
    """The calendar part of a mail to `guest`: a request, or a cancellation. It names nobody else who takes part, and
    asks for no answer, because nobody reads what programs send back."""
    made = _calendar()
    made.add("method", "CANCEL" if entry.is_cancelled else "REQUEST")
    event = _event(entry)
    event.add("organizer", vCalAddress(f"mailto:{organiser.address}"), parameters={"CN": organiser.name})
    asked = {"CN": guest.name, "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}
    event.add("attendee", vCalAddress(f"mailto:{guest.address}"), parameters=asked)
    made.add_component(event)
    return bytes(made.to_ical()).decode()


def _calendar() -> Calendar:
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    made.add("calscale", "GREGORIAN")
    return made


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.title)
    if entry.day is not None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # what is due that day doesn't fill it
    elif entry.starts is not None:
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("duration", timedelta(minutes=entry.minutes))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    for name, value in (("description", entry.text), ("location", entry.place), ("url", entry.url)):
        if value:
            event.add(name, value)
    return event
