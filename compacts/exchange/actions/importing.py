"""A document of elsewhere becomes a draft: a new agreement, or the next version of one."""

from dataclasses import replace
from difflib import SequenceMatcher

from sqlalchemy import select

from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Commitment, Version
from reciproca.compacts.exchange.rules import Pair, Reading
from reciproca.compacts.exchange.tables import Leftover
from reciproca.core.errors import Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, LegalEffect, Side

PAIRS = 500
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
    is_swapped: bool = False,
) -> Version:
    """Make a draft of what a document says in `locale`: of a new agreement, or the next version of `compact_uid`, whose
    promises keep their identity where the words are nearly theirs. `is_swapped`: the columns are the other way round.
    What found no place is kept as leftovers. Invalid, NotFound; Conflict when a version is on its way already."""
    authorize(work, Action.DRAFT_IMPORT)
    check_locale(work, locale)
    pairs = [_swapped(pair) for pair in reading.pairs] if is_swapped else list(reading.pairs)
    _check(pairs)
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
            titles={locale: title or reading.title or _first_title(pairs)},
        )
    _fill(steps, version, pairs, locale)
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


def settle_leftover(work: Work, *, version_uid: str, position: int) -> Leftover:
    """Say that a piece found no place on purpose, or has found it by now; it stays listed. NotFound."""
    authorize(work, Action.DRAFT_EDIT)
    version = queries.find_version(work, uid=version_uid)
    statement = select(Leftover).filter_by(version_id=version.id, position=position)
    found = work.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such piece."), remedy=_("Look at the list again."))
    found.settled_at = found.settled_at or work.now
    return found


def check_locale(work: Work, locale: str) -> None:
    """Invalid unless the organisation writes in `locale`."""
    if locale not in work.organisation.locales:
        raise Invalid(
            detail=_("This agreement isn't written in that language. Nothing was changed."),
            faults=[Fault(field="locale", reason=_("Choose one of the organisation's languages."))],
        )


def for_steps(work: Work) -> Work:
    """The same work, allowed the steps that the whole consists of: asked for after the whole's own right."""
    roles = work.actor.roles | {Role.STEWARD, Role.DRAFTER}
    return replace(work, actor=replace(work.actor, roles=roles, scopes=None))


def _check(pairs: list[Pair]) -> None:
    if not pairs:
        raise Invalid(
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
    if len(pairs) > PAIRS:
        raise Invalid(
            detail=_("It has more topics than any agreement. Nothing was changed."),
            faults=[Fault(field="file", reason=_("There are more than 500 rows."))],
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
    shared = {"topic": pair.topic, "theme": pair.theme or _("Promises"), "indicator": pair.indicator}
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


def _swapped(pair: Pair) -> Pair:
    return replace(pair, organisation=pair.physicians, physicians=pair.organisation)


def _first_title(pairs: list[Pair]) -> str:
    return pairs[0].topic if pairs else ""
