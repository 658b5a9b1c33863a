"""Editing the words of a draft. Each edit names the revision that the person saw, and is written down."""

from collections.abc import Mapping

from sqlalchemy import func, select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.actions.edits import (
    WORDS,
    Words,
    key_of,
    place,
    record,
    remove,
    snapshot,
    topic_keys,
)
from reciproca.compacts.drafting.actions.locking import locked_commitment, locked_version
from reciproca.compacts.drafting.actions.themes import theme_for
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, EditKind, Version
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Fault, Invalid, Stale
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Cadence, Side


def edit_commitment(
    work: Work, *, commitment_uid: str, locale: str, words: Words, why: str = "", revision: int | None = None
) -> Commitment:
    """Say a commitment otherwise in one language; words that aren't named stay. Stale when somebody else edited it
    since `revision`; Conflict when the version isn't a draft; Invalid for a language that isn't the organisation's."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    rules.require_open(version.state)
    _require_locale(work, locale)
    expect_revision(commitment, revision)
    version.revision += 1
    before, after = _write(work, commitment, locale, words)
    if after:
        record(
            work, version=version, identity=commitment.identity, kind=EditKind.WORDS, locale=locale,
            before=before, after=after, why=why,
        )  # fmt: skip
    return commitment


def add_commitment(
    work: Work,
    *,
    version_uid: str,
    side: Side,
    theme: str,
    words: Mapping[str, Words],
    pair: str | None = None,
    cadence: Cadence = Cadence.YEARLY,
    why: str = "",
    revision: int | None = None,
) -> Commitment:
    """Add a promise of `side` to a draft: as the answer to the other side's under `pair`, or as a new topic at the
    end. `words` by language; an answer takes topic and theme from what it answers. Conflict, Stale, Invalid."""
    authorize(work, Action.DRAFT_EDIT)
    version = locked_version(work.session, version_uid)
    rules.require_open(version.state)
    expect_revision(version, revision)
    for locale in words:
        _require_locale(work, locale)
    answered = _answered(work, version, side, pair)
    last = work.session.scalar(select(func.max(Commitment.position)).filter_by(version_id=version.id)) or 0
    identity = ids.time_ordered(work.clock)
    chosen = theme_for(work, version=version, theme=clean_text(theme), labels=_labels(words))
    commitment = Commitment(
        version_id=version.id,
        identity=identity,
        side=side,
        pair=answered.pair if answered else identity,
        theme=answered.theme if answered else chosen.key,
        position=answered.position if answered else last + 1,
        cadence=cadence.value,
        revision=1,
    )
    work.session.add(commitment)
    work.session.flush()
    heading = _headings(work, answered)
    for locale in work.organisation.locales:
        theme_words = {} if answered else {"theme": chosen.labels.get(locale, "")}
        _write(work, commitment, locale, {**heading.get(locale, {}), **words.get(locale, {}), **theme_words})
    record(
        work, version=version, identity=identity, kind=EditKind.ADDED, before=None,
        after=snapshot(work, commitment=commitment), why=why,
    )  # fmt: skip
    return commitment


def remove_commitment(
    work: Work, *, commitment_uid: str, why: str = "", revision: int | None = None
) -> Version:
    """Take a promise out of a draft. Earlier versions keep theirs. Returns the draft. Conflict, Stale."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    rules.require_open(version.state)
    expect_revision(commitment, revision)
    version.revision += 1
    record(
        work, version=version, identity=commitment.identity, kind=EditKind.REMOVED,
        before=snapshot(work, commitment=commitment), after=None, why=why,
    )  # fmt: skip
    remove(work, commitment=commitment)
    return version


def move_commitment(
    work: Work,
    *,
    commitment_uid: str,
    to: int,
    seen: int | None = None,
    why: str = "",
    revision: int | None = None,
) -> Version:
    """Move a commitment, with its answer, to be topic number `to` (from 1) of its draft. `seen` is where the person saw
    it. Conflict, Stale, Invalid."""
    authorize(work, Action.DRAFT_EDIT)
    commitment, version = locked_commitment(work.session, commitment_uid)
    rules.require_open(version.state)
    expect_revision(commitment, revision)
    version.revision += 1
    keys = topic_keys(work, version_id=version.id)
    if not 1 <= to <= len(keys):
        raise Invalid(detail=f"There is no place {to} among {len(keys)} topics. Nothing was changed.")
    stood = keys.index(key_of(commitment)) + 1
    if seen not in {None, stood, to}:
        raise Stale(
            detail=_("Somebody else moved this topic meanwhile. Nothing was changed."),
            remedy=_("Look where it stands now, then move it."),
        )
    place(work, version=version, key=key_of(commitment), to=to)
    if stood != to:
        record(
            work, version=version, identity=commitment.identity, kind=EditKind.MOVED,
            before={"place": stood}, after={"place": to}, why=why,
        )  # fmt: skip
    return version


def _labels(words: Mapping[str, Words]) -> dict[str, str]:
    """What new words call their theme, by language."""
    said = {locale: clean_text(each.get("theme", "")) for locale, each in words.items()}
    return {locale: label for locale, label in said.items() if label}


def _write(
    work: Work, commitment: Commitment, locale: str, words: Words
) -> tuple[dict[str, str], dict[str, str]]:
    """Store `words`; what they were before and what they are now, as far as they differ."""
    found = work.session.scalars(select(CommitmentText).filter_by(commitment_id=commitment.id, locale=locale))
    text = found.one_or_none()
    if text is None:
        text = CommitmentText(commitment_id=commitment.id, locale=locale, **dict.fromkeys(WORDS, ""))
        text.edited_at = work.now
        work.session.add(text)
    if unknown := sorted(set(words) - set(WORDS)):
        raise Invalid(detail=f"A commitment has no {unknown[0]}. Nothing was changed.")
    wished = {name: clean_text(value) for name, value in words.items()}
    after = {name: value for name, value in wished.items() if value != getattr(text, name)}
    before = {name: getattr(text, name) for name in after}
    for name, value in after.items():
        setattr(text, name, value)
    if after:
        text.edited_at, text.is_machine = work.now, False
    work.session.flush()
    return before, after


def _require_locale(work: Work, locale: str) -> None:
    if locale not in work.organisation.locales:
        known = ", ".join(work.organisation.locales)
        raise Invalid(
            detail=_("This agreement isn't written in that language. Nothing was changed."),
            faults=[
                Fault(
                    field="locale", reason=f"Unknown language: {locale}.", remedy=f"Choose one of: {known}."
                )
            ],
        )


def _answered(work: Work, version: Version, side: Side, pair: str | None) -> Commitment | None:
    """The commitment of the other side that the new one answers; None for a new topic."""
    if pair is None:
        return None
    found = list(work.session.scalars(select(Commitment).filter_by(version_id=version.id, pair=pair)))
    if not found:
        raise Invalid(
            detail=_("There is no such topic in this version. Nothing was changed."),
            faults=[
                Fault(
                    field="pair",
                    reason=_("Nothing here has that key."),
                    remedy=_("Leave it out for a new topic."),
                )
            ],
        )
    if any(row.side is side for row in found):
        raise Conflict(
            detail=_("This side promises something on that topic already. Nothing was changed."),
            remedy=_("Edit that promise, or begin a new topic."),
        )
    return found[0]


def _headings(work: Work, answered: Commitment | None) -> dict[str, dict[str, str]]:
    if answered is None:
        return {}
    rows = work.session.scalars(select(CommitmentText).filter_by(commitment_id=answered.id))
    shared = ("topic", "theme", "indicator", "evidence")
    return {row.locale: {name: getattr(row, name) for name in shared} for row in rows}
