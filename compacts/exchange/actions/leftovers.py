"""What found no place in the two columns is given one, or put aside by somebody who says so."""

from sqlalchemy import select

from reciproca.compacts.drafting import actions as drafting
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.tables import Leftover
from reciproca.compacts.exchange.rules import LIMITS
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side


def settle_leftover(work: Work, *, version_uid: str, position: int) -> Leftover:
    """Say that a piece found no place on purpose, or has found it by now; it stays listed. NotFound."""
    authorize(work, Action.DRAFT_EDIT)
    found = _find(work, version_uid, position)
    found.settled_at = found.settled_at or work.now
    return found


def place_leftover(work: Work, *, version_uid: str, position: int, side: Side) -> Leftover:
    """Make a piece a promise of `side`, as a new topic at the end of the draft. NotFound, Invalid; Conflict when that
    was done, or the text stands still."""
    authorize(work, Action.DRAFT_EDIT)
    found = _find(work, version_uid, position)
    if found.settled_at:
        raise Conflict(
            detail=_("This piece was settled already. Nothing was changed."),
            remedy=_("Look at the list again."),
        )
    if len(found.text) > LIMITS[side.value]:
        raise Invalid(
            detail=_("This piece is longer than a promise can be. Nothing was changed."),
            faults=[
                Fault(field="text", reason=_("Copy what belongs into a promise, then put the piece aside."))
            ],
        )
    version = queries.find_version(work, uid=version_uid)
    clauses = queries.version_texts(work, version=version, locales=[found.locale])[found.locale].clauses
    last = clauses[-1] if clauses else None
    topic = " ".join(found.text.split())[:60]
    words = {"text": found.text, "topic": topic, "theme": last.theme_label if last else topic}
    drafting.add_commitment(
        work, version_uid=version_uid, side=side, theme=last.theme if last else "theme-1",
        words={found.locale: words},
    )  # fmt: skip
    found.settled_at = work.now
    return found


def _find(work: Work, version_uid: str, position: int) -> Leftover:
    version = queries.find_version(work, uid=version_uid)
    statement = select(Leftover).filter_by(version_id=version.id, position=position)
    found = work.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such piece."), remedy=_("Look at the list again."))
    return found
