"""What one feature owes to another when something happens: run in the same transaction as the event."""

from collections.abc import Mapping, Sequence

from reciproca.compacts.consulting.reacting import require_answers
from reciproca.compacts.signing.reacting import (
    cancel_requests,
    keep_up_with_roster,
    supersede_requests,
    tell_of_successor,
)
from reciproca.core.work import Reaction

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "roster.imported": (keep_up_with_roster,),
    "version.proposed": (require_answers,),
    "version.in_force": (tell_of_successor,),
    "version.superseded": (supersede_requests,),
    "version.ended": (cancel_requests,),
}
