"""The hook reference is the specifications, and nothing is left unsaid in them."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from reciproca.plugins import hookdocs, specs
from reciproca.plugins.markers import PROJECT

ALL = [hook for hooks in specs.PHASES.values() for hook in hooks]


def test_the_page_is_what_the_specifications_say() -> None:
    """A hook is never changed without its page."""
    assert hookdocs.PAGE.read_text(encoding="utf-8") == hookdocs.page()
    assert hookdocs.main(["--check"]) == 0


def test_a_stale_page_is_noticed(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """The check in CI really fails, and says how to put it right."""
    page = tmp_path / "hooks.md"
    page.write_text(hookdocs.page() + "edited by hand\n", encoding="utf-8")
    monkeypatch.setattr(hookdocs, "PAGE", page)
    assert hookdocs.main(["--check"]) == 1
    assert "python -m reciproca.plugins.hookdocs" in capsys.readouterr().err
    assert hookdocs.main([]) == 0
    assert hookdocs.main(["--check"]) == 0
    assert hookdocs.main(["--chek"]) == 2


@pytest.mark.parametrize("hook", ALL, ids=lambda hook: hook.__name__)
def test_every_hook_says_all_five_things(hook: Callable[..., Any]) -> None:
    """When it is called, with what, what it returns, what a failure does, and an example."""
    said = hookdocs.sections(hook)
    assert list(said) == ["", *hookdocs.SECTIONS]
    assert all(said.values())
    assert all(f"`{name}`" in said["Arguments"] for name in inspect.signature(hook).parameters)


def test_every_marked_hook_stands_in_a_phase() -> None:
    """A hook that the reference doesn't list doesn't exist."""
    marked = {name for name, item in vars(specs).items() if hasattr(item, f"{PROJECT}_spec")}
    assert marked == {hook.__name__ for hook in ALL}
