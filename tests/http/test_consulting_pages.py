"""A round as people with browsers meet it: they speak, are answered, object once, and read what became of it."""

import html
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from reciproca.compacts.consulting.rules import PointState
from tests.building.access import Site
from tests.building.consulting import ROUND
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
    version = table.read("anna", "")
    assert f'href="{table.root}/consultation"' in version
    assert f'href="{table.root}/answers"' in version
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
    early = table.post("steward", "consultations/close?lang=fr", 409, summary="We shortened it.").text
    assert "Des commentaires attendent encore une réponse" in early
    table.post("doctor", "answers", about=clause.identity, pick=first, disposition="declined", reason=REASON)
    table.post("steward", "consultations/close", summary="We shortened it.")
    assert "We shortened it." in table.read("ben", "/answers")


PASTED = {
    "markup": '<p class="MsoNormal"><o:p>&nbsp;</o:p><b>Three</b> days<script>alert(1)</script></p>',
    "right to left": "ثلاثة أيام تكفي، كما قلت",
    "combining": "De\u0301lai de trois jours, s\u0327a suffit",
}


@pytest.mark.parametrize("kind", PASTED)
def test_whatever_people_paste_is_kept_as_words(table: Table, kind: str) -> None:
    """Mark-up of a word processor, another direction, combining characters: kept, shown as text, never as mark-up."""
    table.open_round()
    clause = table.clause()
    table.say("anna", PASTED[kind], identity=clause.identity, base=clause.text, wording=PASTED[kind])
    ((comment,),) = [point.comments for point in table.points()]
    assert comment.text == comment.wording == unicodedata.normalize("NFC", PASTED[kind])
    for who, end in (
        ("anna", "/comments"),
        ("anna", "/my-comments"),
        ("doctor", f"/desk?about={clause.identity}"),
    ):
        page = table.read(who, end)
        assert html.escape(comment.text, quote=False) in page.replace("&#34;", '"').replace("&#39;", "'")
        assert "<script>alert" not in page
    table.post("doctor", "answers", about=clause.identity, pick=comment.uid, adopt=comment.uid, reason=REASON)
    assert table.clause().text == comment.text


def test_two_hundred_pages_come_back_as_they_were_typed(table: Table) -> None:
    """Too much is refused with how much fits, and every word stands in the form again."""
    table.open_round()
    clause, much = table.clause(), "A week is too long for the wards. " * 18_000
    page = table.say("anna", much, 422, identity=clause.identity).text
    assert "At most 4000 characters fit here" in page
    assert much in page
    assert f'href="#text-{clause.identity}"' in page
    assert table.points() == []


@pytest.mark.parametrize("mark", ["\u202e", "\x00"])
def test_what_turns_other_words_round_is_refused(table: Table, mark: str) -> None:
    """An override of direction and a control character never reach other people's pages; the words come back."""
    table.open_round()
    page = table.say("anna", f"Three days{mark} would do.", 422, identity=table.clause().identity).text
    assert "There is a character in it" in page
    assert "would do." in page


def test_a_promise_taken_out_while_somebody_writes_keeps_what_they_say(table: Table) -> None:
    """The comment is kept under what is no longer in the text; a refused one comes back in a form of its own there."""
    clause = table.clause()
    table.say("ben", "This one could go.", identity=clause.identity)
    table.remove(clause)
    assert table.say("anna", "Keep it.", identity=clause.identity).headers["Location"].endswith("#said")
    page = table.read("anna", f"/consultation?said={clause.identity}")
    assert page.index("No longer in the text") < page.index("It is kept and joins the next round")
    page = table.say("anna", "Much. " * 1000, 422, identity=clause.identity).text
    assert "Much. " * 1000 in page
    table.open_round()
    uids = " ".join(point.comments[0].uid for point in table.points())
    table.post("doctor", "answers", about=clause.identity, pick=uids, disposition="changed", reason=REASON)
    assert "No longer in the text" in table.read("anna", "/answers")


def test_a_round_is_closed_once(table: Table) -> None:
    """The second of two stewards is told that it is closed, and has their summary back to copy."""
    table.open_round()
    table.post("steward", "consultations/close", summary="Nothing had to change.")
    again = table.post("steward", "consultations/close", 409, summary="My own summary.").text
    assert "My own summary." in again
    assert "What you had typed" in again
    twice = {**ROUND, "purpose": "Hear them twice"}
    table.post("steward", "consultations", **twice)
    assert "Hear them twice" in table.post("steward", "consultations", 409, **twice).text


