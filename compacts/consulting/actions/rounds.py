"""Rounds of consultation: both sides read a draft that stands still, are told first what the round is for, and get an
answer to each thing they said before it closes."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import commenters, open_count
from reciproca.compacts.consulting.queries.rounds import asked_people
from reciproca.compacts.consulting.tables import Comment, Point
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.rules import Event, move
from reciproca.compacts.drafting.tables import Attribution, Consultation, Version
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_SAID_FIRST = ("purpose", "constraints", "decision_rule", "decides", "measure")


def open_consultation(
    work: Work,
    *,
    version_uid: str,
    purpose: str,
    constraints: str,
    decision_rule: str,
    decides: str,
    measure: str,
    attribution: Attribution,
    closes_on: date,
    audience: Mapping[str, Sequence[str]] | None = None,
    revision: int | None = None,
) -> Consultation:
    """Open the next round until the day `closes_on`, and tell whoever is asked. `audience`: "categories" of members,
    "units" (uids), "locales"; what is empty or left out means all. Comments that came too late for the last round
    join this one. Conflict while one is open, or when the text is frozen; Invalid when something isn't said."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = move(version.state, Event.OPEN_CONSULTATION)
    newest = _newest(work, version)
    if newest and newest.closed_at is None:
        raise Conflict(
            detail=f"Round {newest.number} is still open. Nothing was changed.",
            remedy=_("Close it first, and say what came of it."),
        )
    said = dict(
        zip(
            _SAID_FIRST, map(clean_text, (purpose, constraints, decision_rule, decides, measure)), strict=True
        )
    )
    asked = {name: list((audience or {}).get(name, ())) for name in ("categories", "units", "locales")}
    _check(work, said, closes_on, asked)
    expect_revision(version, revision)
    found = Consultation(
        version_id=version.id,
        number=newest.number + 1 if newest else 1,
        attribution=attribution,
        audience=asked,
        opened_at=work.now,
        closes_on=closes_on,
        **said,
    )
    version.state = after
    work.session.add(found)
    work.session.flush()
    _take_in_late_ones(work, version, found)
    _tell(work, version, Kind.CONSULTATION_OPENED, asked_people(work, audience=asked), due=closes_on)
    record: dict[str, Any] = {
        "consultation": found.uid,
        "number": found.number,
        **said,
        "attribution": attribution.value,
    }
    record |= {"audience": asked, "closes_on": closes_on.isoformat()}
    work.act("consultation.opened", about=version.uid, record=record)
    return found


def close_consultation(
    work: Work, *, version_uid: str, summary: str, revision: int | None = None
) -> Consultation:
    """Close the open round and say what came of it; everybody who commented is told where their answer is. The version
    can then be proposed, or revised. Conflict while a comment waits for its answer, and when it is closed; Stale."""
    authorize(work, Action.CONSULTATION_RUN)
    version = locked_version(work.session, version_uid)
    after = move(version.state, Event.CLOSE_CONSULTATION)
    found = _newest(work, version)
    if found is None or found.closed_at is not None:
        raise Conflict(
            detail=_("No round of consultation is open. Nothing was changed."),
            remedy=_("It may have been closed meanwhile: look at the version again."),
        )
    expect_revision(version, revision)
    rules.require_none_open(open_count(work, version=version, round_id=found.id))
    found.closed_at, found.summary = work.now, clean_text(summary)
    version.state = after
    work.session.flush()
    _tell(work, version, Kind.CONSULTATION_CLOSED, commenters(work, round_id=found.id))
    work.act(
        "consultation.closed",
        about=version.uid,
        record={"consultation": found.uid, "number": found.number, "summary": found.summary},
    )
    return found


def _newest(work: Work, version: Version) -> Consultation | None:
    """The newest round, held against comments that are on their way into it."""
    asked = (
        select(Consultation).filter_by(version_id=version.id).order_by(Consultation.number.desc()).limit(1)
    )
    return work.session.scalars(
        asked.with_for_update(), execution_options={"populate_existing": True}
    ).one_or_none()


def _check(work: Work, said: Mapping[str, str], closes_on: date, asked: Mapping[str, Sequence[str]]) -> None:
    faults = [
        Fault(field=name, reason=_("Say this before the round opens."))
        for name, value in said.items()
        if not value
    ]
    if closes_on < work.today():
        faults.append(
            Fault(field="closes_on", reason=_("That day is over."), remedy=_("Choose today or a later day."))
        )
    faults += [
        Fault(field="audience.locales", reason=f"{locale}: not a language of this organisation.")
        for locale in asked["locales"]
        if locale not in work.organisation.locales
    ]
    if faults:
        raise Invalid(detail=_("The round can't be opened like this. Nothing was changed."), faults=faults)


def _take_in_late_ones(work: Work, version: Version, found: Consultation) -> None:
    """Also what was said of an older text that stood: it was kept for this one."""
    older = select(Version.id).where(
        Version.compact_id == version.compact_id, Version.state.not_in(rules.TALKING)
    )
    waits = (
        (Point.version_id == version.id) | Point.version_id.in_(older),
        Point.consultation_id.is_(None),
        Point.disposition.is_(None),
    )
    ids = work.session.scalars(select(Point.id).where(*waits)).all()
    theirs = update(Comment).where(Comment.point_id.in_(ids))
    for statement in (theirs, update(Point).where(Point.id.in_(ids))):
        work.session.execute(
            statement.values(consultation_id=found.id, version_id=version.id),
            execution_options={"synchronize_session": "fetch"},
        )


def _tell(
    work: Work, version: Version, kind: Kind, person_ids: Sequence[int], due: date | None = None
) -> None:
    titles = all_titles(work, compact_ids=[version.compact_id]).get(version.compact_id, {})
    data: dict[str, Any] = {"title": titles, "path": f"/versions/{version.uid}/consultation"}
    notify_all(
        work, kind=kind, person_ids=person_ids, data={**data, **({"due": due.isoformat()} if due else {})}
    )
