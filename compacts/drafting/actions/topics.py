"""Saving a topic as the editor does: whoever saves says what they saw, word for word, and overwrites nothing else."""

from collections.abc import Mapping

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.edits import WORDS, key_of, post_uid, record
from reciproca.compacts.drafting.actions.keeping import change_owner, change_pace
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.actions.words import edit_commitment
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Edit, EditKind, Version
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Fault, Invalid, NotFound, Stale
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Cadence, Side

Fields = Mapping[str, str]
"""Fields of a topic, by the names that `rules.clashes` knows: "organisation_text", "indicator", …"""
Sides = Mapping[Side, Commitment]


def save_topic(
    work: Work, *, version_uid: str, key: str, locale: str, wished: Fields, seen: Fields, why: str = ""
) -> int:
    """Make of the topic `key` what is `wished` in one language, where it differs from what was `seen`; what somebody
    else wrote meanwhile stays. `why` is also noted on what the actor changed just before without saying why (the editor
    saves by itself). Returns how many promises changed. Stale, with a fault for each field that somebody else changed
    too; Conflict when the version isn't a draft; Invalid."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    sides = _sides(work, version, key)
    stored = {side: _stored(work, row, locale) for side, row in sides.items()}
    changes = {name: text for name, text in _clean(wished).items() if text != _clean(seen).get(name)}
    _refuse_clashes(rules.clashes(stored, changes=changes, seen=_clean(seen)))
    own = {side: rules.own_changes(side, stored[side], changes, _clean(seen)) for side in sides}
    unexplained = [row for side, row in sides.items() if not own[side] and _waits_for_why(work, version, row)]
    changed = sum(_save(work, row, locale, own[side], why) for side, row in sides.items())
    told = unexplained if changed or unexplained else list(sides.values())
    for row in told if why else ():
        _note(work, version, row, locale, why)
    return changed


def rename_theme(
    work: Work, *, version_uid: str, theme: str, locale: str, label: str, seen: str, why: str = ""
) -> int:
    """Call a theme otherwise in one language, on every promise under it. Returns how many. Stale when it isn't called
    `seen` any more; Conflict when the version isn't a draft; Invalid."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    label, seen = clean_text(label), clean_text(seen)
    if not label:
        raise Invalid(
            detail=_("The theme would have no name. Nothing was changed."),
            faults=[Fault(field="label", reason=_("Write what the theme is called."))],
        )
    rows = list(work.session.scalars(select(Commitment).filter_by(version_id=version.id, theme=theme)))
    names = {row.uid: _stored(work, row, locale)["theme"] for row in rows}
    if not names or any(name not in {seen, label} for name in names.values()):
        raise Stale(
            detail=_("Somebody else renamed this theme meanwhile. Nothing was changed."),
            remedy=_("Look what it is called now, then rename it."),
        )
    for uid in names:
        edit_commitment(work, commitment_uid=uid, locale=locale, words={"theme": label}, why=why)
    return len(names)


def explain(work: Work, *, version_uid: str, identity: str, locale: str, why: str) -> None:
    """Note in a promise's history why it reads as it does. NotFound, Conflict."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    row = work.session.scalars(
        select(Commitment).filter_by(version_id=version.id, identity=identity)
    ).one_or_none()
    if row is None:
        raise NotFound(detail=_("That promise is no longer in the text. Nothing was changed."))
    _note(work, version, row, locale, why)


def _note(work: Work, version: Version, row: Commitment, locale: str, why: str) -> None:
    record(
        work, version=version, identity=row.identity, kind=EditKind.WORDS, locale=locale,
        before={}, after={}, why=why,
    )  # fmt: skip


def _waits_for_why(work: Work, version: Version, row: Commitment) -> bool:
    """Whether the last change of a promise is the actor's, and says no reason."""
    asked = select(Edit).filter_by(version_id=version.id, identity=row.identity).order_by(Edit.id.desc())
    last = work.session.scalars(asked.limit(1)).one_or_none()
    return last is not None and last.actor == work.actor.uid and not last.why


def _sides(work: Work, version: Version, key: str) -> Sides:
    asked = select(Commitment).filter_by(version_id=version.id)
    rows = work.session.scalars(asked, execution_options={"populate_existing": True})
    found = {row.side: row for row in rows if key_of(row) == key}
    if not found:
        raise Stale(
            detail=_("Somebody else removed this topic. Nothing was changed."),
            remedy=_("Copy your words, and add the topic again."),
        )
    return {side: found[side] for side in Side if side in found}


def _stored(work: Work, row: Commitment, locale: str) -> dict[str, str]:
    asked = select(CommitmentText).filter_by(commitment_id=row.id, locale=locale)
    text = work.session.scalars(asked, execution_options={"populate_existing": True}).one_or_none()
    words = {name: getattr(text, name) if text else "" for name in WORDS}
    return {**words, "post": post_uid(work, commitment=row) or "", "cadence": row.cadence}


def _refuse_clashes(fields: list[str]) -> None:
    if fields:
        raise Stale(
            detail=_("Somebody else changed the same words. Nothing was saved, and nothing is lost."),
            remedy=_("Compare both, and keep one, or write a third."),
            faults=[Fault(field=name, reason=_("Somebody else changed this too.")) for name in fields],
        )


def _save(work: Work, row: Commitment, locale: str, changes: Fields, why: str) -> bool:
    words = {name: text for name, text in changes.items() if name not in {"post", "cadence"}}
    if words:
        edit_commitment(work, commitment_uid=row.uid, locale=locale, words=words, why=why)
    if "cadence" in changes:
        change_pace(work, commitment_uid=row.uid, cadence=Cadence(changes["cadence"]), why=why)
    if "post" in changes:
        change_owner(work, commitment_uid=row.uid, post_uid=changes["post"] or None, why=why)
    return bool(changes)


def _clean(fields: Fields) -> dict[str, str]:
    return {name: clean_text(text) for name, text in fields.items()}
