"""On which days a campaign reminds those who haven't answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reciproca.compacts.policies.rules import POLICIES, Days, Family, Policy, days_of, policy_of


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
        return policy_of(Family.INVITATION, Days(after=self.after, before=self.before))


def read_reminders(said: Mapping[str, Any], usual: Policy | None = None) -> Reminders:
    """As a campaign keeps it; empty: as every invitation is by the policy that is `usual` there."""
    if said:
        return Reminders(after=tuple(said["after"]), before=tuple(said["before"]))
    days = days_of(usual or POLICIES[Family.INVITATION], Family.INVITATION)
    return Reminders(after=(*days.after, *days.quiet_after), before=(*days.before, *days.quiet_before))


def own_policy(said: Mapping[str, Any]) -> Policy | None:
    """The policy that a campaign has chosen for itself; None: it inherits one."""
    return read_reminders(said).policy if said else None
