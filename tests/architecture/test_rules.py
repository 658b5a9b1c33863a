"""The rules of the house hold in every file, and each rule finds an offence that is planted."""

from collections.abc import Callable, Iterator

import pytest

from tests.architecture import findings
from tests.architecture.sources import Source, product, texts

Rule = Callable[[Source], Iterator[str]]
ACTION = "def sign(work, *, version):\n    "

OFFENCES: list[tuple[Rule, str, str]] = [
    (findings.commits, "compacts/people/actions.py", "work.session.commit()"),
    (findings.clocks, "compacts/people/rules.py", "from datetime import datetime\ndatetime.now()"),
    (findings.clocks, "core/ids.py", "import datetime\ndatetime.date.today()"),
    (findings.environment, "core/settings.py", "import os\nos.environ['A']"),
    (findings.requests, "compacts/people/actions.py", "from flask import request"),
    (findings.strangers, "compacts/people/actions.py", "from flask.views import View"),
    (findings.strangers, "templates/loader.py", "import weasyprint"),
    (findings.unauthorised, "compacts/people/actions.py", f"{ACTION}return version"),
    (
        findings.unauthorised,
        "compacts/people/queries/roster.py",
        f"{ACTION}version = 1\n    authorize(work, 1)",
    ),
    (findings.positional, "compacts/people/actions.py", "def sign(work, version): ..."),
    (findings.names, "core/utils.py", ""),
    (findings.names, "compacts/common/__init__.py", ""),
    (findings.unreasoned, "core/ids.py", "import os  # noqa: F401"),
    (findings.unreasoned, "core/ids.py", "import os  # noqa -- wanted"),
    (findings.unreasoned, "core/ids.py", "x: int = ''  # type: ignore[assignment]"),
    (findings.undocumented, "core/ids.py", '"""Ids."""\ndef new(): ...'),
    (findings.undocumented, "core/ids.py", '"""Ids."""\nclass Id: ...'),
    (findings.addresses, "README.md", "cd " + "/work" + "/main"),
]
RULES: list[Rule] = [
    findings.commits,
    findings.clocks,
    findings.environment,
    findings.requests,
    findings.strangers,
    findings.unauthorised,
    findings.positional,
    findings.names,
    findings.undocumented,
]


@pytest.mark.parametrize(("rule", "path", "text"), OFFENCES)
def test_each_rule_finds_an_offence_that_is_planted(rule: Rule, path: str, text: str) -> None:
    """A rule that finds nothing anywhere would protect nothing."""
    assert len(list(rule(Source(path=path, text=text)))) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rules(rule: Rule) -> None:
    """One transaction site, one clock, rights first, and nothing nameless or unexplained."""
    found = [found for source in product() for found in rule(source)]
    assert found == [], "\n".join(found)


def test_a_use_case_that_begins_with_authorize_is_accepted() -> None:
    """The rule of rights can be kept: a docstring before the first statement is no offence."""
    source = Source(
        path="compacts/people/actions.py", text=f'{ACTION}"""Why."""\n    authorize(work, 1)\n    return 2'
    )
    assert list(findings.unauthorised(source)) == []


def test_a_silenced_check_gives_its_reason_everywhere() -> None:
    """Nobody has to guess why a check was silenced, tests included."""
    plants = "tests/architecture/test_rules.py"
    silenced = [
        found for source in texts(".py") if source.path != plants for found in findings.unreasoned(source)
    ]
    assert silenced == []


def test_no_published_file_names_a_machine_or_a_registry() -> None:
    """A clone works elsewhere: no path of the machine it was written on, no registry's address."""
    tells = "tests/architecture/findings.py"
    assert [found for source in texts() if source.path != tells for found in findings.addresses(source)] == []
