"""On which days a campaign reminds those who haven't answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reciproca.compacts.obligations.rules import POLICIES, Family, Policy, invitation_policy


@dataclass(frozen=True, kw_only=True)
class Reminders:
    """So many days `after` somebody was asked, and `before` the campaign's last day; with neither, nobody is
    reminded."""

    after: tuple[int, ...] = ()
    before: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a campaign keeps it."""
        return {"after": list(self.after), "before": list(self.before)}

    @property
    def policy(self) -> Policy:
        """The same as reminders are planned by."""
        return invitation_policy(after=self.after, before=self.before)


def read_reminders(said: Mapping[str, Any]) -> Reminders:
    """As a campaign keeps it; empty: as every invitation is."""
    if said:
        return Reminders(after=tuple(said["after"]), before=tuple(said["before"]))
    usual = POLICIES[Family.INVITATION]
    return Reminders(
        after=tuple(one.days for one in usual if one.from_opening and one.days),
        before=tuple(-one.days for one in usual if not one.from_opening),
    )
