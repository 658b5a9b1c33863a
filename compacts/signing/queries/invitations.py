"""What an invitation to sign says: the same for whoever is asked, and for whoever looks at it before."""

from collections.abc import Mapping
from dataclasses import dataclass

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.queries.words import notice_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.signing.wording import titled
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class InvitationWords:
    """By language: what is offered, and what a signature under it means and what follows if nobody signs."""

    titles: Mapping[str, str]
    sentences: Mapping[str, str]


def invitation_words(work: Work, *, version: Version) -> InvitationWords:
    """The words of an invitation to sign `version`."""
    authorize(work, Action.CAMPAIGN_RUN)
    titles = all_titles(work, compact_ids=[version.compact_id]).get(version.compact_id, {})
    notices = {
        locale: notice_of(work, effect=version.legal_effect, locale=locale)
        for locale in work.organisation.locales
    }
    sentences = {locale: f"{notice.what} {notice.if_nothing}" for locale, notice in notices.items()}
    return InvitationWords(titles=titled(titles, version.number), sentences=sentences)
