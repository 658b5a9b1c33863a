"""A blind round as people with browsers meet it: asked, written, closed, forgotten, sorted into themes, answered."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from reciproca.compacts.eliciting.tables import Strand, Wish
from tests.building import drafting
from tests.building.access import Site
from tests.building.asking import ASKED, Asking

PASTED = {
    "markup": '<p class="MsoNormal"><o:p></o:p><b>Beds</b><script>alert(1)</script></p>',
    "right to left": "أسِرّة متاحة قبل الظهر",
    "combining": "De\u0301lai de trois jours",
}


@pytest.fixture
def asking(tmp_path: Path, database_url: str) -> Iterator[Asking]:
    """People of both sides, and nobody asked yet."""
    with Site(tmp_path / "home", database_url) as site:
        yield Asking(site)


def test_both_sides_are_heard_before_the_text(asking: Asking) -> None:
    """From the agreement's page: ask, write, change one's mind, close, sort by ticks, say which promise answers."""
    assert (
        f"/compacts/{asking.compact}/elicitations"
        in asking.at("steward").get(f"/compacts/{asking.compact}").text
    )
    address = asking.open()
    asking.write("anna", "My evenings\n")
    assert "My evenings" in asking.see("anna")
    asking.write("anna", "Answers within a day\n\n Answers  within a day \nTeaching", "Beds before noon")
    asking.write("manager", "Beds before noon, mostly", "Answers within a day, please", locale="fr")
    asking.close()
    page = asking.see("ben")
    assert page.index("Beds before noon, mostly") < page.index("Teaching")
    assert "My evenings" not in page
    assert page.count("Answers within a day<") == 1
    assert 'name="wish"' not in page
    wishes = {str(row["text"]): str(row["uid"]) for row in asking.rows(Wish)}
    picked = [wishes["Beds before noon"], wishes["Beds before noon, mostly"]]
    asking.post("steward", f"{address}/moves", wish=picked, strand_uid="new", title="Beds")
    beds = asking.rows(Strand)[0]["uid"]
    asking.post("steward", f"{address}/moves", wish=wishes["Teaching"], strand_uid=str(beds))
    asking.post("steward", f"{address}/moves", wish=wishes["Teaching"], strand_uid="")
    clause = asking.clause()
    asking.post(
        "steward",
        f"/strands/{beds}",
        title="Beds by noon",
        identity=clause.identity,
        does="keep",
        revision="1",
    )
    page = asking.see("ben")
    assert "1 of 1" in page
    assert clause.topic in page
    theme = page[page.index("Beds by noon") :]
    assert theme.index("Beds before noon, mostly") < theme.index("Beds before noon<")
    asking.post("steward", f"/strands/{beds}", title="x", does="remove")
    assert "In no theme yet" in asking.see("ben")
    assert len(asking.rows(Wish)) == 5


def test_nobody_reads_a_line_before_the_round_is_closed(asking: Asking) -> None:
    """The steward, the other side and one's own side see nothing of it, by page and by API; nobody sorts either."""
    address = asking.open()
    asking.write("anna", "Secret line")
    for who in ("steward", "manager", "ben"):
        assert "Secret line" not in asking.see(who) + asking.see(who, "/lists")
    for who in ("steward", "ben"):
        answer = asking.api("GET", f"{address}/lists", who)
        assert answer.status_code == 409
        assert "Secret" not in answer.text
    uid = str(asking.rows(Wish)[0]["uid"])
    assert asking.at("steward").post(f"{address}/moves", wish=uid, strand_uid="").status_code == 409
    assert "fewer than five people" in asking.see("steward")
    assert not re.search(r"\b1 (person|people)", asking.see("steward"))


def test_closing_forgets_who_wrote_what(asking: Asking) -> None:
    """Afterwards no row, no kept answer, no ledger entry and no message holds a line beside a person."""
    asking.open()
    asking.write("anna", "Line of Anna")
    asking.write("ben", "Line of Ben")
    before = {str(row["uid"]) for row in asking.rows(Wish)}
    asking.close()
    rows = asking.rows(Wish)
    assert {row["person_id"] for row in rows} == {None}
    assert not before & {str(row["uid"]) for row in rows}
    assert asking.api("GET", f"{asking.round}/list", "anna").get_json()["gives"] == []
    with asking.site.installation.work(drafting.STEWARD, asking.site.place, write=False) as work:
        tables = inspect(work.session.connection()).get_table_names()
        holding = {
            table
            for table in tables
            for row in work.session.execute(text(f'SELECT * FROM "{table}"'))
            if "Line of" in str(tuple(row))
        }
    assert holding == {"wish"}


