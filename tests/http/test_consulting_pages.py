"""A round as people with browsers meet it: they speak, are answered, object once, and read what became of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.building.access import Site
from tests.building.talking import REASON, Table


@pytest.fixture
def table(tmp_path: Path, database_url: str) -> Iterator[Table]:
    """A draft with people of both sides round it."""
    with Site(tmp_path / "home", database_url) as site:
        yield Table(site)


def test_a_round_is_held_by_forms_alone(table: Table) -> None:
    """Open, say, propose a wording, reply, answer alike ones in one act, object once, answer again, close, tell."""
    assert "No round has been opened yet" in table.read("anna", "/consultation")
    table.open_round()
    clause = table.clause()
    page = table.read("anna", "/consultation")
    assert "what do you say?" in page
    assert page.index("Your name stands beside what you say") < page.index("<textarea")
    table.say("anna", "Three days would be enough.", identity=clause.identity)
    table.say("steward", "Would three days be enough?", identity=clause.identity)
    table.say("ben", "Three days would be quite enough.", identity=clause.identity, base=clause.text,
              wording=clause.text + " Within three days.")  # fmt: skip
    page = table.read("anna", f"/comments?about={clause.identity}")
    assert "Anna Roy" in page
    assert '<ins class="redline">' in page
    first, alike, second = (point.comments[0].uid for point in table.points())
    table.post("manager", f"/comments/{first}/replies", text="Which three days?")
    assert "Which three days?" in table.read("anna", "/my-comments")
    desk = table.read("manager", f"/desk?about={clause.identity}")
    assert "2 comments seem alike" in desk
    answered = table.post(
        "doctor", "answers", about=clause.identity, pick=f"{first} {alike}", adopt=second, reason=REASON
    )
    assert answered.headers["Location"].endswith("done=3")
    assert table.clause().text.endswith("Within three days.")
    told = table.read("anna", "/answers")
    assert REASON in told
    assert "3 comments" in told
    assert "Anna" not in told[told.index("<main") :]
    assert "What changed since your comment" in table.read("ben", "/my-comments")
    table.post("anna", f"/comments/{first}/objection", objection="I meant working days.", revision="1")
    assert "I meant working days." in table.read("manager", "/desk")
    table.post("steward", "consultations/close", 409, summary="We shortened it.")
    table.post("doctor", "answers", about=clause.identity, pick=first, disposition="declined", reason=REASON)
    table.post("steward", "consultations/close", summary="We shortened it.")
    assert "We shortened it." in table.read("ben", "/answers")
