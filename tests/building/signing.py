"""A hospital whose physicians are asked to sign: people with accounts, a version in force, a campaign, signatures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy import insert, select

from reciproca.compacts.access import passwords
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.people.tables import Appointment, Person, Unit
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.gathering import remove_documents, seal_document, seal_version
from reciproca.compacts.signing.keeping import archive_document
from reciproca.compacts.signing.tables import Campaign, Signature, SignatureEvidence, SignatureRequest
from reciproca.core.identity import Actor, OrganisationRef, Proof, Role, system
from reciproca.core.outbox import Handler, OutboxItem, drain_all
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import LegalEffect
from tests.building import drafting

PASSWORD = "quiet lantern tramway"
NAMES = ("Anna Roy", "Ben Côté", "Zoë Łucja Wójcik", "Marie-Ève O’Súilleabháin", "Dev Patel", "Ines Abara")
HANDLERS: dict[str, Handler] = {
    "seal": seal_document,
    "seal_version": seal_version,
    "remove_documents": remove_documents,
    "stamp": seal_document,
    "archive": archive_document,
    "event": lambda _home, _item: None,
}


@dataclass(frozen=True, kw_only=True)
class Hospital:
    """Who is there and what they are asked to sign. `people` by staff id; actors carry their account's uid."""

    installation: Installation
    place: OrganisationRef
    version: str
    compact: str
    campaign: str
    requests: dict[str, str]

    def actor(self, staff_id: str, *roles: Role) -> Actor:
        """The person with that staff id, signed in by password; `roles` beyond those that they hold."""
        with self.installation.work(system("test"), self.place, write=False) as work:
            person = work.session.scalars(select(Person).filter_by(staff_id=staff_id)).one()
            member = work.session.scalars(select(Membership).filter_by(person_id=person.id)).one()
            held = frozenset(work.session.scalars(select(Grant.role).filter_by(membership_id=member.id)))
            account = work.session.get_one(Account, member.account_id)
        return Actor(
            uid=account.uid, person_id=person.id, roles=held | set(roles), proof=Proof(method="password")
        )

    def seal(self) -> int:
        """Make every document that waits. Returns how many items were done."""
        return drain_all(self.installation, HANDLERS)


@cache
def _hash() -> str:
    return passwords.hashed(PASSWORD)


def a_person(
    work: Work,
    staff_id: str,
    name: str,
    unit: Unit,
    *roles: Role,
    category: str = "active",
    locale: str = "en",
) -> Person:
    """Somebody appointed in `unit`, with an account that knows `PASSWORD`."""
    given, _blank, family = name.partition(" ")
    email = f"{staff_id.lower()}@riverbend.example"
    person = Person(
        staff_id=staff_id, given_name=given, family_name=family, email=email, locale=locale, revision=1
    )
    account = Account(email=email, password_hash=_hash(), is_enabled=True, created_at=work.now, locale=None)
    work.session.add_all([person, account])
    work.session.flush()
    member = Membership(account_id=account.id, person_id=person.id)
    work.session.add(member)
    if category:
        starts = date(2020, 1, 1)
        work.session.add(Appointment(person_id=person.id, unit_id=unit.id, category=category, starts=starts))
    work.session.flush()
    if roles:
        work.session.execute(
            insert(Grant),
            [
                {
                    "uid": f"{member.uid[:30]}{n:06d}",
                    "organisation_id": work.organisation.id,
                    "membership_id": member.id,
                    "role": role,
                    "granted_at": work.now,
                }
                for n, role in enumerate(roles)
            ],
        )
    return person


