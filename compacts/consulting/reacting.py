"""What consulting owes to other features' events; listed in compacts/reactions.py."""

from reciproca.compacts.consulting.queries import open_count
from reciproca.compacts.drafting.queries import find_version
from reciproca.core.errors import Conflict
from reciproca.core.i18n import _
from reciproca.core.work import Work
from reciproca.plugins.events import VersionProposed


def require_answers(work: Work, event: VersionProposed) -> None:
    """`version.proposed`: refused while a comment waits, also one that came after the last round. Conflict."""
    work.session.flush()
    if open_count(work, version=find_version(work, uid=event.version)):
        raise Conflict(
            detail=_(
                "Comments still wait for an answer, so this version can't be proposed. Nothing was changed."
            ),
            remedy=_("Answer them first: each with what changes, or with the reason why nothing does."),
        )
