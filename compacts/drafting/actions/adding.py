"""Beginning an addendum: what one unit adds to an agreement, without a second copy of it."""

from collections.abc import Mapping

from sqlalchemy import select

from reciproca.compacts.drafting.actions.addenda import add_to
from reciproca.compacts.drafting.actions.beginning import BLANK, create_compact
from reciproca.compacts.drafting.queries import compact_of, find_version
from reciproca.compacts.drafting.rules.addenda import require_beneath, require_main
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Person, Unit
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def start_addendum(
    work: Work, *, version_uid: str, unit_uid: str, titles: Mapping[str, str] | None = None
) -> Version:
    """Begin an addendum of one unit to the version in force `version_uid`: an empty draft with the same effect, review
    and people who stand for it. Conflict, Invalid, NotFound."""
    authorize(work, Action.COMPACT_CREATE)
    main = find_version(work, uid=version_uid)
    require_main(main.state)
    compact = compact_of(work, version=main)
    unit = work.session.scalars(select(Unit).filter_by(uid=unit_uid)).one_or_none()
    if unit is None:
        raise NotFound(
            detail=_("There is no such unit here. Nothing was changed."),
            remedy=_("Choose a unit of the list."),
        )
    require_beneath(unit.path, work.session.get_one(Unit, compact.unit_id).path)
    version = create_compact(
        work,
        template_key=BLANK.key,
        legal_effect=main.legal_effect,
        review_cycle=compact.review_cycle,
        unit_uid=unit_uid,
        titles=titles,
        sponsor_organisation_uid=_uid(work, compact.sponsor_organisation_id),
        sponsor_physicians_uid=_uid(work, compact.sponsor_physicians_id),
        sunset=compact.sunset,
        audience=compact.audience.get("categories", []),
        organisation_signs=compact.organisation_signs,
    )
    add_to(work, version=version, main=main)
    return version


def _uid(work: Work, person_id: int | None) -> str | None:
    return work.session.get_one(Person, person_id).uid if person_id else None