def a_hospital(
    installation: Installation,
    *,
    organisation_signs: str = "once",
    physicians: int = 3,
    stage: str = "in_force",
    campaign: bool = True,
    legal_effect: LegalEffect = LegalEffect.NONE,
) -> Hospital:
    """P1, P2, … are physicians; S1 is the steward, C1 signs for the organisation, X1 and Y1 are the co-sponsors."""
    place = drafting.a_place(installation)
    with installation.work(system("test"), place) as work:
        department = work.session.scalars(select(Unit).filter_by(kind="department")).one()
        for number in range(physicians):
            name = NAMES[number] if number < len(NAMES) else f"Physician Number{number}"
            a_person(work, f"P{number + 1}", name, department, Role.PHYSICIAN)
        a_person(work, "S1", "Sam Steward", department, Role.STEWARD, category="")
        a_person(work, "C1", "Carla Chief", department, Role.SIGNATORY, category="")
        x = a_person(work, "X1", "Xavier Executive", department, Role.CO_SPONSOR_ORGANISATION, category="")
        y = a_person(work, "Y1", "Yara Young", department, Role.CO_SPONSOR_PHYSICIANS, category="")
        version = drafting.a_draft(work, legal_effect=legal_effect)
        compact = work.session.get_one(Compact, version.compact_id)
        compact.sponsor_organisation_id, compact.sponsor_physicians_id = x.id, y.id
        compact.organisation_signs = organisation_signs
        work.session.flush()
        getattr(drafting, stage)(work, version)
        uids = version.uid, compact.uid
        opened = a_campaign(work, version) if campaign else None
        asked = select(Person.staff_id, SignatureRequest.uid).join(
            Person, Person.id == SignatureRequest.person_id
        )
        requests = dict(work.session.execute(asked).all())
        opened_uid = opened.uid if opened else ""
    return Hospital(
        installation=installation,
        place=place,
        version=uids[0],
        compact=uids[1],
        campaign=opened_uid,
        requests=requests,
    )


def a_campaign(work: Work, version: Version, days: int = 30) -> Campaign:
    """Everybody is asked to sign `version` within `days`."""
    steward = drafting.as_actor(work, drafting.STEWARD)
    return actions.open_campaign(steward, version_uid=version.uid, due=work.today() + timedelta(days=days))


def opened(hospital: Hospital, staff_id: str, locale: str = "en") -> dict[str, str]:
    """The signing page of a physician's request, opened: the nonce and the text's digest that its form carries."""
    with hospital.installation.work(hospital.actor(staff_id), hospital.place) as work:
        ceremony = actions.open_ceremony(work, request_uid=hospital.requests[staff_id], locale=locale)
        return {"nonce": ceremony.nonce, "text_sha256": ceremony.text_sha256}


def answers(hospital: Hospital, staff_id: str, **changed: object) -> dict[str, object]:
    """What the physician's form holds when everything is filled in right."""
    number = int(staff_id[1:]) - 1
    return {
        "request_uid": hospital.requests[staff_id],
        "name": NAMES[number] if number < len(NAMES) else f"Physician Number{number}",
        "intent": True,
        "consent": True,
        "password": PASSWORD,
        **changed,
    }


def signed(hospital: Hospital, staff_id: str, locale: str = "en") -> str:
    """The physician's signature. Returns its uid."""
    return signed_on(hospital, staff_id, opened(hospital, staff_id, locale))


def signed_on(hospital: Hospital, staff_id: str, page: Mapping[str, object]) -> str:
    """The same on a page that was opened before."""
    form = answers(hospital, staff_id, **page)
    with hospital.installation.work(hospital.actor(staff_id), hospital.place) as work:
        return actions.sign(work, **form).uid  # type: ignore[arg-type]  # a form's fields, each of its own type


def organisation_signed(
    hospital: Hospital, staff_id: str = "C1", name: str = "Carla Chief", **more: object
) -> list[str]:
    """The organisation's signature by one person: once, or of the `signatures` given. Returns uids."""
    actor = hospital.actor(staff_id)
    with hospital.installation.work(actor, hospital.place) as work:
        page = actions.open_organisation_ceremony(work, version_uid=hospital.version, locale="en")
        form = {"nonce": page.nonce, "text_sha256": page.text_sha256}
    with hospital.installation.work(actor, hospital.place) as work:
        made = actions.sign_for_organisation(
            work,
            version_uid=hospital.version,
            name=name,
            intent=True,
            password=PASSWORD,
            **form,
            **more,
        )  # type: ignore[arg-type]  # as above
        return [one.uid for one in made]


def evidence(work: Work, signature_uid: str) -> dict[str, object]:
    """The stored record of a signature."""
    uid = work.session.scalars(select(Signature.evidence_uid).filter_by(uid=signature_uid)).one()
    record: dict[str, object] = json.loads(work.session.get_one(SignatureEvidence, uid).record or "{}")
    return record


def waiting(work: Work, kind: str) -> list[OutboxItem]:
    """Outbox items of one kind that wait to be done."""
    return list(work.session.scalars(select(OutboxItem).filter_by(kind=kind, state="pending")))