def test_what_was_answered_or_taken_back_meanwhile_loses_nothing(table: Table) -> None:
    """An edit of an answered comment, a reply to one that was taken back, an answer to it: refused, and shown again."""
    table.open_round()
    identity = table.clause().identity
    table.say("anna", identity=identity)
    table.say("ben", "Who checks it?", identity=identity)
    first, second = (point.comments[0].uid for point in table.points())
    table.post("doctor", "answers", about=identity, pick=first, disposition="declined", reason=REASON)
    page = table.post(
        "anna", f"/comments/{first}/edit", 409, text="Ten days are too long.", revision="1"
    ).text
    assert "Ten days are too long." in page
    table.post("ben", f"/comments/{second}/withdraw", revision="1")
    reply = {"text": "The committee does.", "version": table.version, "point": second}
    assert "The committee does." in table.post("anna", f"/comments/{second}/replies", 409, **reply).text
    form = {"about": identity, "pick": second, "disposition": "accepted", "reason": REASON}
    assert REASON in table.post("doctor", "answers", 409, **form).text


def test_the_desk_says_what_stands_in_the_way(table: Table) -> None:
    """Nothing ticked, a bare “noted”, a decline unseen by the commenter's side, and words that changed meanwhile."""
    table.open_round()
    clause = table.clause()
    for who, end in (("anna", "Within three days."), ("ben", "Within five days.")):
        table.say(who, "", identity=clause.identity, base=clause.text, wording=f"{clause.text} {end}")
    first, second = (point.comments[0].uid for point in table.points())
    form = {"about": clause.identity, "disposition": "declined", "reason": REASON}
    assert "Tick what you mean first." in table.post("manager", "answers", 422, **form).text
    assert "Tick what you mean first." in table.post("manager", "sights", 422, about=clause.identity).text
    page = table.post("manager", "answers", 422, **{**form, "pick": first, "reason": "Noted."}).text
    assert "answers nobody" in page
    page = table.post("manager", "answers", 409, **form, pick=first).text
    assert "Not seen yet by: The physicians’ side." in page
    assert REASON in page
    table.post("doctor", "sights", about=clause.identity, pick=first)
    assert "Seen by the physicians’ side" in table.read("manager", f"/desk?about={clause.identity}")
    table.post("manager", "answers", about=clause.identity, pick=first, adopt=first, reason=REASON)
    page = table.read("manager", f"/desk?about={clause.identity}")
    assert "The words have changed since" in page
    assert f'id="adopt-{second}"' not in page
    form = {"about": clause.identity, "pick": second, "adopt": second, "reason": REASON}
    assert "Within three days." in table.post("manager", "answers", 409, **form).text


def test_one_physician_standing_for_all_draws_a_warning(table: Table) -> None:
    """Before a round opens, and once a single physician has spoken."""
    assert "Only one physician is asked" in table.read("steward", "/consultation/run")
    table.open_round()
    table.say("anna")
    assert "Only one physician has spoken so far" in table.read("steward", "/consultation/run")


def test_who_may_only_read_finds_no_form(table: Table) -> None:
    """An auditor reads a round; a physician has neither desk nor steward's form."""
    table.open_round()
    assert "<textarea" not in table.read("auditor", "/consultation")
    table.say("auditor", status=403)
    for end in ("/desk", "/consultation/run"):
        assert table.at("anna").get(f"{table.root}{end}").status_code == 403


@pytest.mark.parametrize(
    ("attribution", "told", "seen"),
    [
        ("named", "Your name stands beside what you say", {"manager", "doctor", "ben", "steward"}),
        ("unit", "Your unit stands beside what you say", set()),
        ("confidential", "Others see only your side.", {"doctor", "steward"}),
    ],
)
def test_each_form_says_first_who_sees_the_name_and_the_pages_keep_it(
    table: Table, attribution: str, told: str, seen: set[str]
) -> None:
    """What is promised before the first field is what each reader then sees, on every page that shows the comment."""
    table.open_round(attribution=attribution)
    for form in table.read("anna", "/consultation").split("<form")[2:]:
        assert form.index(told) < form.index("<textarea") if "<textarea" in form else True
    table.say("anna", identity=table.clause().identity)
    ends = {"manager": "/desk?about=" + table.clause().identity, "doctor": "/comments", "ben": "/comments",
            "steward": "/comments"}  # fmt: skip
    found = {who for who, end in ends.items() if "Anna Roy" in table.read(who, end)}
    assert found == seen


def test_authors_change_and_take_back_their_own_until_it_is_answered(table: Table) -> None:
    """Words and wording change together, the stale of two windows is refused whole, and nobody touches another's."""
    table.open_round()
    clause = table.clause()
    table.say("anna", identity=clause.identity, base=clause.text, wording=f"{clause.text} Soon.")
    ((comment,),) = [point.comments for point in table.points()]
    path = f"/comments/{comment.uid}"
    new = {"text": "Ten days are.", "wording": f"{clause.text} At once.", "revision": "1"}
    table.post("ben", f"{path}/edit", 403, **new)
    table.post("anna", f"{path}/edit", **new)
    page = table.post("anna", f"{path}/edit", 412, **{**new, "text": "From another window."}).text
    assert "From another window." in page
    assert "At once." in table.read("ben", "/comments")
    table.post("anna", f"{path}/withdraw", revision="2")
    assert "Ten days are." not in table.read("ben", "/comments")
    assert "Taken back" in table.read("anna", "/my-comments")
    assert table.points(state=PointState.OPEN) == []
