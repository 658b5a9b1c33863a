"""Taking an edit back, and taking that back again: the inverse is one more edit, and nothing is lost."""

from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.edits import (
    key_of,
    place,
    post_uid,
    put_back,
    record,
    remove,
    snapshot,
    topic_keys,
)
from reciproca.compacts.drafting.actions.locking import locked_version
from reciproca.compacts.drafting.actions.themes import Theme, put_under, under
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Edit, EditKind, Version
from reciproca.compacts.people.tables import Post
from reciproca.core.errors import Conflict, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def undo(work: Work, *, version_uid: str, edit_uid: str, why: str = "") -> Edit:
    """Take one edit of a draft back; undoing that edit does it again. Returns the inverse edit. NotFound; Conflict
    when the version isn't a draft, when it is taken back already, or when the clause was changed since."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    edit = _edit(work, version, edit_uid)
    row = _commitment(work, version, edit)
    before, after = edit.before or {}, edit.after or {}
    if before == after:
        raise Conflict(detail=_("That note changed nothing, so there is nothing to undo."))
    if edit.kind is EditKind.ADDED:
        _take_out(work, row, after)
    elif edit.kind is EditKind.REMOVED:
        put_back(work, version=version, identity=edit.identity, values=before)
    else:
        found = _present(row)
        _APPLY[edit.kind](work, version, found, edit, before, after)
        found.revision += 1
    version.revision += 1
    return record(
        work,
        version=version,
        identity=edit.identity,
        kind=rules.opposite(edit.kind),
        locale=edit.locale,
        before=edit.after,
        after=edit.before,
        why=why,
        undoes_id=edit.id,
    )


def _edit(work: Work, version: Version, uid: str) -> Edit:
    edits = list(work.session.scalars(select(Edit).filter_by(version_id=version.id)))
    edit = next((edit for edit in edits if edit.uid == uid), None)
    if edit is None:
        raise NotFound(
            detail=_("There is no such edit in this version."), remedy=_("Look it up in the history.")
        )
    if edit.id in rules.taken_back(edits):
        raise Conflict(
            detail=_("That edit is taken back already. Nothing was changed."),
            remedy=_("To have it again, undo the undoing."),
        )
    return edit


def _commitment(work: Work, version: Version, edit: Edit) -> Commitment | None:
    asked = select(Commitment).filter_by(version_id=version.id, identity=edit.identity)
    return work.session.scalars(asked, execution_options={"populate_existing": True}).one_or_none()


def _present(row: Commitment | None) -> Commitment:
    if row is None:
        raise Conflict(
            detail=_("That promise is no longer in the text. Nothing was changed."),
            remedy=_("Undo its removal first."),
        )
    return row


def _take_out(work: Work, row: Commitment | None, after: dict[str, Any]) -> None:
    found = _present(row)
    now = snapshot(work, commitment=found)
    _require_same({**now, "place": 0}, {**after, "place": 0})
    remove(work, commitment=found)


def _words(
    work: Work, _version: Version, row: Commitment, edit: Edit, before: dict[str, Any], after: dict[str, Any]
) -> None:
    asked = select(CommitmentText).filter_by(commitment_id=row.id, locale=edit.locale)
    text = work.session.scalars(asked, execution_options={"populate_existing": True}).one()
    _require_same({name: getattr(text, name) for name in after}, after)
    for name, value in before.items():
        setattr(text, name, value)
    text.edited_at = work.now


def _moved(
    work: Work, version: Version, row: Commitment, _edit: Edit, before: dict[str, Any], after: dict[str, Any]
) -> None:
    key = key_of(row)
    now = under(work, version=version, key=key)
    _require_same({name: now[name] for name in after}, after)
    if before["place"] > len(topic_keys(work, version_id=version.id)):
        raise _changed()
    if "theme" in before:
        put_under(work, version=version, key=key, theme=Theme(key=before["theme"], labels=before["labels"]))
    place(work, version=version, key=key, to=before["place"])


def _kept_by(
    work: Work, _version: Version, row: Commitment, _edit: Edit, before: dict[str, Any], after: dict[str, Any]
) -> None:
    _require_same({"post": post_uid(work, commitment=row)}, after)
    row.owner_post_id = work.session.scalar(select(Post.id).filter_by(uid=before["post"]))


def _pace(
    _work: Work,
    _version: Version,
    row: Commitment,
    _edit: Edit,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    _require_same({"cadence": row.cadence}, after)
    row.cadence = before["cadence"]


_APPLY = {
    EditKind.WORDS: _words,
    EditKind.MOVED: _moved,
    EditKind.KEPT_BY: _kept_by,
    EditKind.PACE: _pace,
}


def _require_same(now: dict[str, Any], then: dict[str, Any]) -> None:
    if now != then:
        raise _changed()


def _changed() -> Conflict:
    return Conflict(
        detail=_("This was changed again since. Nothing was undone."),
        remedy=_("Undo the later change first, or copy the words that you want from the history."),
    )
