"""How somebody came to be asked to sign, and told again: for the record of what they signed then."""

from typing import Any

from sqlalchemy import select

from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.signing.rules import INVITATION
from reciproca.compacts.signing.tables import Campaign, SignatureRequest
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def asked_facts(work: Work, *, request: SignatureRequest) -> dict[str, Any]:
    """The campaign and the request, by when an answer was asked for, and each message so far that asked for it: when it
    was written, and what is known of its way ("pending": nothing yet). No address is among them."""
    authorize(work, Action.COMPACT_READ)
    campaign = work.session.get_one(Campaign, request.campaign_id)
    messages = work.session.execute(
        select(Notice.written_at, Delivery.channel, Delivery.state, Delivery.outcome, Notice.left_out)
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .join(Delivery, Delivery.id == Notice.delivery_id)
        .where(
            Obligation.kind == INVITATION,
            Obligation.subject_uid == request.uid,
            Notice.person_id == request.person_id,
        )
        .order_by(Notice.id, Delivery.id)
    ).all()
    return {
        "campaign": campaign.uid,
        "opened_at": instant(campaign.opened_at),
        "request": request.uid,
        "due": {"local": campaign.due_local, "zone": campaign.zone},
        "told": [
            {
                "at": instant(row.written_at),
                "channel": row.channel,
                "outcome": _outcome(row.outcome, row.state, row.left_out),
            }
            for row in messages
        ],
    }


def _outcome(outcome: str | None, state: str, left_out: str | None) -> str:
    """A message can go without one of the things that it was to say."""
    return "dropped" if left_out else outcome or state
