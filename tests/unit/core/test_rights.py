"""Who may do what: the table answers for everything, and what it doesn't grant is denied."""

import json
from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.core.errors import Forbidden, Unauthenticated
from reciproca.core.identity import ANONYMOUS, Actor, Role, console, system
from reciproca.core.rights import RIGHTS, Action, authorize, is_allowed
from reciproca.core.work import Work

EVERYBODY = frozenset(Role)
ACTIONS, ROLES = st.sampled_from(list(Action)), st.frozensets(st.sampled_from(list(Role)), max_size=4)


def asked_by(actor: Actor) -> Work:
    """Work of which only the actor matters."""
    nothing: Mapping[str, Any] = {}
    missing = cast(Any, None)
    return Work(
        session=missing,
        clock=missing,
        now=missing,
        actor=actor,
        settings=missing,
        plugins=missing,
        keys=missing,
        reactions=cast(Any, nothing),
    )


def test_every_action_is_decided() -> None:
    """No action is left to chance, and each can be done by somebody."""
    assert set(RIGHTS) == set(Action)
    assert all(RIGHTS.values())


@given(ACTIONS, ROLES)
def test_a_role_that_is_not_listed_is_refused(action: Action, roles: frozenset[Role]) -> None:
    """Deny by default: allowed if and only if the table lists one of the actor's roles."""
    work = asked_by(Actor(uid="x", roles=roles))
    assert is_allowed(work, action) == (bool(roles & RIGHTS[action]) or RIGHTS[action] == EVERYBODY)


@given(ACTIONS, st.integers(1, 3), st.one_of(st.none(), st.integers(1, 3)))
def test_what_is_ones_own_is_ones_own_only(action: Action, person_id: int, own: int | None) -> None:
    """`themself` is whoever the thing is about, and nobody who is nobody of the roster."""
    work = asked_by(Actor(uid="x", person_id=own))
    is_own = own == person_id and Role.THEMSELF in RIGHTS[action]
    assert is_allowed(work, action, person_id=person_id) == (is_own or RIGHTS[action] == EVERYBODY)


@given(
    ACTIONS, ROLES, st.frozensets(st.sampled_from([*(action.value for action in Action), "*"]), max_size=5)
)
def test_a_scope_only_ever_takes_away(action: Action, roles: frozenset[Role], scopes: frozenset[str]) -> None:
    """A token may do what its owner may and its scopes name; what anybody may do needs no scope."""
    free, scoped = (asked_by(Actor(uid="x", roles=roles, scopes=each)) for each in (None, scopes))
    is_named = bool({action.value, "*"} & scopes) or RIGHTS[action] == EVERYBODY
    assert is_allowed(scoped, action) == (is_allowed(free, action) and is_named)


def test_a_stranger_is_asked_to_sign_in_and_others_are_told_whom_to_ask() -> None:
    """The refusal says what to do next."""
    with pytest.raises(Unauthenticated, match="Sign in"):
        authorize(asked_by(ANONYMOUS), Action.ROSTER_IMPORT)
    with pytest.raises(Forbidden, match="credentialing officer"):
        authorize(asked_by(Actor(uid="x", roles=frozenset({Role.PHYSICIAN}))), Action.ROSTER_IMPORT)


def test_the_system_never_signs_assesses_or_ratifies() -> None:
    """What only people can decide is no machine's to do, not even from the console."""
    verbs = {"answer", "sign", "ratify", "ratify_organisation", "ratify_physicians", "assess", "agree"}
    by_people = [action for action in Action if action.value.partition(".")[2] in verbs]
    assert len(by_people) >= 5
    machines = [asked_by(system("scheduler")), asked_by(console())]
    assert [action for action in by_people for work in machines if is_allowed(work, action)] == []


def test_the_names_of_actions_can_be_scopes() -> None:
    """A scope is written in a header, a file or a shell: lower case, one dot."""
    assert all(action.value.replace("_", "").replace(".", "", 1).isalpha() for action in Action)
    assert json.dumps([action.value for action in Action]).isascii()
