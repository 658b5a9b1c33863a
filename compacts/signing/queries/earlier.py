"""Who signed an earlier version of an agreement, and whether that signature stands for a newer one."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.rules.grace import Chain, covers
from reciproca.compacts.signing.tables import Signature
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The newest of the earlier versions that somebody signed. `covers`: the signature stands for the newer version."""

    uid: str
    number: int
    covers: bool


def earlier_signatures(work: Work, *, version: Version) -> Mapping[int, Earlier]:
    """By person, what each signed before `version` and did not withdraw. Two queries, whatever the number of people."""
    authorize(work, Action.CAMPAIGN_RUN)
    before = (
        select(Version)
        .filter_by(compact_id=version.compact_id)
        .where(or_(Version.in_force_at.is_not(None), Version.id == version.id))
        .where(Version.number <= version.number)
        .order_by(Version.number)
    )
    chain = work.session.scalars(before).all()
    given = (
        select(Signature.person_id, Version)
        .join(Version, Version.id == Signature.version_id)
        .where(
            Signature.version_id.in_([one.id for one in chain if one.id != version.id]),
            Signature.role == PHYSICIAN,
            Signature.withdrawn_at.is_(None),
        )
        .order_by(Version.number)
    )
    links = [Chain(number=one.number, change_class=one.change_class, state=one.state) for one in chain]
    return {
        person_id: Earlier(uid=signed.uid, number=signed.number, covers=covers(links, signed=signed.number))
        for person_id, signed in work.session.execute(given).all()
    }
