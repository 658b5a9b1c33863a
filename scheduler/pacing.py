"""The pace of the mail relay, as the settings say it: no limit where none is set, and none for the mail drop."""

from datetime import datetime

from sqlalchemy.orm import Session

from reciproca.core import pace
from reciproca.core.work import Installation

RELAY = "mail"
PLENTY = 1_000_000


def free(installation: Installation, session: Session, *, now: datetime) -> int:
    """How many mails the relay may be handed at `now`; as many at once as an even pace makes between two looks, and
    one."""
    settings = installation.settings
    if not _is_paced(installation):
        return PLENTY
    burst = -(-settings.mail_pace * settings.dispatch_every // 60) + 1
    return pace.free(session, RELAY, now=now, per_minute=settings.mail_pace, burst=burst)


def spend(installation: Installation, session: Session, *, now: datetime, count: int) -> None:
    """So many were taken to be handed over."""
    if count and _is_paced(installation):
        pace.spend(session, RELAY, now=now, per_minute=installation.settings.mail_pace, count=count)


def unspend(installation: Installation, *, count: int) -> None:
    """So many weren't handed over after all: others may go in their place."""
    if count and _is_paced(installation):
        with installation.database.transaction() as session:
            spend(installation, session, now=installation.clock.now(), count=-count)


def _is_paced(installation: Installation) -> bool:
    return bool(installation.settings.smtp_url) and installation.settings.mail_pace > 0
