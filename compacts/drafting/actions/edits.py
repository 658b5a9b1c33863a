"""What is written down of every change to a draft, and the whole of a promise as it was before it was removed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting.queries.sides import side_of
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Edit, EditKind, Version
from reciproca.compacts.people.tables import Post
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

WORDS = ("text", "topic", "theme", "indicator", "evidence")
Words = Mapping[str, str]
"""Any of `WORDS` → what it says in one language."""
Values = dict[str, Any]


def record(
    work: Work,
    *,
    version: Version,
    identity: str,
    kind: EditKind,
    before: Values | None,
    after: Values | None,
    locale: str | None = None,
    why: str = "",
    undoes_id: int | None = None,
) -> Edit:
    """Write down one change of the actor's, in the transaction that makes it."""
    authorize(work, Action.DRAFT_EDIT)
    edit = Edit(
        version_id=version.id,
        identity=identity,
        kind=kind,
        locale=locale,
        before=before,
        after=after,
        why=clean_text(why),
        side=side_of(work, compact=version.compact_id),
        actor=work.actor.uid,
        at=work.now,
        undoes_id=undoes_id,
    )
    work.session.add(edit)
    work.session.flush()
    return edit


def snapshot(work: Work, *, commitment: Commitment) -> Values:
    """Everything that a promise is, with its words in every language and its topic's place, as JSON."""
    authorize(work, Action.DRAFT_EDIT)
    texts = work.session.scalars(select(CommitmentText).filter_by(commitment_id=commitment.id))
    return {
        "side": commitment.side.value,
        "pair": commitment.pair,
        "theme": commitment.theme,
        "place": topic_keys(work, version_id=commitment.version_id).index(key_of(commitment)) + 1,
        "post": post_uid(work, commitment=commitment),
        "cadence": commitment.cadence,
        "words": {text.locale: {name: getattr(text, name) for name in WORDS} for text in texts},
    }


def put_back(work: Work, *, version: Version, identity: str, values: Values) -> Commitment:
    """Let a removed promise stand where it stood. Conflict when its side promises something there meanwhile."""
    authorize(work, Action.DRAFT_EDIT)
    side, key = Side(values["side"]), values["pair"] or identity
    rows = list(work.session.scalars(select(Commitment).filter_by(version_id=version.id)))
    if any(row.identity == identity or (row.side is side and key_of(row) == key) for row in rows):
        raise Conflict(
            detail=_("Something else stands in that promise’s place meanwhile. Nothing was changed."),
            remedy=_("Remove it first, or copy the words that you want from the history."),
        )
    commitment = Commitment(
        version_id=version.id,
        identity=identity,
        side=side,
        pair=values["pair"],
        theme=values["theme"],
        position=len(rows) + 1,
        owner_post_id=work.session.scalar(select(Post.id).filter_by(uid=values["post"])),
        cadence=values["cadence"],
        revision=1,
    )
    work.session.add(commitment)
    work.session.flush()
    for locale, words in values["words"].items():
        work.session.add(
            CommitmentText(commitment_id=commitment.id, locale=locale, edited_at=work.now, **words)
        )
    answers = any(key_of(row) == key for row in rows)
    keys = topic_keys(work, version_id=version.id)
    place(work, version=version, key=key, to=keys.index(key) + 1 if answers else values["place"])
    return commitment


def remove(work: Work, *, commitment: Commitment) -> None:
    """Delete a promise with its words; its edits stay, and the topics after it close up."""
    authorize(work, Action.DRAFT_EDIT)
    version_id = commitment.version_id
    for text in work.session.scalars(select(CommitmentText).filter_by(commitment_id=commitment.id)).all():
        work.session.delete(text)
    work.session.flush()
    work.session.delete(commitment)
    work.session.flush()
    _number(work, version_id, topic_keys(work, version_id=version_id))


def place(work: Work, *, version: Version, key: str, to: int) -> None:
    """Let the topic `key` stand at place `to` (from 1; past the end means last)."""
    authorize(work, Action.DRAFT_EDIT)
    keys = topic_keys(work, version_id=version.id)
    keys.remove(key)
    keys.insert(to - 1, key)
    _number(work, version.id, keys)


def _number(work: Work, version_id: int, keys: list[str]) -> None:
    for row in work.session.scalars(select(Commitment).filter_by(version_id=version_id)).all():
        row.position = keys.index(key_of(row)) + 1
    work.session.flush()


def topic_keys(work: Work, *, version_id: int) -> list[str]:
    """The keys of a version's topics, in order."""
    authorize(work, Action.DRAFT_EDIT)
    rows = work.session.scalars(select(Commitment).filter_by(version_id=version_id)).all()
    ordered = sorted(rows, key=lambda row: (row.position, row.side is Side.PHYSICIANS, row.id))
    return list(dict.fromkeys(key_of(row) for row in ordered))


def key_of(row: Commitment) -> str:
    """What a promise shares with its answer on the other side."""
    return row.pair or row.identity


def post_uid(work: Work, *, commitment: Commitment) -> str | None:
    """The post that looks after a promise."""
    authorize(work, Action.DRAFT_EDIT)
    return work.session.scalar(select(Post.uid).filter_by(id=commitment.owner_post_id))
