"""Rounds before the text: opened by the steward, written blind, closed with everybody forgotten, then themed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from reciproca.compacts.access.tables import Membership
from reciproca.compacts.drafting.queries import all_titles, find_compact, side_of
from reciproca.compacts.drafting.tables import Commitment, Version
from reciproca.compacts.eliciting import rules
from reciproca.compacts.eliciting.queries import find_elicitation, round_of
from reciproca.compacts.eliciting.tables import Direction, Elicitation, Strand, Wish
from reciproca.compacts.notices.actions import notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.people.queries import members
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid, NotFound, Stale
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_FRESH = {"populate_existing": True}


def open_elicitation(work: Work, *, compact_uid: str, question: str, closes_on: date) -> Elicitation:
    """Open the agreement's next round, for lines until the day `closes_on`, and tell both sides. Conflict while one is
    open; Invalid without a question, or for a day that is over."""
    authorize(work, Action.ELICIT_RUN)
    compact = find_compact(work, uid=compact_uid)
    newest = work.session.scalars(
        select(Elicitation).filter_by(compact_id=compact.id).order_by(Elicitation.number.desc()).limit(1)
    ).one_or_none()
    if newest and newest.closed_at is None:
        raise Conflict(
            detail=_("A round is still open. Nothing was changed."),
            remedy=_("Close it first: then both sides’ lists can be read."),
        )
    said = clean_text(question)
    _check_opening(work, said, closes_on)
    found = Elicitation(
        compact_id=compact.id,
        number=newest.number + 1 if newest else 1,
        question=said,
        opened_at=work.now,
        closes_on=closes_on,
    )
    work.session.add(found)
    work.session.flush()
    record: dict[str, Any] = {"elicitation": found.uid, "number": found.number, "question": said}
    work.act("elicitation.opened", about=compact.uid, record=record | {"closes_on": closes_on.isoformat()})
    _tell(work, found, Kind.ELICITATION_OPENED)
    return found


def write_list(
    work: Work,
    *,
    elicitation_uid: str,
    gives: Sequence[str],
    gets: Sequence[str],
    locale: str,
    revision: int | None = None,
) -> int:
    """Put these lines in place of the actor's own, none to take them all back; returns the list's new revision.
    Conflict when the round takes no more lines; Forbidden for whoever isn't a person of the organisation; Invalid;
    Stale when the actor changed the list elsewhere since."""
    authorize(work, Action.ELICIT_WRITE)
    found = _locked(work, elicitation_uid)
    rules.require_open(found.closed_at, found.closes_on, work.today())
    person_id = _somebody(work)
    cleaned = {Direction.GIVE: rules.clean_lines(gives), Direction.GET: rules.clean_lines(gets)}
    rules.check_lines(gives=cleaned[Direction.GIVE], gets=cleaned[Direction.GET])
    if locale not in work.organisation.locales:
        raise Invalid(
            detail=_("That is not a language of this organisation. Nothing was changed."),
            faults=[Fault(field="locale", reason=_("Choose one of the organisation's languages."))],
        )
    mine = (Wish.elicitation_id == found.id, Wish.person_id == person_id)
    before = work.session.scalar(select(func.max(Wish.revision)).where(*mine)) or 0
    if revision is not None and revision != before:
        raise Stale(
            remedy=_("You changed your list in another window. Open it again, then add what is missing.")
        )
    side = side_of(work, compact=found.compact_id)
    work.session.execute(delete(Wish).where(*mine))
    _insert(
        work,
        found,
        [
            {"person_id": person_id, "side": side, "direction": direction, "locale": locale, "text": line,
             "revision": before + 1}
            for direction, lines in cleaned.items()
            for line in lines
        ],
    )  # fmt: skip
    return before + 1 if any(cleaned.values()) else 0


def close_elicitation(work: Work, *, elicitation_uid: str, revision: int | None = None) -> Elicitation:
    """Close the round and forget, in the same transaction and for good, who wrote what: every line becomes a new row
    with a new uid, in an order drawn by lot. Then both sides can read. Conflict when it is closed; Stale."""
    authorize(work, Action.ELICIT_RUN)
    found = _locked(work, elicitation_uid)
    if found.closed_at is not None:
        raise Conflict(
            detail=_("This round is closed already. Nothing was changed."),
            remedy=_("Open it again: both sides’ lists are there."),
        )
    expect_revision(found, revision)
    found.closed_at = work.now
    lines = _forget(work, found)
    work.session.flush()
    work.act(
        "elicitation.closed",
        about=find_elicitation(work, uid=elicitation_uid)[1].uid,
        record={"elicitation": found.uid, "number": found.number, "lines": lines},
    )
    _tell(work, found, Kind.ELICITATION_CLOSED)
    return found


def make_strand(work: Work, *, elicitation_uid: str, title: str, wish_uids: Sequence[str] = ()) -> Strand:
    """Begin a theme after the others, and move these lines into it. Conflict while the round is open, or when there is
    one of that title; Invalid without a title; NotFound for a line of another round."""
    authorize(work, Action.ELICIT_RUN)
    found = _closed(work, elicitation_uid)
    last = work.session.scalar(select(func.max(Strand.position)).filter_by(elicitation_id=found.id)) or 0
    strand = Strand(
        elicitation_id=found.id, title=_title(work, found, title), position=last + 1, made_at=work.now
    )
    work.session.add(strand)
    work.session.flush()
    _move(work, found, wish_uids, strand.id)
    return strand


def move_wishes(
    work: Work, *, elicitation_uid: str, wish_uids: Sequence[str], strand_uid: str | None = None
) -> int:
    """Move many lines into one theme (None: into none); returns how many. Conflict while the round is open;
    NotFound."""
    authorize(work, Action.ELICIT_RUN)
    found = _closed(work, elicitation_uid)
    strand = _strand_in(work, found, strand_uid) if strand_uid else None
    return _move(work, found, wish_uids, strand.id if strand else None)


def change_strand(
    work: Work, *, strand_uid: str, title: str, identity: str | None = None, revision: int | None = None
) -> Strand:
    """Name a theme, and say which commitment answers it (None: none yet). Invalid; Conflict; NotFound; Stale."""
    authorize(work, Action.ELICIT_RUN)
    strand, found = _held(work, strand_uid)
    expect_revision(strand, revision)
    _check_identity(work, found, identity)
    strand.title, strand.identity = _title(work, found, title, but=strand), identity
    work.session.flush()
    return strand


def order_strands(work: Work, *, elicitation_uid: str, strand_uids: Sequence[str]) -> None:
    """Put the themes in this order. Conflict unless it names each of them once."""
    authorize(work, Action.ELICIT_RUN)
    found = _closed(work, elicitation_uid)
    known = {row.uid: row for row in work.session.scalars(select(Strand).filter_by(elicitation_id=found.id))}
    if sorted(known) != sorted(strand_uids):
        raise Conflict(
            detail=_("The themes have changed meanwhile. Nothing was changed."),
            remedy=_("Open the round again, then put them in order."),
        )
    for position, uid in enumerate(strand_uids, start=1):
        if known[uid].position != position:
            known[uid].position = position
            known[uid].revision += 1
    work.session.flush()


def shift_strand(work: Work, *, strand_uid: str, by: int) -> Strand:
    """Move a theme `by` places down (up when negative), as far as there are places."""
    authorize(work, Action.ELICIT_RUN)
    strand, found = _held(work, strand_uid)
    asked = select(Strand.uid).filter_by(elicitation_id=found.id).order_by(Strand.position, Strand.id)
    order = list(work.session.scalars(asked))
    place = max(0, order.index(strand_uid) + by)
    order.remove(strand_uid)
    order.insert(place, strand_uid)
    order_strands(work, elicitation_uid=found.uid, strand_uids=order)
    return strand


def remove_strand(work: Work, *, strand_uid: str) -> None:
    """Take a theme away; its lines stay, in none. NotFound."""
    authorize(work, Action.ELICIT_RUN)
    strand, _found = _held(work, strand_uid)
    held = update(Wish).where(Wish.strand_id == strand.id)
    work.session.execute(held.values(strand_id=None, revision=Wish.revision + 1))
    work.session.delete(strand)
    work.session.flush()


def _check_opening(work: Work, question: str, closes_on: date) -> None:
    faults = []
    if not question:
        faults.append(Fault(field="question", reason=_("Say what you ask both sides.")))
    if closes_on < work.today():
        faults.append(
            Fault(field="closes_on", reason=_("That day is over."), remedy=_("Choose today or a later day."))
        )
    if faults:
        raise Invalid(detail=_("The round can't be opened like this. Nothing was changed."), faults=faults)


def _locked(work: Work, uid: str) -> Elicitation:
    """The round, held until the end: no line slips in while it closes, and nobody's list is written twice at once."""
    find_elicitation(work, uid=uid)
    asked = select(Elicitation).filter_by(uid=uid).with_for_update()
    return work.session.scalars(asked, execution_options=_FRESH).one()


