"""What changed since you signed: the version with one's own signature beside the newest."""

from reciproca.compacts.drafting import queries as drafting
from reciproca.compacts.drafting.web.reading import context, facts_of
from reciproca.compacts.signing.queries.since import since_signed
from reciproca.compacts.signing.web.blueprint import pages
from reciproca.core.http import current_work
from reciproca.templates.web import page


@pages.get("/versions/<uid>/since-you-signed")
def since_you_signed(uid: str) -> str:
    """Every promise that reads otherwise in the newest version than in the one (`uid`) that this person signed."""
    work = current_work()
    since = since_signed(work, uid=uid)
    facts = facts_of(work, since.newest.uid)
    found = drafting.comparison(work, before=since.signed, after=since.newest, locale=facts.text.locale)
    return page(
        "drafting/changes.html",
        before=since.signed,
        difference=found,
        signature=since.signature,
        **context(work, facts),
    )
