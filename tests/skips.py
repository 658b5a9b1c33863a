"""A pytest plugin: the suite's marks, and no silent skips where CI is set.

Registered by `pytest_plugins = ["tests.skips"]` in tests/conftest.py.
"""

import os
import zlib
from collections.abc import Generator

import pytest

DOORS, DATABASES = ("http", "security", "commands", "plugins"), ("sqlite", "postgres")
ALLOWED = "needs ../shared"
"""A test with this reason has a sibling that runs on the project's own data."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks by which `./dev test quick` and `deep` choose."""
    config.addinivalue_line("markers", "browser: needs Chromium (everything in tests/browser)")
    config.addinivalue_line("markers", "postgres: needs PostgreSQL (every test that runs on it)")
    config.addinivalue_line("markers", "deep: long seeds and whole matrices; only ./dev test deep runs it")
    config.addinivalue_line(
        "markers", "twin: a door's test on its other database; only ./dev test deep runs it"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place and by parameter, so that nobody has to remember to."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
        chosen = getattr(item, "callspec", None)
        if chosen and any("postgres" in str(value) for value in chosen.params.values()):
            item.add_marker(pytest.mark.postgres)
        if chosen and _is_twin(item, chosen.params.get("database_url")):
            item.add_marker(pytest.mark.twin)


def _is_twin(item: pytest.Item, database: object) -> bool:
    """Whether a test of a door runs on this database in the deep run only. Doors know no database: what they call is
    tested on both in tests/database, always; of each door's own tests, every run has half on the one, half on the
    other."""
    if database not in DATABASES or not any(f"/tests/{folder}/" in item.path.as_posix() for folder in DOORS):
        return False
    name = f"{item.path.name}::{getattr(item, 'originalname', item.name)}"
    return DATABASES.index(str(database)) != zlib.crc32(name.encode()) % 2


def refused(reason: str, *, in_ci: bool) -> str | None:
    """Why a skip for `reason` is an error here; None when it is accepted."""
    cause = reason.removeprefix("Skipped: ")
    if not in_ci or cause.startswith(ALLOWED):
        return None
    return f"CI is set, so this may not be skipped: {cause}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a refused skip of a test into a failure."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail"):
        _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a refused skip of a whole file into an error."""
    report = yield
    if report.skipped:
        _refuse(report)
    return report


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if message := refused(reason, in_ci=bool(os.environ.get("CI"))):
        report.outcome, report.longrepr = "failed", message
