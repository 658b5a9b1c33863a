"""The balance is the same for both sides and equal to a count over rows; the overview lists both sides' overdue."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from reciproca.compacts.overview import queries
from reciproca.plugins.types import Rating, Side
from tests.building.reviewing import DAY, SCHEDULER, Hospital, ReviewedSite

WORDS = {"kept": "kept", "partly_kept": "partly", "not_kept": "not_kept"}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[ReviewedSite]:
    """A hospital whose first review is closed: the organisation rated partly kept, the physicians not kept."""
    with ReviewedSite(tmp_path / "home", database_url) as made:
        made.hospital.opened()
        made.hospital.answered(Side.ORGANISATION, Rating.PARTLY_KEPT)
        made.hospital.answered(Side.PHYSICIANS, Rating.NOT_KEPT)
        made.hospital.agreed()
        made.hospital.closed()
        yield made


def counted(hospital: Hospital) -> dict[str, Counter[str]]:
    """How many promises of each side stand how, counted over the rows by hand: last review, then what is late."""
    rows = text("""
        SELECT c.side, a.rating, (SELECT count(*) FROM agreed_action x WHERE x.commitment_id = c.id
            AND x.state IN ('accepted', 'in_progress', 'deferred') AND x.due_on < :today) AS late
        FROM assessment a JOIN commitment c ON c.id = a.commitment_id JOIN review r ON r.id = a.review_id
        WHERE r.number = 1""")
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        found = work.session.execute(
            rows,
            {
                "today": work.today().isoformat()
                if work.session.get_bind().dialect.name == "sqlite"
                else work.today()
            },
        )
        counts: dict[str, Counter[str]] = {side.value: Counter() for side in Side}
        for side, rating, late in found:
            counts[side]["overdue" if late else WORDS.get(rating, "not_assessed")] += 1
    return counts


def balance_of(site: ReviewedSite, who: str) -> dict[str, Counter[str]]:
    """The counts that the API gives to `who`."""
    read = site.app.test_client().get("/api/v1/balance", headers=site.bearer(who)).json["items"][0]
    return {
        side: Counter({word: n for word, n in counts.items() if n}) for side, counts in read["counts"].items()
    }


def test_the_balance_equals_a_count_over_rows(site: ReviewedSite) -> None:
    """Before and after something becomes late, each side's numbers are what the rows say."""
    first = balance_of(site, "doctor")
    assert first == counted(site.hospital) == {
        "organisation": Counter(not_kept=14), "physicians": Counter(partly=14)}  # fmt: skip
    site.clock.advance(61 * DAY)
    later = balance_of(site, "doctor")
    assert later == counted(site.hospital)
    assert later["organisation"] == Counter(not_kept=13, overdue=1)


@pytest.mark.parametrize("who", ["okafor", "pelletier", "doctor"])
def test_everybody_reads_the_same_balance(site: ReviewedSite, who: str) -> None:
    """Neither side has a kinder page than the other."""
    assert balance_of(site, who) == balance_of(site, "steward")
    page = site.browser(who).get("/balance").text
    assert "The organisation kept 0 of 14 promises, physicians 0 of 14" in page


def test_a_silent_counterpart_makes_nothing_kept(tmp_path: Path, database_url: str) -> None:
    """One's own rating alone counts for nothing; the other side's alone counts, whoever is silent."""
    with ReviewedSite(tmp_path / "home", database_url) as site:
        review = site.hospital.opened()
        site.hospital.answered(Side.ORGANISATION, Rating.KEPT)
        site.hospital.tick(review.closes_on)
        assert balance_of(site, "doctor") == {
            "organisation": Counter(not_assessed=14), "physicians": Counter(kept=14)}  # fmt: skip


def test_overdue_duties_of_both_sides_stand_in_one_table(tmp_path: Path, database_url: str) -> None:
    """The leaders see what either side owes, the same columns for both, and no names."""
    with ReviewedSite(tmp_path / "home", database_url) as site:
        site.hospital.opened()
        site.hospital.tick(site.hospital.review().seal_opens_on + DAY)
        page = site.browser("okafor").get("/overview").text
    assert "The organisation owes 1 overdue things, physicians 1" in page
    assert "Okafor" not in page.split("<main")[1]


def test_a_physician_has_no_leaders_overview(site: ReviewedSite) -> None:
    """The overview is for those who lead; the balance is for everybody."""
    browser = site.browser("doctor")
    assert (browser.get("/overview").status_code, browser.get("/balance").status_code) == (403, 200)


def test_the_number_of_queries_does_not_grow_with_the_reviews(site: ReviewedSite) -> None:
    """The balance and the overview read as often after two reviews as after one."""
    before = reads(site)
    site.hospital.tick()
    site.hospital.tick(site.hospital.review().opens_on)
    site.hospital.tick(site.hospital.review().closes_on)
    assert reads(site) == before


def reads(site: ReviewedSite) -> list[int]:
    """How many statements the balance and the overview run."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine, found = site.installation.database.engine, []
    with site.installation.work(SCHEDULER, site.hospital.place, write=False) as work:
        event.listen(engine, "before_cursor_execute", note)
        for read in (queries.balance, queries.overview):
            statements.clear()
            read(work, locale="en")
            found.append(len(statements))
        event.remove(engine, "before_cursor_execute", note)
    return found
