"""Planning the next review: asked of the cycle's plugin by the scheduler, never while a version comes into force, a
person signs or a review closes, so that nothing of that waits for a plugin."""

import structlog
from sqlalchemy import func, select

from reciproca.compacts.drafting.tables import Compact, Version, VersionState
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.days import set_days
from reciproca.compacts.reviewing.locking import locked_review
from reciproca.compacts.reviewing.tables import Review
from reciproca.core.db import expect_revision
from reciproca.core.errors import NotFound, PluginFailed
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import CycleAnchor, Opening

AHEAD = 40
"""How many openings after the last review are looked at for the first that is still to come."""
log = structlog.get_logger(__name__)


def plan_due(work: Work) -> list[str]:
    """Plan a review for every agreement in force that has none ahead or under way. An agreement whose cycle fails is
    logged and tried again at the next tick. Returns uids."""
    authorize(work, Action.REVIEW_RUN)
    pending = select(Review.compact_id).where(Review.state.not_in(rules.ENDED))
    asked = (
        select(Compact, Version)
        .join(Version, Version.compact_id == Compact.id)
        .where(Version.state == VersionState.IN_FORCE, Compact.id.not_in(pending))
        .order_by(Compact.id)
    )
    planned = [_try_plan(work, compact, version) for compact, version in work.session.execute(asked).all()]
    return [uid for uid in planned if uid]


def _try_plan(work: Work, compact: Compact, version: Version) -> str | None:
    try:
        return _plan(work, compact, version)
    except (NotFound, PluginFailed) as error:
        log.warning(
            "review.not_planned", compact=compact.uid, cycle=compact.review_cycle, reason=error.detail
        )
        return None


def _plan(work: Work, compact: Compact, version: Version) -> str | None:
    opening = _next(work, compact, _last_number(work, compact))
    if opening is None:
        return None
    review = Review(
        compact_id=compact.id, version_id=version.id, number=opening.number, cycle=compact.review_cycle
    )
    review.asks_physicians = _asked_before(work, compact)
    set_days(work, review, opens=opening.opens, seal_opens=opening.seal_opens)
    work.session.add(review)
    work.session.flush()
    work.act("review.planned", about=review.uid, record={
        "compact": compact.uid, "number": review.number, "cycle": review.cycle, "opens": opening.opens.isoformat(),
        "seal_opens": opening.seal_opens.isoformat(), "closes": review.closes_on.isoformat(),
    })  # fmt: skip
    return review.uid


def choose_who_is_asked(
    work: Work, *, review_uid: str, asks_physicians: bool, revision: int | None = None
) -> Review:
    """Have physicians asked one by one in a review that hasn't opened, or their co-sponsor alone; the next ones follow
    it. Conflict, Stale."""
    authorize(work, Action.REVIEW_RUN)
    review = locked_review(work, review_uid)
    rules.require_planned(review.state)
    expect_revision(review, revision)
    review.asks_physicians = asks_physicians
    work.act("review.asks_chosen", about=review.uid, record={"asks_physicians": asks_physicians})
    return review


def _asked_before(work: Work, compact: Compact) -> bool:
    """As in the review before."""
    before = select(Review.asks_physicians).filter_by(compact_id=compact.id).order_by(Review.number.desc())
    return bool(work.session.scalar(before.limit(1)))


def _next(work: Work, compact: Compact, last: int) -> Opening | None:
    began = select(func.min(Version.effective_from)).where(Version.in_force_at.is_not(None))
    anchor = work.session.scalar(began.where(Version.compact_id == compact.id))
    if anchor is None:
        return None
    anchors = [CycleAnchor(anchor=anchor, number=last + step) for step in range(1, AHEAD + 1)]
    openings: tuple[Opening, ...] = work.plugins.next_openings(compact.review_cycle, anchors)
    today = work.today()
    return next((opening for opening in openings if opening.seal_opens > today), None)


def _last_number(work: Work, compact: Compact) -> int:
    return work.session.scalar(select(func.max(Review.number)).filter_by(compact_id=compact.id)) or 0
