"""On which days something is reminded of. One policy for each family, never for a side: both have the same days.

The nearest policy counts: the thing's own (a campaign's), else its agreement's, else its unit's or that of the unit
around it, else the organisation's, else the product's.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Family(StrEnum):
    """A duty is owed; an invitation may be left unanswered, which ends it."""

    DUTY = "duty"
    INVITATION = "invitation"


@dataclass(frozen=True)
class Reminder:
    """One reminder of a policy: `days` from the due day, or from the opening day when `from_opening`. Without
    `by_mail` it waits on the page of messages alone."""

    days: int
    from_opening: bool = False
    by_mail: bool = True


Policy = tuple[Reminder, ...]

POLICIES: Mapping[Family, Policy] = {
    Family.DUTY: tuple(Reminder(days) for days in (-30, -14, -7, -1, 1, 14, 28)),
    Family.INVITATION: (Reminder(0, from_opening=True), Reminder(14, from_opening=True), Reminder(-3)),
}

ALWAYS = frozenset({14, 28})
"""So many days after its due day a duty is always reminded of, by mail: on them it goes up its ladder."""

LONGEST_DAYS, LATEST_DAYS = 90, 45
"""How far before its day, or after its beginning, something is recalled at most; and how far after its day."""

MOST = {Family.DUTY: 12, Family.INVITATION: 4}
"""How often something is recalled at most; an invitation is voluntary."""

ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True)
class Days:
    """The days of a policy as people choose them: so many `before` the due day (an invitation's last), so many `after`
    it (after an invitation began), and on which of them nothing is mailed."""

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    quiet_before: tuple[int, ...] = ()
    quiet_after: tuple[int, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {name: sorted(days) for name, days in asdict(self).items()}

    @property
    def count(self) -> int:
        """How many reminders."""
        return sum(len(days) for days in asdict(self).values())


def read_days(said: Mapping[str, Any]) -> Days:
    """As they are kept."""
    return Days(**{name: tuple(days) for name, days in said.items()})


def days_of(policy: Policy, family: Family) -> Days:
    """The days of a policy, without an invitation's own and those that every duty has."""
    is_duty = family is Family.DUTY
    after = [one for one in policy if (one.days > 0 if is_duty else one.from_opening and one.days > 0)]
    before = [one for one in policy if one.days < 0]
    kept = [one for one in after if not (is_duty and one.days in ALWAYS)]
    return Days(
        before=tuple(-one.days for one in before if one.by_mail),
        after=tuple(one.days for one in kept if one.by_mail),
        quiet_before=tuple(-one.days for one in before if not one.by_mail),
        quiet_after=tuple(one.days for one in kept if not one.by_mail),
    )


def policy_of(family: Family, days: Days) -> Policy:
    """The policy of some days, in their order: an invitation's first is the invitation itself, and a duty has its two
    days of the ladder always."""
    if family is Family.INVITATION:
        begun = [Reminder(0, from_opening=True), *_each(days.after, 1, True, from_opening=True)]
        begun += _each(days.quiet_after, 1, False, from_opening=True)
        return (
            *_ordered(begun),
            *_ordered([*_each(days.before, -1, True), *_each(days.quiet_before, -1, False)]),
        )
    after = [*_each({*days.after, *ALWAYS}, 1, True), *_each(set(days.quiet_after) - ALWAYS, 1, False)]
    before = [*_each(days.before, -1, True), *_each(days.quiet_before, -1, False)]
    return tuple(_ordered([*before, *after]))


def faults_of_days(family: Family, days: Days) -> list[tuple[str, str]]:
    """What is wrong with chosen days, as (field, code): "days" (a number of days that can't be), "twice" (the same day
    with and without a mail, or doubled), "many"."""
    longest = LATEST_DAYS if family is Family.DUTY else LONGEST_DAYS
    limits = {"before": LONGEST_DAYS, "quiet_before": LONGEST_DAYS, "after": longest, "quiet_after": longest}
    chosen: Mapping[str, Sequence[int]] = asdict(days)
    found = [(name, "days") for name, limit in limits.items() if not _are_within(chosen[name], limit)]
    for loud, quiet in (("before", "quiet_before"), ("after", "quiet_after")):
        both = [*chosen[loud], *chosen[quiet]]
        if len(set(both)) < len(both):
            found.append((quiet if chosen[quiet] else loud, "twice"))
    if days.count > MOST[family]:
        found.append(("before", "many"))
    return found


def nearest(
    family: Family, scopes: Iterable[str], kept: Mapping[tuple[Family, str], Policy]
) -> Policy | None:
    """The policy of the first of `scopes` that has one; None where the product's counts."""
    return next((kept[family, scope] for scope in scopes if (family, scope) in kept), None)


def _each(days: Collection[int], sign: int, by_mail: bool, *, from_opening: bool = False) -> list[Reminder]:
    return [Reminder(sign * number, from_opening, by_mail) for number in days]


def _ordered(reminders: Iterable[Reminder]) -> list[Reminder]:
    return sorted(reminders, key=lambda one: one.days)


def _are_within(days: Sequence[int], limit: int) -> bool:
    return all(1 <= number <= limit for number in days)
