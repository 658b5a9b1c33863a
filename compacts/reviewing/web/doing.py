"""Doing: answers, actions, outcomes, findings, responses and the end of a review."""

from typing import Any

from flask.typing import ResponseReturnValue

from reciproca.compacts.drafting.schemas import NothingIn
from reciproca.compacts.drafting.web.forms import seen, submit
from reciproca.compacts.reviewing import actions, queries, schemas
from reciproca.compacts.reviewing.web.blueprint import pages
from reciproca.compacts.reviewing.web.reading import review_page
from reciproca.core.http import current_work


@pages.post("/reviews/<uid>/answers")
def answer(uid: str) -> ResponseReturnValue:
    """Keep one's own side's answers, and send them when that was asked."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        then = asked.pop("then")
        actions.save_answers(work, review_uid=uid, revision=seen(), **asked)
        if then == "send":
            actions.submit(work, review_uid=uid, side=asked["side"])
        return f"/reviews/{uid}" if then == "send" else f"/reviews/{uid}#answers"

    return submit(
        work, schemas.AnswersForm(), act, lambda typed, faults: review_page(uid, typed, faults, "answers")
    )


@pages.post("/reviews/<uid>/actions")
def propose_action(uid: str) -> ResponseReturnValue:
    """Propose something to do."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.propose_action(work, review_uid=uid, **asked)
        return f"/reviews/{uid}#actions"

    return submit(
        work, schemas.ActionIn(), act, lambda typed, faults: review_page(uid, typed, faults, "action")
    )


@pages.post("/actions/<uid>/acceptances")
def accept_action(uid: str) -> ResponseReturnValue:
    """Accept what the other side proposed."""
    work, review_uid = current_work(), _review_of(uid)

    def act(_asked: dict[str, Any]) -> str:
        actions.accept_action(work, action_uid=uid, revision=seen())
        return f"/reviews/{review_uid}#actions"

    return submit(work, NothingIn(), act, lambda typed, faults: review_page(review_uid, typed, faults, uid))


@pages.post("/actions/<uid>/refusals")
def decline_action(uid: str) -> ResponseReturnValue:
    """Decline what the other side proposed, and say why."""
    work, review_uid = current_work(), _review_of(uid)

    def act(asked: dict[str, Any]) -> str:
        actions.decline_action(work, action_uid=uid, revision=seen(), **asked)
        return f"/reviews/{review_uid}#actions"

    return submit(
        work,
        schemas.ActionDeclineIn(),
        act,
        lambda typed, faults: review_page(review_uid, typed, faults, uid),
    )


@pages.post("/reviews/<uid>/outcomes/<action_uid>")
def tell_outcome(uid: str, action_uid: str) -> ResponseReturnValue:
    """Say, on the page of the review `uid`, what became of an action."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.tell_outcome(work, action_uid=action_uid, revision=seen(), **asked)
        return f"/reviews/{uid}#action-{action_uid}"

    return submit(
        work, schemas.OutcomeIn(), act, lambda typed, faults: review_page(uid, typed, faults, action_uid)
    )


@pages.post("/reviews/<uid>/findings")
def write_findings(uid: str) -> ResponseReturnValue:
    """Write down what was found, and ask both sides what they say to it."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.write_findings(work, review_uid=uid, revision=seen(), **asked)
        return f"/reviews/{uid}#findings"

    return submit(
        work, schemas.FindingsIn(), act, lambda typed, faults: review_page(uid, typed, faults, "findings")
    )


@pages.post("/reviews/<uid>/responses")
def respond(uid: str) -> ResponseReturnValue:
    """Say what one's own side says to the findings."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.respond(work, review_uid=uid, **asked)
        return f"/reviews/{uid}#findings"

    return submit(
        work, schemas.ResponseIn(), act, lambda typed, faults: review_page(uid, typed, faults, "response")
    )


@pages.post("/reviews/<uid>/closings")
def close(uid: str) -> ResponseReturnValue:
    """Close the review through its gate."""
    work = current_work()

    def act(_asked: dict[str, Any]) -> str:
        actions.close(work, review_uid=uid, revision=seen())
        return f"/reviews/{uid}"

    return submit(work, NothingIn(), act, lambda typed, faults: review_page(uid, typed, faults, "close"))


@pages.post("/reviews/<uid>/asking")
def choose_who_is_asked(uid: str) -> ResponseReturnValue:
    """Have physicians asked one by one, or not."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.choose_who_is_asked(work, review_uid=uid, revision=seen(), **asked)
        return f"/reviews/{uid}#asking"

    return submit(
        work, schemas.AskingIn(), act, lambda typed, faults: review_page(uid, typed, faults, "asking")
    )


@pages.post("/reviews/<uid>/meeting")
def set_meeting(uid: str) -> ResponseReturnValue:
    """Set or move the meeting of both sides."""
    work = current_work()

    def act(asked: dict[str, Any]) -> str:
        actions.set_meeting(work, review_uid=uid, revision=seen(), **asked)
        return f"/reviews/{uid}#meeting"

    return submit(
        work, schemas.MeetingIn(), act, lambda typed, faults: review_page(uid, typed, faults, "meeting")
    )


@pages.post("/reviews/<uid>/meeting/cancellations")
def cancel_meeting(uid: str) -> ResponseReturnValue:
    """Call the meeting of both sides off."""
    work = current_work()

    def act(_asked: dict[str, Any]) -> str:
        actions.cancel_meeting(work, review_uid=uid, revision=seen())
        return f"/reviews/{uid}#meeting"

    return submit(work, NothingIn(), act, lambda typed, faults: review_page(uid, typed, faults, "meeting"))


def _review_of(action_uid: str) -> str:
    return queries.find_action(current_work(), uid=action_uid)[1].uid
