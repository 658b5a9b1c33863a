"""The languages of a version side by side: what is missing, what is older, who confirmed what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.words import texts_of
from reciproca.compacts.drafting.rules import Clause, Gap, VersionText
from reciproca.compacts.drafting.rules.renditions import Fit, Standing, Written, in_order, standings
from reciproca.compacts.drafting.tables import PAPER, Commitment, CommitmentText, RenditionCheck, Version
from reciproca.compacts.people.tables import Person
from reciproca.core.canonical import sha256
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_WORDS = ("text", "topic", "theme", "indicator", "evidence")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """One promise in one language, and how its words stand beside the others."""

    clause: Clause
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class RenditionView:
    """A version in one language: the SHA-256 of its words as they are, each promise, and who confirmed it when.
    `is_confirmed`: the words are still those that the reviewer read."""

    locale: str
    sha256: str
    units: Sequence[Unit]
    check: RenditionCheck | None
    reviewer: str

    @property
    def is_confirmed(self) -> bool:
        return self.check is not None and self.check.digest == self.sha256 and not self.of(Fit.MACHINE)

    @property
    def unsound(self) -> list[Unit]:
        """The promises whose words somebody should look at."""
        return [unit for unit in self.units if unit.standing.fit is not Fit.SOUND]

    @property
    def is_ready(self) -> bool:
        """Whether nothing of this language keeps the version from being proposed."""
        return self.is_confirmed and not self.of(Fit.MISSING) and not self.of(Fit.OLDER)

    def of(self, fit: Fit) -> list[Unit]:
        """The promises whose words stand so."""
        return [unit for unit in self.units if unit.standing.fit is fit]


def rendition_views(work: Work, *, version: Version) -> list[RenditionView]:
    """Every language of a version, the one that must be shown first at the front."""
    authorize(work, Action.COMPACT_READ)
    locales = shown_order(work)
    texts = texts_of(work, version=version, locales=locales)
    found = _standings(work, version, locales)
    joined = select(RenditionCheck, Person).join(Person, Person.id == RenditionCheck.person_id)
    rows = work.session.execute(joined.where(RenditionCheck.version_id == version.id))
    checks = {check.locale: (check, person.name) for check, person in rows}
    return [_view(text, found, *checks.get(locale, (None, ""))) for locale, text in texts.items()]


def shown_order(work: Work) -> list[str]:
    """The organisation's languages, those that its jurisdiction puts first at the front."""
    authorize(work, Action.COMPACT_READ)
    pack = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    return in_order(work.organisation.locales, pack.locales if pack else ())


def rendition_gaps(work: Work, *, version: Version) -> list[Gap]:
    """The languages that nobody has confirmed as they are now, or whose words are older than another's. What was signed
    on paper is as it is."""
    authorize(work, Action.COMPACT_READ)
    if version.origin == PAPER:
        return []
    views = rendition_views(work, version=version)
    unread = [Gap(kind="not_confirmed", locale=view.locale) for view in views if not view.is_confirmed]
    older = [view for view in views if view.is_confirmed and view.of(Fit.OLDER)]
    return unread + [
        Gap(kind="older_words", locale=view.locale, topic=view.of(Fit.OLDER)[0].clause.topic)
        for view in older
    ]


def _view(
    text: VersionText,
    found: Mapping[str, Mapping[str, Standing]],
    check: RenditionCheck | None,
    reviewer: str,
) -> RenditionView:
    return RenditionView(
        locale=text.locale,
        sha256=sha256(rules.canonical_text(text)),
        units=[Unit(clause=clause, standing=found[clause.uid][text.locale]) for clause in text.clauses],
        check=check,
        reviewer=reviewer,
    )


def _standings(work: Work, version: Version, locales: Sequence[str]) -> dict[str, dict[str, Standing]]:
    """By promise (its uid) and language."""
    asked = select(Commitment.uid, CommitmentText).outerjoin(
        CommitmentText, CommitmentText.commitment_id == Commitment.id
    )
    words: dict[str, dict[str, Written | None]] = {}
    for uid, text in work.session.execute(asked.where(Commitment.version_id == version.id)):
        of_promise = words.setdefault(uid, dict.fromkeys(locales))
        if text is not None and text.locale in of_promise:
            of_promise[text.locale] = Written(
                is_whole=all(getattr(text, name) for name in _WORDS),
                is_machine=text.is_machine,
                edited_at=text.edited_at,
                checked_at=text.checked_at,
            )
    return {uid: standings(each) for uid, each in words.items()}
