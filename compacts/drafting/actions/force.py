"""The day on which a version comes into force, and what it replaces. Waits for no document, mail or plugin."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import lock_organisation, locked_version
from reciproca.compacts.drafting.queries import compact_of, due_versions
from reciproca.compacts.drafting.rules import Event
from reciproca.compacts.drafting.tables import PAPER, Compact, Version, VersionState
from reciproca.core.canonical import clean_text
from reciproca.core.clock import instant_of
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import VersionEnded, VersionInForce, VersionScheduled, VersionSuperseded


def schedule(work: Work, *, version_uid: str, effective_from: date, revision: int | None = None) -> Version:
    """Fix the local day at whose beginning a ratified version comes into force. Invalid for a day that is over,
    unless the version was in force on paper; Conflict when another agreement in this unit already binds some of the
    same members."""
    authorize(work, Action.VERSION_SCHEDULE)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.SCHEDULE)
    expect_revision(version, revision)
    compact = compact_of(work, version=version)
    earliest = date.min if version.origin == PAPER else work.today()
    rules.check_effective(effective_from, today=earliest, sunset=compact.sunset)
    _refuse_rivals(_rivals(work, compact))
    version.state, version.effective_from = after, effective_from
    version.effective_at = instant_of(effective_from, 0, 0, work.organisation.zone)
    record = {"effective_from": effective_from.isoformat(), "zone": work.organisation.zone}
    work.act("version.scheduled", about=version.uid, record=record)
    work.record(
        VersionScheduled(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            effective=effective_from.isoformat(),
        )
    )
    return version


def withdraw(work: Work, *, version_uid: str, reason: str, revision: int | None = None) -> Version:
    """Take back a version that isn't in force yet, and say why. Its text stays. Conflict, Stale."""
    authorize(work, Action.VERSION_SCHEDULE)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.WITHDRAW)
    expect_revision(version, revision)
    version.state, version.ended_at = after, work.now
    work.act("version.withdrawn", about=version.uid, record={"reason": clean_text(reason)})
    compact = compact_of(work, version=version)
    work.record(
        VersionEnded(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            why=version.state.value,
        )
    )
    return version


def enter_force(work: Work, *, version_uid: str) -> Version:
    """Bring a scheduled version into force now that its day has come, and end the one that it replaces. Conflict
    before its day, and when another agreement in this unit binds some of the same members."""
    authorize(work, Action.VERSION_ENTER_FORCE)
    lock_organisation(work.session, work.organisation.id)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.ENTER_FORCE)
    if version.effective_at is None or version.effective_at > work.now:
        raise Conflict(
            detail=_("The day of this version hasn't come yet. Nothing was changed."),
            remedy=_("It comes into force by itself at the beginning of its day."),
        )
    compact = compact_of(work, version=version)
    _refuse_rivals(_rivals(work, compact))
    for former in _former(work, compact):
        _supersede(work, compact, former, version)
    version.state, version.in_force_at = after, version.effective_at
    version.revision += 1
    work.act("version.in_force", about=version.uid, record={"effective_at": instant(version.effective_at)})
    work.record(
        VersionInForce(
            organisation=work.organisation.uid, at=instant(work.now), compact=compact.uid, version=version.uid
        )
    )
    return version


def put_in_force(work: Work) -> list[str]:
    """Bring every version of the organisation into force whose day has come. One that can't be is logged and tried
    again at the next tick; the others don't wait for it. Returns uids."""
    authorize(work, Action.VERSION_ENTER_FORCE)
    return work.each(
        due_versions(work.session, work.now), lambda uid: bool(enter_force(work, version_uid=uid))
    )


def _former(work: Work, compact: Compact) -> list[Version]:
    counting = Version.state.in_([VersionState.IN_FORCE, VersionState.SUSPENDED])
    return list(work.session.scalars(select(Version).filter_by(compact_id=compact.id).where(counting)))


def _supersede(work: Work, compact: Compact, former: Version, version: Version) -> None:
    former.state = rules.move(former.state, Event.SUPERSEDE)
    former.ended_at = version.effective_at
    former.revision += 1
    work.session.flush()
    work.act("version.superseded", about=former.uid, record={"by": version.uid})
    work.record(
        VersionSuperseded(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=former.uid,
            by=version.uid,
        )
    )


def _rivals(work: Work, compact: Compact) -> list[Version]:
    """Versions in force of other agreements in the same unit that bind some of the same member categories."""
    others = work.session.execute(
        select(Version, Compact)
        .join(Compact, Compact.id == Version.compact_id)
        .where(
            Compact.unit_id == compact.unit_id,
            Compact.id != compact.id,
            Version.state == VersionState.IN_FORCE,
        )
    )
    mine = compact.audience.get("categories", [])
    return [row.Version for row in others if rules.overlaps(mine, row.Compact.audience.get("categories", []))]


def _refuse_rivals(rivals: Sequence[Version]) -> None:
    if rivals:
        raise Conflict(
            detail=_(
                "Another agreement of this unit is in force for some of the same members. Nothing was changed."
            ),
            remedy=_("End that one first, or give the two agreements different member categories."),
        )
