"""A person's dates as their own calendar reads them: by a secret address that they make, see again and revoke."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.compacts.calendar.tables import CalendarFeed
from reciproca.compacts.obligations.actions import Owed, cancel, meet, owe_all, postpone
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import ACROSS
from reciproca.core.identity import console
from reciproca.plugins.types import Side
from tests.building.reviewing import SCHEDULER, ReviewedSite

DUE = date(2026, 10, 30)
ASKED = {"en": "Read the compact", "fr": "Lire l’entente"}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[ReviewedSite]:
    """A hospital whose first review is planned; Pelletier reads French, and owes one thing and is invited to one."""
    with ReviewedSite(tmp_path / "home", database_url) as made:
        made.hospital.tick()
        with made.installation.work(SCHEDULER, made.hospital.place) as work:
            mine = made.hospital.people[Side.PHYSICIANS].id
            work.session.get_one(Person, mine).locale = "fr"
            hers = made.hospital.people[Side.ORGANISATION].id
            physicians = {"side": Side.PHYSICIANS, "title": ASKED, "due": DUE}
            owe_all(work, owed=[
                Owed(kind="duty", subject_uid="d1", person_id=mine, **physicians),
                Owed(kind="duty", subject_uid="d2", person_id=hers, **{**physicians, "title": {"en": "Hers"}}),
            ])  # fmt: skip
            owe_all(work, owed=[
                Owed(kind="invitation", subject_uid="i1", person_id=mine, family=Family.INVITATION, **physicians)
            ])  # fmt: skip
        yield made


def address(site: ReviewedSite, who: str = "pelletier") -> str:
    """The path of somebody's feed, made by the button on their page."""
    browser = site.browser(who)
    assert browser.post("/calendar/address").status_code == 303
    found = re.search(r'value="[^"]*(/calendar/[A-Z2-7]{52}\.ics)"', browser.get("/calendar").text)
    assert found
    return found[1]


def fetched(site: ReviewedSite, path: str, **headers: str) -> TestResponse:
    """What a program without a cookie gets."""
    return site.app.test_client().get(path, headers=headers)


def events(answer: TestResponse) -> dict[str, Any]:
    """The dates of a feed by their titles, as another library reads them."""
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    return {event.summary.value: event for event in vobject.readOne(answer.text).vevent_list}


def test_the_feed_has_ones_own_dates_and_nobody_elses(site: ReviewedSite) -> None:
    """Duties, invitations and the days of the review, in the person's language; no other name or address."""
    answer = fetched(site, address(site))
    found = events(answer)
    assert {title: event.dtstart.value for title, event in found.items() if "Lire" in title} == {
        "À rendre\u00a0: Lire l’entente": DUE,
        "Dernier jour pour répondre, si vous le souhaitez\u00a0: Lire l’entente": DUE,
    }
    assert sum("bilan" in title for title in found) == 2
    assert not re.search(r"Hers|Okafor|Sam|Pelletier|@riverbend", answer.text)


def test_a_change_grows_the_sequence_and_what_is_off_says_so(site: ReviewedSite) -> None:
    """The same UID at another day; then called off, shown as such for a month, then gone. What is done goes at once."""
    path = address(site)
    mine = "À rendre\u00a0: Lire l’entente"
    before = events(fetched(site, path))[mine]
    with site.installation.work(SCHEDULER, site.hospital.place) as work:
        postpone(work, kind="duty", family=Family.DUTY, subject_uids=["d1"], due=date(2026, 11, 30))
        meet(work, kind="invitation", subject_uid="i1")
    found = events(fetched(site, path))
    moved = found[mine]
    assert (moved.uid.value, moved.dtstart.value) == (before.uid.value, date(2026, 11, 30))
    with site.installation.work(SCHEDULER, site.hospital.place) as work:
        cancel(work, kind="duty", subject_uids=["d1"])
    off = events(fetched(site, path))["N’est plus à rendre\u00a0: Lire l’entente"]
    assert (off.uid.value, off.status.value) == (before.uid.value, "CANCELLED")
    assert [one.sequence.value for one in (before, moved, off)] == ["0", "1", "2"]
    assert not any("Dernier jour" in title for title in found)
    site.hospital.tick(date(2026, 10, 15))
    assert before.uid.value not in fetched(site, path).text


