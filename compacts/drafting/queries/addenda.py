"""What adds to what: the addenda of a version, and the version that an addendum adds to."""

from dataclasses import dataclass

from sqlalchemy import select

from reciproca.compacts.drafting.queries.words import texts_of
from reciproca.compacts.drafting.rules import Gap
from reciproca.compacts.drafting.rules.addenda import restated
from reciproca.compacts.drafting.tables import Addendum, Version, VersionState
from reciproca.compacts.people.tables import Unit
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class AddsTo:
    """The version that an addendum was written for, and the one that is in force of the same agreement now."""

    main: Version
    in_force: Version | None

    @property
    def is_outdated(self) -> bool:
        """Whether what it adds to has changed, or is over, since it was written."""
        return self.in_force is None or self.in_force.id != self.main.id


def adds_to(work: Work, *, version: Version) -> AddsTo | None:
    """What `version` adds to; None when it is no addendum."""
    authorize(work, Action.COMPACT_READ)
    asked = (
        select(Version)
        .join(Addendum, Addendum.main_id == Version.id)
        .where(Addendum.version_id == version.id)
    )
    main = work.session.scalars(asked).one_or_none()
    if main is None:
        return None
    in_force = select(Version).filter_by(compact_id=main.compact_id, state=VersionState.IN_FORCE)
    return AddsTo(main=main, in_force=work.session.scalars(in_force).one_or_none())


def addenda(work: Work, *, version: Version) -> list[Version]:
    """The addenda to `version` that are on their way or in force, oldest first."""
    authorize(work, Action.COMPACT_READ)
    over = (
        VersionState.REFUSED,
        VersionState.WITHDRAWN,
        VersionState.SUPERSEDED,
        VersionState.RETIRED,
        VersionState.VOID,
    )
    asked = (
        select(Version)
        .join(Addendum, Addendum.version_id == Version.id)
        .where(Addendum.main_id == version.id, Version.state.not_in(over))
        .order_by(Version.id)
    )
    return list(work.session.scalars(asked))


def units_within(work: Work, *, unit_id: int) -> list[Unit]:
    """The units that lie within one, in the order of their paths."""
    authorize(work, Action.COMPACT_READ)
    path = work.session.get_one(Unit, unit_id).path
    inner = select(Unit).where(Unit.path.startswith(f"{path} › ", autoescape=True))
    return list(work.session.scalars(inner.order_by(Unit.path)))


def addendum_gaps(work: Work, *, version: Version) -> list[Gap]:
    """The promises of an addendum that say again what is promised in the version that it adds to."""
    authorize(work, Action.COMPACT_READ)
    found = adds_to(work, version=version)
    if found is None:
        return []
    locale = work.organisation.locales[0]
    own = texts_of(work, version=version, locales=[locale])[locale]
    main = texts_of(work, version=found.in_force or found.main, locales=[locale])[locale]
    return restated(own.clauses, main.clauses)
