"""A whole round by the API alone: both sides speak, each gets an answer; and how it says no."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building.access import Site, a_person
from tests.building.consulting import ROUND

PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "steward": (Role.STEWARD,),
    "manager": (Role.DRAFTER,),
    "doctor": (Role.DRAFTER, Role.PHYSICIAN),
    "anna": (Role.PHYSICIAN,),
    "ben": (Role.PHYSICIAN,),
    "auditor": (Role.AUDITOR,),
}
NEW = {"template_key": "ottawa-14", "legal_effect": "none", "review_cycle": "annual"}
REASON = "Three days is what the wards can keep."


class Api:
    """A hospital's API, spoken to by people with different hats, each linked to a person."""

    def __init__(self, site: Site) -> None:
        self.client = site.app.test_client()
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            people = {
                who: a_person(work, f"{who}@riverbend.example", who, given=who.title()).id for who in PEOPLE
            }
        for who, roles in PEOPLE.items():
            site.account(f"{who}@riverbend.example", *roles)
        with site.installation.work(system("test"), site.place) as work:
            owned = select(Membership, Account.email).join(Account, Account.id == Membership.account_id)
            for membership, email in work.session.execute(owned).all():
                membership.person_id = people[email.partition("@")[0]]
        self.bearers = {who: site.bearer(f"{who}@riverbend.example") for who in PEOPLE}

    def ask(self, method: str, path: str, who: str, body: Any = None, **headers: str) -> TestResponse:
        """One request; header names with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.bearers.get(who, {}), **named}
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, json=body)

    def do(self, method: str, path: str, who: str, body: Any = None, status: int = 201) -> Any:
        """One request that must be answered with `status`."""
        answer = self.ask(method, path, who, body)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def say(self, version: str, who: str, text: str = "A week is too long.", **about: Any) -> str:
        """The uid of something that somebody said."""
        made = self.do("POST", f"/versions/{version}/comments", who, {"text": text, "locale": "en", **about})
        return str(made["uid"])

    def read(self, path: str, who: str = "anna") -> Any:
        """What reading `path` answers."""
        return self.do("GET", path, who, status=200)


@pytest.fixture
def api(tmp_path: Path, database_url: str) -> Iterator[Api]:
    """A hospital where nobody has said anything yet."""
    with Site(tmp_path / "home", database_url) as site:
        yield Api(site)


@pytest.fixture
def version(api: Api) -> str:
    """The uid of a version whose first round is open."""
    uid = str(api.do("POST", "/compacts", "steward", NEW)["versions"][0]["uid"])
    opened = api.do("POST", f"/versions/{uid}/consultations", "steward", ROUND)
    assert (opened["state"], opened["consultations"][0]["decides"]) == ("in_consultation", ROUND["decides"])
    assert opened["warnings"] == ["one_physician_asked"]
    return uid


def test_a_round_is_held_by_api_alone(api: Api, version: str) -> None:
    """Said, seen, grouped, answered, objected to, answered again, and closed; each author reads what became of it."""
    first, second = api.say(version, "anna"), api.say(version, "ben", "A week is too long!")
    (found,) = api.read(f"/versions/{version}/suggestions", "manager")["items"]
    assert set(found["comment_uids"]) == {first, second}
    body = {"comment_uids": [first, second], "disposition": "declined", "reason": REASON}
    assert api.ask("POST", f"/versions/{version}/answers", "manager", body).status_code == 409
    assert api.do(
        "POST", f"/versions/{version}/sights", "doctor", {"comment_uids": [first, second]}, 200
    ) == {"seen": 2}
    point = api.do("POST", f"/versions/{version}/answers", "manager", body)
    assert (point["state"], point["count"], point["said"]) == ("answered", 2, {"physicians": 2})
    (own,) = api.read("/comments", "ben")["items"]
    assert (own["disposition"], own["reason"], own["together"]) == ("declined", REASON, 2)
    api.do("POST", f"/comments/{second}/objections", "ben", {"objection": "I meant weekends."})
    closing = f"/versions/{version}/consultations/closings"
    assert api.ask("POST", closing, "steward", {"summary": "Done."}).status_code == 409
    again = {"comment_uids": [second], "disposition": "accepted", "reason": "Weekends count as well now."}
    api.do("POST", f"/versions/{version}/answers", "manager", again)
    api.do("POST", closing, "steward", {"summary": "Done."}, 200)
    told = api.read(f"/versions/{version}/outcomes")
    assert (told["round"], told["summary"]) == (1, "Done.")
    assert [one["disposition"] for one in told["items"]] == ["declined", "accepted"]
    (rates,) = api.read(f"/versions/{version}/rates")["items"]
    assert rates["sides"]["physicians"] == {"accepted": 1, "changed": 0, "declined": 1, "waiting": 0}


def test_a_wording_is_proposed_taken_and_seen_in_the_draft(api: Api, version: str) -> None:
    """What was proposed stands in the version at once, in its language, and the revision went on."""
    clause = api.read(f"/versions/{version}")["commitments"][0]
    uid = api.say(
        version, "anna", "Plainer.", identity=clause["identity"], wording="We answer within three days."
    )
    comment = api.read(f"/comments/{uid}", "ben")
    assert (comment["base"], comment["speaker"]["name"]) == (clause["words"]["en"]["text"], "Anna Roy")
    body = {"comment_uids": [uid], "disposition": "accepted", "reason": REASON, "adopt": uid}
    api.do("POST", f"/versions/{version}/answers", "manager", body)
    after = api.read(f"/versions/{version}")["commitments"][0]
    assert after["words"]["en"]["text"] == "We answer within three days."
    (own,) = api.read(f"/comments?version={version}")["items"]
    assert own["changes"][0]["after"] == "We answer within three days."


def test_points_are_read_page_by_page(api: Api, version: str) -> None:
    """A cursor leads through all of them once; one promise and one state can be asked for."""
    clause = api.read(f"/versions/{version}")["commitments"][0]["identity"]
    for number in range(5):
        api.say(version, "anna", f"Point {number}", **({"identity": clause} if number % 2 else {}))
    titles, after = [], ""
    while True:
        page = api.read(f"/versions/{version}/comments?limit=2{after}")
        titles += [one["title"] for one in page["items"]]
        if not page["next"]:
            break
        after = f"&after={page['next']}"
    assert titles == [f"Point {number}" for number in range(5)]
    assert [(one["identity"], one["comments"]) for one in page["clauses"]] == [(None, 3), (clause, 2)]
    about = api.read(f"/versions/{version}/comments?about={clause}&state=open")["items"]
    assert [one["title"] for one in about] == ["Point 1", "Point 3"]
    assert api.read(f"/versions/{version}/comments?state=answered")["items"] == []
    point = about[0]["uid"]
    assert api.read(f"/versions/{version}/points/{point}?limit=1")["comments"][0]["text"] == "Point 1"


def test_a_comment_is_edited_under_its_revision_replied_to_and_taken_back(api: Api, version: str) -> None:
    """ETags guard an author's words as they guard everything else; a key that comes back says nothing twice."""
    path = f"/versions/{version}/comments"
    said = {"text": "A week is too long.", "locale": "en"}
    once, twice = (api.ask("POST", path, "anna", said, Idempotency_Key="k") for _ in range(2))
    assert once.get_json() == twice.get_json()
    here = once.headers["Location"].removeprefix("/api/v1")
    seen = {"If_Match": once.headers["ETag"]}
    changed = api.ask("PATCH", here, "anna", {"text": "Ten days is too long."}, **seen)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert api.ask("PATCH", here, "anna", {"text": "Lost?"}, **seen).status_code == 412
    assert api.ask("PATCH", here, "ben", {"text": "Not mine."}).status_code == 403
    thread = api.do("POST", f"{here}/replies", "manager", {"text": "Would five do?"})["replies"]
    assert [(one["text"], one["speaker"]["side"]) for one in thread] == [("Would five do?", "organisation")]
    api.do("POST", f"{here}/withdrawals", "anna", None, 200)
    assert api.ask("GET", here, "ben").status_code == 404
    assert api.read("/comments")["items"][0]["is_withdrawn"] is True


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("comments", {"text": "x"}, "locale"),
    ("comments", {"text": "x", "locale": "xx"}, "locale"),
    ("comments", {"text": "", "locale": "en"}, "text"),
    ("comments", {"text": "x" * 4001, "locale": "en"}, "text"),
    ("comments", {"text": "nul\u0000", "locale": "en"}, "text"),
    ("comments", {"text": "x", "locale": "en", "colour": "blue"}, "colour"),
    ("comments", {"text": "x", "locale": "en", "identity": "nobody"}, "identity"),
    ("comments", {"text": "x", "locale": "en", "wording": "y"}, "identity"),
    ("answers", {"disposition": "noted", "reason": REASON, "comment_uids": ["x"]}, "disposition"),
    ("answers", {"disposition": "accepted", "reason": "Noted.", "comment_uids": ["x"]}, "reason"),
    ("answers", {"disposition": "accepted", "reason": REASON}, "comment_uids"),
    ("groups", {"comment_uids": "x"}, "comment_uids"),
    *(
        ("consultations", {key: value for key, value in ROUND.items() if key != name}, name)
        for name in ROUND
    ),
    ("consultations", {**ROUND, "attribution": "anonymous"}, "attribution"),
    ("consultations", {**ROUND, "audience": {"planets": []}}, "audience.planets"),
]  # fmt: skip


