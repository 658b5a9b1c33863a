"""An agreement that is in force on paper: its text is frozen as it is, its signatures kept as they were told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.tables import PAPER, PaperSignature, Version, VersionState
from reciproca.compacts.exchange.steps import for_steps
from reciproca.compacts.people.tables import Person
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

NOT_VERIFIED = "recorded from paper, not verified here"
"""How the ledger calls what is told of paper."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Somebody's signature on paper, as it is told."""

    name: str
    side: Side
    signed_on: date


def register_paper(
    work: Work,
    *,
    version_uid: str,
    in_force_since: date,
    where_kept: str,
    signatures: Sequence[Signed],
    revision: int | None = None,
) -> Version:
    """Say that a draft is the text of an agreement in force on paper since a day, with the signatures under it. The
    text is frozen and put to the body of each side, which records its former decision: nothing comes into force by one
    person's word. Invalid for a day or signature still to come, a side without a signature, or an incomplete text;
    Conflict for anything but a first draft; Stale."""
    authorize(work, Action.VERSION_PROPOSE)
    version = queries.find_version(work, uid=version_uid)
    expect_revision(version, revision)
    if version.state is not VersionState.DRAFT or version.parent_id is not None:
        raise Conflict(
            detail=_(
                "Only the first draft of an agreement can be registered from paper. Nothing was changed."
            ),
            remedy=_("Take the paper in as a new agreement."),
        )
    _check(work, in_force_since, where_kept, signatures)
    version.origin, version.effective_from = PAPER, in_force_since
    work.session.flush()
    drafting.propose(for_steps(work), version_uid=version_uid)
    people = _people(work)
    rows = [
        PaperSignature(
            version_id=version.id,
            person_id=people.get(clean_text(one.name).casefold()),
            name=clean_text(one.name),
            side=one.side,
            signed_on=one.signed_on,
            where_kept=clean_text(where_kept),
            recorded_by=work.actor.uid,
            recorded_at=work.now,
        )
        for one in signatures
    ]
    work.session.add_all(rows)
    work.session.flush()
    work.act("version.recorded_from_paper", about=version.uid, record=_record(version, rows, in_force_since))
    return version


def _record(version: Version, rows: Sequence[PaperSignature], since: date) -> dict[str, object]:
    return {
        "version": version.uid,
        "note": NOT_VERIFIED,
        "in_force_since": since.isoformat(),
        "signatures": [
            {
                "name": row.name, "side": row.side.value, "signed_on": row.signed_on.isoformat(),
                "where_kept": row.where_kept,
            }
            for row in rows
        ],
    }  # fmt: skip


def _check(work: Work, since: date, where_kept: str, signatures: Sequence[Signed]) -> None:
    faults = []
    if since > work.today():
        faults.append(Fault(field="in_force_since", reason=_("That day is still to come.")))
    if not clean_text(where_kept):
        faults.append(Fault(field="where_kept", reason=_("Say where the paper is kept.")))
    for side in Side:
        theirs = [one for one in signatures if one.side is side]
        field = f"signed_{side.value}"
        if not theirs:
            faults.append(
                Fault(field=field, reason=_("Nobody of this side has signed: then it binds nobody."))
            )
        if any(not clean_text(one.name) for one in theirs):
            faults.append(Fault(field=field, reason=_("A signature has no name.")))
        if any(one.signed_on > work.today() for one in theirs):
            faults.append(Fault(field=field, reason=_("A signature is of a day still to come.")))
        if _is_repeated(theirs):
            faults.append(Fault(field=field, reason=_("The same signature is told twice.")))
    if faults:
        raise Invalid(detail=_("It can't be registered like this. Nothing was changed."), faults=faults)


def _is_repeated(signatures: Sequence[Signed]) -> bool:
    told = Counter((clean_text(one.name).casefold(), one.signed_on) for one in signatures)
    return any(count > 1 for count in told.values())


def _people(work: Work) -> dict[str, int]:
    """People of the roster by their name, where nobody else has the same."""
    rows = work.session.execute(select(Person.id, Person.given_name, Person.family_name)).all()
    names = Counter(f"{given} {family}".casefold() for _id, given, family in rows)
    return {
        f"{given} {family}".casefold(): uid
        for uid, given, family in rows
        if names[f"{given} {family}".casefold()] == 1
    }
