"""What every test may ask for. The marks, and the rule about skips where CI is set, are in tests/skips.py."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import postgres

URL = "RECIPROCA_TEST_POSTGRES_URL"
pytest_plugins = ["tests.skips"]
_until_the_end = ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """With several workers, start the one server here, before they are born and inherit its URL."""
    controller = not hasattr(config, "workerinput") and bool(getattr(config.option, "numprocesses", None))
    if controller and "not postgres" not in config.option.markexpr and not config.option.collectonly:
        _server()


def pytest_unconfigure() -> None:
    """Stop the server, if this process started it."""
    _until_the_end.close()


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The URL of a PostgreSQL server's maintenance database, one server for the whole run."""
    url = _server()
    if url is None:
        pytest.skip(f"needs a PostgreSQL server: no wheel for this platform; set {URL}")
    return url


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database: each test that asks runs on SQLite and on PostgreSQL."""
    with _database(request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module", params=BOTH)
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same, one for all tests of a module, who roll back what they do."""
    with _database(request, tmp_path_factory.mktemp("database")) as url:
        yield url


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{folder / 'test.db'}"
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


def _server() -> str | None:
    if URL not in os.environ and postgres.available():
        os.environ[URL] = _until_the_end.enter_context(postgres.running())
        _until_the_end.callback(os.environ.pop, URL, None)
    return os.environ.get(URL)
