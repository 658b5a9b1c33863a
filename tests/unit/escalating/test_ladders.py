"""Both sides climb the same ladder on the same days; an invitation climbs none."""

from datetime import date, timedelta

import pytest

from reciproca.compacts.escalating.rules import LADDERS, ladder_of, rung_on
from reciproca.compacts.policies.rules import POLICIES, Family
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

DUE = date(2026, 10, 15)
ROLES = {Side.ORGANISATION: Role.RATIFIER_ORGANISATION, Side.PHYSICIANS: Role.RATIFIER_PHYSICIANS}


@pytest.mark.parametrize("family", Family)
def test_both_sides_have_the_same_clock(family: Family) -> None:
    """For every policy: the same rungs, on the same days, and no rung for invitations."""
    days = {side: [rung.days for rung in ladder_of(side, family)] for side in Side}
    assert days[Side.ORGANISATION] == days[Side.PHYSICIANS]
    assert days[Side.PHYSICIANS] == ([14, 28] if family is Family.DUTY else [])
    for late in range(60):
        on = DUE + timedelta(days=late)
        rungs = {rung_on(ladder_of(side, family), due=DUE, today=on) for side in Side}
        assert rungs == {0 if family is Family.INVITATION else (late >= 14) + (late >= 28)}


def test_every_rung_is_told_on_a_day_of_the_policy() -> None:
    """The sweep looks on the policy's days: a rung between them would be told too late."""
    days = {reminder.days for reminder in POLICIES[Family.DUTY] if not reminder.from_opening}
    assert {rung.days for ladder in LADDERS.values() for rung in ladder} <= days


@pytest.mark.parametrize("side", Side)
def test_the_last_rung_is_the_side_s_own_body(side: Side) -> None:
    """The board for what the organisation owes, the association for the physicians'; both co-sponsors before."""
    first, last = LADDERS[side]
    assert last.roles == (ROLES[side],)
    assert {Role.CO_SPONSOR_ORGANISATION, Role.CO_SPONSOR_PHYSICIANS} <= set(first.roles)


@pytest.mark.parametrize("side", Side)
def test_what_a_person_owes_by_name_climbs_no_ladder(side: Side) -> None:
    """Nobody is sent a list of named people who are late."""
    assert ladder_of(side, Family.DUTY, is_post=False) == ()
