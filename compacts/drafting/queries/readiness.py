"""What still keeps a version from being proposed."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.words import texts_of
from reciproca.compacts.drafting.rules import Gap, VersionText
from reciproca.compacts.drafting.tables import Accord, Consultation, Matter, Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import ChangeClass, Draft, DraftCommitment, LegalEffect, Problem, Severity, Side


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
        gaps=rules.gaps(texts),
        is_round_open=any(each.closed_at is None for each in rounds),
        is_round_missing=not rounds and version.change_class is ChangeClass.MATERIAL,
        unconfirmed=_unconfirmed(work, version),
        problems=work.plugins.draft_problems(_draft(work, texts)),
    )


def accords(work: Work, *, version: Version) -> list[Accord]:
    """What sides have said yes to on a version, first to last."""
    authorize(work, Action.COMPACT_READ)
    return list(work.session.scalars(select(Accord).filter_by(version_id=version.id).order_by(Accord.id)))


def _unconfirmed(work: Work, version: Version) -> list[Side]:
    """The sides that haven't confirmed what a change is called. The first version changes nothing."""
    if version.parent_id is None:
        return []
    said = rules.sides_for(accords(work, version=version), Matter.CHANGE_CLASS, version.change_class.value)
    return [side for side in Side if side not in said]


def _draft(work: Work, texts: Sequence[VersionText]) -> Draft:
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
