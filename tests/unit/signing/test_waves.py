"""The order in which people are asked."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.signing.rules.waves import Wave, faults_of, opened, read_waves, wave_of

DAY = date(2026, 9, 1)
DAYS = st.integers(0, 40).map(lambda number: DAY + timedelta(days=number))
WAVES = st.lists(
    st.builds(Wave, opens=DAYS, leaders=st.booleans(), units=st.sampled_from([(), ("u1",), ("u1", "u2")])),
    max_size=5,
)


def test_each_person_is_in_the_first_wave_that_takes_them() -> None:
    """Leaders, then a department, then the rest."""
    takers = [{1, 2}, {2, 3}, None]
    assert [wave_of(takers, person) for person in (1, 2, 3, 4)] == [0, 0, 1, 2]


@given(WAVES)
def test_waves_are_kept_as_they_are(waves: list[Wave]) -> None:
    """What a campaign keeps is read back the same."""
    assert read_waves([wave.to_json() for wave in waves]) == tuple(waves)


@given(WAVES, DAYS, st.booleans())
def test_no_wave_opens_before_the_one_before_it(waves: list[Wave], today: date, signed: bool) -> None:
    """Open ones stand first; looking twice opens at most what comes next, and nothing closes."""
    once = opened(waves, today=today, leaders_have_signed=signed)
    new = [after.is_open and not before.is_open for before, after in zip(waves, once, strict=True)]
    for number, is_new in enumerate(new):
        assert not is_new or number == 0 or once[number - 1].is_open
    assert all(after.is_open >= before.is_open for before, after in zip(waves, once, strict=True))
    assert opened(once, today=today, leaders_have_signed=signed) == once


def test_the_leaders_signing_opens_the_next_wave_alone() -> None:
    """The third waits for its own day."""
    waves = (
        Wave(opens=DAY, leaders=True, is_open=True),
        Wave(opens=DAY + timedelta(days=5), units=("u1",)),
        Wave(opens=DAY + timedelta(days=9)),
    )
    states = [one.is_open for one in opened(waves, today=DAY, leaders_have_signed=True)]
    assert states == [True, True, False]
    assert [one.is_open for one in opened(waves, today=DAY, leaders_have_signed=False)] == [
        True,
        False,
        False,
    ]


def test_what_is_wrong_with_an_order_is_named() -> None:
    """The last is for the rest and only the last, days go up, and all lie before the end."""
    good = (Wave(opens=DAY, leaders=True), Wave(opens=DAY + timedelta(days=5)))
    due = DAY + timedelta(days=30)
    assert faults_of(good, due=due) == []
    assert faults_of((), due=due) == []
    assert faults_of(good[::-1], due=due) == ["rest", "days"]
    assert faults_of((good[1], good[1]), due=due) == ["rest", "days"]
    assert faults_of(good, due=DAY + timedelta(days=5)) == ["end"]
