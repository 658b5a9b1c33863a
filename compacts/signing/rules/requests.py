"""The life of a signature request: one table of moves. Declining, asking to talk and silence have the same standing."""

from collections.abc import Mapping
from enum import StrEnum

from reciproca.compacts.signing.tables import RequestState
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _

S = RequestState
INVITATION = "signature"
"""The kind of obligation that an invitation to sign is; its subject is the request."""


class Event(StrEnum):
    """What can happen to a request."""

    SEND = "send"
    FAIL_DELIVERY = "fail_delivery"
    VIEW = "view"
    ASK_TO_TALK = "ask_to_talk"
    SIGN = "sign"
    SIGN_ON_PAPER = "sign_on_paper"
    DECLINE = "decline"
    EXPIRE = "expire"
    CANCEL = "cancel"
    ASK_AGAIN = "ask_again"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


OPEN = frozenset({S.CREATED, S.SENT, S.DELIVERY_FAILED, S.VIEWED, S.DISCUSSION_REQUESTED})
"""The person can still answer."""
ENDED = frozenset(S) - OPEN
ASKED = OPEN - {S.CREATED}
"""It is the person's turn: before it, nothing can be answered."""

MOVES: Mapping[tuple[RequestState, str], RequestState] = {
    (S.CREATED, Event.SEND): S.SENT,
    (S.DELIVERY_FAILED, Event.SEND): S.SENT,
    **{(state, Event.FAIL_DELIVERY): S.DELIVERY_FAILED for state in sorted(ASKED)},
    **{(state, Event.VIEW): S.VIEWED for state in sorted(ASKED)},
    **{(state, Event.ASK_TO_TALK): S.DISCUSSION_REQUESTED for state in sorted(ASKED)},
    **{(state, Event.DECLINE): S.DECLINED for state in sorted(ASKED)},
    (S.VIEWED, Event.SIGN): S.SIGNED,
    **{(state, Event.SIGN_ON_PAPER): S.SIGNED for state in sorted(ASKED | {S.DECLINED})},
    **{(state, Event.EXPIRE): S.EXPIRED for state in sorted(OPEN)},
    **{(state, Event.CANCEL): S.CANCELLED for state in sorted(OPEN)},
    (S.CANCELLED, Event.ASK_AGAIN): S.SENT,
    **{(state, Event.SUPERSEDE): S.SUPERSEDED for state in sorted(OPEN)},
    (S.SIGNED, Event.WITHDRAW): S.WITHDRAWN,
}
"""The whole machine; what isn't listed can't happen."""

_WHY: Mapping[RequestState, tuple[str, str]] = {
    S.CREATED: (
        _("Others are asked first; your turn comes later. Nothing was changed."),
        _("You get an invitation when it is your turn."),
    ),
    S.SIGNED: (
        _("You have signed this version already. Nothing was changed."),
        _("Your copy is on the page of your signature."),
    ),
    S.DECLINED: (
        _("You have declined this version. Nothing was changed."),
        _("If you think otherwise now, ask the steward for a new invitation."),
    ),
    S.EXPIRED: (
        _("This invitation has ended without an answer. Nothing was changed."),
        _("If you want to sign, ask the steward for a new invitation."),
    ),
    S.CANCELLED: (_("This invitation was taken back. Nothing was changed."), _("There is nothing to do.")),
    S.SUPERSEDED: (
        _("A newer version has taken the place of this one. Nothing was changed."),
        _("You are asked again when the new one is offered to you."),
    ),
    S.WITHDRAWN: (_("You have withdrawn your signature. Nothing was changed."), _("There is nothing to do.")),
}


def move(state: RequestState, event: Event) -> RequestState:
    """The state after `event`. Conflict, in words for the person asked, when it can't happen in `state`."""
    after = MOVES.get((state, event))
    if after is None:
        detail, remedy = _WHY.get(
            state,
            (
                _("Open the agreement before you sign it. Nothing was changed."),
                _("Read it, then go on to sign."),
            ),
        )
        raise Conflict(detail=detail, remedy=remedy)
    return after
