"""Signing by the API alone: a token identifies, the password signs; every answer is JSON, every refusal a problem."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from reciproca.compacts.access import actions as access
from reciproca.core.identity import console
from tests.building import signing as build
from tests.building.house import an_app, an_installation
from tests.building.signing import Hospital


class Client:
    """Somebody's program, with a bearer token for everything that they may do."""

    def __init__(self, app: Flask, hospital: Hospital, staff_id: str, *scopes: str) -> None:
        with hospital.installation.work(console(), hospital.place) as work:
            email = f"{staff_id.lower()}@riverbend.example"
            made = access.create_token(work, email=email, scopes=scopes or ("*",))
        self.client, self.headers = app.test_client(), {"Authorization": f"Bearer {made.secret}"}

    def get(self, path: str) -> TestResponse:
        """Read."""
        return self.client.get(f"/api/v1{path}", headers=self.headers)

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> TestResponse:
        """Act."""
        return self.client.post(f"/api/v1{path}", json=body or {}, headers={**self.headers, **headers})


class Site:
    """A hospital with its API."""

    def __init__(self, hospital: Hospital, app: Flask) -> None:
        self.hospital, self.app = hospital, app

    def client(self, staff_id: str, *scopes: str) -> Client:
        """A program of that person's."""
        return Client(self.app, self.hospital, staff_id, *scopes)


def a_site(home: Path, url: str, mode: str = "once", *, campaign: bool = True, physicians: int = 6) -> Site:
    """Six physicians, asked or still to be asked."""
    installation = an_installation(home, url)
    hospital = build.a_hospital(
        installation, organisation_signs=mode, campaign=campaign, physicians=physicians
    )
    return Site(hospital, an_app(installation))


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Everybody was asked; the organisation signs once."""
    made = a_site(tmp_path / "home", database_url)
    yield made
    made.hospital.installation.database.dispose()


def opened(client: Client, uid: str, locale: str = "en") -> dict[str, Any]:
    """What a signature must send back."""
    answer = client.post(f"/requests/{uid}/openings", {"locale": locale})
    assert answer.status_code == 201
    return {
        **{name: answer.json[name] for name in ("nonce", "text_sha256", "name")},
        "intent": True,
        "consent": True,
        "password": build.PASSWORD,
    }


def test_the_life_of_signatures_by_the_api_alone(tmp_path: Path, database_url: str) -> None:
    """Campaign, invitation, signature, a no, a talk, each record countersigned in one list, evidence, document, end."""
    site = a_site(tmp_path / "home", database_url, "each", campaign=False)
    hospital = site.hospital
    steward, signatory = site.client("S1"), site.client("C1")
    due = "2026-10-01"
    campaign = steward.post(f"/versions/{hospital.version}/campaigns", {"due": due})
    assert (campaign.status_code, campaign.json["asked"], campaign.json["due"]) == (201, 6, due)
    invitations = {}
    for number in range(1, 5):
        person = site.client(f"P{number}")
        (item,) = person.get("/requests").json["items"]
        assert (item["state"], item["signature"]) == ("sent", None)
        invitations[number] = (person, item["uid"])
    signatures = []
    for number in (1, 2):
        person, uid = invitations[number]
        answer = person.post(f"/requests/{uid}/signatures", opened(person, uid, "fr"))
        assert (answer.status_code, answer.json["role"], answer.json["locale"]) == (201, "physician", "fr")
        signatures.append(answer.json["uid"])
        assert person.get(f"/requests/{uid}").json["state"] == "signed"
    person, uid = invitations[3]
    assert person.post(f"/requests/{uid}/declines").json["state"] == "declined"
    person, uid = invitations[4]
    talk = person.post(f"/requests/{uid}/talks", {"confidant": "physicians", "reason": "My nights"})
    assert talk.json["state"] == "discussion_requested"
    page = signatory.post(f"/versions/{hospital.version}/organisation-openings", {"locale": "en"}).json
    assert page["signatures"] == signatures
    form = {
        **{name: page[name] for name in ("nonce", "text_sha256", "signatures")},
        "name": "Carla Chief",
        "intent": True,
        "password": build.PASSWORD,
    }
    made = signatory.post(f"/versions/{hospital.version}/organisation-signatures", form)
    assert [one["covers"] for one in made.json["items"]] == signatures
    hospital.seal()
    person, _uid = invitations[1]
    said = person.get(f"/signatures/{signatures[0]}").json
    assert said["record"]["uid"] == said["signature"]["evidence"]
    assert person.get(f"/signatures/{signatures[0]}/document").data[:5] == b"%PDF-"
    assert person.get(f"/signatures/{signatures[0]}/bundle").data[:2] == b"PK"
    seen = steward.get(campaign.headers["Location"].removeprefix("/api/v1"))
    assert (seen.json["signed"], seen.json["bound"]) == (2, 2)
    assert set(seen.json["others"].values()) == {None}
    ended = steward.post(
        f"/campaigns/{seen.json['uid']}/closings", None, **{"If-Match": seen.headers["ETag"]}
    )
    assert ended.json["state"] == "closed"
    hospital.installation.database.dispose()


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"password": "wrong password, all of it"}, 422, "password"),
        ({"name": "Somebody Else"}, 422, "name"),
        ({"intent": False}, 422, "intent"),
        ({"intent": "maybe"}, 422, "intent"),
        ({"nonce": "f" * 64}, 409, None),
        ({"nonce": 7}, 422, "nonce"),
        ({"text_sha256": "0" * 64}, 409, None),
        ({"unknown": 1}, 422, "unknown"),
    ],
)  # fmt: skip
def test_a_refused_signature_is_a_problem_with_its_field(
    site: Site, changed: dict[str, Any], status: int, field: str | None
) -> None:
    """Each bad input has its status, names its field, and leaves the request as it was."""
    uid, client = site.hospital.requests["P1"], site.client("P1")
    answer = client.post(f"/requests/{uid}/signatures", {**opened(client, uid), **changed})
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert [each["field"] for each in answer.json["errors"]] == ([field] if field else [])
    assert client.get(f"/requests/{uid}").json["state"] == "viewed"


def test_the_same_key_gives_the_same_signature(site: Site) -> None:
    """A program that lost the answer asks again with its key and gets it; with another key it is told."""
    uid, client = site.hospital.requests["P1"], site.client("P1")
    body = opened(client, uid)
    first, again = (
        client.post(f"/requests/{uid}/signatures", body, **{"Idempotency-Key": "k1"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code, first.json) == (201, 201, again.json)
    other = client.post(f"/requests/{uid}/signatures", body, **{"Idempotency-Key": "k2"})
    assert (other.status_code, other.json["type"]) == (409, "urn:reciproca:error:conflict")


def test_what_is_ones_own_is_found_by_nobody_else(site: Site) -> None:
    """Requests and evidence of others are not there for a physician or the steward; without a token nothing is."""
    uid, signature = site.hospital.requests["P2"], build.signed(site.hospital, "P2")
    for path in (f"/requests/{uid}", f"/signatures/{signature}", f"/signatures/{signature}/document"):
        assert site.client("P1").get(path).status_code == 404
        assert site.client("S1").get(path).status_code == 404
        assert site.app.test_client().get(f"/api/v1{path}").status_code == 401
    assert site.client("P1").get("/requests").json["items"][0]["uid"] == site.hospital.requests["P1"]


def test_only_those_who_may_run_a_campaign_or_sign_for_the_organisation(site: Site) -> None:
    """A physician can't ask others to sign, see counts, or sign for the organisation."""
    client, version = site.client("P1"), site.hospital.version
    assert client.post(f"/versions/{version}/campaigns", {"due": "2026-12-01"}).status_code == 403
    assert client.get(f"/campaigns/{site.hospital.campaign}").status_code == 403
    assert client.post(f"/versions/{version}/organisation-openings").status_code == 403


