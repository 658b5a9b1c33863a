"""Freezing a text and putting it to both sides; recording what the body of each side has decided."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.bodies import require_quorum
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries import Checklist, checklist, compact_of, renditions, version_texts
from reciproca.compacts.drafting.rules import Event, Gap
from reciproca.compacts.drafting.tables import PAPER, Ratification, Rendition, Version, VersionState
from reciproca.core.canonical import clean_text, digest, sha256
from reciproca.core.clock import day_at
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import VersionProposed, VersionRatified
from reciproca.plugins.types import Side

RATIFY: Mapping[Side, Action] = MappingProxyType(
    {
        Side.ORGANISATION: Action.VERSION_RATIFY_ORGANISATION,
        Side.PHYSICIANS: Action.VERSION_RATIFY_PHYSICIANS,
    }
)
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "empty_side": _("One side promises nothing: an agreement with an empty side isn't one."),
        "no_title": _("The title is missing in one language."),
        "no_notice": _("The jurisdiction's pack has no sentence on what signing means in one language."),
        "no_words": _("A commitment has words missing in one language."),
        "not_confirmed": _("Nobody has confirmed the words of one language as they are now."),
        "older_words": _("One language is older than the others."),
        "restates": _(
            "An addendum adds to what both sides promised: it can't promise the same again in other words."
        ),
    }
)


def propose(work: Work, *, version_uid: str, revision: int | None = None) -> Version:
    """Freeze the text in every language and put it to both sides. Invalid, with everything that is missing; Stale
    when the words have changed since `revision`; Conflict when the version is past that; PluginFailed."""
    authorize(work, Action.VERSION_PROPOSE)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.PROPOSE)
    expect_revision(version, revision)
    found = checklist(work, version=version)
    _require_complete(found)
    digests = _freeze(work, version)
    version.state, version.proposed_at = after, work.now
    warnings = [{"plugin": plugin, **problem.to_json()} for plugin, problem in found.problems]
    work.act(
        "version.proposed",
        about=version.uid,
        record={
            "version": version.uid,
            "number": version.number,
            "change_class": version.change_class.value,
            "renditions": digests,
            "warnings": warnings,
        },
    )
    compact = compact_of(work, version=version)
    work.record(
        VersionProposed(
            organisation=work.organisation.uid,
            at=instant(work.now),
            compact=compact.uid,
            version=version.uid,
            digest=digest(digests),
        )
    )
    return version


def record_ratification(
    work: Work,
    *,
    version_uid: str,
    side: Side,
    body: str,
    decided_on: date,
    is_ratified: bool,
    votes_for: int,
    votes_against: int = 0,
    abstentions: int = 0,
    quorum: int = 1,
    recused: int = 0,
    present: Sequence[str] = (),
    minute_reference: str = "",
    reason: str | None = None,
) -> Ratification:
    """Record what one side's body decided on a proposed text. With both sides for it, the version is ratified; one
    refusal ends it. `present` may name who was there, by staff number: only those who still held a post count.
    Forbidden for whoever recorded the other side; Conflict, Invalid."""
    authorize(work, RATIFY[side])
    version = locked_version(work.session, version_uid)
    earlier = list(work.session.scalars(select(Ratification).filter_by(version_id=version.id)))
    event = rules.event_of_ballot(is_ratified=is_ratified, sides_before=_sides(earlier, side))
    after = rules.move(version.state, event)
    rules.check_other_hand(work.actor.uid, [row.recorded_by for row in earlier])
    rules.check_ballot(
        is_ratified=is_ratified,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=abstentions,
        quorum=quorum,
        reason=reason,
        decided_on=decided_on,
        proposed_on=_day_of(work, version),
        today=work.today(),
    )
    members = require_quorum(
        work,
        compact=compact_of(work, version=version),
        side=side,
        cast=votes_for + votes_against + abstentions,
        recused=recused,
        quorum=quorum,
        present=present,
        decided_on=decided_on,
    )
    row = Ratification(
        version_id=version.id,
        side=side,
        body=clean_text(body),
        decided_on=decided_on,
        is_ratified=is_ratified,
        votes_for=votes_for,
        votes_against=votes_against,
        abstentions=abstentions,
        quorum=quorum,
        members=members,
        recused=recused,
        minute_reference=clean_text(minute_reference),
        reason=clean_text(reason) if reason else None,
        recorded_by=work.actor.uid,
        recorded_at=work.now,
    )
    work.session.add(row)
    version.revision += 1
    _settle(work, version, row, after)
    return row


def _settle(work: Work, version: Version, row: Ratification, after: VersionState) -> None:
    version.state = after
    work.session.flush()
    work.act(
        "version.ratified" if row.is_ratified else "version.refused",
        about=version.uid,
        record={
            "version": version.uid,
            "side": row.side.value,
            "body": row.body,
            "decided_on": row.decided_on.isoformat(),
            "votes": {"for": row.votes_for, "against": row.votes_against, "abstentions": row.abstentions},
            "quorum": row.quorum,
            "members": row.members,
            "recused": row.recused,
            "minute_reference": row.minute_reference,
            "reason": row.reason,
            "renditions": {each.locale: each.sha256 for each in renditions(work, version_ids=[version.id])},
        },
    )
    if after is VersionState.REFUSED:
        version.ended_at = work.now
    if after is VersionState.RATIFIED:
        compact = compact_of(work, version=version)
        event = VersionRatified(
            organisation=work.organisation.uid, at=instant(work.now), compact=compact.uid, version=version.uid
        )
        work.record(event)


def _sides(earlier: Sequence[Ratification], side: Side) -> list[Side]:
    """The sides that have ratified already. Conflict when `side` has decided."""
    sides = [row.side for row in earlier if row.is_ratified]
    if side in sides:
        raise Conflict(
            detail=_("This side's decision is recorded already. Nothing was changed."),
            remedy=_("Ask the other side to record its decision."),
        )
    return sides


def _day_of(work: Work, version: Version) -> date:
    """The local day on which the text was frozen: a decision can't be older, unless it was taken on paper."""
    if version.origin == PAPER:
        return date.min
    return day_at(version.proposed_at or work.now, work.organisation.zone)


