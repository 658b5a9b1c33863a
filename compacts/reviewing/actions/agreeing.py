"""What is to be done, who owns it and by when; and afterwards what became of it."""

from datetime import date
from typing import Any

from sqlalchemy import select

from reciproca.compacts.drafting.tables import Commitment
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import Owed, owe
from reciproca.compacts.people.tables import Post
from reciproca.compacts.reviewing import rules
from reciproca.compacts.reviewing.actions.answering import ANSWER_RIGHTS
from reciproca.compacts.reviewing.locking import locked_action, locked_review, voices
from reciproca.compacts.reviewing.outcomes import OUTCOME, state_outcome
from reciproca.compacts.reviewing.rules import ActionEvent
from reciproca.compacts.reviewing.speaking import check_voice, compact_of, holder_id, tell_sponsors
from reciproca.compacts.reviewing.tables import AgreedAction, Assessment, OutcomeStatement, Review
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import ActionAgreed
from reciproca.plugins.types import Side


def propose_action(
    work: Work,
    *,
    review_uid: str,
    side: Side,
    owner_side: Side,
    title: str,
    due_on: date,
    post_uid: str | None = None,
    commitment_uid: str | None = None,
) -> AgreedAction:
    """Propose, speaking for `side`, that `owner_side` does something by the local day `due_on`. For one's own side it
    is agreed at once; for the other, when that side accepts it. Forbidden, Conflict, Invalid."""
    authorize(work, ANSWER_RIGHTS[side])
    review = _in_dialogue(work, review_uid, side)
    rules.require_due(due_on, today=work.today())
    action = AgreedAction(
        review_id=review.id, commitment_id=_commitment_id(work, review, commitment_uid), proposed_by=side,
        owner_side=owner_side, owner_post_id=_post_id(work, post_uid), title=clean_text(title), due_on=due_on,
    )  # fmt: skip
    work.session.add(action)
    work.session.flush()
    work.act("action.proposed", about=action.uid, record=_facts(review, action))
    if owner_side is side:
        _accept(work, review, action)
    return action


def accept_action(work: Work, *, action_uid: str, revision: int | None = None) -> AgreedAction:
    """Accept, for the side that would own it, what the other side proposed. Forbidden, Conflict, Stale."""
    authorize(work, Action.ACTION_AGREE)
    action, review = _proposed(work, action_uid, revision)
    _accept(work, review, action)
    return action


def decline_action(work: Work, *, action_uid: str, reason: str, revision: int | None = None) -> AgreedAction:
    """Decline, for the side that would own it, what the other proposed, and say why. Forbidden, Conflict, Stale."""
    authorize(work, Action.ACTION_AGREE)
    action, _review = _proposed(work, action_uid, revision)
    action.state = rules.move_action(action.state, ActionEvent.DECLINE)
    action.reason = clean_text(reason)
    work.act("action.declined", about=action.uid, record={"reason": action.reason})
    return action


def tell_outcome(
    work: Work, *, action_uid: str, is_done: bool, why: str, told_to: str, revision: int | None = None
) -> OutcomeStatement:
    """Say what became of an action: done or not, in `why` how or why not, and who was told. Conflict, Stale."""
    authorize(work, Action.ACTION_TELL)
    action, review = locked_action(work, action_uid)
    expect_revision(action, revision)
    told = state_outcome(work, action, is_done=is_done, why=clean_text(why), told_to=clean_text(told_to))
    tell_sponsors(work, review, Kind.OUTCOME_TOLD)
    return told


def _in_dialogue(work: Work, uid: str, side: Side) -> Review:
    review = locked_review(work, uid)
    check_voice(work, compact_of(work, review), side, voices(work, review))
    rules.require_dialogue(review.state, review.revealed_at)
    return review


def _proposed(work: Work, uid: str, revision: int | None) -> tuple[AgreedAction, Review]:
    action, review = locked_action(work, uid)
    authorize(work, ANSWER_RIGHTS[action.owner_side])
    check_voice(work, compact_of(work, review), action.owner_side, voices(work, review))
    rules.require_dialogue(review.state, review.revealed_at)
    expect_revision(action, revision)
    return action, review


def _accept(work: Work, review: Review, action: AgreedAction) -> None:
    action.state = rules.move_action(action.state, ActionEvent.ACCEPT)
    action.agreed_at = work.now
    work.session.flush()
    compact = compact_of(work, review)
    _owe(work, review, action, holder_id(work, compact, action.owner_side))
    work.act("action.agreed", about=action.uid, record=_facts(review, action))
    work.record(ActionAgreed(organisation=work.organisation.uid, at=instant(work.now), compact=compact.uid,
                             review=review.uid, action=action.uid, due=action.due_on.isoformat()))  # fmt: skip


def _owe(work: Work, review: Review, action: AgreedAction, person_id: int | None) -> None:
    if action.owner_post_id is None and person_id is None:
        return  # nobody is there to be reminded: the review's page and the balance still show it
    title, compact = dict.fromkeys(work.organisation.locales, action.title), compact_of(work, review)
    owe(work, owed=Owed(
        kind=OUTCOME, subject_uid=action.uid, side=action.owner_side, title=title, due=action.due_on,
        post_id=action.owner_post_id, person_id=None if action.owner_post_id else person_id,
        path=f"/reviews/{review.uid}", compact_uid=compact.uid,
    ))  # fmt: skip


def _facts(review: Review, action: AgreedAction) -> dict[str, Any]:
    return {
        "review": review.uid,
        "owner_side": action.owner_side.value,
        "proposed_by": action.proposed_by.value,
        "title": action.title,
        "due_on": action.due_on.isoformat(),
    }


def _commitment_id(work: Work, review: Review, uid: str | None) -> int | None:
    if not uid:
        return None
    asked = select(Commitment.id).join(Assessment, Assessment.commitment_id == Commitment.id)
    found = work.session.scalar(asked.where(Assessment.review_id == review.id, Commitment.uid == uid))
    return found or _refuse("commitment_uid")


def _post_id(work: Work, uid: str | None) -> int | None:
    if not uid:
        return None
    return work.session.scalar(select(Post.id).filter_by(uid=uid)) or _refuse("post_uid")


def _refuse(field: str) -> int:
    raise Invalid(
        detail=_("Something that was chosen isn't here. Nothing was changed."),
        faults=[
            Fault(field=field, reason=_("There is no such thing here."), remedy=_("Choose one of the list."))
        ],
    )
