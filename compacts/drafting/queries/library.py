"""Promises that were written before: in the templates on offer, and in the organisation's other versions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.words import clauses_of_rows
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import CompactText, Version
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Cadence, CompactTemplate, PairedCommitment, Side

Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Shelved:
    """A topic that one could take over: `source` names it, `origin` says where it was written (a template's title, or
    an agreement's with the `number` of its version), `sides` what each side promises, by language and field."""

    source: str
    origin: str
    number: int | None
    cadence: Cadence
    sides: Mapping[Side, Words]

    def says(self, side: Side, name: str, locale: str) -> str:
        """A field of one side's promise, or of the other's where only that has it (headings)."""
        words = self.sides.get(side) or next(iter(self.sides.values()))
        return words.get(locale, {}).get(name, "")

    def matches(self, wanted: Sequence[str], locale: str) -> bool:
        """Whether every word of `wanted` (in lower case) is somewhere in it."""
        said = " ".join(" ".join(words.get(locale, {}).values()) for words in self.sides.values()).casefold()
        return all(word in said for word in wanted)

    def texts(self, locale: str) -> tuple[str, ...]:
        """What both sides promise, word for word."""
        return tuple(self.sides[side].get(locale, {}).get("text", "") for side in Side if side in self.sides)


def library(work: Work, *, version: Version, locale: str, wanted: str = "") -> list[Shelved]:
    """What one could take over into `version`: everything that holds all words of `wanted`, each wording once, nothing
    that the version says already."""
    authorize(work, Action.COMPACT_READ)
    here = clauses_of_rows(work.session, [version.id], [locale])[version.id][locale]
    known = {tuple(clause.text for clause in topic.clauses) for topic in rules.topics(here)}
    words, found = wanted.casefold().split(), list[Shelved]()
    for each in (*_past(work, version), *_templates(work)):
        if each.texts(locale) not in known and each.matches(words, locale):
            known.add(each.texts(locale))
            found.append(each)
    return found


def shelved(work: Work, *, version: Version, source: str) -> Shelved:
    """The topic that `source` names. NotFound."""
    authorize(work, Action.COMPACT_READ)
    found = next((each for each in (*_past(work, version), *_templates(work)) if each.source == source), None)
    if found is None:
        raise NotFound(
            detail=_("There is no such promise in the library. Nothing was changed."),
            remedy=_("Look it up in the library again."),
        )
    return found


def _templates(work: Work) -> Iterable[Shelved]:
    for template in work.plugins.templates.values():
        for pair in template.pairs:
            yield _offered(work, template, pair)


def _offered(work: Work, template: CompactTemplate, pair: PairedCommitment) -> Shelved:
    labels = {theme.key: theme.label for theme in template.themes}.get(pair.theme, {})
    shared = {"topic": pair.topic, "theme": labels, "indicator": pair.indicator, "evidence": pair.evidence}
    said = {Side.ORGANISATION: pair.organisation, Side.PHYSICIANS: pair.physicians}
    locales = work.organisation.locales
    return Shelved(
        source=f"template/{template.key}/{pair.key}",
        origin=template.title.get(locales[0], template.key),
        number=None,
        cadence=pair.cadence,
        sides={
            side: {
                locale: {"text": text.get(locale, "")}
                | {name: each.get(locale, "") for name, each in shared.items()}
                for locale in locales
            }
            for side, text in said.items()
        },
    )


def _past(work: Work, version: Version) -> Iterable[Shelved]:
    """Topics of all other versions, the newest first."""
    locales = work.organisation.locales
    asked = select(Version).where(Version.id != version.id).order_by(Version.id.desc())
    rows = list(work.session.scalars(asked))
    named = work.session.scalars(select(CompactText).filter_by(locale=locales[0]))
    titles = {row.compact_id: row.title for row in named}
    texts = clauses_of_rows(work.session, [row.id for row in rows], locales)
    for row in rows:
        for topic in rules.topics(texts[row.id][locales[0]]):
            yield Shelved(
                source=f"version/{row.uid}/{topic.key}",
                origin=titles.get(row.compact_id, ""),
                number=row.number,
                cadence=Cadence(topic.clauses[0].cadence),
                sides={
                    clause.side: _by_locale(texts[row.id], clause.identity, locales)
                    for clause in topic.clauses
                },
            )


def _by_locale(texts: Mapping[str, Sequence[Clause]], identity: str, locales: Sequence[str]) -> Words:
    found = {locale: next(each for each in texts[locale] if each.identity == identity) for locale in locales}
    return {
        locale: {
            "text": clause.text,
            "topic": clause.topic,
            "theme": clause.theme_label,
            "indicator": clause.indicator,
            "evidence": clause.evidence,
        }
        for locale, clause in found.items()
    }
