"""Who signs for the organisation where one signature isn't enough: groups, side by side and in any order, of each of
which so many people sign."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reciproca.compacts.signing.rules.evidence import ORGANISATION
from reciproca.core.errors import Conflict, Forbidden
from reciproca.core.i18n import _

MOST_PEOPLE = 9
"""How many people can be asked to sign one version for the organisation: each has a place in every document, and a
proof of one digit in every bundle."""


@dataclass(frozen=True, kw_only=True)
class Signatories:
    """People of whom `needs` sign: who holds one of `posts` (uids), or with none whoever may sign for the organisation.
    `name` is what documents call them."""

    name: str
    needs: int = 1
    posts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As an agreement keeps it."""
        return {"name": self.name, "needs": self.needs, "posts": list(self.posts)}


def read_signatories(said: Sequence[Mapping[str, Any]]) -> tuple[Signatories, ...]:
    """Groups as an agreement keeps them; none where one signature is enough."""
    return tuple(Signatories(name=one["name"], needs=one["needs"], posts=tuple(one["posts"])) for one in said)


def faults_of(groups: Sequence[Signatories]) -> list[str]:
    """What is wrong with groups, as codes: "names" (each has one, its own), "needs" (at least one person of each),
    "many" (more people than find a place in a document)."""
    names = [one.name.strip().casefold() for one in groups]
    wrong = {
        "names": "" in names or len(set(names)) < len(names),
        "needs": any(one.needs < 1 for one in groups),
        "many": sum(one.needs for one in groups) > MOST_PEOPLE,
    }
    return [code for code, is_wrong in wrong.items() if is_wrong]


def missing(groups: Sequence[Signatories], signed_for: Sequence[int]) -> Mapping[int, int]:
    """How many people are still to sign, by the number of their group; `signed_for` are the groups' numbers of those
    who have. Empty once the organisation has signed."""
    have = Counter(signed_for)
    return {at: one.needs - have[at] for at, one in enumerate(groups) if one.needs > have[at]}


def place(groups: Sequence[Signatories], signed_for: Sequence[int], posts: Collection[str]) -> int | None:
    """The number of the group for which somebody with these `posts` (uids) signs next; None where none of theirs waits.
    Of several it is the one that fewest can sign for, so that nobody fills a place that others could."""
    mine = [
        at for at in missing(groups, signed_for) if not groups[at].posts or set(groups[at].posts) & set(posts)
    ]
    return min(mine, key=lambda at: (not groups[at].posts, len(groups[at].posts), at), default=None)


@dataclass(frozen=True, kw_only=True)
class Seats:
    """The places of those who sign one version for the organisation: `groups` (none: one person signs alone), the
    numbers of the groups that were `signed_for`, and whether the actor is among them (`has_signed`) or takes the next
    place of one (`mine`, its number; None: none of theirs waits)."""

    groups: tuple[Signatories, ...] = ()
    signed_for: tuple[int, ...] = ()
    has_signed: bool = False
    mine: int | None = None

    @property
    def completes(self) -> bool:
        """Whether the organisation has signed once the actor has."""
        return not self.groups or sum(missing(self.groups, self.signed_for).values()) == 1

    def require_mine(self) -> None:
        """Conflict for who has signed, Forbidden for whom no place waits."""
        if self.has_signed:
            raise Conflict(
                detail=_("You have signed this version for the organisation. Nothing was changed."),
                remedy=_("It waits for the others who sign for it; you can ask them."),
            )
        if self.groups and self.mine is None:
            raise Forbidden(
                detail=_(
                    "None of the signatures that are still missing is yours to give. Nothing was changed."
                ),
                remedy=_("The page says who can give them; the steward can change who that is."),
            )

    def slot(self, person_uid: str) -> str:
        """What makes the actor's signature the only one of its kind: the one that completes is the organisation's."""
        return ORGANISATION if self.completes else f"{ORGANISATION}:{self.mine}:{person_uid}"

    def quorum(self) -> dict[str, Any]:
        """What the record of the actor's signature says: for which group it is given, and who else has to sign."""
        return {
            "group": self.groups[self.mine or 0].name,
            "of": [{"group": one.name, "needs": one.needs} for one in self.groups],
        }


def group_of(slot: str) -> int:
    """The number of the group that a signature with this slot was given for, before the organisation's was complete."""
    return int(slot.split(":")[1])
