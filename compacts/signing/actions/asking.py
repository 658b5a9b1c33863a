"""Asking people to sign: a request for each, and an invitation for those whose turn it is."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import insert, select

from reciproca.compacts.drafting.queries import compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.obligations.actions import Owed, owe_all
from reciproca.compacts.people.queries import Member
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.succeeding import told_standings
from reciproca.compacts.signing.queries.invitations import invitation_words
from reciproca.compacts.signing.queries.waves import takers
from reciproca.compacts.signing.rules.reminders import own_policy
from reciproca.compacts.signing.rules.waves import read_waves, wave_of
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.core import ids
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

INVITATION = rules.INVITATION
"""The kind of obligation that an invitation to sign is; its subject is the request."""


def ask(work: Work, *, campaign: Campaign, people: Sequence[Member]) -> None:
    """One request for each, and an invitation for each whose wave is open, in a fixed number of statements."""
    authorize(work, Action.CAMPAIGN_RUN)
    if not people:
        return
    version = work.session.get_one(Version, campaign.version_id)
    waves = read_waves(campaign.waves)
    taking = takers(work, compact=compact_of(work, version=version), waves=waves)
    common = {
        "organisation_id": work.organisation.id,
        "revision": 1,
        "campaign_id": campaign.id,
        "version_id": version.id,
        "created_at": work.now,
    }
    rows = [
        {
            **common,
            "uid": ids.time_ordered(work.clock),
            "person_id": person.id,
            "wave": number,
            "state": RequestState.SENT if not waves or waves[number].is_open else RequestState.CREATED,
        }
        for person in people
        for number in [wave_of(taking, person.id)]
    ]
    work.session.execute(insert(SignatureRequest), rows)
    sent = {str(row["uid"]) for row in rows if row["state"] is RequestState.SENT}
    invite(work, campaign=campaign, version=version, request_uids=sent)


def invite(work: Work, *, campaign: Campaign, version: Version, request_uids: Collection[str]) -> None:
    """The invitations that go with requests, due on the campaign's last day."""
    authorize(work, Action.CAMPAIGN_RUN)
    people = work.session.execute(
        select(SignatureRequest.uid, SignatureRequest.person_id)
        .filter_by(campaign_id=campaign.id)
        .where(SignatureRequest.state == RequestState.SENT)
        .order_by(SignatureRequest.id)
    ).all()
    words = invitation_words(work, version=version)
    stands = told_standings(work, version=version)
    policy, compact = own_policy(campaign.reminders), compact_of(work, version=version)
    owe_all(
        work,
        owed=[
            Owed(
                kind=INVITATION,
                subject_uid=row.uid,
                side=Side.PHYSICIANS,
                title=words.titles,
                due=date.fromisoformat(campaign.due_local[:10]),
                family=Family.INVITATION,
                person_id=row.person_id,
                sentence={
                    locale: f"{sentence} {stands[row.person_id][locale]}"
                    if row.person_id in stands
                    else sentence
                    for locale, sentence in words.sentences.items()
                },
                path=f"/sign/{row.uid}",
                policy=policy,
                compact_uid=compact.uid,
            )
            for row in people
            if row.uid in request_uids
        ],
    )
