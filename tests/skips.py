"""A pytest plugin: the suite's marks, and no silent skips where CI is set.

Registered by `pytest_plugins = ["tests.skips"]` in tests/conftest.py.
"""

import os
from collections.abc import Generator

import pytest

ALLOWED = "needs ../shared"
"""A test with this reason has a sibling that runs on the project's own data."""


def pytest_configure(config: pytest.Config) -> None:
    """Name the marks by which `./dev test quick` and `deep` choose."""
    config.addinivalue_line("markers", "browser: needs Chromium (everything in tests/browser)")
    config.addinivalue_line("markers", "postgres: needs PostgreSQL (every test that runs on it)")
    config.addinivalue_line("markers", "deep: long seeds and whole matrices; only ./dev test deep runs it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark by place and by parameter, so that nobody has to remember to."""
    for item in items:
        if "/tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
        chosen = getattr(item, "callspec", None)
        if chosen and any("postgres" in str(value) for value in chosen.params.values()):
            item.add_marker(pytest.mark.postgres)


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
