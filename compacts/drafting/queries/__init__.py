"""Reads of compacts, versions and their words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.queries.addenda import AddsTo, addenda, adds_to, units_within
from reciproca.compacts.drafting.queries.frozen import check_frozen_texts
from reciproca.compacts.drafting.queries.history import (
    Logged,
    Reading,
    actor_names,
    kept_by,
    last_of_mine,
    logged,
    posts,
    promise_history,
)
from reciproca.compacts.drafting.queries.library import Shelved, library
from reciproca.compacts.drafting.queries.papers import leftovers, paper_signatures
from reciproca.compacts.drafting.queries.readiness import (
    Advice,
    Checklist,
    accords,
    advice,
    checklist,
    void_accords,
)
from reciproca.compacts.drafting.queries.renditions import RenditionView, rendition_views, shown_order
from reciproca.compacts.drafting.queries.sides import side_of
from reciproca.compacts.drafting.queries.words import clauses_by_locale, texts_of
from reciproca.compacts.drafting.rules import Difference, VersionText
from reciproca.compacts.drafting.tables import (
    Commitment,
    Compact,
    CompactText,
    Consultation,
    Ratification,
    Rendition,
    Version,
    VersionState,
)
from reciproca.compacts.people.tables import Person, Post, Unit
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

__all__ = [
    "AddsTo",
    "Advice",
    "Checklist",
    "Logged",
    "Reading",
    "RenditionView",
    "Shelved",
    "VersionFacts",
    "accords",
    "actor_names",
    "addenda",
    "adds_to",
    "advice",
    "all_titles",
    "check_frozen_texts",
    "checklist",
    "compact_of",
    "compact_page",
    "compacts",
    "comparison",
    "consultations",
    "due_versions",
    "earlier",
    "find_commitment",
    "find_compact",
    "find_version",
    "in_force",
    "kept_by",
    "last_of_mine",
    "leftovers",
    "library",
    "logged",
    "owners",
    "paper_signatures",
    "people_named",
    "people_to_choose",
    "posts",
    "promise_history",
    "ratifications",
    "rendition_views",
    "renditions",
    "shown_order",
    "side_of",
    "titles",
    "unit_names",
    "units",
    "units_within",
    "version_texts",
    "versions",
    "void_accords",
]


@dataclass(frozen=True, kw_only=True)
class VersionFacts:
    """A version with what surrounds it, read at once for a page or an answer."""

    compact: Compact
    version: Version
    text: VersionText
    renditions: Mapping[str, Rendition]
    ratifications: Sequence[Ratification]
    consultations: Sequence[Consultation]


def compacts(work: Work, *, after: str | None = None, limit: int = 100) -> list[Compact]:
    """The organisation's agreements, in the order in which they were created; `after` is a uid."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Compact).where(Compact.uid > (after or ""))
    return list(work.session.scalars(statement.order_by(Compact.uid).limit(limit)))


def find_compact(work: Work, *, uid: str) -> Compact:
    """The agreement `uid`. NotFound."""
    authorize(work, Action.COMPACT_READ)
    found = work.session.scalars(select(Compact).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such agreement here."), remedy=_("Look it up in the list of agreements.")
        )
    return found


def compact_of(work: Work, *, version: Version) -> Compact:
    """The agreement that `version` belongs to."""
    authorize(work, Action.COMPACT_READ)
    return work.session.scalars(select(Compact).filter_by(id=version.compact_id)).one()


def find_version(work: Work, *, uid: str) -> Version:
    """The version `uid`. NotFound."""
    authorize(work, Action.COMPACT_READ)
    found = work.session.scalars(select(Version).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such version here."), remedy=_("Look it up on the agreement's page.")
        )
    return found


def find_commitment(work: Work, *, uid: str) -> tuple[Commitment, Version]:
    """The commitment `uid` and its version. NotFound."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Commitment, Version).join(Version, Version.id == Commitment.version_id)
    found = work.session.execute(statement.where(Commitment.uid == uid)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such commitment here."),
            remedy=_("It may have been removed: open the version again."),
        )
    return found[0], found[1]


def versions(work: Work, *, compact_ids: Sequence[int]) -> list[Version]:
    """The versions of these agreements, newest first."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Version).where(Version.compact_id.in_(compact_ids)).order_by(Version.number.desc())
    return list(work.session.scalars(statement))


def in_force(work: Work, *, compact_id: int) -> Version | None:
    """The version in force of an agreement, if it has one."""
    authorize(work, Action.COMPACT_READ)
    return work.session.scalars(
        select(Version).filter_by(compact_id=compact_id, state=VersionState.IN_FORCE)
    ).one_or_none()


def due_versions(session: Session, now: datetime) -> list[str]:
    """Uids of the session's organisation's versions whose day has come, oldest day first. For the scheduler, which
    finds what is due before it acts, so it takes a session."""
    statement = select(Version.uid).where(
        Version.state == VersionState.SCHEDULED, Version.effective_at <= now
    )
    return list(session.scalars(statement.order_by(Version.effective_at, Version.id)))


