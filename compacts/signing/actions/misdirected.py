"""An invitation that reached somebody else: it is put aside, the address is looked at, and then it goes out again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting.queries import all_titles, compact_of
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import postpone, silence
from reciproca.compacts.people.tables import Person
from reciproca.compacts.policies.rules import Family
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.actions.asking import INVITATION
from reciproca.compacts.signing.locking import locked_request
from reciproca.compacts.signing.rules import Event
from reciproca.compacts.signing.rules.reminders import own_policy
from reciproca.compacts.signing.tables import Campaign, RequestState, SignatureRequest
from reciproca.compacts.signing.wording import ASKED_AGAIN, MISDIRECTED, Texts, titled
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def not_me(work: Work, *, request_uid: str) -> SignatureRequest:
    """Say that the invitation is meant for somebody else. It stays open, nobody is reminded, and the steward is
    asked to look at the address. Conflict."""
    authorize(work, Action.REQUEST_ANSWER, person_id=work.actor.person_id)
    request = locked_request(work, request_uid)
    request.state = rules.move(request.state, Event.FAIL_DELIVERY)
    request.revision += 1
    person = work.session.get_one(Person, request.person_id)
    request.wrong_address = person.email or ""
    silence(work, kind=INVITATION, subject_uid=request.uid)
    steward = compact_of(work, version=work.session.get_one(Version, request.version_id)).steward_id
    if steward:
        _tell(work, request, steward, path=f"/people/{person.uid}", words=MISDIRECTED)
    return request


def ask_at_new_address(work: Work, *, campaign: Campaign, rows: Sequence[SignatureRequest]) -> None:
    """Invite again whose invitation went to an address that isn't theirs any more. `rows` are locked."""
    authorize(work, Action.CAMPAIGN_RUN)
    put_aside = [row for row in rows if row.state is RequestState.DELIVERY_FAILED]
    ids = [row.person_id for row in put_aside]
    emails = dict(work.session.execute(select(Person.id, Person.email).where(Person.id.in_(ids))).all())
    for row in put_aside:
        if emails[row.person_id] in (None, row.wrong_address):
            continue
        row.state, row.wrong_address = rules.move(row.state, Event.SEND), None
        row.revision += 1
        due = date.fromisoformat(campaign.due_local[:10])
        policy = own_policy(campaign.reminders)
        postpone(
            work, kind=INVITATION, family=Family.INVITATION, subject_uids=[row.uid], due=due, policy=policy
        )
        _tell(work, row, row.person_id, path=f"/sign/{row.uid}", words=ASKED_AGAIN)


def _tell(work: Work, request: SignatureRequest, person_id: int, *, path: str, words: Texts) -> None:
    version = work.session.get_one(Version, request.version_id)
    titles = all_titles(work, compact_ids=[version.compact_id]).get(version.compact_id, {})
    notify(
        work,
        kind=Kind.MESSAGE,
        person_id=person_id,
        data={"title": titled(titles, version.number), "path": path, "text": dict(words)},
    )
