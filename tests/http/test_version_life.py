"""The life of a version by API alone: bearer tokens, one for each hat."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, console, system
from tests.building.access import Site
from tests.building.consulting import ROUND
from tests.building.drafting import read

HATS = {
    "steward": Role.STEWARD,
    "board": Role.RATIFIER_ORGANISATION,
    "staff": Role.RATIFIER_PHYSICIANS,
    "physician": Role.PHYSICIAN,
}
NEW = {"template_key": "ottawa-14", "legal_effect": "none", "review_cycle": "annual"}
VOTE = {"body": "A body", "decided_on": "2026-09-01", "is_ratified": True, "votes_for": 9, "quorum": 5}


class Api:
    """A hospital's API, spoken to by people with different hats."""

    def __init__(self, site: Site) -> None:
        self.site, self.client = site, site.app.test_client()
        self.bearers: dict[str, dict[str, str]] = {}
        for hat, role in HATS.items():
            site.account(f"{hat}@riverbend.example", role)
            self.bearers[hat] = site.bearer(f"{hat}@riverbend.example")
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend Hospital", path="Riverbend Hospital"))

    def get(self, path: str, hat: str = "physician") -> TestResponse:
        """Read something."""
        return self.client.get(f"/api/v1{path}", headers=self.bearers[hat])

    def send(self, method: str, path: str, hat: str, data: Mapping[str, Any], **headers: str) -> TestResponse:
        """Ask for a change."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(
            f"/api/v1{path}", method=method, headers={**self.bearers[hat], **names}, json=data
        )

    def post(self, path: str, hat: str, data: Mapping[str, Any], status: int = 201) -> Any:
        """Do something that must be answered with `status`."""
        answer = self.send("POST", path, hat, data)
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def read(self, uid: str) -> None:
        """Let somebody who is named confirm each language."""
        with self.site.installation.work(console(), self.site.place) as work:
            read(work, find_version(work, uid=uid))


@pytest.fixture
def api(tmp_path: Path, database_url: str) -> Iterator[Api]:
    """The API of one hospital, on either database."""
    site = Site(tmp_path / "home", database_url)
    yield Api(site)
    site.installation.database.dispose()


def _draft(api: Api) -> str:
    return str(api.post("/compacts", "steward", NEW)["versions"][0]["uid"])


def _proposed(api: Api) -> str:
    uid = _draft(api)
    api.post(f"/versions/{uid}/consultations", "steward", ROUND)
    api.post(f"/versions/{uid}/consultations/closings", "steward", {"summary": "As it is."}, 200)
    api.read(uid)
    api.post(f"/versions/{uid}/proposals", "steward", {})
    return uid


def test_a_version_lives_from_template_to_its_day(api: Api) -> None:
    """Each step answers with the version as it now stands, and the texts are what their fingerprints say."""
    uid = _proposed(api)
    assert (
        api.post(f"/versions/{uid}/ratifications", "board", {"side": "organisation", **VOTE})["state"]
        == "proposed"
    )
    assert (
        api.post(f"/versions/{uid}/ratifications", "staff", {"side": "physicians", **VOTE})["state"]
        == "ratified"
    )
    found = api.post(f"/versions/{uid}/schedules", "steward", {"effective_from": "2026-09-15"})
    assert (found["state"], found["effective_from"]) == ("scheduled", "2026-09-15")
    sides = [item["side"] for item in found["commitments"]]
    assert sides.count("organisation") == sides.count("physicians") > 0
    assert [item["locale"] for item in found["renditions"]] == ["en", "fr"]
    for item in found["renditions"]:
        data = api.get(f"/versions/{uid}/texts/{item['locale']}").data
        assert hashlib.sha256(data).hexdigest() == item["sha256"]


def test_only_the_right_hat_takes_each_step(api: Api) -> None:
    """A physician can't propose, a steward can't ratify, and no side decides for the other."""
    draft = _draft(api)
    assert api.send("POST", f"/versions/{draft}/proposals", "physician", {}).status_code == 403
    uid = draft
    api.post(f"/versions/{uid}/consultations", "steward", ROUND)
    api.post(f"/versions/{uid}/consultations/closings", "steward", {"summary": "As it is."}, 200)
    api.read(uid)
    api.post(f"/versions/{uid}/proposals", "steward", {})
    for hat, side in (("steward", "organisation"), ("board", "physicians"), ("staff", "organisation")):
        answer = api.send("POST", f"/versions/{uid}/ratifications", hat, {"side": side, **VOTE})
        assert answer.status_code == 403
    assert api.get(f"/versions/{uid}").get_json()["ratifications"] == []


def test_a_commitment_is_edited_at_the_revision_that_was_seen(api: Api) -> None:
    """The second of two writers gets 412 and changes nothing; without a language of the agreement it is 422."""
    uid = _draft(api)
    first = api.get(f"/versions/{uid}").get_json()["commitments"][0]
    path = f"/commitments/{first['uid']}/words/en"
    mine = api.send("PATCH", path, "steward", {"text": "We answer."}, If_Match='"1"')
    assert (mine.status_code, mine.headers["ETag"]) == (200, '"2"')
    late = api.send("PATCH", path, "steward", {"text": "We don't."}, If_Match='"1"')
    assert (late.status_code, late.get_json()["type"]) == (412, "urn:reciproca:error:stale")
    assert api.send("PATCH", path, "steward", {"text": "x"}, If_Match="soon").status_code == 400
    assert api.send("PATCH", path.replace("/en", "/de"), "steward", {"text": "x"}).status_code == 422
    now = api.get(f"/versions/{uid}").get_json()["commitments"][0]
    assert now["words"]["en"] == {**first["words"]["en"], "text": "We answer."}


@pytest.mark.parametrize(
    "bad",
    [
        {"surprise": 1},
        {"legal_effect": "magic"},
        {"template_key": "no-such"},
        {"review_cycle": "never"},
        {"sunset": "2020-01-01"},
        {"titles": {"en": "a\u0000b"}},
        {"titles": {"en": "x" * 201}},
        {"sponsor_organisation_uid": "nobody"},
        {"organisation_signs": "twice"},
    ],
)
def test_a_bad_beginning_begins_nothing(api: Api, bad: dict[str, Any]) -> None:
    """Unknown fields, wrong words, control characters and over-long text are named, and nothing is written."""
    answer = api.send("POST", "/compacts", "steward", {**NEW, **bad})
    assert (answer.status_code, bool(answer.get_json()["errors"])) == (422, True)
    assert api.get("/compacts").get_json() == {"items": [], "next": None}


def test_a_frozen_text_is_out_of_reach(api: Api) -> None:
    """After the proposal every editing door answers 409 and names what to do instead."""
    uid = _proposed(api)
    first = api.get(f"/versions/{uid}").get_json()["commitments"][0]["uid"]
    doors = [
        ("PATCH", f"/commitments/{first}/words/en", {"text": "x"}),
        ("DELETE", f"/commitments/{first}", {}),
        ("POST", f"/commitments/{first}/moves", {"to": 2}),
        ("POST", f"/versions/{uid}/commitments", {"side": "physicians", "words": {"en": {"text": "x"}}}),
        ("POST", f"/versions/{uid}/consultations", ROUND),
        ("POST", f"/versions/{uid}/revisions", {}),
        ("POST", f"/versions/{uid}/proposals", {}),
    ]
    answers = [api.send(method, path, "steward", data) for method, path, data in doors]
    assert [answer.status_code for answer in answers] == [409] * len(doors)
    assert all(answer.get_json()["remedy"] for answer in answers)


def test_the_next_version_shows_what_changed(api: Api) -> None:
    """A refused version is the start of the next, whose changes are told commitment by commitment."""
    uid = _proposed(api)
    refusal = {"side": "physicians", **VOTE, "is_ratified": False, "reason": "60 days come too late."}
    refused = api.post(f"/versions/{uid}/ratifications", "staff", refusal)
    assert refused["state"] == "refused"
    again = api.post(f"/compacts/{refused['compact']}/versions", "steward", {"change_class": "minor"})
    first = again["commitments"][0]
    api.send(
        "PATCH", f"/commitments/{first['uid']}/words/en", "steward", {"text": "We answer within 30 days."}
    )
    told = api.get(f"/versions/{again['uid']}/changes").get_json()
    assert told["since"] == uid
    assert [(item["kind"], item["identity"], item["after"]) for item in told["changes"]] == [
        ("changed", first["identity"], "We answer within 30 days.")
    ]
    assert api.get(f"/versions/{uid}/changes").status_code == 404


def test_the_list_goes_on_after_a_cursor(api: Api) -> None:
    """Each agreement comes once, however small the pages."""
    made = [api.post("/compacts", "steward", NEW)["uid"] for _ in range(3)]
    first = api.get("/compacts?limit=2").get_json()
    rest = api.get(f"/compacts?limit=2&after={first['next']}").get_json()
    assert sorted(item["uid"] for item in first["items"] + rest["items"]) == sorted(made)
    assert rest["next"] is None
