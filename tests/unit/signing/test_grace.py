"""A signature stands through its days of grace, and for a successor in which no promise changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.signing.rules.grace import Standing, Stands, Step, stands
from reciproca.plugins.types import ChangeClass

E_, M_, N_ = ChangeClass.EDITORIAL, ChangeClass.MATERIAL, ChangeClass.MINOR
TORONTO = ZoneInfo("America/Toronto")
DAY = datetime(2026, 9, 1, 4, tzinfo=UTC)
"""Midnight in Toronto, in summer time, which ends on 1 November."""


def after(
    days: float,
    *classes: ChangeClass,
    last: VersionState = VersionState.IN_FORCE,
    grace_days: int = 60,
    withdrawn: bool = False,
    signed_newer: bool = False,
) -> Stands:
    """A signature on version 1, `days` after version 2; each later one of `classes` came ten days after the other."""
    steps = [
        Step(
            number=n + 2,
            change_class=one,
            in_force_at=DAY + timedelta(days=10 * n),
            state=last if n + 1 == len(classes) else VersionState.SUPERSEDED,
        )
        for n, one in enumerate(classes)
    ]
    return stands(
        state=VersionState.SUPERSEDED if steps else last,
        steps=steps,
        grace_days=grace_days,
        zone=TORONTO,
        now=DAY + timedelta(days=days),
        is_withdrawn=withdrawn,
        has_signed_newer=signed_newer,
    )


def test_what_is_signed_and_the_newest_is_current() -> None:
    """Nothing came after it."""
    assert after(0) == Stands(standing=Standing.CURRENT)


@pytest.mark.parametrize("change", [M_, N_])
@pytest.mark.parametrize(("days", "left"), [(0, 60), (0.5, 60), (48, 12), (59.9, 1)])
def test_the_days_of_grace_are_counted(change: ChangeClass, days: float, left: int) -> None:
    """From the day on which the newer version came into force; a day that has begun counts."""
    found = after(days, change)
    assert (found.standing, found.newest, found.days_left) == (Standing.GRACE, 2, left)


def test_grace_ends() -> None:
    """At its last instant the signature isn't current any more."""
    assert after(60, M_).standing is Standing.NOT_CURRENT
    assert after(60 - 1e-6, M_).standing is Standing.GRACE


def test_grace_ends_at_midnight_in_winter_too() -> None:
    """Its days are those of the wall clock: the hour that goes back is waited for."""
    assert after(0, M_, grace_days=90).until == datetime(2026, 11, 30, 5, tzinfo=UTC)


def test_an_editorial_successor_is_covered() -> None:
    """However many there are, for however long; but not from the first other one on."""
    assert after(1000, E_, E_) == Stands(standing=Standing.COVERS_NEWER, newest=3)
    assert after(15, E_, M_).days_left == 55
    assert after(60, M_, E_).standing is Standing.NOT_CURRENT


def test_a_newer_change_starts_no_new_grace() -> None:
    """Who didn't sign version 2 in time isn't given more by version 3."""
    assert after(61, M_, M_).standing is Standing.NOT_CURRENT


@pytest.mark.parametrize(
    "state", [VersionState.WITHDRAWN, VersionState.EXPIRED, VersionState.RETIRED, VersionState.VOID]
)
def test_nothing_stands_for_what_has_ended(state: VersionState) -> None:
    """Neither the version's own signatures nor those that covered it."""
    assert after(0, last=state).standing is Standing.NOT_CURRENT
    assert after(0, E_, last=state).standing is Standing.NOT_CURRENT
    assert after(0, M_, last=state).standing is Standing.NOT_CURRENT


def test_what_the_signer_did_comes_first() -> None:
    """Withdrawn, or replaced by their own signature on a newer one, whatever else is true."""
    assert after(1, M_, withdrawn=True).standing is Standing.WITHDRAWN
    assert after(1, M_, signed_newer=True).standing is Standing.REPLACED
