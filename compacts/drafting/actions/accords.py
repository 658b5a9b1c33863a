"""What both sides decide together, each by one person: the class of a change, a suspension, its end, a
retirement, and that a version is void."""

from collections.abc import Sequence

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries import compact_of, side_of
from reciproca.compacts.drafting.tables import Accord, Compact, Matter, Version, VersionState
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import VersionEnded, VersionResumed, VersionSuspended
from reciproca.plugins.types import ChangeClass, Side


def give_accord(work: Work, *, version_uid: str, matter: Matter, reason: str = "") -> Accord:
    """Say yes for the actor's side. With the other side's yes to the same, it takes effect at once. A yes to the
    change class is one to what the change is called now. Conflict when the side has said so already, or the version
    offers no such choice; Forbidden for whoever said yes for the other side; Invalid for a void without a reason."""
    authorize(work, Action.ACCORD_GIVE)
    version = locked_version(work.session, version_uid)
    rules.require_matter(matter, version.state)
    rules.require_reason(matter, reason)
    compact = compact_of(work, version=version)
    value = version.change_class.value if matter is Matter.CHANGE_CLASS else ""
    side = side_of(work, compact=compact)
    earlier = _accords(work, version)
    given = rules.sides_for(earlier, matter, value)
    if matter in rules.EFFECTS and len(given) == len(Side):
        given = set()  # that round has had its effect; this yes begins another
    if side in given:
        raise Conflict(
            detail=_("This side has said yes to that already. Nothing was changed."),
            remedy=_("It takes effect when the other side says yes too."),
        )
    rounds = max((row.round for row in earlier if row.matter is matter), default=0)
    current = [row for row in earlier if row.matter is matter and row.round == rounds and given]
    rules.check_other_hand(work.actor.uid, [row.given_by for row in current])
    row = Accord(
        version_id=version.id,
        matter=matter,
        round=rounds if given else rounds + 1,
        side=side,
        value=value,
        reason=clean_text(reason),
        given_by=work.actor.uid,
        given_at=work.now,
    )
    work.session.add(row)
    version.revision += 1
    work.act(
        "version.accord_given",
        about=version.uid,
        record={"matter": matter.value, "side": side.value, "value": value, "reason": row.reason},
    )
    if given and matter in rules.EFFECTS:
        _take_effect(work, compact, version, matter)
    return row


def change_class(
    work: Work, *, version_uid: str, change_class: ChangeClass, revision: int | None = None
) -> Version:
    """Call a draft's change another class; both sides confirm it anew. Conflict, Stale; Invalid for a new legal effect
    that isn't called material."""
    authorize(work, Action.COMPACT_CREATE)
    version = locked_version(work.session, version_uid)
    rules.require_matter(Matter.CHANGE_CLASS, version.state)
    expect_revision(version, revision)
    parent = work.session.get(Version, version.parent_id) if version.parent_id else None
    if parent:
        rules.check_class_of_effect(change_class, before=parent.legal_effect, after=version.legal_effect)
    version.change_class = change_class
    work.act("version.class_changed", about=version.uid, record={"change_class": change_class.value})
    return version


def expire_versions(work: Work) -> list[str]:
    """End every version in force, or suspended, of an agreement whose last day is over. For the scheduler; uids."""
    authorize(work, Action.VERSION_ENTER_FORCE)
    over = (
        select(Version, Compact)
        .join(Compact, Compact.id == Version.compact_id)
        .where(
            Version.state.in_([VersionState.IN_FORCE, VersionState.SUSPENDED]), Compact.sunset <= work.today()
        )
        .order_by(Version.id)
    )
    ended = []
    for row in work.session.execute(over).all():
        _end(work, row.Compact, locked_version(work.session, row.Version.uid), rules.Event.EXPIRE)
        ended.append(row.Version.uid)
    return ended


def _take_effect(work: Work, compact: Compact, version: Version, matter: Matter) -> None:
    event = rules.EFFECTS[matter]
    if event in {rules.Event.RETIRE, rules.Event.VOID}:
        _end(work, compact, version, event)
        return
    version.state = rules.move(version.state, event)
    work.act(f"version.{version.state.value}", about=version.uid, record={"by": "both sides"})
    happened = VersionSuspended if event is rules.Event.SUSPEND else VersionResumed
    work.record(
        happened(
            organisation=work.organisation.uid, at=instant(work.now), compact=compact.uid, version=version.uid
        )
    )


def _end(work: Work, compact: Compact, version: Version, event: rules.Event) -> None:
    version.state, version.ended_at = rules.move(version.state, event), work.now
    version.revision += 1
    work.session.flush()
    work.act(f"version.{version.state.value}", about=version.uid, record={"by": event.value})
    work.record(
        VersionEnded(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            why=version.state.value,
        )
    )


def _accords(work: Work, version: Version) -> Sequence[Accord]:
    return work.session.scalars(select(Accord).filter_by(version_id=version.id).order_by(Accord.id)).all()
