"""The scenes of signing: the hospital once, first; then the physicians, each in their own way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.drafting.tables import Version, VersionState
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.actions import (
    ask_to_talk,
    decline,
    open_campaign,
    open_ceremony,
    open_organisation_ceremony,
    sign,
    sign_for_organisation,
)
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.core.identity import system
from reciproca.core.work import Work
from reciproca.demo.cast import PASSWORD, SAMPLE_PHYSICIANS
from reciproca.demo.stage import Stage
from reciproca.plugins.types import Side

CHIEF = "amina.yusuf@riverbend.example"
STEWARD = "helen.abara@riverbend.example"
SIGNERS, DECLINING, TALKING = 36, 3, 4
OPEN_FOR_VISITORS = frozenset(part.email for part in SAMPLE_PHYSICIANS if part.key != "physician_signed")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One person who was asked, and can answer because they have set a password."""

    request: str
    email: str
    name: str
    locale: str


def sign_for_the_hospital(stage: Stage, version_uid: str) -> None:
    """The hospital signs the version once, before it asks anybody else to."""
    with stage.acting(CHIEF) as work:
        ceremony = open_organisation_ceremony(work, version_uid=version_uid, locale="en")
        nonce, digest = ceremony.nonce, ceremony.text_sha256
    with stage.acting(CHIEF) as work:
        sign_for_organisation(
            work, version_uid=version_uid, nonce=nonce, text_sha256=digest, name="Amina Yusuf", intent=True,
            password=PASSWORD,
        )  # fmt: skip
    stage.note("chief executive", "signed for the hospital, once for everybody who signs")


def ask_for_signatures(stage: Stage, *, due: date) -> None:
    """Everybody on the staff is invited."""
    with stage.acting(STEWARD) as work:
        version = _in_force(work)
        open_campaign(work, version_uid=version.uid, due=due)
    with stage.installation.work(system("demo"), stage.place) as work:
        count = len(work.session.scalars(select(SignatureRequest.id)).all())
    stage.note("steward", f"invited {count} physicians to sign by {due}")


def sign_as_physicians(stage: Stage, *, until: date) -> None:
    """Some sign, a few each day, in the language that they read."""
    people = _answering(stage)[:SIGNERS]
    begun = stage.day
    for number, person in enumerate(people):
        share = number * (until - begun) // SIGNERS
        stage.go_to(begun + share, 12 + number % 8, 7 * number % 60)
        _sign(stage, person)
    french = sum(person.locale == "fr" for person in people)
    stage.note("physicians", f"{len(people)} signed, {french} of them in French")


def answer_otherwise(stage: Stage) -> None:
    """Others decline or ask to talk: the same standing, and nobody's business but theirs."""
    people = _answering(stage)[: DECLINING + TALKING]
    for number, person in enumerate(people):
        with stage.acting(person.email) as work:
            if number < DECLINING:
                decline(work, request_uid=person.request)
            else:
                ask_to_talk(work, request_uid=person.request, confidant=Side.PHYSICIANS)
    stage.note("physicians", f"{len(people)} declined or asked to talk first; only counts are kept")


def _sign(stage: Stage, person: Asked) -> None:
    with stage.acting(person.email) as work:
        ceremony = open_ceremony(work, request_uid=person.request, locale=person.locale)
        nonce, digest = ceremony.nonce, ceremony.text_sha256
    with stage.acting(person.email) as work:
        sign(
            work, request_uid=person.request, nonce=nonce, text_sha256=digest, name=person.name, intent=True,
            consent=True, password=PASSWORD,
        )  # fmt: skip


def _answering(stage: Stage) -> Sequence[Asked]:
    """Those who were asked, haven't answered, and have a password; whoever tries the demo keeps two open requests."""
    with stage.installation.work(system("demo"), stage.place) as work:
        rows = work.session.execute(
            select(SignatureRequest.uid, Account.email, Person)
            .join(Person, Person.id == SignatureRequest.person_id)
            .join(Membership, Membership.person_id == Person.id)
            .join(Account, Account.id == Membership.account_id)
            .where(SignatureRequest.ended_at.is_(None), SignatureRequest.viewed_at.is_(None))
            .where(Account.password_hash.is_not(None), Account.email.not_in(OPEN_FOR_VISITORS))
            .order_by(Person.staff_id)
        ).all()
        return [
            Asked(request=uid, email=email, name=person.name, locale=person.locale)
            for uid, email, person in rows
        ]


def _in_force(work: Work) -> Version:
    return work.session.scalars(select(Version).filter_by(state=VersionState.IN_FORCE)).one()
