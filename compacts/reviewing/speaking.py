"""Who speaks for a side of an agreement, and who is told."""

from sqlalchemy import select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Grant, Membership
from reciproca.compacts.drafting.tables import Compact, CompactText
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.tables import Review, Voice
from reciproca.core.identity import Role
from reciproca.core.work import Work
from reciproca.plugins.types import Side

_ROLES = {Side.ORGANISATION: Role.CO_SPONSOR_ORGANISATION, Side.PHYSICIANS: Role.CO_SPONSOR_PHYSICIANS}


def compact_of(work: Work, review: Review) -> Compact:
    """The agreement that is reviewed."""
    return work.session.scalars(select(Compact).filter_by(id=review.compact_id)).one()


def sponsor_id(compact: Compact, side: Side) -> int | None:
    """The person whom the agreement names to speak for `side`."""
    return compact.sponsor_organisation_id if side is Side.ORGANISATION else compact.sponsor_physicians_id


def check_voice(work: Work, compact: Compact, side: Side, voices: dict[Side, Voice]) -> None:
    """Forbidden unless the actor may speak for `side` in this review."""
    other = voices.get(rules.OTHER[side])
    rules.require_voice(
        side,
        roles=work.actor.roles,
        actor=work.actor.uid,
        person_id=work.actor.person_id,
        sponsor_id=sponsor_id(compact, side),
        spoken_on_other=other.spoken_by if other else None,
    )


def holder_id(work: Work, compact: Compact, side: Side) -> int | None:
    """Who owes what a side owes to a review: its named co-sponsor, else whoever holds that role, else the steward."""
    if named := sponsor_id(compact, side):
        return named
    holding = select(Membership.person_id).join(Grant, Grant.membership_id == Membership.id)
    of_side = holding.where(Grant.role == _ROLES[side], Membership.person_id.is_not(None), held(work.now))
    return work.session.scalars(of_side.order_by(Grant.id).limit(1)).first() or compact.steward_id


def taking_part(work: Work, compact: Compact) -> set[int]:
    """Whoever meets over a review of `compact`: who speaks for each side, and the steward."""
    found = {compact.steward_id, *(holder_id(work, compact, side) for side in Side)}
    return {one for one in found if one is not None}


def titles(work: Work, review: Review) -> dict[str, str]:
    """What a review is called, per language: its agreement's title."""
    rows = work.session.scalars(select(CompactText).filter_by(compact_id=review.compact_id))
    return {row.locale: row.title for row in rows}


def tell_sponsors(work: Work, review: Review, kind: Kind, *, due: str = "") -> None:
    """Send the same notice to those who speak for both sides."""
    compact = compact_of(work, review)
    found = {holder_id(work, compact, side) for side in Side}
    data = {"title": titles(work, review), "path": f"/reviews/{review.uid}", **({"due": due} if due else {})}
    notify_all(work, kind=kind, person_ids=[one for one in found if one is not None], data=data)
