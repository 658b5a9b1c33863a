"""Whom an agreement is for, and why somebody on file isn't asked."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why somebody isn't asked, the first that applies."""

    NOT_APPOINTED = "not_appointed"
    OTHER_UNIT = "other_unit"
    OTHER_CATEGORY = "other_category"
    STANDS_FOR_ORGANISATION = "stands_for_organisation"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Ids of people: who holds an appointment on the day, who of them in the agreement's unit, who of those in one of
    its categories; the organisation's own co-sponsor; and whom the steward left out by hand."""

    appointed: AbstractSet[int]
    of_unit: AbstractSet[int]
    of_category: AbstractSet[int]
    co_sponsor: int | None
    left_out: AbstractSet[int]

    def why_not(self, person_id: int) -> Why | None:
        """Why this person isn't asked; None for somebody who is."""
        excluded = {
            Why.NOT_APPOINTED: person_id not in self.appointed,
            Why.OTHER_UNIT: person_id not in self.of_unit,
            Why.OTHER_CATEGORY: person_id not in self.of_category,
            Why.STANDS_FOR_ORGANISATION: person_id == self.co_sponsor,
            Why.LEFT_OUT: person_id in self.left_out,
        }
        return next((why for why, applies in excluded.items() if applies), None)
