"""Whom an agreement is for, and why somebody on file isn't asked."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why somebody isn't asked, the first that applies."""

    NOT_APPOINTED = "not_appointed"
    OTHER_UNIT = "other_unit"
    OTHER_CATEGORY = "other_category"
    OTHER_POST = "other_post"
    OTHER_LANGUAGE = "other_language"
    STANDS_FOR_ORGANISATION = "stands_for_organisation"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Whom of those whom an agreement is for a campaign asks: in one of `units` (uids) or below, in one of
    `categories`, in one of `posts` (keys, or uids), in one of the languages `locales`. Empty: any."""

    units: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()

    def to_json(self) -> dict[str, list[str]]:
        """Plain data."""
        return {name: list(values) for name, values in asdict(self).items()}


def read_rule(data: Mapping[str, Sequence[str]]) -> Rule:
    """The rule that a campaign keeps; what isn't said is any."""
    return Rule(**{name: tuple(values) for name, values in data.items()})


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Ids of people: who holds an appointment on the day, who of them in the unit that is asked, who of those in one of
    the categories, who in one of the posts and who in one of the languages; the organisation's own co-sponsor; and whom
    the steward left out by hand."""

    appointed: AbstractSet[int]
    of_unit: AbstractSet[int]
    of_category: AbstractSet[int]
    of_post: AbstractSet[int]
    of_language: AbstractSet[int]
    co_sponsor: int | None
    left_out: AbstractSet[int]

    def why_not(self, person_id: int) -> Why | None:
        """Why this person isn't asked; None for somebody who is."""
        excluded = {
            Why.NOT_APPOINTED: person_id not in self.appointed,
            Why.OTHER_UNIT: person_id not in self.of_unit,
            Why.OTHER_CATEGORY: person_id not in self.of_category,
            Why.OTHER_POST: person_id not in self.of_post,
            Why.OTHER_LANGUAGE: person_id not in self.of_language,
            Why.STANDS_FOR_ORGANISATION: person_id == self.co_sponsor,
            Why.LEFT_OUT: person_id in self.left_out,
        }
        return next((why for why, applies in excluded.items() if applies), None)
