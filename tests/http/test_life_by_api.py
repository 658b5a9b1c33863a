"""The whole life of an agreement by the API alone, each person with a bearer token of their own; and how it says no."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from reciproca.core.clock import instant_of
from reciproca.core.identity import Role
from reciproca.opening import HANDLERS
from reciproca.scheduler.ticks import tick
from tests.building.access import PASSWORD
from tests.building.consulting import ROUND
from tests.building.invariants import broken
from tests.building.people import Hospital, a_roster

PEOPLE: Mapping[str, tuple[str, str, str, tuple[Role, ...]]] = {
    "steward": ("Sam", "Abara", "Courtesy", (Role.STEWARD,)),
    "officer": ("June", "Okafor", "Courtesy", (Role.CREDENTIALING_OFFICER,)),
    "chief": ("Amina", "Yusuf", "Courtesy", (Role.SIGNATORY, Role.CO_SPONSOR_ORGANISATION)),
    "president": ("Mei", "Wong", "Courtesy", (Role.CO_SPONSOR_PHYSICIANS,)),
    "board": ("Marc", "Tremblay", "Courtesy", (Role.RATIFIER_ORGANISATION,)),
    "association": ("Kwame", "Addo", "Courtesy", (Role.RATIFIER_PHYSICIANS,)),
    "auditor": ("Inês", "Ferreira", "Courtesy", (Role.AUDITOR,)),
    "anna": ("Anna", "Roy", "Active", (Role.PHYSICIAN,)),
    "zoe": ("Zoë", "Łucja Wójcik", "Active", (Role.PHYSICIAN,)),
}
NEW = {"template_key": "ottawa-14", "legal_effect": "none", "review_cycle": "annual", "audience": ["active"]}
NOBODY = "019f0000-0000-7000-8000-000000000000"


class Api:
    """A hospital's API, and the people who speak to it."""

    def __init__(self, site: Hospital) -> None:
        self.site, self.client = site, site.app.test_client()
        self.bearers: dict[str, dict[str, str]] = {}
        self.enter("officer")

    def enter(self, *names: str) -> None:
        """Give each an account with a password, and a token."""
        for name in names:
            email = f"{name}@riverbend.example"
            self.site.account(email, *PEOPLE[name][3])
        self.renew(*names)

    def renew(self, *names: str) -> None:
        """Give each a new token: none counts for longer than a year."""
        self.bearers.update({name: self.site.bearer(f"{name}@riverbend.example") for name in names})

    def ask(self, method: str, path: str, who: str = "", body: Any = None, **headers: str) -> TestResponse:
        """One request; header names with underscores for dashes."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.bearers.get(who, {}), **named}
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, json=body)

    def get(self, path: str, who: str = "steward") -> Any:
        """What reading `path` answers."""
        answer = self.ask("GET", path, who)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, who: str, body: Mapping[str, Any] | None = None, status: int = 201) -> Any:
        """Do something that must be answered with `status`."""
        answer = self.ask("POST", path, who, dict(body or {}))
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def refused(self, answer: TestResponse) -> tuple[int, str]:
        """Status and code of a problem, which says what happened, what to do next, and under which number."""
        body = answer.get_json()
        assert answer.mimetype == "application/problem+json"
        assert set(body) == {"type", "title", "status", "detail", "remedy", "incident", "errors"}
        assert body["status"] == answer.status_code
        return answer.status_code, body["type"].removeprefix("urn:reciproca:error:")

    @property
    def day(self) -> date:
        """Today, at the hospital."""
        return self.site.clock.now().date()

    def pass_time(self, until: date) -> None:
        """Let time pass until the morning of a day, and do what is due."""
        self.site.clock.move_to(instant_of(until, 9, 5, self.site.place.zone))
        tick(self.site.installation, HANDLERS)


@pytest.fixture
def api(tmp_path: Path, database_url: str) -> Iterator[Api]:
    """A hospital whose officer can reach the API; nobody is on file."""
    site = Hospital(tmp_path / "home", database_url)
    with site:
        yield Api(site)


@pytest.fixture
def staffed(api: Api) -> Api:
    """The same with everybody on file and a token each."""
    take_in_roster(api)
    api.enter(*(name for name in PEOPLE if name != "officer"))
    return api


def take_in_roster(api: Api) -> None:
    """The officer sends the roster as CSV."""
    rows = [
        (f"P{number}", family, given, f"{name}@riverbend.example", "Surgery", "", category, "2026-07-01", "2028-06-30")
        for number, (name, (given, family, category, _roles)) in enumerate(PEOPLE.items())
    ]  # fmt: skip
    sent = {**api.bearers["officer"], "Content-Type": "text/csv"}
    rehearsed = api.client.post("/api/v1/roster?dry_run=true", data=a_roster(*rows), headers=sent)
    assert (rehearsed.status_code, rehearsed.get_json()["applied"]) == (200, False)
    report = api.client.post("/api/v1/roster", data=a_roster(*rows), headers=sent).get_json()
    assert (report["applied"], report["people"]["added"], report["errors"]) == (True, len(PEOPLE), [])


def begin(api: Api) -> dict[str, Any]:
    """An agreement from the template, with both co-sponsors. Returns its first version."""
    uids = {one["staff_id"]: one["uid"] for one in api.get("/people")["people"]}
    staff = {name: uids[f"P{number}"] for number, name in enumerate(PEOPLE)}
    sponsors = {"sponsor_organisation_uid": staff["chief"], "sponsor_physicians_uid": staff["president"]}
    compact = api.post("/compacts", "steward", {**NEW, **sponsors})
    version: dict[str, Any] = api.get(f"/versions/{compact['versions'][0]['uid']}")
    assert (version["state"], len(version["commitments"])) == ("draft", 28)
    return version


def edit(api: Api, commitment: Mapping[str, Any]) -> None:
    """New words for a commitment, under the revision that was seen; the same form again is stale."""
    path = f"/commitments/{commitment['uid']}/words/en"
    seen = {"If_Match": f'"{commitment["revision"]}"'}
    changed = api.ask("PATCH", path, "steward", {"text": "We answer within a week."}, **seen)
    assert (changed.status_code, changed.headers["ETag"]) == (200, f'"{commitment["revision"] + 1}"')
    assert changed.get_json()["words"]["en"]["text"] == "We answer within a week."
    assert api.refused(api.ask("PATCH", path, "steward", {"text": "Too late"}, **seen)) == (412, "stale")


def consult(api: Api, version: str) -> None:
    """One round, opened and closed."""
    closes = api.day + timedelta(days=14)
    said = {**ROUND, "closes_on": closes.isoformat()}
    assert api.post(f"/versions/{version}/consultations", "steward", said)["state"] == "in_consultation"
    api.pass_time(closes + timedelta(days=1))
    api.post(f"/versions/{version}/consultations/closings", "steward", {"summary": "It is."}, 200)


def decide(api: Api, version: str) -> dict[str, str]:
    """Proposed and ratified by both sides. Returns the digests of the frozen texts."""
    for one in api.get(f"/versions/{version}/languages"):
        path = f"/versions/{version}/languages/{one['locale']}/confirmations"
        read = api.post(path, "steward", {"sha256": one["sha256"]})
        assert (read["is_ready"], read["reviewer"]) == (True, "Sam Abara")
    proposed = api.post(f"/versions/{version}/proposals", "steward")
    digests = {one["locale"]: one["sha256"] for one in proposed["renditions"]}
    assert (proposed["state"], set(digests)) == ("proposed", {"en", "fr"})
    vote = {
        "body": "The body",
        "decided_on": api.day.isoformat(),
        "is_ratified": True,
        "votes_for": 9,
        "quorum": 5,
    }
    states = [
        api.post(f"/versions/{version}/ratifications", who, {**vote, "side": side})["state"]
        for who, side in (("association", "physicians"), ("board", "organisation"))
    ]
    assert states == ["proposed", "ratified"]
    return digests


def enter_force(api: Api, version: str) -> None:
    """Scheduled for a day, and in force by itself when that has come."""
    day = api.day + timedelta(days=7)
    assert (
        api.post(f"/versions/{version}/schedules", "steward", {"effective_from": day.isoformat()})["state"]
        == "scheduled"
    )
    api.pass_time(day)
    assert api.get(f"/versions/{version}")["state"] == "in_force"


def sign(api: Api, version: str, digests: Mapping[str, str]) -> str:
    """The organisation signs, everybody is asked, and Zoë signs in French. Returns her signature's uid."""
    page = api.post(f"/versions/{version}/organisation-openings", "chief", {"locale": "en"})
    form = {"nonce": page["nonce"], "text_sha256": page["text_sha256"], "name": "Amina Yusuf", "intent": True}
    path = f"/versions/{version}/organisation-signatures"
    assert api.refused(api.ask("POST", path, "chief", {**form, "password": "a guess"}))[0] in {401, 422}
    api.post(path, "chief", {**form, "password": PASSWORD})
    due = (api.day + timedelta(days=30)).isoformat()
    campaign = api.post(f"/versions/{version}/campaigns", "steward", {"due": due})
    assert (campaign["asked"], campaign["signed"]) == (2, 0)
    request = api.get("/requests", "zoe")["items"][0]
    opened = api.post(f"/requests/{request['uid']}/openings", "zoe", {"locale": "fr"})
    assert (opened["name"], opened["text_sha256"]) == ("Zoë Łucja Wójcik", digests["fr"])
    form = {name: opened[name] for name in ("nonce", "text_sha256", "name")} | {
        "intent": True,
        "consent": True,
    }
    made = api.post(f"/requests/{request['uid']}/signatures", "zoe", {**form, "password": PASSWORD})
    assert api.get(f"/campaigns/{campaign['uid']}")["bound"] == 1
    return str(made["uid"])


