"""What people do with their own comments: say, edit, take back, reply, and object once to an answer.

Saying something is cheap on purpose: no leaf in the ledger, and no lock that one comment would hold against another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.locking import find_comment, own_comment, talking_version
from reciproca.compacts.consulting.tables import Comment, Point, Reply
from reciproca.compacts.drafting.rules.sides import side_by_roles
from reciproca.compacts.drafting.tables import (
    Attribution,
    Commitment,
    CommitmentText,
    Consultation,
    Edit,
    Standing,
    Version,
)
from reciproca.compacts.people.tables import Appointment
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Remark:
    """One comment to be made: on the promise `identity` (None: the whole text) as it reads in `locale`. A proposed
    `wording` was written against the words `base` (None: as they are now)."""

    text: str
    locale: str
    identity: str | None = None
    wording: str | None = None
    base: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a comment goes: into a round, or (None) to wait for the next one; and how its author is shown."""

    consultation_id: int | None
    attribution: Attribution


@dataclass(frozen=True, kw_only=True)
class _Author:
    person_id: int
    side: Side
    unit_id: int | None


def say(
    work: Work,
    *,
    version_uid: str,
    text: str,
    locale: str,
    identity: str | None = None,
    wording: str | None = None,
    base: str | None = None,
) -> Comment:
    """Say something about a version, or propose other words for one of its promises. Without an open round it waits
    for the next one. Conflict when the text is frozen, Invalid, NotFound."""
    authorize(work, Action.COMMENT_WRITE)
    remark = Remark(text=text, locale=locale, identity=identity, wording=wording, base=base)
    return say_all(work, version_uid=version_uid, remarks=[remark])[0]


def say_all(work: Work, *, version_uid: str, remarks: Sequence[Remark]) -> list[Comment]:
    """Say several things at once, in a fixed number of statements; of a text that stands, for the next version. All or
    nothing; Conflict, Invalid, NotFound."""
    authorize(work, Action.COMMENT_WRITE)
    _check(work, remarks)
    version = talking_version(work, version_uid, for_next=True)
    place = _place(work, version)
    author = _author(work, version)
    bases = _bases(work, version, remarks)
    points = [
        Point(
            uid=_uid(work, place.attribution),
            version_id=version.id,
            consultation_id=place.consultation_id,
            identity=remark.identity,
            title=title_of(remark.text or remark.wording or ""),
            made_at=work.now,
            revision=1,
        )
        for remark in remarks
    ]
    work.session.add_all(points)
    work.session.flush()
    made = [
        Comment(
            uid=_uid(work, place.attribution),
            version_id=version.id,
            consultation_id=place.consultation_id,
            point_id=point.id,
            person_id=author.person_id,
            unit_id=author.unit_id,
            side=author.side,
            attribution=place.attribution,
            identity=remark.identity,
            locale=remark.locale,
            text=clean_text(remark.text),
            wording=clean_text(remark.wording) if remark.wording else None,
            base=_base(remark, bases),
            is_adopted=False,
            said_at=work.now,
            revision=1,
        )
        for remark, point in zip(remarks, points, strict=True)
    ]
    work.session.add_all(made)
    work.session.flush()
    return made


def edit_comment(
    work: Work, *, comment_uid: str, text: str, wording: str | None = None, revision: int | None = None
) -> Comment:
    """Say it otherwise, until it is answered. `wording` replaces the proposed one; None leaves that as it is. Conflict,
    Forbidden, Stale."""
    authorize(work, Action.COMMENT_WRITE)
    comment, point, _version = own_comment(work, comment_uid, for_next=True)
    _require_living(comment)
    rules.require_unanswered(point.disposition)
    expect_revision(comment, revision)
    former = _words(comment)
    comment.text = clean_text(text)
    if wording is not None and comment.wording is not None:
        comment.wording = clean_text(wording)
    if not _words(comment):
        raise _empty()
    _retitle(point, former, _words(comment))
    work.session.flush()
    return comment


def withdraw_comment(work: Work, *, comment_uid: str, revision: int | None = None) -> Comment:
    """Take a comment back, until it is answered: then nobody reads it any more, and it needs no answer. Taking it back
    twice changes nothing."""
    authorize(work, Action.COMMENT_WRITE)
    comment, point, _version = own_comment(work, comment_uid, for_next=True)
    if comment.withdrawn_at:
        return comment
    rules.require_unanswered(point.disposition)
    expect_revision(comment, revision)
    comment.withdrawn_at = work.now
    work.session.flush()
    living = select(Comment).where(Comment.point_id == point.id, Comment.withdrawn_at.is_(None))
    other = work.session.scalars(living.order_by(Comment.id).limit(1)).one_or_none()
    _retitle(point, _words(comment), _words(other) if other else "")
    work.session.flush()
    return comment


def reply(work: Work, *, comment_uid: str, text: str) -> Reply:
    """Add one turn to the talk about a comment. Conflict when it was withdrawn or the text is frozen."""
    authorize(work, Action.COMMENT_WRITE)
    comment, version_uid = find_comment(work, comment_uid)
    version = talking_version(work, version_uid)
    _require_living(comment)
    author = _author(work, version)
    said = clean_text(text)
    if not said:
        raise _empty()
    made = Reply(
        uid=_uid(work, comment.attribution),
        comment_id=comment.id,
        person_id=author.person_id,
        side=author.side,
        text=said,
        said_at=work.now,
    )
    work.session.add(made)
    work.session.flush()
    return made


