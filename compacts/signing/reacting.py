"""What signing owes to other features' events; listed in compacts/reactions.py."""

from reciproca.compacts.signing.actions.campaigns import end_superseded
from reciproca.core.work import Work
from reciproca.plugins.events import VersionSuperseded


def supersede_requests(work: Work, event: VersionSuperseded) -> None:
    """`version.superseded`: the requests for the older version end with it."""
    end_superseded(work, version_uid=event.version)