def titles(work: Work, *, compact_ids: Sequence[int], locale: str) -> dict[int, str]:
    """Titles by agreement id: in `locale` where there is one, else in the organisation's first language."""
    authorize(work, Action.COMPACT_READ)
    rows = work.session.scalars(select(CompactText).where(CompactText.compact_id.in_(compact_ids))).all()
    order = [locale, *work.organisation.locales]
    ranked = sorted(
        rows, key=lambda row: order.index(row.locale) if row.locale in order else len(order), reverse=True
    )
    return {row.compact_id: row.title for row in ranked if row.title}


def all_titles(work: Work, *, compact_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Titles by agreement id and language."""
    authorize(work, Action.COMPACT_READ)
    found: dict[int, dict[str, str]] = {}
    for row in work.session.scalars(select(CompactText).where(CompactText.compact_id.in_(compact_ids))):
        found.setdefault(row.compact_id, {})[row.locale] = row.title
    return found


def earlier(work: Work, *, version: Version, uid: str | None = None) -> Version:
    """The version to compare `version` with: `uid`, else the one that it started from. NotFound."""
    authorize(work, Action.COMPACT_READ)
    asked = select(Version).filter_by(uid=uid) if uid else select(Version).filter_by(id=version.parent_id)
    found = work.session.scalars(asked.where(Version.compact_id == version.compact_id)).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no earlier version to compare this one with."),
            remedy=_("The first version of an agreement started from a template."),
        )
    return found


def unit_names(work: Work, *, ids: Sequence[int]) -> dict[int, str]:
    """Names of units by id."""
    authorize(work, Action.COMPACT_READ)
    return {unit.id: unit.name for unit in work.session.scalars(select(Unit).where(Unit.id.in_(ids)))}


def units(work: Work) -> list[Unit]:
    """Every unit, in the order of the tree."""
    authorize(work, Action.COMPACT_READ)
    return list(work.session.scalars(select(Unit).order_by(Unit.path)))


def people_to_choose(work: Work) -> list[Person]:
    """Everybody who could keep an agreement or stand for a side, by name."""
    authorize(work, Action.PEOPLE_READ)
    return list(work.session.scalars(select(Person).order_by(Person.family_name, Person.given_name)))


def people_named(work: Work, *, ids: Sequence[int | None]) -> dict[int, str]:
    """Names of people by id: stewards and co-sponsors stand for their side by name."""
    authorize(work, Action.COMPACT_READ)
    return {
        person.id: person.name for person in work.session.scalars(select(Person).where(Person.id.in_(ids)))
    }


def owners(work: Work, *, version: Version) -> dict[str, str]:
    """Titles of the posts that look after commitments, by commitment uid."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Commitment.uid, Post.title).join(Post, Post.id == Commitment.owner_post_id)
    rows = work.session.execute(statement.where(Commitment.version_id == version.id))
    return {row.uid: row.title for row in rows}


def version_texts(work: Work, *, version: Version, locales: Sequence[str] = ()) -> dict[str, VersionText]:
    """The whole text in each of `locales` (the organisation's, when none is named)."""
    authorize(work, Action.COMPACT_READ)
    return texts_of(work, version=version, locales=locales or work.organisation.locales)


def renditions(work: Work, *, version_ids: Sequence[int]) -> list[Rendition]:
    """The frozen forms of these versions; none while they are drafts."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Rendition).where(Rendition.version_id.in_(version_ids)).order_by(Rendition.locale)
    return list(work.session.scalars(statement))


def ratifications(work: Work, *, version: Version) -> list[Ratification]:
    """What each side's body has decided on a version so far."""
    authorize(work, Action.COMPACT_READ)
    return list(
        work.session.scalars(select(Ratification).filter_by(version_id=version.id).order_by(Ratification.id))
    )


def consultations(work: Work, *, version: Version) -> list[Consultation]:
    """The rounds of a version, first to last."""
    authorize(work, Action.COMPACT_READ)
    statement = select(Consultation).filter_by(version_id=version.id).order_by(Consultation.number)
    return list(work.session.scalars(statement))


def compact_page(work: Work, *, version: Version, locale: str) -> VersionFacts:
    """Everything that the page of one version shows, in `locale`."""
    authorize(work, Action.COMPACT_READ)
    return VersionFacts(
        compact=compact_of(work, version=version),
        version=version,
        text=texts_of(work, version=version, locales=[locale])[locale],
        renditions={row.locale: row for row in renditions(work, version_ids=[version.id])},
        ratifications=ratifications(work, version=version),
        consultations=consultations(work, version=version),
    )


def comparison(work: Work, *, before: Version, after: Version, locale: str) -> Difference:
    """What leads from one version to another, in the words of `locale`."""
    authorize(work, Action.COMPACT_READ)
    old = clauses_by_locale(work, version=before, locales=[locale])[locale]
    return rules.difference(old, clauses_by_locale(work, version=after, locales=[locale])[locale])
