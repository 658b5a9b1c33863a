"""Groups of alike comments, proposed to the people who answer."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import false, or_, select

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.queries.counts import waits
from reciproca.compacts.consulting.tables import Comment, Point
from reciproca.compacts.drafting.tables import Version
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_MOST = 10_000


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """Comments on one promise that say much the same, in at least two points; `text` is that of the first."""

    identity: str | None
    text: str
    comment_uids: Sequence[str]


def suggest(
    work: Work,
    *,
    version: Version,
    about: str | None = None,
    among: Collection[str | None] | None = None,
    limit: int = 20,
) -> list[Suggestion]:
    """The largest groups of alike comments that wait for an answer, on the promise `about` ("": on the whole text;
    None: on each), or on those that are `among` these (None: the whole text)."""
    authorize(work, Action.COMMENT_ANSWER)
    asked = select(Comment.uid, Comment.identity, Comment.point_id, Comment.text, Comment.wording)
    asked = asked.join(Point, Point.id == Comment.point_id).where(Comment.version_id == version.id, waits())
    if about is not None:
        among = [about or None]
    if among is not None:
        named = [identity for identity in among if identity is not None]
        whole = Comment.identity.is_(None) if None in among else false()
        asked = asked.where(or_(Comment.identity.in_(named), whole))
    texts: defaultdict[str | None, dict[str, str]] = defaultdict(dict)
    points: dict[str, int] = {}
    for row in work.session.execute(asked.order_by(Comment.id).limit(_MOST)):
        texts[row.identity][row.uid] = f"{row.text} {row.wording or ''}"
        points[row.uid] = row.point_id
    found = [
        Suggestion(identity=identity, text=said[group[0]].strip(), comment_uids=group)
        for identity, said in texts.items()
        for group in rules.alike(said)
        if len({points[uid] for uid in group}) > 1
    ]
    return sorted(found, key=lambda one: len(one.comment_uids), reverse=True)[:limit]
