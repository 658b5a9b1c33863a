"""Whether the ledger verified when it was last looked at. While it didn't, nothing is signed over it."""

from datetime import datetime

from sqlalchemy.orm import Session

from reciproca.core.errors import ReciprocaError
from reciproca.core.i18n import _
from reciproca.core.ledger.report import Report
from reciproca.core.ledger.tables import LedgerHealth

_ONLY, _KEPT = 1, 10


class LedgerBroken(ReciprocaError):
    """The ledger doesn't verify, so nothing can be signed or decided at present. Nothing was changed."""

    status, code = 503, "ledger_broken"


def broken() -> LedgerBroken:
    """What is said to whoever wants to write, or to have a proof."""
    return LedgerBroken(
        detail=_("The record of what was decided doesn’t verify, so nothing can be signed or decided at present. "
                 "Nothing was changed; everything can be read."),
        remedy=_("Tell those who run this system: `reciproca ledger verify` says what changed. They restore the last "
                 "good backup; then try again."),
    )  # fmt: skip


def last_check(session: Session) -> LedgerHealth | None:
    """What the last verification found; None while there was none."""
    return session.get(LedgerHealth, _ONLY)


def require_sound(session: Session) -> None:
    """Refuse with `LedgerBroken` while the last verification found anything wrong."""
    found = last_check(session)
    if found is not None and not found.ok:
        raise broken()


def keep(session: Session, report: Report, *, at: datetime) -> None:
    """Let `report` be what the last verification found, at the instant `at`."""
    session.merge(
        LedgerHealth(
            id=_ONLY,
            checked_at=at,
            ok=report.ok,
            size=report.size,
            root=report.root,
            problems=[str(problem) for problem in report.problems[:_KEPT]],
        )
    )
