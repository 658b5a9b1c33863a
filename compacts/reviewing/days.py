"""The days of a review: local days where the organisation is, and the instants at which they begin."""

from datetime import date

from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.tables import Review
from reciproca.core.clock import instant_of
from reciproca.core.work import Work


def set_days(work: Work, review: Review, *, opens: date, seal_opens: date) -> None:
    """Fix the local days of a review, and the instants at which they begin."""
    zone = work.organisation.zone
    review.opens_on, review.opens_at = opens, instant_of(opens, 0, 0, zone)
    review.seal_opens_on, review.seal_opens_at = seal_opens, instant_of(seal_opens, 0, 0, zone)
    review.closes_on = rules.closing_day(seal_opens)
    review.closes_at = instant_of(review.closes_on, 0, 0, zone)
