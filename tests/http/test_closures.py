"""Closed days: holidays of the place and the hospital's own, kept by who looks after it; nobody is reminded on them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.closures.actions import close_days
from reciproca.compacts.closures.queries import closed_days
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.obligations.actions import postpone
from reciproca.compacts.obligations.tables import ReminderStep
from reciproca.compacts.policies.rules import Family
from reciproca.core.db import ACROSS
from reciproca.core.identity import Role, console, system
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.scheduler.ticks import tick
from tests.building.access import ANNA, BEN, Browser, Site
from tests.building.obligations import owed_by, someone

TEST = system("test")
TORONTO = ZoneInfo("America/Toronto")


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital in Ontario on 1 September 2026; Anna is its steward, Ben a physician."""
    with Site(tmp_path / "home", database_url) as made:
        made.account(ANNA, Role.STEWARD)
        made.account(BEN, Role.PHYSICIAN)
        yield made


def signed_in(site: Site, email: str = ANNA) -> Browser:
    """Somebody's browser."""
    browser = site.browser()
    browser.sign_in(email)
    return browser


def planned(site: Site) -> list[date]:
    """The local days of all reminders, in order."""
    with site.installation.database.transaction(write=False) as session:
        instants = session.scalars(
            select(ReminderStep.at).order_by(ReminderStep.at), execution_options=ACROSS
        )
        return [at.astimezone(TORONTO).date() for at in instants]


def test_holidays_of_the_place_are_closed(site: Site) -> None:
    """Those of Ontario, in the reader's language, marked as such; and of any year."""
    page = signed_in(site).get("/closures").text
    assert "Thanksgiving Day" in page
    assert "Public holiday" in page
    assert "Remembrance Day" not in page  # no holiday in Ontario
    assert "Jour de l’an" in signed_in(site).get("/closures?year=2028&lang=fr").text


def test_nobody_is_reminded_on_a_closed_day(site: Site) -> None:
    """A holiday and the hospital's own day: what is planned goes around both, when it is written and when it moves."""
    with site.installation.work(console(), site.place) as work:
        close_days(work, first=date(2026, 10, 13), last=date(2026, 10, 14), name={"en": "Move"})
        owed_by(work, someone(work, "P1"), due=date(2026, 10, 19))  # a week before is Thanksgiving
    assert planned(site)[:3] == [date(2026, 9, 21), date(2026, 10, 5), date(2026, 10, 15)]
    with site.installation.work(TEST, site.place) as work:
        postpone(
            work, kind="commitment", family=Family.DUTY, subject_uids=["subject"], due=date(2026, 10, 26)
        )
    assert date(2026, 10, 12) not in planned(site)
    assert planned(site)[1] == date(2026, 10, 15)  # 14 days before the new day is Thanksgiving


def test_a_day_that_was_closed_after_the_plan_holds_reminders_back(site: Site) -> None:
    """They wait until the next open day, and are then sent once."""
    with site.installation.work(TEST, site.place) as work:
        owed_by(work, someone(work, "P1"), due=date(2026, 10, 15))
    with site.installation.work(console(), site.place) as work:
        close_days(work, first=date(2026, 10, 8), last=date(2026, 10, 9), name={"en": "Move"})
    site.clock.move_to(datetime(2026, 10, 8, 14, 0, tzinfo=UTC))
    assert dict(tick(site.installation, {}).deliveries) == {"waiting": 1}
    with site.installation.database.transaction(write=False) as session:
        (until,) = session.scalars(select(Delivery.not_before), execution_options=ACROSS)
    assert until.astimezone(TORONTO) == datetime(2026, 10, 13, 9, 0, tzinfo=TORONTO)  # after Thanksgiving too
    site.clock.move_to(until)
    assert dict(tick(site.installation, {}).deliveries) == {"written": 1}


def test_the_steward_closes_and_opens(site: Site) -> None:
    """By the page; each is on the record, and a physician can only read."""
    steward = signed_in(site)
    closed = steward.post("/closures", first="2026-12-24", last="2026-12-28", name="Between the years")
    assert closed.status_code == 303
    page = steward.get("/closures").text
    assert page.count("Between the years") == 5
    with site.installation.work(TEST, site.place, write=False) as work:
        own = closed_days(work, first=date(2026, 12, 23), last=date(2026, 12, 29))
        entries = [leaf.entry.decode() for leaf in work.session.scalars(select(LedgerLeaf))]
    assert own == {date(2026, 12, 24) + timedelta(days=number) for number in range(5)}
    assert sum('"type":"days.closed"' in entry for entry in entries) == 1
    way = page.split('action="/closures/')[1].split('"')[0]
    assert signed_in(site, BEN).post(f"/closures/{way}").status_code == 403
    assert "/openings" not in signed_in(site, BEN).get("/closures").text
    assert steward.post(f"/closures/{way}").status_code == 303
    assert steward.post(f"/closures/{way}").status_code == 404
    assert steward.get("/closures").text.count("Between the years") == 4


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "2026-12-24", "last": "2026-12-23", "name": "X"}, "The last day is before the first."),
        ({"first": "2026-12-24", "last": "2027-02-23", "name": "X"}, "more than a month"),
        ({"first": "2026-08-31", "last": "", "name": "X"}, "That day is over."),
        ({"first": "2026-12-24", "last": "", "name": "  "}, "Say what the day is"),
        ({"first": "Christmas", "last": "", "name": "X"}, "This is not a date."),
        ({"first": "", "last": "", "name": "X"}, "This is not a date."),
        ({"first": "2026-11-02", "last": "", "name": "X"}, "These days are closed already."),
    ],
)
def test_what_can_t_be_closed_is_said(site: Site, typed: dict[str, str], said: str) -> None:
    """Beside the form, which keeps what was typed; nothing is changed."""
    steward = signed_in(site)
    steward.post("/closures", first="2026-11-02", last="", name="Move")
    answer = steward.post("/closures", **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed["first"]}"' in answer.text
    with site.installation.work(TEST, site.place, write=False) as work:
        assert closed_days(work, first=date(2026, 11, 1), last=date(2026, 12, 23)) == {date(2026, 11, 2)}


def test_the_api_and_the_terminal_do_the_same(site: Site) -> None:
    """Close, list, open again."""
    client, bearer = site.app.test_client(), site.bearer(ANNA)
    made = client.post(
        "/api/v1/closures",
        json={"first": "2026-12-24", "name": {"en": "Eve", "fr": "Veille"}},
        headers={**bearer, "Idempotency-Key": "a"},
    )
    assert made.status_code == 201
    (day,) = made.json["closures"]  # type: ignore[index]  # JSON, as the schema has it
    assert (day["day"], day["name"]) == ("2026-12-24", {"en": "Eve", "fr": "Veille"})
    settings = site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}

    def typed(*words: str) -> str:
        result = CliRunner().invoke(command_line(environ), ["closures", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    listed = json.loads(typed("list", "--year", "2026", "--json"))
    assert [one["day"] for one in listed if one["uid"]] == ["2026-12-24"]
    assert next(one["uid"] for one in listed if one["day"] == "2026-12-25") is None
    added = json.loads(typed("add", "2027-12-24", "2027-12-25", "--name", "Eve", "--json"))
    assert [one["day"] for one in added] == ["2027-12-24", "2027-12-25"]
    typed("remove", added[0]["uid"])
    assert client.delete(f"/api/v1/closures/{day['uid']}", headers=bearer).status_code == 204
    left = client.get("/api/v1/closures?year=2027", headers=bearer).json["closures"]  # type: ignore[index]  # as above
    assert [one["day"] for one in left if one["uid"]] == ["2027-12-25"]
