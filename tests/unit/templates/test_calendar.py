"""Dates as iCalendar, read by a library that had no part in writing them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import vobject

from reciproca.compacts.notices.inviting import meeting_entry
from reciproca.compacts.notices.words import Meeting
from reciproca.core.i18n import Translator
from reciproca.templates.calendar import Entry, Mailbox, feed, invitation

STAMP = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
HOSPITAL = Mailbox(name='Riverbend "Main"; Hospital, Ltd', address="compacts@riverbend.example")
SAM = Mailbox(name="Sam Ó Súilleabháin", address="sam@riverbend.example")
HARD = "Bilan; entente, « 14 thèmes »\\n – 🏥 " + "é" * 90


def a_meeting(zone: str = "America/Toronto", starts: str = "2026-03-09T10:00", **changes: Any) -> Meeting:
    """A meeting of an hour."""
    said: dict[str, Any] = {"uid": "0198-m", "sequence": 0, "minutes": 60, "place": "Room 4"}
    return Meeting(**{**said, "starts": datetime.fromisoformat(starts), "zone": zone, **changes})


def an_entry(meeting: Meeting, *, is_cancelled: bool = False, locale: str = "en") -> Entry:
    """It as a date."""
    return meeting_entry(
        meeting, title="Compact", translator=Translator(locale), stamp=STAMP, url="https://here.example/reviews/1",
        is_cancelled=is_cancelled,
    )  # fmt: skip


def read(text: str | bytes) -> Any:
    """As another program reads it."""
    return vobject.readOne(text.decode() if isinstance(text, bytes) else text)


@pytest.mark.parametrize(
    ("zone", "starts", "instant"),
    [
        ("America/Toronto", "2026-03-07T10:00", "2026-03-07T15:00"),  # before clocks go forward, and after
        ("America/Toronto", "2026-03-09T10:00", "2026-03-09T14:00"),
        ("America/Toronto", "2026-11-01T01:30", "2026-11-01T05:30"),  # a time that comes twice: the first
        ("America/St_Johns", "2026-07-01T08:15", "2026-07-01T10:45"),
        ("Australia/Lord_Howe", "2026-04-05T12:00", "2026-04-05T01:30"),  # half an hour of summer time
        ("Pacific/Chatham", "2027-01-04T23:45", "2027-01-04T10:00"),
    ],
)
def test_a_meeting_is_at_the_instant_that_its_wall_time_comes_to(
    zone: str, starts: str, instant: str
) -> None:
    """Whatever zone it was agreed in, on either side of a change of clocks; and its text says the time as agreed."""
    event = read(feed([an_entry(a_meeting(zone, starts))], name="Dates", locale="en")).vevent
    assert event.dtstart.value == datetime.fromisoformat(f"{instant}Z")
    assert f"{datetime.fromisoformat(starts):%B %-d, %Y}" in event.description.value


def test_what_is_due_by_a_day_is_the_whole_day() -> None:
    """A day is a day wherever the reader is: no time, no zone, and it doesn't make the day look busy."""
    due = Entry(uid="0198-d", sequence=3, stamp=STAMP, title=HARD, day=date(2026, 3, 31), text=HARD)
    event = read(feed([due], name="Dates", locale="fr")).vevent
    assert (event.dtstart.value, event.dtend.value) == (date(2026, 3, 31), date(2026, 4, 1))
    assert (event.uid.value, event.sequence.value, event.transp.value) == ("0198-d", "3", "TRANSPARENT")
    assert (event.summary.value, event.description.value) == (HARD, HARD)
    assert event.contents["class"][0].value == "PRIVATE"


def test_an_invitation_its_change_and_its_end_are_one_date() -> None:
    """One UID; the sequence grows; the last one says CANCEL. Whoever else is invited isn't named."""
    steps = [
        an_entry(a_meeting()),
        an_entry(a_meeting(starts="2026-03-16T14:00", sequence=1)),
        an_entry(a_meeting(starts="2026-03-16T14:00", sequence=2), is_cancelled=True),
    ]
    mails = [read(invitation(step, organiser=HOSPITAL, guest=SAM)) for step in steps]
    assert [mail.method.value for mail in mails] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [mail.vevent.status.value for mail in mails] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [mail.vevent.sequence.value for mail in mails] == ["0", "1", "2"]
    assert {mail.vevent.uid.value for mail in mails} == {"0198-m"}
    assert {mail.vevent.dtstamp.value for mail in mails} == {STAMP}
    assert {mail.vevent.organizer.value for mail in mails} == {"mailto:compacts@riverbend.example"}
    guests = [guest for mail in mails for guest in mail.vevent.contents["attendee"]]
    assert [guest.value for guest in guests] == ["mailto:sam@riverbend.example"] * 3
    assert {guest.params["CN"][0] for guest in guests} == {SAM.name}


def test_the_same_values_are_the_same_bytes_in_lines_that_every_program_takes() -> None:
    """A retry sends what was sent; no line is longer than 75 bytes, and each ends as the standard says."""
    first, second = (
        invitation(an_entry(a_meeting(agenda=HARD)), organiser=HOSPITAL, guest=SAM) for _ in range(2)
    )
    assert first == second
    lines = first.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)


def test_words_add_no_lines_of_their_own() -> None:
    """Whatever is typed stays inside its own property."""
    sly = "Agenda\r\nEND:VEVENT\r\nBEGIN:VALARM\nATTENDEE:mailto:x@evil.example"
    made = read(invitation(an_entry(a_meeting(agenda=sly, place=sly)), organiser=HOSPITAL, guest=SAM))
    assert [event.name for event in made.components()] == ["VEVENT"]
    assert len(made.vevent.contents["attendee"]) == 1
    assert list(made.vevent.components()) == []