def test_a_meeting_is_in_it_under_the_uid_that_was_mailed(site: ReviewedSite) -> None:
    """Called off, it stays as called off, and no longer says where."""
    path, here = address(site), f"/reviews/{site.hospital.review().uid}/meeting"
    steward = site.browser("steward")
    steward.post(here, on="2026-10-05", at="08:00", minutes="30", place="Salle 4")
    found = events(fetched(site, path))
    title = next(title for title in found if title.startswith("Rencontre de bilan"))
    assert (str(found[title].dtstart.value), found[title].location.value) == (
        "2026-10-05 12:00:00+00:00",
        "Salle 4",
    )
    page = site.browser("pelletier").get("/calendar").text
    assert "Salle 4" in page
    steward.post(f"{here}/cancellations")
    off = next(event for title, event in events(fetched(site, path)).items() if title.startswith("Annul"))
    assert (off.status.value, off.sequence.value, "location" in off.contents) == ("CANCELLED", "1", False)
    assert off.uid.value == found[title].uid.value


def test_what_has_not_changed_is_not_sent_again(site: ReviewedSite) -> None:
    """The same bytes and the same ETag on another day; 304 for who has them; another ETag after a change."""
    path = address(site)
    first = fetched(site, path)
    site.hospital.tick(date(2026, 9, 2))
    again = fetched(site, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert fetched(site, path).data == first.data
    with site.installation.work(SCHEDULER, site.hospital.place) as work:
        meet(work, kind="duty", subject_uid="d1")
    assert fetched(site, path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"


def test_only_the_newest_secret_opens_it_and_only_while_it_may(site: ReviewedSite) -> None:
    """A wrong one, one that was replaced or revoked, and one of a shut account are alike: not found."""
    first, second = address(site), address(site)
    assert first != second
    assert (fetched(site, first).status_code, fetched(site, second).status_code) == (404, 200)
    with site.installation.work(console(), site.hospital.place) as work:
        access.disable_account(work, email="pelletier@riverbend.example")
    assert fetched(site, second).status_code == 404
    theirs = address(site, "okafor")
    assert site.browser("okafor").post("/calendar/address/revocations").status_code == 303
    texts = [fetched(site, path) for path in (theirs, f"/calendar/{'A' * 52}.ics", first)]
    assert {answer.status_code for answer in texts} == {404}
    assert fetched(site, "/calendar/short.ics").status_code == 404


def test_the_secret_is_stored_nowhere(site: ReviewedSite) -> None:
    """The database has a hash; the record of it has neither."""
    secret = address(site)[len("/calendar/") : -len(".ics")]
    with site.installation.database.transaction(write=False) as session:
        row = session.scalars(select(CalendarFeed), execution_options=ACROSS).one()
        assert secret not in {str(value) for value in vars(row).values()}


def test_by_api_it_is_made_shown_and_revoked(site: ReviewedSite) -> None:
    """What is kept for repeated requests has no secret; who is nobody of the roster has no dates."""
    client, where = site.app.test_client(), "/api/v1/calendar-feed"
    headers = site.bearer("doctor")
    assert client.get(where, headers=headers).status_code == 404
    once = {**headers, "Idempotency-Key": "once"}
    made, repeated = (client.post(where, headers=once) for _ in range(2))
    assert (made.status_code, repeated.status_code, repeated.get_json()["address"]) == (201, 201, None)
    shown = client.get(where, headers=headers).get_json()
    assert shown == made.get_json()
    path = shown["address"][shown["address"].index("/calendar/") :]
    assert fetched(site, path).status_code == 200
    assert [client.delete(where, headers=headers).status_code for _ in range(2)] == [204, 404]
    assert fetched(site, path).status_code == 404
    assert client.post(where, headers=site.bearer("steward")).status_code == 403
    assert client.post(where).status_code == 401


def test_a_feed_reads_dates_and_nothing_else(site: ReviewedSite) -> None:
    """Whoever has the address alone is a stranger on every page."""
    path = address(site)
    client = site.app.test_client()
    assert client.get(path).status_code == 200
    assert client.get("/calendar").status_code in {302, 303, 401}
    assert client.get("/messages").status_code in {302, 303, 401, 403}
