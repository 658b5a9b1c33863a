"""What people have chosen, and who holds the link at the foot of a mail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hmac import compare_digest

from sqlalchemy import select

from reciproca.compacts.access.rules import personal_token, uid_in
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.compacts.preferences.rules import hours_of
from reciproca.compacts.preferences.tables import Preference
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Actor, Proof
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """How somebody is written to. `hours`: from which hour of their clock on, and before which."""

    hour: int | None = None
    courtesy_by_mail: bool = True

    @property
    def hours(self) -> tuple[int, int]:
        """The hours in which reminders may come."""
        return hours_of(self.hour)


USUAL = Chosen()


def own_choice(work: Work) -> Chosen:
    """How the actor is written to."""
    authorize(work, Action.PREFERENCE_KEEP, person_id=work.actor.person_id)
    return choices(work, people=[work.actor.person_id or 0]).get(work.actor.person_id or 0, USUAL)


def choices(work: Work, *, people: Collection[int]) -> Mapping[int, Chosen]:
    """By the ids of those among `people` who chose something."""
    authorize(work, Action.ORGANISATION_READ)
    rows = work.session.scalars(select(Preference).where(Preference.person_id.in_(people)))
    return {row.person_id: Chosen(hour=row.hour, courtesy_by_mail=row.courtesy_by_mail) for row in rows}


def stop_path(work: Work, *, person: Person) -> str:
    """Where the foot of a courtesy mail to `person` leads. Written into the mail alone; it can stop courtesy mails, and
    nothing else. ORGANISATION_READ, because whoever writes mails asks."""
    authorize(work, Action.ORGANISATION_READ)
    return f"/courtesy/{personal_token(work.keys.secret, about=person.uid, address=person.email or '')}"


def by_link(work: Work, *, token: str) -> Work:
    """The work of whoever the mail with this link at its foot went to, with the right to choose how they are written to
    and no other. NotFound in the same words for every wrong one, and for one that was sent to an earlier address."""
    authorize(work, Action.SIGN_IN)
    uid = uid_in(token)
    person = work.session.scalars(select(Person).filter_by(uid=uid), execution_options=ACROSS).one_or_none()
    secret = work.keys.secret
    right = personal_token(secret, about=uid, address=person.email) if uid and person and person.email else ""
    if person is None or not right or not compare_digest(right.encode(), token.encode()):
        raise NotFound(
            detail=_("This link is not known, or was sent to an address that isn’t yours any more."),
            remedy=_("Sign in and choose under “Messages” how you are written to."),
        )
    place = reference(work.session.get_one(Organisation, person.organisation_id))
    work.session.info["organisation_id"] = place.id
    actor = Actor(
        uid=f"courtesy:{person.uid}",
        person_id=person.id,
        scopes=frozenset({Action.PREFERENCE_KEEP.value}),
        locale=person.locale,
        proof=Proof(method="link"),
    )
    return replace(work, actor=actor, place=place)