def _require_complete(found: Checklist) -> None:
    if found.is_complete:
        return
    faults = [_fault(gap) for gap in found.gaps]
    faults += [
        Fault(field=problem.field, reason=problem.reason, remedy=problem.remedy)
        for _plugin, problem in found.errors
    ]
    if found.is_round_open:
        faults.append(
            Fault(
                field="consultation",
                reason=_("A round of consultation is still open."),
                remedy=_("Close it, and say what came of it."),
            )
        )
    if found.is_round_missing:
        faults.append(
            Fault(
                field="consultation",
                reason=_("Nobody has been consulted on this version."),
                remedy=_("Open a round of consultation first: what a side owes has changed."),
            )
        )
    for side in found.unconfirmed:
        faults.append(
            Fault(
                field=f"change_class.{side.value}",
                reason=_("This side hasn't confirmed what the change is called."),
                remedy=_("Ask its co-sponsor to confirm the class of the change."),
            )
        )
    raise Invalid(detail=_("The version isn't ready to be proposed. Nothing was changed."), faults=faults)


def _fault(gap: Gap) -> Fault:
    field = ".".join(
        part for part in ("commitments" if gap.uid else "", gap.uid, gap.side or "", gap.locale) if part
    )
    if gap.kind in {"not_confirmed", "older_words"}:
        field = f"languages.{gap.locale}"
    return Fault(field=field or gap.kind, reason=REASONS[gap.kind], remedy=gap.topic)


def _freeze(work: Work, version: Version) -> dict[str, str]:
    """Write the rendition of each language; returns their SHA-256 by locale."""
    digests = {}
    for locale, text in version_texts(work, version=version).items():
        data = rules.canonical_text(text)
        digests[locale] = sha256(data)
        row = Rendition(version_id=version.id, locale=locale, canonical=data, sha256=digests[locale])
        work.session.add(row)
    work.session.flush()
    return digests
