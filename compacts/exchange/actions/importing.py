"""A document of elsewhere becomes a draft: a new agreement, or the next version of one."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from sqlalchemy import select

from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Commitment, Leftover, Version
from reciproca.compacts.exchange.rules import Pair, Reading
from reciproca.compacts.exchange.steps import check_locale, for_steps
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, LegalEffect, Side

PAIRS = 200
_ALIKE = 0.6


def import_draft(
    work: Work,
    *,
    reading: Reading,
    locale: str,
    title: str = "",
    compact_uid: str | None = None,
    unit_uid: str | None = None,
    legal_effect: LegalEffect = LegalEffect.NONE,
    review_cycle: str = "annual",
) -> Version:
    """Make a draft of what a document says in `locale`: of a new agreement, or the next version of `compact_uid`, whose
    promises keep their identity where the words are nearly theirs. What found no place is kept as leftovers. Invalid,
    NotFound; Conflict when a version is on its way already."""
    authorize(work, Action.DRAFT_IMPORT)
    check_locale(work, locale)
    pairs = list(reading.pairs)
    check_pairs(pairs)
    named = title or reading.title or pairs[0].topic
    steps = for_steps(work)
    if compact_uid:
        version = drafting.start_version(steps, compact_uid=compact_uid, change_class=ChangeClass.MATERIAL)
    else:
        version = drafting.create_compact(
            steps,
            template_key=drafting.BLANK.key,
            legal_effect=legal_effect,
            review_cycle=review_cycle,
            unit_uid=unit_uid,
            titles={locale: named},
        )
    _fill(steps, version, [replace(pair, theme=pair.theme or named) for pair in pairs], locale)
    for position, piece in enumerate(reading.leftovers, 1):
        work.session.add(
            Leftover(
                version_id=version.id,
                position=position,
                locale=locale,
                text=piece.text,
                reason=piece.why.value,
            )
        )
    work.session.flush()
    return version


def _nothing_found() -> Invalid:
    return Invalid(
        detail=_("No two columns were found in it. Nothing was changed."),
        faults=[
            Fault(
                field="file",
                reason=_(
                    "There is neither a table of two columns nor two lists under headings that name a side."
                ),
                remedy=_("Put both sides' promises into a table, and send that."),
            )
        ],
    )


def check_pairs(pairs: Sequence[Pair]) -> None:
    """Invalid when nothing was found, or more than any agreement holds."""
    if not pairs:
        raise _nothing_found()
    if len(pairs) > PAIRS:
        raise Invalid(
            detail=_("It has more topics than any agreement. Nothing was changed."),
            faults=[Fault(field="file", reason=_("There are more than 200 topics."))],
        )


def _fill(work: Work, version: Version, pairs: list[Pair], locale: str) -> None:
    """Let the draft say `pairs`, in their order; what it said otherwise before is taken out."""
    known = queries.version_texts(work, version=version, locales=[locale])[locale].clauses
    left = {clause.identity: clause for clause in known}
    themes: dict[str, str] = {clause.theme_label: clause.theme for clause in known}
    for pair in pairs:
        themes.setdefault(pair.theme, f"theme-{len(themes) + 1}")
        kept = {side: _nearest(pair.of(side), side, left) for side in Side}
        for clause in kept.values():
            if clause:
                left.pop(clause.identity, None)
        _write(work, version, pair, kept, themes[pair.theme], locale)
    for clause in left.values():
        drafting.remove_commitment(work, commitment_uid=clause.uid)
    _order(work, version, pairs, locale)


def _write(
    work: Work, version: Version, pair: Pair, kept: dict[Side, Clause | None], theme: str, locale: str
) -> None:
    shared = {"topic": pair.topic, "theme": pair.theme, "indicator": pair.indicator}
    shared = {name: value for name, value in shared.items() if value}
    key: str | None = next((clause.key for clause in kept.values() if clause), None)
    for side in Side:
        text, clause = pair.of(side), kept[side]
        words = {"text": text, **shared}
        if clause:
            said = {"text": text} if clause.text != text else {}
            if said:
                drafting.edit_commitment(work, commitment_uid=clause.uid, locale=locale, words=said)
        elif text:
            answered = key if key and _is_free(work, version, key, side) else None
            made = drafting.add_commitment(
                work, version_uid=version.uid, side=side, theme=theme, words={locale: words}, pair=answered
            )
            key = made.pair


def _is_free(work: Work, version: Version, key: str, side: Side) -> bool:
    """Whether `side` has no promise under `key` yet."""
    taken = select(Commitment.id).filter_by(version_id=version.id, pair=key, side=side)
    return work.session.scalar(taken) is None


def _order(work: Work, version: Version, pairs: list[Pair], locale: str) -> None:
    """Let the topics stand in the document's order."""
    clauses = queries.version_texts(work, version=version, locales=[locale])[locale].clauses
    said = {(clause.side, clause.text): clause.key for clause in clauses}
    keys = [said.get((side, pair.of(side).strip())) for pair in pairs for side in Side if pair.of(side)]
    order = list(dict.fromkeys([key for key in keys if key] + [clause.key for clause in clauses]))
    places = {key: number for number, key in enumerate(order, 1)}
    for row in work.session.scalars(select(Commitment).filter_by(version_id=version.id)):
        row.position = places.get(row.pair or row.identity, row.position)
    work.session.flush()


def _nearest(text: str, side: Side, left: dict[str, Clause]) -> Clause | None:
    """The promise of `side` that says nearly `text`."""
    if not text:
        return None
    ours = [clause for clause in left.values() if clause.side is side]
    rated = [(SequenceMatcher(None, clause.text, text, autojunk=False).ratio(), clause) for clause in ours]
    best = max(rated, key=lambda one: one[0], default=(0.0, None))
    return best[1] if best[0] >= _ALIKE else None
