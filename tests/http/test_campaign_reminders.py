"""A campaign says itself on which days it reminds those who haven't answered."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.obligations.tables import Obligation, ReminderStep
from reciproca.compacts.signing.rules import INVITATION
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.identity import system
from tests.building import signing as build
from tests.building.ceremony import Site
from tests.building.house import BEGINNING, RunningClock, an_app, an_installation


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Two physicians, who aren't asked yet."""
    installation = an_installation(tmp_path / "home", database_url, RunningClock(BEGINNING))
    hospital = build.a_hospital(installation, physicians=2, campaign=False)
    clock = installation.clock
    yield Site(hospital=hospital, app=an_app(installation), clock=clock)  # type: ignore[arg-type]  # the one given
    installation.database.dispose()


def _asks(site: Site, **days: str) -> int:
    due = (site.clock.now() + timedelta(days=60)).date().isoformat()
    address = f"/compacts/{site.hospital.compact}/campaign"
    return site.browser("S1").post(address, due=due, **days).status_code


def _planned(site: Site) -> list[int]:
    """The offsets of one invitation's reminders, in the order of their days."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        first = select(Obligation.id).filter_by(kind=INVITATION).order_by(Obligation.id).limit(1)
        asked = select(ReminderStep.offset_days).where(ReminderStep.obligation_id == first.scalar_subquery())
        return list(work.session.scalars(asked.order_by(ReminderStep.at)))


def test_its_own_days_are_planned_and_move_with_its_end(site: Site) -> None:
    """Those counted from the asking stay, those counted from the last day move; the page and the API tell them."""
    assert _asks(site, reminding="1", remind_after="21, 7", remind_before="5") == 303
    assert _planned(site) == [0, 7, 21, -5]
    steward, address = site.browser("S1"), f"/compacts/{site.hospital.compact}/campaign"
    page = steward.get(address).text
    assert "7 days after they were asked, 21 days after they were asked, 5 days before the last" in page
    later = (site.clock.now() + timedelta(days=90)).date().isoformat()
    assert steward.post(f"{address}/extend", due=later).status_code == 303
    assert _planned(site) == [0, 7, 21, -5]
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        last = work.session.scalars(select(ReminderStep.at).filter_by(offset_days=-5)).first()
    assert last is not None
    assert last > site.clock.now() + timedelta(days=84)


def test_who_says_nothing_reminds_as_ever_and_who_wants_to_never(site: Site) -> None:
    """Left out: 14 days after and 3 before; empty: the invitation itself and nothing more."""
    assert _asks(site) == 303
    assert _planned(site) == [0, 14, -3]


def test_a_campaign_may_remind_nobody(site: Site) -> None:
    """The invitation itself goes out."""
    assert _asks(site, reminding="1", remind_after="", remind_before="") == 303
    assert _planned(site) == [0]
    assert "Nobody is reminded." in site.browser("S1").get(f"/compacts/{site.hospital.compact}/campaign").text


@pytest.mark.parametrize(
    "days", [{"remind_after": "0"}, {"remind_after": "91"}, {"remind_after": "7 7"}, {"remind_after": "soon"},
             {"remind_after": "1 2 3", "remind_before": "1, 2"}],
)  # fmt: skip
def test_days_of_no_use_ask_nobody(site: Site, days: dict[str, str]) -> None:
    """No day, none so far off, none twice, no word; and not five times."""
    assert _asks(site, reminding="1", **days) == 422
    assert site.count(of=Campaign) == 0
