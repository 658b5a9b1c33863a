"""What became of a draft's promises, edit by edit, and how one promise read in every version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.words import clauses_of_rows
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import (
    Commitment,
    CommitmentText,
    Edit,
    EditKind,
    Version,
    VersionState,
)
from reciproca.compacts.people.tables import Person, Post
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_WHOLE = (EditKind.ADDED, EditKind.REMOVED)
WORDS = ("text", "topic", "theme", "indicator", "evidence")


@dataclass(frozen=True, kw_only=True)
class Logged:
    """One edit as people read it: who made it, what it did word for word (field, before, after), whether it still
    stands, and whether it can be taken back now."""

    edit: Edit
    who: str
    title: str
    words: Sequence[tuple[str, str, str]]
    is_undone: bool
    may_undo: bool

    @property
    def is_undo(self) -> bool:
        return self.edit.undoes_id is not None

    @property
    def is_note(self) -> bool:
        """Whether it only says why."""
        return self.edit.before == self.edit.after


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a promise reads in one version (`clause` is None where it isn't in it), how it read in the one before, and
    the edits that led there, newest first."""

    version: Version
    clause: Clause | None
    before: Clause | None
    edits: Sequence[Logged]


def logged(
    work: Work, *, version: Version, locale: str, before: str | None = None, limit: int = 50
) -> list[Logged]:
    """The edits of a version, newest first, in the words of `locale`; `before` is the uid of the edit to go on from."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Edit).filter_by(version_id=version.id).order_by(Edit.id.desc())
    rows = list(work.session.scalars(asked))
    first = next((index for index, row in enumerate(rows, 1) if row.uid == before), 0)
    return _as_people_read(work, version, rows[first : first + limit], rules.taken_back(rows), locale)


def last_of_mine(work: Work, *, version: Version, locale: str) -> Logged | None:
    """The last edit of the actor's that can still be taken back, their own undoing left out."""
    authorize(work, Action.COMPACT_READ)
    mine = (row for row in logged(work, version=version, locale=locale) if row.edit.actor == work.actor.uid)
    return next((row for row in mine if row.may_undo and not row.is_undo), None)


def promise_history(work: Work, *, version: Version, identity: str, locale: str) -> list[Reading]:
    """How the promise `identity` read in each version of the agreement up to this one, newest first. Empty when
    nobody ever made it."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Version).where(Version.compact_id == version.compact_id, Version.number <= version.number)
    versions = list(work.session.scalars(asked.order_by(Version.number)))
    texts = clauses_of_rows(work.session, [row.id for row in versions], [locale])
    edits = list(work.session.scalars(select(Edit).filter_by(identity=identity).order_by(Edit.id.desc())))
    gone = rules.taken_back(edits)
    found: list[Reading] = []
    for row in versions:
        own = [edit for edit in edits if edit.version_id == row.id]
        clause = next((each for each in texts[row.id][locale] if each.identity == identity), None)
        before = found[-1].clause if found else None
        told = _as_people_read(work, row, own, gone, locale)
        found.append(Reading(version=row, clause=clause, before=before, edits=told))
    return [each for each in reversed(found) if each.clause or each.edits or each.before]


def actor_names(work: Work, *, uids: Sequence[str]) -> dict[str, str]:
    """What people are called who did something, by the uid of the account that they did it with."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Account.uid, Account.email, Person).select_from(Account)
    asked = asked.join(Membership, Membership.account_id == Account.id)
    asked = asked.join(Person, Person.id == Membership.person_id, isouter=True)
    rows = work.session.execute(asked.where(Account.uid.in_(set(uids))))
    return {uid: person.name if person else email for uid, email, person in rows}


def posts(work: Work) -> list[Post]:
    """Every post that could look after a promise, by title."""
    authorize(work, Action.COMPACT_READ)
    return list(work.session.scalars(select(Post).order_by(Post.title, Post.id)))


def kept_by(work: Work, *, version: Version) -> dict[str, str]:
    """Uids of the posts that look after promises, by the promises' uids."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Commitment.uid, Post.uid).join(Post, Post.id == Commitment.owner_post_id)
    rows = work.session.execute(asked.where(Commitment.version_id == version.id))
    return {row[0]: row[1] for row in rows}


def _as_people_read(
    work: Work, version: Version, edits: Sequence[Edit], gone: set[int], locale: str
) -> list[Logged]:
    names = actor_names(work, uids=[edit.actor for edit in edits])
    titles = _titles(work, version, edits, locale)
    return [
        Logged(
            edit=edit,
            who=names.get(edit.actor, ""),
            title=titles.get(edit.identity, ""),
            words=_words(edit, locale),
            is_undone=edit.id in gone,
            may_undo=version.state is VersionState.DRAFT
            and edit.id not in gone
            and edit.before != edit.after,
        )
        for edit in edits
    ]


def _titles(work: Work, version: Version, edits: Sequence[Edit], locale: str) -> dict[str, str]:
    """Headings by the promises' identities: as they are, or as they were when a promise was removed."""
    snapshots = {edit.identity: edit.before or edit.after or {} for edit in edits if edit.kind in _WHOLE}
    found = {key: _said(values, locale, "topic") for key, values in snapshots.items()}
    asked = select(Commitment.identity, CommitmentText.topic)
    asked = asked.join(CommitmentText, CommitmentText.commitment_id == Commitment.id)
    rows = work.session.execute(
        asked.where(Commitment.version_id == version.id, CommitmentText.locale == locale)
    )
    return found | {row.identity: row.topic for row in rows}


def _words(edit: Edit, locale: str) -> list[tuple[str, str, str]]:
    before, after = edit.before or {}, edit.after or {}
    if edit.kind in _WHOLE:
        return [("text", _said(before, locale, "text"), _said(after, locale, "text"))]
    return [
        (name, before[name], after[name]) for name in WORDS if name in after and edit.kind is EditKind.WORDS
    ]


def _said(values: Mapping[str, Any], locale: str, name: str) -> str:
    return str(values.get("words", {}).get(locale, {}).get(name, ""))
