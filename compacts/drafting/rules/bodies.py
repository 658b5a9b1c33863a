"""Who decides for a side, and whether enough of them took part."""

from collections.abc import Mapping
from types import MappingProxyType

from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

USUAL: Mapping[Side, str] = MappingProxyType(
    {
        Side.ORGANISATION: _("Board of directors"),
        Side.PHYSICIANS: _("Medical or professional staff association"),
    }
)
"""The body that decides for a side where none is named."""


def check_body(*, members: int, quorum: int) -> None:
    """Invalid unless a quorum of 1 to all of the members is asked for."""
    if not 1 <= quorum <= members:
        raise Invalid(
            detail=_("The body can’t be recorded like this. Nothing was changed."),
            faults=[
                Fault(field="quorum", reason=_("A quorum is at least one member, and at most all of them."))
            ],
        )


def check_turnout(*, cast: int, recused: int, quorum: int, least: int, members: int | None) -> None:
    """Invalid when fewer were asked to take part than the body's own quorum (`least`), or more voted than it has
    `members` (None: nobody said how many)."""
    faults = []
    if recused < 0:
        faults.append(Fault(field="recused", reason=_("People are counted from 0.")))
    if quorum < least:
        faults.append(
            Fault(
                field="quorum", reason=_("The quorum of this body is higher."), remedy=f"{quorum} < {least}"
            )
        )
    if members is not None and cast + recused > members:
        faults.append(
            Fault(
                field="votes_for",
                reason=_("More people are counted than the body has members."),
                remedy=f"{cast + recused} > {members}",
            )
        )
    _raise(faults)


def check_still_there(*, cast: int, quorum: int, still: int, left: int) -> None:
    """Invalid unless, of those who are named as present, enough still held their posts on the day of the decision:
    `still` of them did and `left` did not."""
    faults = []
    if still < quorum:
        faults.append(
            Fault(
                field="present",
                reason=_("Too few of those present still held their posts on that day: there was no quorum."),
                remedy=f"{still} < {quorum}",
            )
        )
    elif cast > still:
        faults.append(
            Fault(
                field="present",
                reason=_("More votes are counted than people who could vote on that day."),
                remedy=f"{cast} > {still} (+ {left})",
            )
        )
    _raise(faults)


def _raise(faults: list[Fault]) -> None:
    if faults:
        raise Invalid(
            detail=_("The decision can’t be recorded like this. Nothing was changed."), faults=faults
        )