def object_once(work: Work, *, comment_uid: str, objection: str, revision: int | None = None) -> Comment:
    """Say, once, that an answer missed the point: the comment then waits for an answer again. Conflict, Forbidden."""
    authorize(work, Action.COMMENT_WRITE)
    comment, point, _version = own_comment(work, comment_uid)
    rules.require_objectable(
        disposition=point.disposition, objection=comment.objection, is_withdrawn=bool(comment.withdrawn_at)
    )
    expect_revision(comment, revision)
    comment.objection, comment.objected_at = clean_text(objection), work.now
    work.session.flush()
    return comment


def title_of(text: str) -> str:
    """A point's first name: the beginning of what was said, on one line."""
    line = " ".join(clean_text(text).split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _words(comment: Comment) -> str:
    return comment.text or comment.wording or ""


def _retitle(point: Point, former: str, words: str) -> None:
    """A point that was named by somebody's words doesn't keep them when they are changed or taken back."""
    if point.title == title_of(former):
        point.title = title_of(words)


def _check(work: Work, remarks: Sequence[Remark]) -> None:
    for remark in remarks:
        if not (clean_text(remark.text) or clean_text(remark.wording or "")):
            raise _empty()
        if remark.locale not in work.organisation.locales:
            known = ", ".join(work.organisation.locales)
            raise Invalid(
                detail=_("This agreement isn't written in that language. Nothing was changed."),
                faults=[Fault(field="locale", reason=_("Unknown language."), remedy=known)],
            )
        if remark.wording and remark.identity is None:
            raise Invalid(
                detail=_("A proposed wording belongs to one promise. Nothing was changed."),
                faults=[Fault(field="identity", reason=_("Choose the promise that should read like this."))],
            )


def _empty() -> Invalid:
    return Invalid(
        detail=_("There is nothing in it. Nothing was changed."),
        faults=[Fault(field="text", reason=_("Write what you want to say."))],
    )


def _require_living(comment: Comment) -> None:
    if comment.withdrawn_at:
        raise Conflict(
            detail=_("This comment was taken back. Nothing was changed."),
            remedy=_("Write a new one if there is still something to say."),
        )


def _place(work: Work, version: Version) -> _Place:
    """The open round, which can't close while its version is held; else the wait for the next, shown as the last round
    said."""
    newest = (
        select(Consultation).filter_by(version_id=version.id).order_by(Consultation.number.desc()).limit(1)
    )
    found = work.session.scalars(newest, execution_options={"populate_existing": True}).one_or_none()
    if found is None:
        return _Place(consultation_id=None, attribution=Attribution.NAMED)
    is_open = found.closed_at is None and work.today() <= found.closes_on
    return _Place(consultation_id=found.id if is_open else None, attribution=found.attribution)


def _author(work: Work, version: Version) -> _Author:
    if work.actor.person_id is None:
        raise Forbidden(
            detail=_("Your account isn't linked to a person of the roster, so nobody could answer you. "
                     "Nothing was changed."),
            remedy=_("Ask the administrator to link it."),
        )  # fmt: skip
    person_id, today = work.actor.person_id, work.today()
    standing = select(Standing.side).filter_by(compact_id=version.compact_id, person_id=person_id)
    unit = (
        select(Appointment.unit_id)
        .filter_by(person_id=person_id)
        .where(Appointment.starts <= today, or_(Appointment.ends.is_(None), Appointment.ends >= today))
        .order_by(Appointment.starts, Appointment.id)
        .limit(1)
    )
    side, unit_id = work.session.execute(select(standing.scalar_subquery(), unit.scalar_subquery())).one()
    return _Author(person_id=person_id, side=side or side_by_roles(work.actor.roles), unit_id=unit_id)


def _bases(work: Work, version: Version, remarks: Sequence[Remark]) -> Mapping[tuple[str, str], str]:
    """The words now, by promise and language, of the promises that are commented on."""
    named = {remark.identity for remark in remarks if remark.identity is not None}
    if not named:
        return {}
    rows = work.session.execute(
        select(Commitment.identity, CommitmentText.locale, CommitmentText.text)
        .outerjoin(CommitmentText, CommitmentText.commitment_id == Commitment.id)
        .where(Commitment.version_id == version.id, Commitment.identity.in_(named))
    ).all()
    _require_known(work, version, named - {row.identity for row in rows})
    return {(row.identity, row.locale): row.text or "" for row in rows}


def _require_known(work: Work, version: Version, removed: set[str]) -> None:
    """Invalid for a promise that this version never had; one that was taken out while somebody wrote was in it."""
    if not removed:
        return
    edited = select(Edit.identity).where(Edit.version_id == version.id, Edit.identity.in_(removed))
    spoken_of = select(Comment.identity).where(
        Comment.version_id == version.id, Comment.identity.in_(removed)
    )
    if removed - set(work.session.scalars(edited.union(spoken_of))):
        raise Invalid(
            detail=_("There is no such promise in this version. Nothing was changed."),
            faults=[Fault(field="identity", reason=_("Nothing here has that name."))],
        )


def _base(remark: Remark, bases: Mapping[tuple[str, str], str]) -> str | None:
    if not remark.wording or remark.identity is None:
        return None
    known = bases.get((remark.identity, remark.locale), "")
    return clean_text(remark.base) if remark.base is not None else known


def _uid(work: Work, attribution: Attribution) -> str:
    """Where a name is kept back, its time must not give it away."""
    return ids.time_ordered(work.clock) if attribution is Attribution.NAMED else ids.timeless()
