"""The meeting of both sides over a review: set, moved, called off; whoever takes part has it in their calendar."""

import email
import email.policy
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from sqlalchemy import update

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.people.tables import Person
from reciproca.plugins.types import Side
from reciproca.scheduler.dispatch import dispatch
from tests.building.reviewing import SCHEDULER, ReviewedSite

MEETING = {"on": "2027-10-04", "at": "17:30", "minutes": "45", "place": "Salle 4", "agenda": "Rota\nParking"}
LINK = "https://meet.riverbend.example/r/one"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[ReviewedSite]:
    """A hospital whose first review is open; the mails of that are gone. Pelletier reads French."""
    with ReviewedSite(tmp_path / "home", database_url) as made:
        made.hospital.opened()
        with made.installation.work(SCHEDULER, made.hospital.place) as work:
            work.session.execute(update(Person).where(Person.family_name == "Pelletier").values(locale="fr"))
        sent(made)
        yield made


def sent(site: ReviewedSite) -> list[tuple[str, str, Any]]:
    """Send what waits: for each mail with a calendar part its reader, its subject, and the part as another library
    reads it. The folder is emptied."""
    while dispatch(site.installation, [site.hospital.place])["taken"]:
        pass
    found = []
    for path in sorted(site.installation.settings.mail_folder.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        path.unlink()
        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                made = vobject.readOne(part.get_content())
                assert part.get_param("method") == made.method.value
                found.append((mail["To"].addresses[0].addr_spec, mail["Subject"], made))
    return sorted(found, key=lambda one: one[0])


def post(site: ReviewedSite, path: str = "", who: str = "steward", **fields: str) -> int:
    """Post the form of the meeting; the status that comes back."""
    uid = site.hospital.review().uid
    return site.browser(who).post(f"/reviews/{uid}/meeting{path}", **fields).status_code


def test_those_who_take_part_are_invited_told_of_the_change_and_of_the_end(site: ReviewedSite) -> None:
    """One UID, a growing sequence, the hospital's wall time before and after clocks change, no other guest named."""
    assert post(site, **MEETING, link=LINK) == 303
    first = sent(site)
    assert [to for to, _subject, _made in first] == [
        "okafor@riverbend.example",
        "pelletier@riverbend.example",
    ]
    assert post(site, **MEETING, link=LINK) == 303
    assert sent(site) == []  # the same again is no news
    assert post(site, **{**MEETING, "on": "2027-11-08"}) == 303
    moved = sent(site)
    assert post(site, "/cancellations") == 303
    over = sent(site)
    for to, mails in (("okafor", 0), ("pelletier", 1)):
        series = [batch[mails] for batch in (first, moved, over)]
        assert {address for address, _subject, _made in series} == {f"{to}@riverbend.example"}
        events = [made.vevent for _to, _subject, made in series]
        assert [made.method.value for _to, _subject, made in series] == ["REQUEST", "REQUEST", "CANCEL"]
        assert [event.sequence.value for event in events] == ["0", "1", "2"]
        assert len({event.uid.value for event in events}) == 1
        assert [str(event.dtstart.value) for event in events] == [
            "2027-10-04 21:30:00+00:00", "2027-11-08 22:30:00+00:00", "2027-11-08 22:30:00+00:00",
        ]  # fmt: skip
        assert [[one.value for one in event.contents["attendee"]] for event in events] == [
            [f"mailto:{to}@riverbend.example"]
        ] * 3
    assert first[0][1].startswith("You are invited to meet on October 4, 2027")
    assert first[1][1].startswith("On vous invite à une rencontre le 4 octobre 2027")


def test_an_invitation_that_is_sent_twice_is_one(site: ReviewedSite) -> None:
    """A worker that died before it could say so: the next one sends the same bytes under the same Message-ID."""
    assert post(site, **MEETING) == 303
    batches = []
    for _ in range(2):
        with site.installation.work(SCHEDULER, site.hospital.place) as work:
            work.session.execute(update(Delivery).values(state="pending"))
        dispatch(site.installation, [site.hospital.place])
        site.clock.advance(timedelta(hours=1))
        mails = site.installation.settings.mail_folder.glob("*.eml")
        batches.append({path.name: path.read_bytes() for path in mails})
        sent(site)
    assert batches[0] == batches[1]
    assert sum(b"text/calendar" in mail for mail in batches[0].values()) == 2


def test_who_follows_as_co_sponsor_is_invited_and_who_went_is_told(site: ReviewedSite) -> None:
    """Setting the meeting anew looks at who takes part now."""
    post(site, **MEETING)
    sent(site)
    with site.installation.work(SCHEDULER, site.hospital.place) as work:
        doctor = work.session.query(Person).filter_by(staff_id="DOC").one()
        work.session.query(Compact).one().sponsor_organisation_id = doctor.id
    post(site, **MEETING)
    told = {to.partition("@")[0]: made for to, _subject, made in sent(site)}
    assert {who: (made.method.value, made.vevent.sequence.value) for who, made in told.items()} == {
        "doctor": ("REQUEST", "1"),
        "okafor": ("CANCEL", "1"),
        "pelletier": ("REQUEST", "1"),
    }


def test_a_review_that_closes_early_calls_its_meeting_off(site: ReviewedSite) -> None:
    """Nobody travels to a meeting about something that is over."""
    site.hospital.answered(Side.ORGANISATION)
    site.hospital.answered(Side.PHYSICIANS)
    assert post(site, **MEETING) == 303
    sent(site)
    site.hospital.closed()
    assert [made.method.value for _to, _subject, made in sent(site)] == ["CANCEL", "CANCEL"]
    assert post(site, **MEETING) == 409


def test_the_page_shows_it_to_all_and_the_address_to_those_who_take_part(site: ReviewedSite) -> None:
    """A physician reads when and where; how to join is for those who are asked."""
    post(site, **MEETING, link=LINK)
    here = f"/reviews/{site.hospital.review().uid}"
    pages = {who: site.browser(who).get(here).text for who in ("doctor", "pelletier", "steward")}
    assert all("2027" in page and "Salle 4" in page for page in pages.values())
    assert {who for who, page in pages.items() if LINK in page} == {"pelletier", "steward"}
    read = site.app.test_client().get(f"/api/v1{here}", headers=site.bearer("doctor")).get_json()["meeting"]
    assert (read["starts_local"], read["zone"], read["link"]) == ("2027-10-04T17:30", "America/Toronto", "")


WRONG = (
    {"on": "2027-02-30"},
    {"on": "2020-01-06"},
    {"on": "2028-03-12", "at": "02:30"},
    {"at": "25:00"},
    {"minutes": "0"},
    {"place": ""},
    {"link": "javascript:alert(1)"},
    {"link": "http://meet.example"},
    {"agenda": "x" * 2001},
    {"surplus": "1"},
)


def test_a_bad_meeting_changes_nothing(site: ReviewedSite) -> None:
    """No such day, in the past, a time that clocks skip, no place, an address that could run something."""
    steward, here = site.browser("steward"), f"/reviews/{site.hospital.review().uid}/meeting"
    for wrong in WRONG:
        assert (wrong, steward.post(here, **{**MEETING, **wrong}).status_code) == (wrong, 422)
    assert sent(site) == []


def test_only_those_who_run_reviews_set_it_by_api_with_its_etag(site: ReviewedSite) -> None:
    """A physician is refused; an old ETag is refused; calling off twice is a conflict."""
    path = f"/api/v1/reviews/{site.hospital.review().uid}/meeting"
    body = {"on": "2027-10-04", "at": "17:30", "place": "Room 4"}
    client, steward = site.app.test_client(), site.bearer("steward")
    assert client.put(path, json=body, headers=site.bearer("doctor")).status_code == 403
    made = client.put(path, json=body, headers=steward)
    assert (made.status_code, made.get_json()["meeting"]["minutes"]) == (200, 60)
    old = {**steward, "If-Match": '"1"'}
    assert client.put(path, json={**body, "place": "Room 5"}, headers=old).status_code == 412
    off = client.delete(path, headers={**steward, "If-Match": made.headers["ETag"]})
    assert (off.status_code, off.get_json()["meeting"]["is_cancelled"]) == (200, True)
    assert client.delete(path, headers=steward).status_code == 409
