"""The mails of a campaign as they would read, made by what makes the true ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.facts import facts_by_notice
from reciproca.compacts.notices.mail import compose
from reciproca.compacts.notices.queries import Letter
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.rules import DUE_TIME, due_instant
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing.queries.invitations import invitation_words
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

ANYBODY_HERE = "…"
"""Stands for what differs from reader to reader: their name, and the end of their link."""


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """A mail in one language: the invitation, or a reminder of it."""

    locale: str
    is_reminder: bool
    subject: str
    text: str


def specimens(work: Work, *, version: Version, due: date, reminds: bool) -> Sequence[Specimen]:
    """The invitation to sign `version` until `due` in each language of the organisation, and, where the campaign
    `reminds`, the reminder."""
    authorize(work, Action.CAMPAIGN_RUN)
    words = invitation_words(work, version=version)
    asked = Obligation(
        family=Family.INVITATION.value,
        title=dict(words.titles),
        sentence=dict(words.sentences),
        due_local=f"{due.isoformat()}T{DUE_TIME:%H:%M}",
        due_at=due_instant(due, work.organisation.zone),
        path=f"/sign/{ANYBODY_HERE}",
    )
    return [
        _specimen(work, asked, locale, step)
        for locale in work.organisation.locales
        for step in ((0, 1) if reminds else (0,))
    ]


def _specimen(work: Work, asked: Obligation, locale: str, step: int) -> Specimen:
    notice = Notice(kind=str(Kind.REMINDER), obligation_id=0, step=step, written_at=work.now)
    letter = Letter(
        key="",
        written_at=work.now,
        address="",
        name=ANYBODY_HERE,
        locale=locale,
        organisation=work.organisation.name,
        notices=(0,),
        news=(facts_by_notice(notice, {0: asked}),),
        standings=(),
        stop_path="/courtesy/…",
    )
    message = compose(letter, work.settings)
    return Specimen(locale=locale, is_reminder=step > 0, subject=message.subject, text=message.text)
