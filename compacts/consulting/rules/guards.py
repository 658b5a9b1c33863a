"""When something may be said, answered, taken back and closed: pure decisions on plain facts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.rules import SIGNABLE
from reciproca.compacts.drafting.tables import VersionState
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _
from reciproca.plugins.types import Side

TALKING = frozenset({VersionState.DRAFT, VersionState.IN_CONSULTATION})
"""While a version is in one of these, people may comment on it and get their answers."""
LISTENING = TALKING | SIGNABLE
"""What is said of a text that both sides have ratified is kept for the version that comes next."""


class PointState(StrEnum):
    """Where a point stands."""

    OPEN = "open"
    ANSWERED = "answered"
    OBJECTED = "objected"
    WITHDRAWN = "withdrawn"


class Caution(StrEnum):
    """What is wrong with a round, though nothing forbids it."""

    ONE_PHYSICIAN_ASKED = "one_physician_asked"
    ONE_PHYSICIAN_SPOKE = "one_physician_spoke"


def state_of(*, disposition: Disposition | None, living: int, objections: int) -> PointState:
    """A point with `living` comments (not withdrawn), of which `objections` say that the answer missed them."""
    if not living:
        return PointState.WITHDRAWN
    if disposition is None:
        return PointState.OPEN
    return PointState.OBJECTED if objections else PointState.ANSWERED


def require_talking(state: VersionState, *, for_next: bool = False) -> None:
    """Conflict when the text is frozen: then nothing can come of a comment any more; unless it is one `for_next`, the
    version that follows, on a text that stands."""
    if state not in (LISTENING if for_next else TALKING):
        raise Conflict(
            detail=_(
                "The text of this version is frozen, so nobody can comment on it now. Nothing was changed."
            ),
            remedy=_("Keep your words for the next version, or tell one of those who stand for your side."),
        )


def require_unanswered(disposition: Disposition | None) -> None:
    """Conflict when the point has its answer: what was answered stays as it was said."""
    if disposition is not None:
        raise Conflict(
            detail=_("This has been answered meanwhile, so it stays as it was said. Nothing was changed."),
            remedy=_("Read the answer. If it misses your point, you can say so once."),
        )


def require_author(*, author_id: int, person_id: int | None) -> None:
    """Forbidden unless the comment is the person's own."""
    if author_id != person_id:
        raise Forbidden(
            detail=_("This is somebody else's comment. Nothing was changed."),
            remedy=_("Reply to it, or write one of your own."),
        )


def require_objectable(*, disposition: Disposition | None, objection: str | None, is_withdrawn: bool) -> None:
    """Conflict unless the comment has an answer, and its author hasn't said yet that it missed the point."""
    if disposition is None or is_withdrawn:
        raise Conflict(
            detail=_("There is no answer yet to object to. Nothing was changed."),
            remedy=_("You can still edit or withdraw your comment."),
        )
    if objection is not None:
        raise Conflict(
            detail=_("You have said once that this was not your point. Nothing was changed."),
            remedy=_("Reply to the thread, or write a new comment in the next round."),
        )


def is_open(
    *, disposition: Disposition | None, answered_at: datetime | None, objected_at: datetime | None
) -> bool:
    """Whether a comment waits for an answer: it has none, or its author said later that the answer missed it."""
    if disposition is None or answered_at is None:
        return True
    return objected_at is not None and objected_at >= answered_at


def require_seen(commenters: Collection[Side], seen_by: Collection[Side], answerer: Side) -> None:
    """Conflict unless a drafter of each commenting side has seen what is declined, or answers it."""
    missing = sorted(set(commenters) - set(seen_by) - {answerer})
    if missing:
        raise Conflict(
            detail=_("Nobody who drafts for the commenter's own side has seen this yet, so it can't be declined. "
                     "Nothing was changed."),
            remedy=_("Ask a drafter of that side to mark it as seen, or to answer it."),
            faults=[Fault(field="sights", reason=side.value) for side in missing],
        )  # fmt: skip


def require_wording(
    disposition: Disposition, *, adopts: bool, words: str | None, identity: str | None
) -> None:
    """Invalid when the answer and what happens to the text don't fit each other."""
    faults = [
        fault
        for is_wrong, fault in (
            (adopts and disposition is not Disposition.ACCEPTED,
             Fault(field="adopt", reason=_("A proposed wording that is taken as it is makes the answer “accepted”."))),
            (words is not None and disposition is not Disposition.CHANGED,
             Fault(field="wording", reason=_("Other words than the proposed ones make the answer “changed”."))),
            (disposition is Disposition.CHANGED and identity is None,
             Fault(field="identity", reason=_("“Changed” names the promise that changes."),
                   remedy=_("Choose the promise whose words change."))),
        )
        if is_wrong
    ]  # fmt: skip
    if faults:
        raise Invalid(detail=_("The answer doesn't fit what it does. Nothing was changed."), faults=faults)


def require_none_open(count: int) -> None:
    """Conflict while `count` comments of a round wait for their answer."""
    if count:
        raise Conflict(
            detail=_(
                "Comments still wait for an answer, so this round can't be closed. Nothing was changed."
            ),
            remedy=_("Answer each point with what changes, or with the reason why nothing does."),
        )


def round_warnings(*, physicians_asked: int, physicians_spoke: int | None = None) -> Sequence[Caution]:
    """One physician must not stand for all: what to be warned of before a round opens, and once people have spoken."""
    found = [Caution.ONE_PHYSICIAN_ASKED] if physicians_asked <= 1 else []
    return [*found, *([Caution.ONE_PHYSICIAN_SPOKE] if physicians_spoke == 1 else [])]
