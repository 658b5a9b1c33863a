"""A draft that left as a DOCX comes back: what was accepted in it is edited in, what is tracked is proposed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from reciproca.compacts.consulting import actions as consulting
from reciproca.compacts.consulting import queries as rounds
from reciproca.compacts.consulting.actions import Remark
from reciproca.compacts.consulting.tables import Comment
from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.documents.press import speaks
from reciproca.compacts.drafting.tables import Attribution, Version, VersionState
from reciproca.compacts.exchange.opening import refuse
from reciproca.compacts.exchange.returning import ReturnedFile, read_returned
from reciproca.compacts.exchange.rules import Change, What, bare, changes_of
from reciproca.compacts.exchange.steps import check_locale
from reciproca.core.canonical import clean_text
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work

_SAID = {
    What.ACCEPTED: _("Changed in a word processor."),
    What.TRACKED: _("Proposed in a word processor."),
    What.REMOVED: _("In a word processor, this promise was taken out."),
    What.ADDED: _("Added in a word processor: “%(words)s”"),
    What.TOPIC: _("In a word processor, this topic was called “%(words)s”."),
}


@dataclass(frozen=True, kw_only=True)
class Brought:
    """What became of a document that came back: edited into the draft, or said for both sides to answer. `known` is
    how many things were said before already."""

    edited: Sequence[Change]
    said: Sequence[Change]
    known: int


def bring_back(work: Work, *, version_uid: str, locale: str, data: bytes) -> Brought:
    """Take a DOCX of a draft in that somebody edited. A change that was accepted there is edited in, where the actor
    may edit, the version is a draft and the words are still those that left; every other one, and each tracked change,
    becomes a proposed wording of the actor's. Invalid; Conflict when the text is frozen."""
    authorize(work, Action.COMMENT_WRITE)
    version = queries.find_version(work, uid=version_uid)
    check_locale(work, locale)
    file = read_returned(data)
    _check(file, version, locale)
    clauses = queries.version_texts(work, version=version, locales=[locale])[locale].clauses
    uids = {clause.identity: clause.uid for clause in clauses}
    changes = changes_of(clauses, file.promises, file.topics)
    may_edit = version.state is VersionState.DRAFT and is_allowed(work, Action.DRAFT_EDIT)
    edited = {
        one.identity: one for one in changes if one.what is What.ACCEPTED and one.is_current and may_edit
    }
    why = speaks(locale).gettext(_SAID[What.ACCEPTED])
    for one in edited.values():
        drafting.edit_commitment(
            work, commitment_uid=uids[one.identity], locale=locale, words={"text": one.wording}, why=why
        )
    said = [_on(one, edited) for one in changes if edited.get(one.identity) is not one]
    return _say(work, version, locale, list(edited.values()), said)


def _say(
    work: Work, version: Version, locale: str, edited: Sequence[Change], said: Sequence[Change]
) -> Brought:
    last = rounds.find_round(work, version=version)
    is_named = last is None or last.attribution is Attribution.NAMED
    remarks = {_remark(one, locale, is_named=is_named): one for one in said}
    known = _known(work, version)
    new = {remark: one for remark, one in remarks.items() if _key(remark) not in known}
    if new:
        consulting.say_all(work, version_uid=version.uid, remarks=list(new))
    return Brought(edited=edited, said=list(new.values()), known=len(remarks) - len(new))


def _on(change: Change, edited: dict[str, Change]) -> Change:
    """A tracked change stands on what was accepted before it."""
    before = edited.get(change.identity)
    return replace(change, base=clean_text(before.wording)) if before and change.base else change


def _remark(change: Change, locale: str, *, is_named: bool) -> Remark:
    text = speaks(locale).gettext(_SAID[change.what]) % {"words": change.wording}
    if change.author and is_named:
        text = f"{text} ({change.author})"
    is_wording = change.what in {What.ACCEPTED, What.TRACKED}
    return Remark(
        text=text,
        locale=locale,
        identity=change.identity or None,
        wording=change.wording if is_wording else None,
        base=change.base if is_wording else None,
    )


def _known(work: Work, version: Version) -> set[tuple[str | None, ...]]:
    """What the actor has said on this version already, so that the same file twice says it once."""
    asked = select(Comment).filter_by(version_id=version.id, person_id=work.actor.person_id)
    rows = work.session.scalars(asked.where(Comment.withdrawn_at.is_(None)))
    return {(row.text, row.locale, row.identity, row.wording) for row in rows}


def _key(remark: Remark) -> tuple[str | None, ...]:
    wording = clean_text(remark.wording) if remark.wording else None
    return clean_text(remark.text), remark.locale, remark.identity, wording


def _check(file: ReturnedFile, version: Version, locale: str) -> None:
    if not file.promises:
        raise refuse(
            _("It doesn't hold the table of topics that left here."),
            _("Take the draft as a file again, and edit that one."),
        )
    if file.version and file.version != bare(version.uid):
        raise refuse(_("It is of another version."), _("Bring it back on the page of its own version."))
    if file.locale and file.locale != locale:
        raise refuse(_("It is in another language."), _("Choose the language in which it left."))