def test_bad_input_is_named_and_changes_nothing(api: Api, version: str) -> None:
    """Each fault stands beside its field: 422, and nothing was said or decided."""
    for path, body, field in WRONG:
        answer = api.ask("POST", f"/versions/{version}/{path}", "steward", body)
        assert answer.status_code == 422, (path, body, answer.text)
        fields = {fault["field"].partition(".value")[0] for fault in answer.get_json()["errors"]}
        assert fields == {field}, (path, body, answer.text)
    assert api.read(f"/versions/{version}/comments")["items"] == []


def test_strange_writing_is_kept_as_it_was_written(api: Api, version: str) -> None:
    """Right-to-left, combining marks and a pasted page of markup come back as the same characters, in NFC."""
    texts = ["مرحبا بالعالم", "می\u200cخواهم", "e\u0301te\u0301", "<p class=MsoNormal>Hello <b>there</b></p>"]
    for text in texts:
        uid = api.say(version, "anna", text)
        assert api.read(f"/comments/{uid}")["text"] == text.replace("e\u0301", "é")
    turned = api.ask("POST", f"/versions/{version}/comments", "anna", {"text": "\u202e.", "locale": "en"})
    assert turned.status_code == 422


def test_who_may_not(api: Api, version: str) -> None:
    """An auditor reads; a physician doesn't answer; a stranger does nothing; nobody finds what isn't there."""
    said = {"text": "x", "locale": "en"}
    assert api.ask("POST", f"/versions/{version}/comments", "auditor", said).status_code == 403
    assert api.ask("POST", f"/versions/{version}/comments", "nobody", said).status_code == 401
    body = {"disposition": "accepted", "reason": REASON, "comment_uids": [api.say(version, "anna")]}
    assert api.ask("POST", f"/versions/{version}/answers", "ben", body).status_code == 403
    nowhere = "0" * 36
    for path in (
        f"/comments/{nowhere}",
        f"/versions/{nowhere}/comments",
        f"/versions/{version}/points/{nowhere}",
    ):
        assert api.ask("GET", path, "anna").status_code == 404, path
    assert (
        api.ask("POST", f"/versions/{version}/groups", "manager", {"comment_uids": [nowhere]}).status_code
        == 404
    )
    assert api.read(f"/versions/{version}/rates", "auditor")["items"][0]["round"] == 1
