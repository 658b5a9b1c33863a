"""The sample hospital, made once a run for all who look at it."""

from pathlib import Path

import pytest

from tests.building import story


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A told demo's folder: to be read only."""
    return story.the_home(tmp_path_factory)


@pytest.fixture
def own_home(demo_home: Path, tmp_path: Path) -> Path:
    """A copy of it in another place, to be changed."""
    return story.a_copy(demo_home, tmp_path / "elsewhere" / "home")
