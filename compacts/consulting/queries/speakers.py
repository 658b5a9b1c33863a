"""Under which name, unit or side the authors of comments are shown to whoever looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import living
from reciproca.compacts.consulting.queries.rounds import names_of
from reciproca.compacts.consulting.rules import Speaker, Viewer
from reciproca.compacts.consulting.tables import Comment, Reply
from reciproca.compacts.drafting.queries import side_of
from reciproca.compacts.drafting.tables import Attribution, Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Speakers:
    """How the authors of some comments of one round, and of the replies to them, are shown to one viewer."""

    viewer: Viewer
    names: Mapping[int, str]
    units: Mapping[int, str]

    def of(self, comment: Comment) -> Speaker:
        """The author of a comment."""
        return Speaker(
            side=comment.side,
            name=self._name(comment, comment.person_id, comment),
            unit=self.units.get(comment.unit_id or 0, "") if comment.attribution is Attribution.UNIT else "",
        )

    def of_reply(self, reply: Reply, comment: Comment) -> Speaker:
        """The author of a reply, shown as the round promised to those who comment."""
        return Speaker(side=reply.side, name=self._name(comment, reply.person_id, reply))

    def _name(self, comment: Comment, author_id: int, said: Comment | Reply) -> str:
        may = self.viewer.may_name(comment.attribution, author_id=author_id, side=said.side)
        return self.names.get(author_id, "") if may else ""


def viewer_of(work: Work, *, version: Version) -> Viewer:
    """Whoever looks at the comments of a version."""
    authorize(work, Action.COMMENT_READ)
    side = side_of(work, compact=version.compact_id)
    return Viewer(person_id=work.actor.person_id, side=side, roles=work.actor.roles)


def speakers(
    work: Work,
    *,
    version: Version,
    round_id: int | None,
    comments: Sequence[Comment],
    replies: Iterable[Reply],
) -> Speakers:
    """How the authors of `comments` (all of one round) and `replies` are shown, in a fixed number of reads."""
    authorize(work, Action.COMMENT_READ)
    people = {comment.person_id for comment in comments} | {reply.person_id for reply in replies}
    by_unit = any(comment.attribution is Attribution.UNIT for comment in comments)
    return Speakers(
        viewer=viewer_of(work, version=version),
        names=names_of(work, person_ids=sorted(people)),
        units=_units(work, version, round_id) if by_unit else {},
    )


def _units(work: Work, version: Version, round_id: int | None) -> dict[int, str]:
    """The name under which each unit's comments are shown; a unit is left out where none is."""
    once = (
        select(Comment.person_id, func.min(Comment.unit_id).label("unit_id"))
        .where(
            Comment.version_id == version.id,
            Comment.consultation_id.is_not_distinct_from(round_id),
            Comment.attribution == Attribution.UNIT,
            living(),
        )
        .group_by(Comment.person_id)
        .subquery()
    )
    counted = select(once.c.unit_id, func.count()).where(once.c.unit_id.is_not(None))
    spoke = {row[0]: row[1] for row in work.session.execute(counted.group_by(once.c.unit_id))}
    rows = work.session.execute(select(Unit.id, Unit.parent_id, Unit.name)).all()
    shown = rules.shown_units(spoke, {row.id: row.parent_id for row in rows})
    names = {row.id: row.name for row in rows}
    return {unit: names[under] for unit, under in shown.items() if under is not None}