@pytest.mark.parametrize("due", ["2026-09-01", "2026-08-31", "2028-01-01", "tomorrow", 5])
def test_a_campaign_needs_time(tmp_path: Path, due: object) -> None:
    """A day that is over, today, too far away, or no day at all."""
    site = a_site(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}", campaign=False)
    answer = site.client("S1").post(f"/versions/{site.hospital.version}/campaigns", {"due": due})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == ["due"]
    site.hospital.installation.database.dispose()


def test_each_record_is_countersigned_once(tmp_path: Path, database_url: str) -> None:
    """A list that has changed meanwhile, or names a record that was countersigned already, signs nothing."""
    site = a_site(tmp_path / "home", database_url, "each")
    hospital, signatory = site.hospital, site.client("C1")
    first = build.signed(hospital, "P1")
    page = signatory.post(f"/versions/{hospital.version}/organisation-openings").json
    form = {
        "nonce": page["nonce"],
        "text_sha256": page["text_sha256"],
        "name": "Carla Chief",
        "intent": True,
        "password": build.PASSWORD,
    }
    address = f"/versions/{hospital.version}/organisation-signatures"
    assert signatory.post(address, {**form, "signatures": []}).status_code == 409
    assert signatory.post(address, {**form, "signatures": [first, "0" * 36]}).status_code == 409
    assert signatory.post(address, {**form, "signatures": [first]}).status_code == 201
    page = signatory.post(f"/versions/{hospital.version}/organisation-openings").json
    again = {**form, "nonce": page["nonce"], "signatures": [first]}
    assert signatory.post(address, again).status_code == 409
    hospital.installation.database.dispose()
