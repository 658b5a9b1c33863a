"""Rounds of consultation: both sides read a draft that stands still, and are told first what the round is for."""

from datetime import date

from sqlalchemy import func, select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.rules import Event
from reciproca.compacts.drafting.tables import Consultation, Version
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def open_consultation(
    work: Work,
    *,
    version_uid: str,
    purpose: str,
    decision_rule: str,
    closes_on: date,
    revision: int | None = None,
) -> Consultation:
    """Open the next round until the day `closes_on`. Conflict while one is open, or when the text is frozen."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.OPEN_CONSULTATION)
    _refuse_second_round(_open_round(work, version))
    expect_revision(version, revision)
    if closes_on < work.today():
        raise Invalid(
            detail="The round would close before it opens. Nothing was changed.",
            faults=[
                Fault(field="closes_on", reason="That day is over.", remedy="Choose today or a later day.")
            ],
        )
    number = (
        work.session.scalar(select(func.max(Consultation.number)).filter_by(version_id=version.id)) or 0
    ) + 1
    found = Consultation(
        version_id=version.id,
        number=number,
        purpose=clean_text(purpose),
        decision_rule=clean_text(decision_rule),
        opened_at=work.now,
        closes_on=closes_on,
    )
    version.state = after
    work.session.add(found)
    work.session.flush()
    work.act(
        "consultation.opened",
        about=version.uid,
        record={
            "consultation": found.uid,
            "number": number,
            "purpose": found.purpose,
            "decision_rule": found.decision_rule,
            "closes_on": closes_on.isoformat(),
        },
    )
    return found


def close_consultation(
    work: Work, *, version_uid: str, summary: str, revision: int | None = None
) -> Consultation:
    """Close the open round and say what came of it. The version can then be proposed, or revised. Conflict, Stale."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.CLOSE_CONSULTATION)
    found = _open_round(work, version)
    if found is None:
        raise Conflict(
            detail="No round of consultation is open. Nothing was changed.",
            remedy="It may have been closed meanwhile: look at the version again.",
        )
    expect_revision(version, revision)
    found.closed_at, found.summary = work.now, clean_text(summary)
    version.state = after
    work.act(
        "consultation.closed",
        about=version.uid,
        record={"consultation": found.uid, "number": found.number, "summary": found.summary},
    )
    return found


def revise(work: Work, *, version_uid: str, revision: int | None = None) -> Version:
    """Take a version out of consultation to change its words. Conflict while a round is open."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = rules.move(version.state, Event.REVISE)
    _refuse_second_round(_open_round(work, version))
    expect_revision(version, revision)
    version.state = after
    work.act("version.revised", about=version.uid, record={"version": version.uid})
    return version


def _open_round(work: Work, version: Version) -> Consultation | None:
    """The round that is open now, if one is."""
    statement = select(Consultation).filter_by(version_id=version.id).where(Consultation.closed_at.is_(None))
    return work.session.scalars(statement).one_or_none()


def _refuse_second_round(found: Consultation | None) -> None:
    if found:
        raise Conflict(
            detail=f"Round {found.number} is still open. Nothing was changed.",
            remedy="Close it first, and say what came of it.",
        )
