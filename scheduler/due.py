"""What comes due by itself: one literal tuple of use cases, each in a transaction of its own, organisation by
organisation."""

from collections import Counter
from collections.abc import Callable, Sized

import structlog

from reciproca.compacts.drafting.actions import expire_versions, put_in_force
from reciproca.compacts.handover.actions import watch_offices
from reciproca.compacts.reviewing.actions import DUE as REVIEWS_DUE
from reciproca.compacts.signing.actions import (
    ask_for_archive_stamps,
    close_due_campaigns,
    keep_up_with_staff,
    open_waves,
)
from reciproca.core.identity import OrganisationRef, system
from reciproca.core.work import Installation, Work

Due = Callable[[Work], Sized]

DUE: tuple[tuple[str, Due], ...] = (
    ("versions_in_force", put_in_force),
    ("versions_expired", expire_versions),
    ("campaigns_closed", close_due_campaigns),
    ("campaigns_kept_up", keep_up_with_staff),
    ("waves_opened", open_waves),
    ("archive_stamps", ask_for_archive_stamps),
    *REVIEWS_DUE,
    ("offices_watched", watch_offices),
)
"""(name in the report, use case): the use case does what is due at `work.now` and returns what it did."""

SCHEDULER = system("scheduler")
log = structlog.get_logger(__name__)


def run_due(installation: Installation, place: OrganisationRef) -> Counter[str]:
    """Do everything that is due in one organisation; how many of each. One that fails is logged, tried again at the
    next tick, counted under `failed`, and stops none of the others."""
    counts: Counter[str] = Counter()
    for name, act in DUE:
        try:
            with installation.work(SCHEDULER, place) as work:
                counts[name] += len(act(work))
        except Exception as error:
            log.error("due.failed", what=name, organisation=place.uid, exc_info=error)
            counts["failed"] += 1
    return counts