def _closed(work: Work, uid: str) -> Elicitation:
    found = _locked(work, uid)
    rules.require_closed(found.closed_at)
    return found


def _somebody(work: Work) -> int:
    if work.actor.person_id is None:
        raise Forbidden(
            detail=_("Only people of the organisation can write a list. Nothing was changed."),
            remedy=_("Ask the administrator to link your account to a person of the roster."),
        )
    return work.actor.person_id


def _insert(work: Work, found: Elicitation, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    common = {"organisation_id": work.organisation.id, "elicitation_id": found.id, "strand_id": None}
    work.session.execute(insert(Wish), [{**common, **row, "uid": ids.timeless()} for row in rows])


def _forget(work: Work, found: Elicitation) -> int:
    columns = (Wish.side, Wish.direction, Wish.locale, Wish.text)
    theirs = work.session.execute(select(*columns).where(Wish.elicitation_id == found.id)).mappings().all()
    work.session.execute(delete(Wish).where(Wish.elicitation_id == found.id))
    work.session.expire_all()
    kept = [{**row, "person_id": None, "revision": 1} for row in rules.shuffled(theirs)]
    _insert(work, found, kept)
    return len(kept)


def _title(work: Work, found: Elicitation, title: str, but: Strand | None = None) -> str:
    cleaned = clean_text(title)
    if not cleaned:
        raise Invalid(
            detail=_("The theme has no title. Nothing was changed."),
            faults=[Fault(field="title", reason=_("Give the theme a title."))],
        )
    asked = select(Strand.uid).filter_by(elicitation_id=found.id, title=cleaned)
    if work.session.scalar(asked.where(Strand.id != but.id) if but else asked):
        raise Conflict(
            detail=_("There is a theme of that title already. Nothing was changed."),
            remedy=_("Move the lines there, or choose another title."),
        )
    return cleaned


def _move(work: Work, found: Elicitation, wish_uids: Sequence[str], strand_id: int | None) -> int:
    wanted = list(dict.fromkeys(wish_uids))
    asked = update(Wish).where(Wish.elicitation_id == found.id, Wish.uid.in_(wanted))
    moved = work.session.execute(
        asked.values(strand_id=strand_id, revision=Wish.revision + 1).returning(Wish.id),
        execution_options={"synchronize_session": False},
    ).all()
    if len(moved) < len(wanted):
        raise NotFound(
            detail=_("One of these lines isn't part of this round. Nothing was changed."),
            remedy=_("Open the round again."),
        )
    return len(moved)


def _strand_in(work: Work, found: Elicitation, uid: str) -> Strand:
    asked = select(Strand).filter_by(uid=uid, elicitation_id=found.id)
    strand = work.session.scalars(asked, execution_options=_FRESH).one_or_none()
    if strand is None:
        raise NotFound(detail=_("There is no such theme here."), remedy=_("Open the round again."))
    return strand


def _held(work: Work, strand_uid: str) -> tuple[Strand, Elicitation]:
    found = _closed(work, round_of(work, strand_uid=strand_uid))
    return _strand_in(work, found, strand_uid), found


def _check_identity(work: Work, found: Elicitation, identity: str | None) -> None:
    theirs = select(Version.id).filter_by(compact_id=found.compact_id)
    asked = select(Commitment.id).where(Commitment.version_id.in_(theirs), Commitment.identity == identity)
    if identity is not None and work.session.scalar(asked.limit(1)) is None:
        raise Invalid(
            detail=_("That promise isn't part of this agreement. Nothing was changed."),
            faults=[Fault(field="identity", reason=_("Choose one of the agreement's promises."))],
        )


def _tell(work: Work, found: Elicitation, kind: Kind) -> None:
    """Tell both sides: whoever is appointed today, and whoever else has an account here."""
    titles = all_titles(work, compact_ids=[found.compact_id]).get(found.compact_id, {})
    appointed = [one.id for one in members(work, at=work.today(), include_on_leave=True)]
    known = work.session.scalars(select(Membership.person_id).where(Membership.person_id.is_not(None)))
    data = {"title": titles, "path": f"/elicitations/{found.uid}", "due": found.closes_on.isoformat()}
    notify_all(work, kind=kind, person_ids=[*appointed, *(one for one in known if one)], data=data)
