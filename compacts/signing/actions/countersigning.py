"""Where the organisation signs each record, it owes that like anything else: one duty while records wait."""

from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.obligations.actions import Owed, meet, owe_again
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.signing.wording import titled
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

COUNTERSIGNING = "countersigning"
"""The kind of obligation that signing physicians' records is; its subject is the version."""
DAYS = 14
"""How long a record may wait for the organisation."""


def owe_countersigning(work: Work, *, compact: Compact, version: Version) -> None:
    """A record waits: the organisation's co-sponsor owes that it is signed within `DAYS`, unless that is owed already.
    Nothing where the organisation signs once."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    holder = compact.sponsor_organisation_id or compact.steward_id
    if compact.organisation_signs != "each" or holder is None:
        return
    due = work.today() + timedelta(days=DAYS)
    known = select(Obligation.id).filter_by(kind=COUNTERSIGNING, subject_uid=version.uid, state="open")
    if work.session.scalar(known) is not None:
        return
    titles = all_titles(work, compact_ids=[compact.id]).get(compact.id, {})
    owed = Owed(
        kind=COUNTERSIGNING,
        subject_uid=version.uid,
        side=Side.ORGANISATION,
        title=titled(titles, version.number),
        due=due,
        person_id=holder,
        path=f"/versions/{version.uid}/organisation-signature",
        compact_uid=compact.uid,
    )
    owe_again(work, owed=owed)


def meet_countersigning(work: Work, *, version: Version) -> None:
    """No record waits any more."""
    authorize(work, Action.ORGANISATION_SIGN)
    meet(work, kind=COUNTERSIGNING, subject_uid=version.uid)
