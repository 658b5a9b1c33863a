"""Bearer tokens: made once, shown once, scoped, and worthless when they are over."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access import actions
from reciproca.compacts.access.tables import ApiToken
from reciproca.core.errors import Forbidden
from reciproca.core.idempotency import IdempotencyKey
from reciproca.core.identity import Actor, Role, console
from tests.building.access import ANNA, BEN, Site


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital where Anna administers and Ben doesn't."""
    with Site(tmp_path / "home", database_url) as made:
        made.account(ANNA, Role.ADMINISTRATOR)
        made.account(BEN)
        yield made


def test_a_token_says_whom_it_speaks_for(site: Site) -> None:
    """The API knows the account, its organisation, its roles and the token's scopes."""
    answer = site.app.test_client().get("/api/v1/me", headers=site.bearer(ANNA, "compact.read"))
    body = answer.get_json()
    assert (answer.status_code, body.pop("account") is not None) == (200, True)
    assert body == {
        "name": ANNA,
        "email": ANNA,
        "roles": ["administrator"],
        "scopes": ["compact.read"],
        "organisation": {"uid": site.place.uid, "name": site.place.name},
    }


STRANGE = ["", "Bearer", "Bearer ", "Bearer rcp_wrong", "Basic YTpi", "bearer\tx", "é"]
WRONG: list[dict[str, object]] = [
    {},
    {"scopes": []},
    {"scopes": ["everything"]},
    {"scopes": "*"},
    {"scopes": ["*"], "days": 0},
    {"scopes": ["*"], "days": "7"},
    {"scopes": ["*"], "is_admin": True},
    {"scopes": ["*"], "label": "a\nb"},
    {"scopes": ["*"], "label": "x" * 101},
]


def test_without_a_token_that_counts_one_is_a_stranger(site: Site) -> None:
    """401 as problem+json, and how to sign in, whatever was sent."""
    for header in STRANGE:
        answer = site.app.test_client().get("/api/v1/me", headers={"Authorization": header})
        said = (header, answer.status_code, answer.mimetype, answer.headers.get("WWW-Authenticate"))
        assert said == (header, 401, "application/problem+json", "Bearer")


def test_a_token_in_the_address_is_not_looked_at(site: Site) -> None:
    """Addresses end up in logs, so nothing there lets anybody in."""
    token = site.bearer()["Authorization"].removeprefix("Bearer ")
    client = site.app.test_client()
    assert client.get(f"/api/v1/me?access_token={token}&token={token}").status_code == 401


def test_pages_never_take_a_token(site: Site) -> None:
    """A program's token doesn't open the pages, where forms have no scopes."""
    answer = site.app.test_client().get("/auth/account", headers=site.bearer())
    assert answer.status_code in {302, 303, 401}


def test_a_token_is_stored_as_a_hash_only(site: Site) -> None:
    """Whoever reads the database can't use what is there."""
    token = site.bearer()["Authorization"].removeprefix("Bearer ")
    with site.installation.database.transaction(write=False) as session:
        row = session.scalars(select(ApiToken)).one()
        assert token not in {str(value) for value in vars(row).values()}


def test_a_token_ends(site: Site) -> None:
    """By its date, by being revoked, and with its account."""
    client = site.app.test_client()
    over, revoked, disabled = site.bearer(), site.bearer(), site.bearer(BEN)
    uid = client.get("/api/v1/tokens", headers=revoked).get_json()[0]["uid"]
    assert client.delete(f"/api/v1/tokens/{uid}", headers=revoked).status_code == 204
    with site.installation.work(console(), site.place) as work:
        actions.disable_account(work, email=BEN)
    assert [client.get("/api/v1/me", headers=each).status_code for each in (over, revoked, disabled)] == [
        200,
        401,
        401,
    ]
    site.clock.advance(timedelta(days=365))
    assert client.get("/api/v1/me", headers=over).status_code == 401


def test_a_token_may_only_do_what_it_says(site: Site) -> None:
    """An administrator's token for reading compacts makes no tokens; and none makes a wider one."""
    client = site.app.test_client()
    narrow, maker = site.bearer(ANNA, "compact.read"), site.bearer(ANNA, "token.create", "compact.read")
    wanted = {"scopes": ["compact.read"]}
    assert client.post("/api/v1/tokens", json=wanted, headers=narrow).status_code == 403
    assert client.post("/api/v1/tokens", json={"scopes": ["*"]}, headers=maker).status_code == 403
    made = client.post("/api/v1/tokens", json=wanted, headers=maker)
    bearer = {"Authorization": f"Bearer {made.get_json()['token']}"}
    assert client.get("/api/v1/me", headers=bearer).get_json()["scopes"] == ["compact.read"]


def test_nobody_makes_a_token_that_speaks_for_somebody_else(site: Site) -> None:
    """Not even an administrator: a token is its owner's voice."""
    roles = frozenset({Role.ADMINISTRATOR})
    with pytest.raises(Forbidden), site.installation.work(Actor(uid="x", roles=roles), site.place) as work:
        actions.create_token(work, email=BEN, scopes=["*"])


def test_nobody_revokes_a_token_of_somebody_else(site: Site) -> None:
    """Another's token isn't even there, unless one manages accounts."""
    client = site.app.test_client()
    site.account("carl@riverbend.example")
    anna, ben, carl = site.bearer(ANNA), site.bearer(BEN), site.bearer("carl@riverbend.example")
    uid = client.get("/api/v1/tokens", headers=ben).get_json()[0]["uid"]
    assert client.delete(f"/api/v1/tokens/{uid}", headers=carl).status_code in {403, 404}
    assert client.get("/api/v1/me", headers=ben).status_code == 200
    assert client.delete(f"/api/v1/tokens/{uid}", headers=anna).status_code == 204


def test_a_repeated_request_makes_one_token_and_does_not_keep_its_secret(site: Site) -> None:
    """The answer that is kept for repetitions has no secret in it."""
    client = site.app.test_client()
    headers = {**site.bearer(), "Idempotency-Key": "once"}
    first, second = (client.post("/api/v1/tokens", json={"scopes": ["*"]}, headers=headers) for _ in range(2))
    token = first.get_json()["token"]
    assert (first.status_code, second.status_code, second.get_json()["token"]) == (201, 201, None)
    assert first.get_json()["uid"] == second.get_json()["uid"]
    with site.installation.database.transaction(write=False) as session:
        assert token not in str(session.scalars(select(IdempotencyKey.body)).one())


def test_a_wrong_request_is_refused_field_by_field(site: Site) -> None:
    """422 as problem+json, naming the field; nothing is made."""
    headers = site.bearer()
    for body in WRONG:
        answer = site.app.test_client().post("/api/v1/tokens", json=body, headers=headers)
        said = (body, answer.status_code, answer.mimetype, bool(answer.get_json()["errors"]))
        assert said == (body, 422, "application/problem+json", True)
    assert len(site.app.test_client().get("/api/v1/tokens", headers=headers).get_json()) == 1
