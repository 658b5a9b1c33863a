"""Form tokens, and who is who."""

from typing import Any, cast

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from reciproca.core import csrf
from reciproca.core.errors import Forbidden
from reciproca.core.identity import ANONYMOUS, Actor, Role, console, system

SECRET = b"s" * 32


def asked(token: str, visit: str = "me", site: str | None = None) -> Any:
    """A form with a token, sent by the browser whose visit is `visit`."""
    headers = {"Cookie": f"visit={visit}"} | ({"Sec-Fetch-Site": site} if site else {})
    return cast(
        Any, Request(EnvironBuilder(method="POST", data={"_csrf": token}, headers=headers).get_environ())
    )


def test_a_visits_own_token_is_taken() -> None:
    """Old browsers say nothing of where a form came from; then the token decides."""
    for site in (None, "same-origin", "none"):
        csrf.check(asked(csrf.token(SECRET, "me"), site=site), SECRET, "visit")


@pytest.mark.parametrize(
    ("token", "site"),
    [
        ("", None),
        ("0" * 64, None),
        (csrf.token(SECRET, "you"), None),
        (csrf.token(b"t" * 32, "me"), None),
        (csrf.token(SECRET, "me"), "cross-site"),
        (csrf.token(SECRET, "me"), "same-site"),
    ],
)
def test_any_other_is_refused(token: str, site: str | None) -> None:
    """None, a guess, another browser's, another installation's, or from another site."""
    with pytest.raises(Forbidden, match="Nothing was changed"):
        csrf.check(asked(token, site=site), SECRET, "visit")


def test_the_cookie_is_locked_to_its_host_where_it_can_be() -> None:
    """Over HTTPS no other host of the domain can plant it."""
    assert [csrf.cookie_name(is_secure=each) for each in (True, False)] == ["__Host-visit", "visit"]


def test_a_token_does_not_give_the_visit_away() -> None:
    """What stands in a page doesn't say which cookie it belongs to."""
    assert "me-and-my-visit" not in csrf.token(SECRET, "me-and-my-visit")


def test_a_stranger_is_nobody_and_the_system_is_no_person() -> None:
    """Neither can be whom something is about."""
    assert (ANONYMOUS.is_anonymous, ANONYMOUS.roles, ANONYMOUS.person_id, ANONYMOUS.proof.method) == (
        True,
        frozenset(),
        None,
        "none",
    )
    worker, operator = system("worker"), console()
    assert (worker.uid, worker.roles, worker.is_anonymous) == (
        "system:worker",
        frozenset({Role.SYSTEM}),
        False,
    )
    assert (operator.person_id, operator.proof.method) == (None, "console")
    assert Actor(uid="x").proof.at is None
