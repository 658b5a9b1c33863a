"""What signing owes to other features' events; listed in compacts/reactions.py."""

from dataclasses import replace

from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.signing.actions.campaigns import end_with_version, tell_signers
from reciproca.compacts.signing.actions.keeping_up import keep_up_with_staff
from reciproca.compacts.signing.actions.succeeding import tell_earlier_signers
from reciproca.compacts.signing.rules import Event
from reciproca.core.identity import system
from reciproca.core.work import Work
from reciproca.plugins.events import RosterImported, VersionEnded, VersionInForce, VersionSuperseded


def tell_of_successor(work: Work, event: VersionInForce) -> None:
    """`version.in_force`: whoever signed an earlier version learns whether that signature stands for this one."""
    tell_earlier_signers(replace(work, actor=system("signing")), version_uid=event.version)


def supersede_requests(work: Work, event: VersionSuperseded) -> None:
    """`version.superseded`: the requests for the older version end with it."""
    end_with_version(work, version_uid=event.version, event=Event.SUPERSEDE)


def keep_up_with_roster(work: Work, _event: RosterImported) -> None:
    """`roster.imported`: who has joined is asked to sign what is open, who has left is asked no more."""
    keep_up_with_staff(replace(work, actor=system("signing")), again=True)


def cancel_requests(work: Work, event: VersionEnded) -> None:
    """`version.ended`: the requests for it end, and those who signed it are told."""
    as_signing = replace(work, actor=system("signing"))  # co-sponsors end agreements, but don't run campaigns
    end_with_version(as_signing, version_uid=event.version, event=Event.CANCEL)
    tell_signers(as_signing, version_uid=event.version, is_void=event.why == VersionState.VOID)
