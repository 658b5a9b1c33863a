"""The rounds of a version, and who is asked in one."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import voices
from reciproca.compacts.consulting.rules import Caution
from reciproca.compacts.drafting.queries import consultations
from reciproca.compacts.drafting.tables import Consultation, Version
from reciproca.compacts.people.queries import members
from reciproca.compacts.people.tables import Person
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def find_round(work: Work, *, version: Version, number: int | None = None) -> Consultation | None:
    """Round `number` of a version, or its newest (None where there was none yet). NotFound for a number that isn't."""
    authorize(work, Action.COMMENT_READ)
    known = consultations(work, version=version)
    if number is None:
        return known[-1] if known else None
    found = next((one for one in known if one.number == number), None)
    if found is None:
        raise NotFound(
            detail=_("This version has no such round."), remedy=_("Choose one of the rounds that it had.")
        )
    return found


def asked_people(work: Work, *, audience: Mapping[str, Any]) -> list[int]:
    """Ids of the people whom an audience means: appointed today, in its categories and units, with its languages."""
    authorize(work, Action.CONSULTATION_RUN)
    units: Sequence[str | None] = audience.get("units") or [None]
    wanted = audience.get("locales") or ()
    found = [
        one
        for unit in units
        for one in members(
            work,
            at=work.today(),
            categories=audience.get("categories") or (),
            unit_uid=unit,
            include_on_leave=True,
        )
    ]
    return sorted({one.id for one in found if not wanted or one.locale in wanted})


def cautions(work: Work, *, audience: Mapping[str, Any], round_id: int | None = None) -> Sequence[Caution]:
    """What to be warned of: one physician who would stand for all. `audience` is that of a round to be opened, or of
    round `round_id`, whose voices are counted too."""
    authorize(work, Action.CONSULTATION_RUN)
    spoke = voices(work, round_id=round_id)[Side.PHYSICIANS] if round_id else None
    return rules.round_warnings(
        physicians_asked=len(asked_people(work, audience=audience)), physicians_spoke=spoke
    )


def names_of(work: Work, *, person_ids: Sequence[int]) -> dict[int, str]:
    """Names by person id."""
    authorize(work, Action.COMMENT_READ)
    found = work.session.scalars(select(Person).where(Person.id.in_(person_ids)))
    return {person.id: person.name for person in found}
