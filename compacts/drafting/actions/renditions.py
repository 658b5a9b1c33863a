"""A named person says that a draft reads right in one language; and which language decides where two differ."""

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_compact, locked_version
from reciproca.compacts.drafting.queries.renditions import RenditionView, rendition_views
from reciproca.compacts.drafting.rules.renditions import Fit
from reciproca.compacts.drafting.tables import (
    Commitment,
    CommitmentText,
    Compact,
    RenditionCheck,
    Version,
    VersionState,
)
from reciproca.compacts.people.tables import Person
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid, Stale
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_DECIDED = rules.SIGNABLE | {VersionState.PROPOSED, VersionState.SUSPENDED}
"""Both sides have the exact text before them, or have adopted it."""


def confirm_rendition(
    work: Work, *, version_uid: str, locale: str, sha256: str, reviewer: str | None = None
) -> RenditionCheck:
    """Say that a draft reads right in `locale`: no promise is missing, and each says what the other languages say.
    `sha256` names the words that were read. The reviewer is whoever acts; the operator names one by staff number.
    Invalid for a language that isn't the organisation's, or with promises missing; Stale when the words have changed
    since they were read; Conflict once the text is frozen."""
    authorize(work, Action.RENDITION_CONFIRM)
    version = locked_version(work.session, version_uid)
    if version.state not in rules.OPEN:
        raise Conflict(
            detail=_("The text is frozen: its languages were confirmed before. Nothing was changed."),
            remedy=_("Confirm the languages of the next draft."),
        )
    require_declared(work, locale=locale)
    person = _reviewer(work, reviewer)
    view = next(each for each in rendition_views(work, version=version) if each.locale == locale)
    _require_whole(view)
    _require_same(view, sha256)
    machine = len(view.of(Fit.MACHINE))
    _mark_checked(work, version, locale)
    row = _write(work, version, locale, person, view.sha256)
    work.act(
        "rendition.confirmed",
        about=version.uid,
        record={"locale": locale, "sha256": sha256, "reviewer": person.uid, "machine_translated": machine},
    )
    return row


def declare_authoritative(
    work: Work, *, compact_uid: str, locale: str | None, revision: int | None = None
) -> Compact:
    """Say which language decides where two differ (None: they are equally authoritative). Invalid for a language that
    isn't the organisation's; Stale; Conflict once a text is proposed: it is part of what both sides agree to."""
    authorize(work, Action.COMPACT_CREATE)
    compact = locked_compact(work.session, compact_uid)
    expect_revision(compact, revision)
    if locale is not None:
        require_declared(work, locale=locale)
    states = work.session.scalars(select(Version.state).filter_by(compact_id=compact.id))
    if any(state in _DECIDED for state in states):
        raise Conflict(
            detail=_("Both sides have a text before them, or have adopted one. Nothing was changed."),
            remedy=_("Which language decides is part of it: it stands while that version does."),
        )
    compact.authoritative = locale
    work.act("compact.authoritative_changed", about=compact.uid, record={"authoritative": locale})
    return compact


def require_declared(work: Work, *, locale: str) -> None:
    """Invalid for a language that the organisation hasn't declared."""
    authorize(work, Action.COMPACT_READ)
    if locale not in work.organisation.locales:
        fault = Fault(
            field="locale",
            reason=_("The organisation doesn’t write its agreements in that language."),
            remedy=", ".join(work.organisation.locales),
        )
        raise Invalid(
            detail=_("This agreement isn’t written in that language. Nothing was changed."), faults=[fault]
        )


def _reviewer(work: Work, staff_id: str | None) -> Person:
    """The named person. Forbidden to name another than oneself, but for the operator."""
    if staff_id is None and work.actor.person_id is not None:
        return work.session.get_one(Person, work.actor.person_id)
    if Role.SYSTEM not in work.actor.roles:
        raise Forbidden(
            detail=_("A language is confirmed by somebody who is named. Nothing was changed."),
            remedy=_("Ask for your account to be linked with your entry on the roster."),
        )
    found = work.session.scalars(select(Person).filter_by(staff_id=staff_id or "")).one_or_none()
    if found is None:
        raise Invalid(
            detail=_("Nobody has that staff number. Nothing was changed."),
            faults=[Fault(field="reviewer", reason=_("Say who has read it, by staff number."))],
        )
    return found


def _require_whole(view: RenditionView) -> None:
    if missing := view.of(Fit.MISSING):
        faults = [
            Fault(
                field=f"commitments.{unit.clause.uid}.{view.locale}",
                reason=_("This promise has words missing in that language."),
                remedy=unit.clause.topic,
            )
            for unit in missing
        ]
        raise Invalid(detail=_("What isn’t whole can’t be confirmed. Nothing was changed."), faults=faults)


def _require_same(view: RenditionView, seen: str) -> None:
    if view.sha256 != seen:
        raise Stale(
            detail=_("The words have changed since you read them. Nothing was confirmed."),
            remedy=_("Read them again, then confirm them."),
        )


def _mark_checked(work: Work, version: Version, locale: str) -> None:
    of_version = select(Commitment.id).filter_by(version_id=version.id)
    asked = select(CommitmentText).where(
        CommitmentText.commitment_id.in_(of_version), CommitmentText.locale == locale
    )
    for text in work.session.scalars(asked):
        text.checked_at, text.is_machine = work.now, False


def _write(work: Work, version: Version, locale: str, person: Person, digest: str) -> RenditionCheck:
    asked = select(RenditionCheck).filter_by(version_id=version.id, locale=locale)
    row = work.session.scalars(asked).one_or_none()
    if row is None:
        row = RenditionCheck(version_id=version.id, locale=locale)
        work.session.add(row)
    row.person_id, row.digest, row.checked_at = person.id, digest, work.now
    work.session.flush()
    return row