def check_evidence(api: Api, signature: str, digests: Mapping[str, str]) -> None:
    """The record says what was signed; the sealed document and its bundle are there; others see none of it."""
    tick(api.site.installation, HANDLERS)
    found = api.get(f"/signatures/{signature}", "zoe")
    assert (found["record"]["text_sha256"], found["record"]["locale"]) == (digests["fr"], "fr")
    assert api.get(f"/signatures/{signature}", "auditor") == found
    assert api.ask("GET", f"/signatures/{signature}/document", "zoe").data.startswith(b"%PDF-")
    assert api.ask("GET", f"/signatures/{signature}/bundle", "zoe").data.startswith(b"PK")
    for path in ("", "/document", "/bundle"):
        assert api.ask("GET", f"/signatures/{signature}{path}", "anna").status_code in {403, 404}


def review(api: Api) -> dict[str, Any]:
    """The review opens by itself, both sides answer, an action is agreed, both respond, and it is closed."""
    tick(api.site.installation, HANDLERS)
    planned = api.get("/reviews")["items"][0]
    assert planned["state"] == "planned"
    api.pass_time(date.fromisoformat(planned["opens_on"]))
    assert api.refused(api.ask("GET", "/reviews", "steward")) == (401, "unauthenticated")
    api.renew(*PEOPLE)
    here = f"/reviews/{planned['uid']}"
    uids = [one["commitment"] for one in api.get(here)["assessments"]]
    for who, side in (("chief", "organisation"), ("president", "physicians")):
        answers = [{"commitment": uid, "rating": "kept", "words": ""} for uid in uids]
        api.post(f"{here}/answers", who, {"side": side, "answers": answers}, 200)
        api.post(f"{here}/submissions", who, {"side": side})
    post = next(one["uid"] for one in api.get("/posts") if one["key"] == "chief_executive")
    wanted = {
        "side": "physicians",
        "owner_side": "organisation",
        "title": "Publish the rota",
        "post_uid": post,
    }
    proposed = api.post(
        f"{here}/actions", "president", {**wanted, "due_on": (api.day + timedelta(days=60)).isoformat()}
    )
    accepted = api.post(f"/actions/{proposed['actions'][0]['uid']}/acceptances", "chief")
    assert accepted["actions"][0]["state"] == "accepted"
    api.post(f"{here}/findings", "steward", {"findings": "Most of it was kept."})
    for who, side in (("chief", "organisation"), ("president", "physicians")):
        api.post(f"{here}/responses", who, {"side": side, "agrees": True})
    closed: dict[str, Any] = api.post(f"{here}/closings", "steward")
    assert closed["state"] == "closed_agreed"
    return closed


