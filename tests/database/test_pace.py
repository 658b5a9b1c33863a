"""The pace of a mail relay: kept by all processes together, even, and made up for by nobody."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reciproca.core.pace import free, spend
from reciproca.core.work import Installation
from tests.building.house import an_installation

NOW = datetime(2026, 10, 8, 14, 0, tzinfo=UTC)


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation."""
    made = an_installation(tmp_path / "home", database_url)
    yield made
    made.database.dispose()


def take(installation: Installation, *, seconds: float, most: int = 1000, per_minute: int, burst: int) -> int:
    """How many may go so many seconds after `NOW`; they go."""
    now = NOW + timedelta(seconds=seconds)
    with installation.database.transaction() as session:
        count = min(most, free(session, "mail", now=now, per_minute=per_minute, burst=burst))
        spend(session, "mail", now=now, per_minute=per_minute, count=count)
    return count


@pytest.mark.parametrize(("per_minute", "burst"), [(60, 10), (7, 2), (1, 2), (600, 100), (59, 9)])
def test_in_no_minute_go_more_than_the_pace_and_one_burst(
    installation: Installation, per_minute: int, burst: int
) -> None:
    """Whoever asks every second for an hour gets the pace, and a burst at the beginning."""
    went = [take(installation, seconds=second, per_minute=per_minute, burst=burst) for second in range(3600)]
    assert max(sum(went[at : at + 60]) for at in range(3540)) <= per_minute + burst
    assert per_minute * 3599 // 60 <= sum(went) <= per_minute * 60 + burst
    assert max(went) <= burst


def test_a_quiet_night_earns_one_burst_only(installation: Installation) -> None:
    """What wasn't sent at night isn't made up for in the morning all at once."""
    assert take(installation, seconds=0, per_minute=60, burst=10) == 1
    assert take(installation, seconds=36_000, per_minute=60, burst=10) == 10
    assert take(installation, seconds=36_000, per_minute=60, burst=10) == 0
    assert take(installation, seconds=36_003, per_minute=60, burst=10) == 3


def test_what_did_not_go_after_all_is_given_back(installation: Installation) -> None:
    """Taken and not sent: others go in its place."""
    assert take(installation, seconds=60, per_minute=60, burst=10) == 1
    assert take(installation, seconds=90, per_minute=60, burst=10) == 10
    with installation.database.transaction() as session:
        spend(session, "mail", now=NOW + timedelta(seconds=90), per_minute=60, count=-4)
    assert take(installation, seconds=90, per_minute=60, burst=10) == 4


def test_several_at_once_get_no_more_than_one_would(installation: Installation) -> None:
    """Processes that ask in the same moment share what there is."""
    take(installation, seconds=0, per_minute=60, burst=10)

    def once(_at: int) -> int:
        return take(installation, seconds=600, most=3, per_minute=60, burst=10)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(once, range(12))) == 10
