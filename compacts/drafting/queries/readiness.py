"""What still keeps a version from being proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.addenda import addendum_gaps
from reciproca.compacts.drafting.queries.renditions import rendition_gaps
from reciproca.compacts.drafting.queries.words import texts_of
from reciproca.compacts.drafting.rules import Gap, VersionText
from reciproca.compacts.drafting.tables import PAPER, Accord, Consultation, Matter, Version, VersionState
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import (
    ChangeClass,
    Draft,
    DraftCommitment,
    LegalEffect,
    Problem,
    Severity,
    Side,
    WordingFinding,
)


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What must be true before a version is proposed: gaps in the text, rounds still open or missing, sides that
    haven't confirmed the class of the change, and what plugins found (`problems`: (plugin, problem))."""

    gaps: Sequence[Gap]
    is_round_open: bool
    is_round_missing: bool
    unconfirmed: Sequence[Side]
    problems: Sequence[tuple[str, Problem]]

    @property
    def errors(self) -> list[tuple[str, Problem]]:
        """The problems that stop it; the others are shown and kept."""
        return [(plugin, problem) for plugin, problem in self.problems if problem.severity is Severity.ERROR]

    @property
    def is_complete(self) -> bool:
        missing = (self.gaps, self.is_round_open, self.is_round_missing, self.unconfirmed, self.errors)
        return not any(missing)


def checklist(work: Work, *, version: Version) -> Checklist:
    """What still keeps a version from being proposed. Asks the plugins that judge drafts; PluginFailed."""
    authorize(work, Action.COMPACT_READ)
    rounds = work.session.scalars(select(Consultation).filter_by(version_id=version.id)).all()
    texts = list(texts_of(work, version=version, locales=work.organisation.locales).values())
    return Checklist(
        gaps=[
            *rules.gaps(texts),
            *rendition_gaps(work, version=version),
            *addendum_gaps(work, version=version),
        ],
        is_round_open=any(each.closed_at is None for each in rounds),
        is_round_missing=not rounds
        and version.change_class is ChangeClass.MATERIAL
        and version.origin != PAPER,
        unconfirmed=_unconfirmed(work, version),
        problems=work.plugins.draft_problems(draft_of(work, texts=texts)),
    )


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What plugins say of a draft's words in one language: by topic and side, of the whole text, and which plugins
    couldn't say anything."""

    clauses: Mapping[tuple[str, Side], Sequence[WordingFinding]]
    whole: Sequence[WordingFinding]
    failed: Sequence[str]


def advice(work: Work, *, texts: Sequence[VersionText], locale: str) -> Advice:
    """Advice on the words of `texts` (every language of a draft) in `locale`; of the same words said once."""
    authorize(work, Action.COMPACT_READ)
    answers, failed = work.plugins.wording_findings(draft_of(work, texts=texts))
    clauses: dict[tuple[str, Side], dict[str, WordingFinding]] = {}
    whole = [found for _plugin, found in answers if found.locale == locale and not found.key]
    for _plugin, found in answers:
        if found.locale == locale and found.key and found.side:
            clauses.setdefault((found.key, found.side), {}).setdefault(found.subject.lower(), found)
    told = {place: list(each.values()) for place, each in clauses.items()}
    return Advice(clauses=told, whole=whole, failed=failed)


def accords(work: Work, *, version: Version) -> list[Accord]:
    """What sides have said yes to on a version, first to last."""
    authorize(work, Action.COMPACT_READ)
    return list(work.session.scalars(select(Accord).filter_by(version_id=version.id).order_by(Accord.id)))


def void_accords(work: Work, *, version: Version) -> list[Accord]:
    """Each side's word, with its reason, by which `version` is void; empty where it isn't."""
    authorize(work, Action.COMPACT_READ)
    if version.state is not VersionState.VOID:
        return []
    return [row for row in accords(work, version=version) if row.matter is Matter.VOID]


def _unconfirmed(work: Work, version: Version) -> list[Side]:
    """The sides that haven't confirmed what a change is called. The first version changes nothing."""
    if version.parent_id is None:
        return []
    said = rules.sides_for(accords(work, version=version), Matter.CHANGE_CLASS, version.change_class.value)
    return [side for side in Side if side not in said]


def draft_of(work: Work, *, texts: Sequence[VersionText]) -> Draft:
    """The text in every language as plugins see it."""
    authorize(work, Action.COMPACT_READ)
    words: dict[str, dict[str, str]] = {}
    for text in texts:
        for clause in text.clauses:
            words.setdefault(clause.uid, {})[text.locale] = clause.text
    return Draft(
        jurisdiction=work.organisation.jurisdiction,
        legal_effect=_effect(texts),
        locales=tuple(text.locale for text in texts),
        commitments=tuple(
            DraftCommitment(key=clause.key, side=clause.side, theme=clause.theme, text=words[clause.uid])
            for clause in texts[0].clauses
        ),
    )


def _effect(texts: Sequence[VersionText]) -> LegalEffect:
    return LegalEffect(texts[0].legal_effect)
