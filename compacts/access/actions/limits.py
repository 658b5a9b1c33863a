"""How often somebody may try: counted per account and per address, whoever they say they are."""

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from reciproca.compacts.access.rules import LIMITS, WINDOW, keyed
from reciproca.compacts.access.tables import Attempt
from reciproca.core.errors import TooMany
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

Tries = tuple[tuple[str, str], ...]
"""What a try counts against: (kind of `LIMITS`, value)."""


def admit(work: Work, *, tries: Tries) -> None:
    """Raise `TooMany` when one of `tries` has been made too often of late."""
    authorize(work, Action.SIGN_IN)
    if is_over(work, tries=tries):
        raise TooMany(
            detail=_("There were too many tries in a short time. Nothing was changed."),
            remedy=_("Wait a quarter of an hour, then try again. Your password still works."),
        )


def is_over(work: Work, *, tries: Tries) -> bool:
    """Whether one of `tries` has been made too often of late."""
    authorize(work, Action.SIGN_IN)
    return any(_count(work, kind, value) >= LIMITS[kind] for kind, value in tries)


def count_when_refused(work: Work, *, tries: Tries) -> None:
    """Count `tries`, also and only if this work is refused."""
    authorize(work, Action.SIGN_IN)
    rows, now = _rows(work, tries), work.now

    def note(session: Session) -> None:
        session.execute(delete(Attempt).where(Attempt.at <= now - WINDOW))
        session.add_all(rows)

    work.note_refusal(note)


def count(work: Work, *, tries: Tries) -> None:
    """Count `tries` together with the rest of this work."""
    authorize(work, Action.SIGN_IN)
    work.session.add_all(_rows(work, tries))


def _rows(work: Work, tries: Tries) -> list[Attempt]:
    return [Attempt(subject=keyed(work.keys.secret, kind, value), at=work.now) for kind, value in tries]


def _count(work: Work, kind: str, value: str) -> int:
    recent = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.subject == keyed(work.keys.secret, kind, value), Attempt.at > work.now - WINDOW)
    )
    return work.session.scalar(recent) or 0
