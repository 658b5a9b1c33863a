"""Pages about a consultation ask the database as often for 500 comments as for 50."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from reciproca.compacts.consulting.actions import Remark, say_all
from reciproca.compacts.drafting.queries import version_texts
from reciproca.compacts.drafting.tables import Attribution
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Actor, Role, system
from tests.building.access import BEN, Browser, Site, a_person
from tests.building.consulting import open_round
from tests.building.drafting import STEWARD, a_draft

PAGES = ("consultation", "comments", "comments?about={promise}", "desk", "desk?about={promise}", "answers")
SPEAKERS = 10


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital with people of the medical staff, and a drafter who can sign in."""
    with Site(tmp_path / "home", database_url) as site:
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name=site.place.name, path=site.place.name))
            for number in range(SPEAKERS):
                a_person(work, f"speaker-{number}@riverbend.example", f"S{number}")
            a_person(work, BEN, "BEN")
        site.account(BEN, Role.DRAFTER)
        yield site


def _talk(site: Site, number: int) -> tuple[str, str]:
    """A version in a round with that many comments, one in three alike to others: its uid, and its first promise."""
    with site.installation.work(STEWARD, site.place) as work:
        version = a_draft(work)
        open_round(work, version, work.today() + timedelta(days=9), Attribution.UNIT)
        promises = [clause.identity for clause in version_texts(work, version=version)["en"].clauses[:5]]
    for speaker in range(SPEAKERS):
        said = [
            Remark(
                text=f"A week is too long to answer a letter about bed {turn % 3 and turn * SPEAKERS + speaker}.",
                locale="en",
                identity=promises[turn % len(promises)],
                wording="We answer within three days." if turn % 4 == 0 else None,
            )
            for turn in range(number // SPEAKERS)
        ]
        actor = Actor(uid=f"s{speaker}", roles=frozenset({Role.PHYSICIAN}), person_id=speaker + 1)
        with site.installation.work(actor, site.place) as work:
            say_all(work, version_uid=version.uid, remarks=said)
    return version.uid, promises[0]


def _statements(site: Site, browser: Browser, path: str) -> int:
    made: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        made.append(statement)

    engine = site.installation.database.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert browser.get(path).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(made)


def test_a_page_asks_as_often_for_500_comments_as_for_50(site: Site) -> None:
    """Whoever opens a round that everybody spoke in doesn't wait for one read per comment."""
    few, many = _talk(site, 50), _talk(site, 500)
    browser = site.browser()
    assert browser.sign_in(BEN).status_code in {302, 303}
    browser.get("/")  # what is asked once by a process is asked now
    counts = [
        {
            page: _statements(site, browser, f"/versions/{uid}/{page.format(promise=promise)}")
            for page in PAGES
        }
        for uid, promise in (few, many)
    ]
    assert counts[0] == counts[1]
    assert max(counts[0].values()) < 60
