"""Opening an installation: its settings, database, keys and plugins become the one thing that everything works on."""

from collections.abc import Mapping

from reciproca.compacts.access import guest_mail
from reciproca.compacts.access import mail as access_mail
from reciproca.compacts.access import tables as access_tables
from reciproca.compacts.calendar import tables as calendar_tables
from reciproca.compacts.closures import tables as closures_tables
from reciproca.compacts.consulting import tables as consulting_tables
from reciproca.compacts.drafting import tables as drafting_tables
from reciproca.compacts.eliciting import tables as eliciting_tables
from reciproca.compacts.escalating import tables as escalating_tables
from reciproca.compacts.notices import tables as notices_tables
from reciproca.compacts.obligations import tables as obligations_tables
from reciproca.compacts.people import tables as people_tables
from reciproca.compacts.policies import tables as policies_tables
from reciproca.compacts.polling import tables as polling_tables
from reciproca.compacts.preferences import tables as preferences_tables
from reciproca.compacts.proving import warning
from reciproca.compacts.reactions import REACTIONS
from reciproca.compacts.reviewing import tables as reviewing_tables
from reciproca.compacts.signing import gathering, keeping
from reciproca.compacts.signing import tables as signing_tables
from reciproca.compacts.webhooks import tables as webhooks_tables
from reciproca.core import log
from reciproca.core.clock import Clock
from reciproca.core.db import Database
from reciproca.core.keys import Keys
from reciproca.core.outbox import Handler
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.scheduler.telling import tell
from reciproca.seal_keys import plugins_of, provider_of

TABLES = (
    access_tables,
    calendar_tables,
    closures_tables,
    consulting_tables,
    drafting_tables,
    eliciting_tables,
    polling_tables,
    escalating_tables,
    notices_tables,
    obligations_tables,
    people_tables,
    policies_tables,
    preferences_tables,
    reviewing_tables,
    signing_tables,
    webhooks_tables,
)
"""Every feature's rows: whoever opens an installation knows all tables, whichever features they use."""

HANDLERS: Mapping[str, Handler] = {
    "event": tell,
    "sign_in_link": access_mail.send_link,
    "guest_code": guest_mail.send_code,
    warning.KIND: warning.send_warning,
    "seal": gathering.seal_document,
    "seal_version": gathering.seal_version,
    "remove_documents": gathering.remove_documents,
    "stamp": gathering.seal_document,
    "archive": keeping.archive_document,
}


def open_installation(chosen: Settings, *, clock: Clock | None = None) -> Installation:
    """The installation that `chosen` describes. `clock` is for the story that the demo tells."""
    log.configure(chosen.log_level)
    plugins = plugins_of(chosen)
    return Installation(
        settings=chosen,
        clock=clock or chosen.clock(),
        database=Database(chosen.url),
        keys=Keys.load(chosen.keys_folder, provider_of(chosen, plugins)),
        plugins=plugins,
        reactions=REACTIONS,
    )
