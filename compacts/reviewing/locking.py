"""Rows that an act is about to change, locked until its transaction ends, so that two acts can't both be first."""

from sqlalchemy import select

from reciproca.compacts.reviewing.tables import AgreedAction, Review, Voice
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.work import Work
from reciproca.plugins.types import Side

_FRESH = {"populate_existing": True}


def locked_review(work: Work, uid: str) -> Review:
    """The review `uid`, nobody else's to change until the end. NotFound."""
    statement = select(Review).filter_by(uid=uid).with_for_update()
    found = work.session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("There is no such review here."), remedy=_("Look it up in the list of reviews.")
        )
    return found


def locked_action(work: Work, uid: str) -> tuple[AgreedAction, Review]:
    """The action `uid` and its review. The review is locked, which keeps all that belongs to it. NotFound."""
    of_action = select(Review.uid).join(AgreedAction, AgreedAction.review_id == Review.id)
    review_uid = work.session.scalar(of_action.where(AgreedAction.uid == uid))
    review = locked_review(work, review_uid) if review_uid else None
    statement = select(AgreedAction).filter_by(uid=uid)
    found = work.session.scalars(statement, execution_options=_FRESH).one_or_none()
    if found is None or review is None:
        raise NotFound(detail=_("There is no such action here."), remedy=_("Open its review again."))
    return found, review


def voices(work: Work, review: Review) -> dict[Side, Voice]:
    """Both sides of a review that has been opened, as they stand in the database now."""
    rows = work.session.scalars(select(Voice).filter_by(review_id=review.id), execution_options=_FRESH)
    return {row.side: row for row in rows}