def test_a_round_is_closed_once_and_takes_nothing_afterwards(asking: Asking) -> None:
    """Closed twice, or written to when it is closed or its day is over: told so, and what was typed stands there."""
    asking.open(closes_on="2026-09-02")
    asking.open(409, closes_on="2026-09-03")
    asking.write("anna", "In time")
    asking.site.clock.instant = asking.site.clock.instant.replace(day=4)
    asking.sitting.clear()  # who signed in days ago does so again
    assert "Too late" in asking.write("ben", "Too late", status=409)
    asking.close()
    lines = asking.rows(Wish)
    assert "closed already" in asking.close(409)
    assert asking.rows(Wish) == lines
    assert "Later still" in asking.write("anna", "Later still", status=409)
    assert [row["text"] for row in asking.rows(Wish)] == ["In time"]


@pytest.mark.parametrize("kind", PASTED)
def test_whatever_people_paste_is_kept_as_words(asking: Asking, kind: str) -> None:
    """Mark-up, another direction, combining characters: kept as one line, shown as text with its own direction."""
    asking.open()
    asking.write("anna", PASTED[kind], PASTED[kind])
    asking.close()
    page = asking.see("manager")
    assert "<script>alert" not in page
    assert page.count('dir="auto">') >= 2
    kept = {str(row["text"]) for row in asking.rows(Wish)}
    assert len(kept) == 1
    assert len(asking.rows(Wish)) == 2


def test_what_cant_be_kept_comes_back_as_it_was_typed(asking: Asking) -> None:
    """200 pages, thirteen lines, a long line, a language that nobody declared, no question, a day that is over."""
    asking.open(422, question="")
    asking.open(422, closes_on="2026-08-01")
    asking.open()
    much = "A week is too long for the wards. " * 18_000
    assert much.strip() in asking.write("anna", much, status=422)
    for gives in ("\n".join(f"line {number}" for number in range(13)), "x" * 301):
        page = asking.write("anna", gives, status=422)
        assert 'id="gives-error"' in page
        assert gives in page
    assert 'id="locale-error"' in asking.write("anna", "Beds", status=422, locale="tlh")
    assert asking.rows(Wish) == []


def test_one_physician_who_would_stand_for_all_draws_a_warning(asking: Asking) -> None:
    """Before the round opens, and, without a count, before it is closed while fewer than five have written."""
    page = asking.at("steward").get(f"/compacts/{asking.compact}/elicitations").text
    assert "Only one physician is asked" in page
    asking.open()
    for who in ("anna", "ben", "doctor"):
        asking.write(who, "A line")
    assert "Fewer than five people on the physicians’ side" in asking.see("steward")
    assert "Fewer than five people" not in asking.see("ben")


def test_only_the_steward_runs_a_round(asking: Asking) -> None:
    """Asking, closing and sorting are refused to a physician; an auditor reads afterwards and writes nothing."""
    asking.post("anna", f"/compacts/{asking.compact}/elicitations", 403, **ASKED)
    asking.open()
    asking.post("anna", f"{asking.round}/close", 403)
    asking.write("auditor", "Mine", status=403)
    asking.write("anna", "Mine")
    asking.close()
    asking.post("anna", f"{asking.round}/moves", 403, strand_uid="new", title="Mine")
    assert "Mine" in asking.see("auditor")


def test_two_stewards_at_once_lose_nothing(asking: Asking) -> None:
    """A theme of that title, a theme that is gone, a line of another round, a promise of another agreement, and a
    theme changed in another window: each is refused, and the lines stay where they were."""
    address = asking.open()
    asking.write("anna", "Beds")
    asking.close()
    uid = str(asking.rows(Wish)[0]["uid"])
    asking.post("steward", f"{address}/moves", wish=uid, strand_uid="new", title="Beds")
    strand = str(asking.rows(Strand)[0]["uid"])
    asking.post("steward", f"{address}/moves", 409, strand_uid="new", title="Beds")
    asking.post("steward", f"{address}/moves", 422, strand_uid="new", title=" ")
    asking.post("steward", f"{address}/moves", 422, strand_uid=strand)
    asking.post("steward", f"{address}/moves", 404, wish=uid, strand_uid="0" * 36)
    asking.post("steward", f"{address}/moves", 404, wish="0" * 36, strand_uid=strand)
    page = asking.post(
        "steward", f"/strands/{strand}", 422, title="Rest", identity="0" * 36, revision="1"
    ).text
    assert f'id="identity-{strand}-error"' in page
    asking.post("steward", f"/strands/{strand}", title="Rest", revision="1")
    asking.post("steward", f"/strands/{strand}", 412, title="Sleep", revision="1")
    assert [(row["title"], row["uid"]) for row in asking.rows(Strand)] == [("Rest", strand)]