def test_an_agreement_lives_by_api_alone(api: Api) -> None:
    """From the roster to the balance of kept promises, without a page or a command."""
    take_in_roster(api)
    api.enter(*(name for name in PEOPLE if name != "officer"))
    version = begin(api)
    edit(api, version["commitments"][0])
    consult(api, version["uid"])
    digests = decide(api, version["uid"])
    enter_force(api, version["uid"])
    signature = sign(api, version["uid"], digests)
    check_evidence(api, signature, digests)
    closed = review(api)
    balance = api.get("/balance", "anna")["items"][0]
    assert (balance["version"], balance["review"]) == (version["uid"], closed["uid"])
    all_kept = {"kept": 14, "partly": 0, "not_kept": 0, "overdue": 0, "not_assessed": 0}
    assert balance["counts"] == {"organisation": all_kept, "physicians": all_kept}
    assert broken(api.site.installation) == []


WRONG: list[tuple[dict[str, Any], str]] = [
    ({**NEW, "colour": "blue"}, "colour"),
    ({**NEW, "legal_effect": "binding-ish"}, "legal_effect"),
    ({**NEW, "audience": "active"}, "audience"),
    ({**NEW, "sunset": "tomorrow"}, "sunset"),
    ({**NEW, "titles": {"en": 7}}, "titles.en"),
    ({**NEW, "titles": {"en": "x" * 201}}, "titles.en"),
    ({**NEW, "titles": {"en": "bell\u0007"}}, "titles.en"),
    ({**NEW, "titles": {"en": "nul\u0000"}}, "titles.en"),
    ({"template_key": "ottawa-14", "legal_effect": "none"}, "review_cycle"),
]


