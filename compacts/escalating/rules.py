"""The ladders of both sides.

What a post owes goes to whoever holds it on every day of its policy. When it is late, each rung of its side's ladder is
told on the policy's own days as well, the lower rungs again with each higher one: no side has a clock of its own.
Whoever holds the post is never told as a rung; a rung on which nobody else is left passes it up at once. What a person
owes by name stays with that person, and an invitation has no ladder.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reciproca.compacts.policies.rules import Family, Policy
from reciproca.core.identity import Role
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Who is told `days` after something was due: people with one of the `roles`."""

    days: int
    roles: tuple[Role, ...]


SPONSOR_DAYS, BODY_DAYS = 14, 28
"""Two and four weeks: ten and twenty working days."""

_SPONSORS = (Role.CO_SPONSOR_ORGANISATION, Role.CO_SPONSOR_PHYSICIANS)

LADDERS: Mapping[Side, tuple[Rung, ...]] = {
    Side.ORGANISATION: (
        Rung(days=SPONSOR_DAYS, roles=(Role.EXECUTIVE_SPONSOR, *_SPONSORS)),
        Rung(days=BODY_DAYS, roles=(Role.RATIFIER_ORGANISATION,)),
    ),
    Side.PHYSICIANS: (
        Rung(days=SPONSOR_DAYS, roles=_SPONSORS),
        Rung(days=BODY_DAYS, roles=(Role.RATIFIER_PHYSICIANS,)),
    ),
}
"""The lowest rung first. Both co-sponsors hear of both sides. Whoever records a body's decisions keeps its agenda: the
board's secretary, the association's."""


def ladder_of(side: Side, family: Family, *, is_post: bool = True) -> tuple[Rung, ...]:
    """The rungs that something of `side` climbs; none for an invitation, or for what no post owes."""
    return LADDERS[side] if family is Family.DUTY and is_post else ()


def rung_on(ladder: tuple[Rung, ...], *, due: date, today: date) -> int:
    """How many rungs something due on `due` has reached by the local day `today`; 0 is its owner alone."""
    late = (today - due).days
    return sum(late >= rung.days for rung in ladder)


def is_reminded_on_every_rung(policy: Policy) -> bool:
    """Whether a policy of duties mails on a day for each rung: the sweep looks on those days only."""
    days = {reminder.days for reminder in policy if reminder.by_mail}
    return all(rung.days in days for ladder in LADDERS.values() for rung in ladder)


def faults_of_placing(*, meets_on: date, today: date) -> list[str]:
    """What is wrong with placing something on the agenda of a day, as codes."""
    return ["past"] if meets_on < today else []
