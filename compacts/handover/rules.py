"""Offices of an agreement, and who stands in for one that is vacant. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.plugins.types import Side


class Office(StrEnum):
    """Who keeps an agreement, and who stands for each side of it, by name."""

    STEWARD = "steward"
    CO_SPONSOR_ORGANISATION = "co_sponsor_organisation"
    CO_SPONSOR_PHYSICIANS = "co_sponsor_physicians"


OF_SIDE: Mapping[Side, Office] = {
    Side.ORGANISATION: Office.CO_SPONSOR_ORGANISATION,
    Side.PHYSICIANS: Office.CO_SPONSOR_PHYSICIANS,
}
"""Whose duties those of a side are that no post owes."""
SIDES: Mapping[Office, Side] = {
    Office.STEWARD: Side.ORGANISATION,
    Office.CO_SPONSOR_ORGANISATION: Side.ORGANISATION,
    Office.CO_SPONSOR_PHYSICIANS: Side.PHYSICIANS,
}
"""On which side's account a vacancy stands: the organisation is to have a steward."""
VACANT_POST, VACANT_SIGNATORY = "vacant.post", "vacant.signatory"
"""Kinds of the duties to fill a post, and to let somebody sign for the organisation; of an office: `kind_of`."""
_INSTEAD: Mapping[Office, tuple[Office, ...]] = {
    Office.STEWARD: (Office.CO_SPONSOR_ORGANISATION, Office.CO_SPONSOR_PHYSICIANS),
    Office.CO_SPONSOR_ORGANISATION: (Office.STEWARD, Office.CO_SPONSOR_PHYSICIANS),
    Office.CO_SPONSOR_PHYSICIANS: (Office.STEWARD, Office.CO_SPONSOR_ORGANISATION),
}
Holders = Mapping[Office, int | None]


def kind_of(office: Office) -> str:
    """The kind of the duty to fill an office; its subject is the agreement."""
    return f"vacant.{office.value}"


def vacant(holders: Holders, gone: Collection[int]) -> list[Office]:
    """The offices whose holder (by person's id) is among the `gone`. One that nobody ever held isn't vacant yet."""
    return [office for office, person_id in holders.items() if person_id is not None and person_id in gone]


def stand_in(office: Office, holders: Holders, gone: Collection[int]) -> int | None:
    """Who looks after `office` today: its holder, else the first of the others who is still here; None: nobody is."""
    for one in (office, *_INSTEAD[office]):
        person_id = holders.get(one)
        if person_id is not None and person_id not in gone:
            return person_id
    return None


def require_vacant(office: Office, holders: Holders, gone: Collection[int]) -> None:
    """Conflict while somebody who is still here holds the office: nobody is pushed out by this door."""
    person_id = holders.get(office)
    if person_id is not None and person_id not in gone:
        raise Conflict(
            detail=_("Somebody who is still here holds this office. Nothing was changed."),
            remedy=_("The steward can change who stands for the agreement."),
        )


def require_post_vacant(*, is_vacant: bool) -> None:
    """Conflict while somebody is in the post, or nobody ever was: those are kept with the people."""
    if not is_vacant:
        raise Conflict(
            detail=_("Nobody has left this post. Nothing was changed."),
            remedy=_("Whoever keeps the list of people can change who holds it."),
        )
