"""What an addendum adds to, from version to version."""

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Addendum, Version, VersionState
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def carry_addendum(work: Work, *, parent: Version, version: Version) -> None:
    """The next version of an addendum adds to what is in force of the main agreement now."""
    authorize(work, Action.COMPACT_CREATE)
    row = work.session.scalars(select(Addendum).filter_by(version_id=parent.id)).one_or_none()
    if row is None:
        return
    former = work.session.get_one(Version, row.main_id)
    in_force = select(Version).filter_by(compact_id=former.compact_id, state=VersionState.IN_FORCE)
    add_to(work, version=version, main=work.session.scalars(in_force).one_or_none() or former)


def add_to(work: Work, *, version: Version, main: Version) -> None:
    """Note that `version` adds to `main`."""
    authorize(work, Action.COMPACT_CREATE)
    work.session.add(Addendum(version_id=version.id, main_id=main.id))
    work.session.flush()
    work.act("addendum.started", about=version.uid, record={"version": version.uid, "adds_to": main.uid})