def test_bad_input_is_named_and_changes_nothing(staffed: Api) -> None:
    """Unknown fields, wrong types, over-long text, control characters and what is missing: 422 beside its field."""
    for body, field in WRONG:
        answer = staffed.ask("POST", "/compacts", "steward", body)
        assert staffed.refused(answer) == (422, "invalid"), body
        assert {fault["field"].partition(".value")[0] for fault in answer.get_json()["errors"]} == {field}, (
            body
        )
    assert staffed.get("/compacts")["items"] == []


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff\xfe", b'{"template_key": NaN}', b"null", b'"text"']
)
def test_what_is_no_json_object_is_unreadable(staffed: Api, data: bytes) -> None:
    """Bytes that can't be read are the sender's mistake, said as a problem, never ours."""
    headers = {**staffed.bearers["steward"], "Content-Type": "application/json"}
    answer = staffed.client.post("/api/v1/compacts", data=data, headers=headers)
    assert staffed.refused(answer)[0] in {400, 422}


def test_strangers_others_and_what_is_not_there(staffed: Api) -> None:
    """401 without a token, 403 for whom it isn't, 404 for what nobody can find."""
    api = staffed
    assert api.refused(api.ask("POST", "/compacts", "", NEW)) == (401, "unauthenticated")
    assert api.refused(api.ask("POST", "/compacts", "anna", NEW)) == (403, "forbidden")
    assert api.refused(api.ask("GET", "/people", "anna")) == (403, "forbidden")
    nowhere = [f"/{kind}/{NOBODY}" for kind in ("compacts", "versions", "campaigns", "reviews", "people")]
    for path in (*nowhere, "/nothing"):
        assert api.refused(api.ask("GET", path, "steward")) == (404, "not_found"), path
    assert api.refused(api.ask("GET", f"/requests/{NOBODY}", "anna")) == (404, "not_found")


def test_a_repeated_key_acts_once(staffed: Api) -> None:
    """The second request with one key gets the first one's answer; the same key for something else is refused."""
    first, second = (
        staffed.ask("POST", "/compacts", "steward", NEW, Idempotency_Key="once") for _ in range(2)
    )
    assert (first.status_code, second.status_code, second.get_json()) == (201, 201, first.get_json())
    assert [second.headers[name] for name in ("ETag", "Location")] == [
        first.headers[name] for name in ("ETag", "Location")
    ]
    assert len(staffed.get("/compacts")["items"]) == 1
    other = staffed.ask(
        "POST", "/compacts", "steward", {**NEW, "organisation_signs": "each"}, Idempotency_Key="once"
    )
    assert staffed.refused(other)[0] in {409, 422}
    assert len(staffed.get("/compacts")["items"]) == 1


def test_a_refused_request_may_be_mended_under_its_key(staffed: Api) -> None:
    """What changed nothing isn't kept: after an error the key is free."""
    bad = staffed.ask("POST", "/compacts", "steward", {**NEW, "colour": "blue"}, Idempotency_Key="mend")
    good = staffed.ask("POST", "/compacts", "steward", NEW, Idempotency_Key="mend")
    assert (bad.status_code, good.status_code) == (422, 201)


def test_a_draft_is_edited_and_undone_by_the_api(api: Api) -> None:
    """Pace, theme and words are changed, the changes are read back page by page with their reasons, and one undone."""
    api.enter("steward")
    version = api.post("/compacts", "steward", NEW)["versions"][0]["uid"]
    first = api.get(f"/versions/{version}")["commitments"][0]
    path = f"/commitments/{first['uid']}"
    api.ask("PATCH", f"{path}/words/en", "steward", {"text": "We answer."})
    assert api.ask("PUT", f"{path}/cadence", "steward", {"cadence": "monthly"}).status_code == 200
    assert (
        api.ask("PUT", f"{path}/cadence", "steward", {"cadence": "monthly"}, If_Match='"1"').status_code
        == 412
    )
    assert api.ask("PUT", f"{path}/theme", "steward", {"locale": "en", "label": "Time"}).status_code == 200
    page = api.get(f"/versions/{version}/edits?limit=2")
    assert [edit["kind"] for edit in page["items"]] == ["moved", "pace"]
    rest = api.get(f"/versions/{version}/edits?after={page['next']}")
    assert [(edit["kind"], edit["before"]) for edit in rest["items"]] == [
        ("words", {"text": first["words"]["en"]["text"]})
    ]
    reworded = rest["items"][0]
    api.post(f"/versions/{version}/undo", "steward", {"edit_uid": reworded["uid"], "why": "Too short."})
    told = api.get(f"/versions/{version}/promises/{first['identity']}/history")
    assert [edit["why"] for edit in told[0]["edits"]] == ["Too short.", "", "", ""]
    assert told[0]["text"] == first["words"]["en"]["text"]
    assert api.ask("POST", f"/versions/{version}/undo", "steward", {"edit_uid": NOBODY}).status_code == 404
