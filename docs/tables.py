"""Reference pages that are tables of what the code says: settings, and who may do what."""

from dataclasses import fields

from reciproca.core.identity import Role
from reciproca.core.rights import RIGHTS
from reciproca.core.settings import Settings

SETTINGS = """# Settings

<!-- Made by docs/pages.py from core/settings.py; don't edit. -->

Each setting is an environment variable, or a line of `reciproca.toml` in the installation's folder under its name in
lower case without `RECIPROCA_`. The environment wins. A name that isn't listed here is refused. The folder itself is
chosen by the variable or by `--home`.

| Variable | What it does | Default | Example |
| --- | --- | --- | --- |
{rows}
"""

RIGHTS_PAGE = """# Who may do what

<!-- Made by docs/pages.py from core/rights.py; don't edit. -->

What isn't listed is denied. `themself` is the person whom the thing is about; `system` is the scheduler and the command
line of the machine that the installation runs on.

| Action | Roles |
| --- | --- |
{rows}
"""


def settings() -> str:
    """The page of settings."""
    rows = [
        f"| `RECIPROCA_{field.name.upper()}` | {field.metadata['doc']} | {_shown(field.default)} "
        f"| `{field.metadata['example']}` |"
        for field in fields(Settings)
    ]
    return SETTINGS.format(rows="\n".join(rows))


def rights() -> str:
    """The page of roles and actions."""
    rows = [f"| `{action.value}` | {_holders(roles)} |" for action, roles in RIGHTS.items()]
    return RIGHTS_PAGE.format(rows="\n".join(rows))


def _holders(roles: frozenset[Role]) -> str:
    if roles == frozenset(Role):
        return "everyone"
    return ", ".join(role.value.replace("_", " ") for role in Role if role in roles)


def _shown(default: object) -> str:
    return f"`{default}`" if isinstance(default, str) and default else ""
