"""How the actor's own signatures stand today, each against the newest version of its agreement."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.rules.grace import Stands, Step, stands
from reciproca.compacts.signing.tables import Signature
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def own_standings(work: Work) -> Mapping[str, Stands]:
    """By uid, how each signature stands that the actor gave as a physician. Two queries."""
    authorize(work, Action.EVIDENCE_READ, person_id=work.actor.person_id)
    rows = work.session.execute(
        select(Signature, Version, Compact.grace_days)
        .join(Version, Version.id == Signature.version_id)
        .join(Compact, Compact.id == Version.compact_id)
        .where(Signature.person_id == work.actor.person_id, Signature.role == PHYSICIAN)
    ).all()
    came = _came_into_force(work, sorted({version.compact_id for _signature, version, _days in rows}))
    kept = {
        (version.compact_id, version.number)
        for signature, version, _days in rows
        if signature.withdrawn_at is None and version.in_force_at is not None  # signed early: not yet instead
    }
    return {
        signature.uid: stands(
            state=version.state,
            steps=[step for step in came[version.compact_id] if step.number > version.number],
            grace_days=grace_days,
            zone=ZoneInfo(work.organisation.zone),
            now=work.now,
            is_withdrawn=signature.withdrawn_at is not None,
            has_signed_newer=any(
                compact == version.compact_id and number > version.number for compact, number in kept
            ),
        )
        for signature, version, grace_days in rows
    }


def _came_into_force(work: Work, compact_ids: Sequence[int]) -> Mapping[int, Sequence[Step]]:
    """The versions of each agreement that have ever been in force, the oldest first."""
    asked = select(Version).where(Version.compact_id.in_(compact_ids), Version.in_force_at.is_not(None))
    found: dict[int, list[Step]] = defaultdict(list)
    for row in work.session.scalars(asked.order_by(Version.number)):
        if row.in_force_at is not None:
            step = Step(
                number=row.number,
                change_class=row.change_class,
                in_force_at=row.in_force_at,
                state=row.state,
            )
            found[row.compact_id].append(step)
    return found
