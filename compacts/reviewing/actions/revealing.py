"""Opening the seal on the day that was fixed when the review opened."""

from sqlalchemy import select

from reciproca.compacts.reviewing.locking import locked_review
from reciproca.compacts.reviewing.tables import Review, ReviewState
from reciproca.compacts.reviewing.unsealing import reveal
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def reveal_due(work: Work) -> list[str]:
    """Open the seal of every review whose day has come: what was sent is shown, a silent side stands as having given
    no answer. Returns uids."""
    authorize(work, Action.REVIEW_RUN)
    due = select(Review.uid).where(Review.state == ReviewState.GATHERING, Review.seal_opens_at <= work.now)
    uids = work.session.scalars(due.order_by(Review.seal_opens_at, Review.id)).all()
    return work.each(uids, lambda uid: _reveal_by_itself(work, uid))


def _reveal_by_itself(work: Work, uid: str) -> bool:
    review = locked_review(work, uid)
    if review.state is not ReviewState.GATHERING:
        return False
    reveal(work, review)
    return True
