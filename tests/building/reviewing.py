"""Reviews at every stage of their lives, for tests: each builder ends where its name says."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import select

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting.tables import Commitment, Compact, Version
from reciproca.compacts.people.tables import Person, Post, Unit
from reciproca.compacts.reviewing import actions
from reciproca.compacts.reviewing.actions import Said
from reciproca.compacts.reviewing.tables import Answer, Assessment, Review
from reciproca.core.clock import FixedClock
from reciproca.core.identity import Actor, OrganisationRef, Role, console, system
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Rating, Side
from tests.building.access import Browser, an_account
from tests.building.drafting import a_draft, a_place, an_actor, as_actor, in_force
from tests.building.house import an_app, an_installation

SCHEDULER = system("scheduler")
SPEAKERS: Mapping[Side, Actor] = {
    Side.ORGANISATION: an_actor(Role.CO_SPONSOR_ORGANISATION, uid="account:olga"),
    Side.PHYSICIANS: an_actor(Role.CO_SPONSOR_PHYSICIANS, uid="account:paul"),
}
DAY = timedelta(days=1)


def sponsors(work: Work) -> dict[Side, Person]:
    """One person of the roster for each side."""
    found = {}
    for side, family in ((Side.ORGANISATION, "Okafor"), (Side.PHYSICIANS, "Pelletier")):
        person = Person(
            staff_id=family.upper(), given_name="Sam", family_name=family, locale="en", revision=1,
            email=f"{family.lower()}@riverbend.example",
        )  # fmt: skip
        work.session.add(person)
        found[side] = person
    work.session.flush()
    return found


def speaker(side: Side, person: Person) -> Actor:
    """`person`, who speaks for `side`."""
    return an_actor(*SPEAKERS[side].roles, uid=SPEAKERS[side].uid, person_id=person.id)


def a_post(work: Work, title: str = "Chief of Staff") -> Post:
    """A post of the whole organisation."""
    root = work.session.scalars(select(Unit.id).where(Unit.parent_id.is_(None))).one()
    post = Post(unit_id=root, title=title)
    work.session.add(post)
    work.session.flush()
    return post


class Hospital:
    """A hospital with an agreement in force since the clock's first day, whose co-sponsors are Okafor and Pelletier."""

    def __init__(self, installation: Installation, clock: FixedClock) -> None:
        self.installation, self.clock = installation, clock
        self.place: OrganisationRef = a_place(installation)
        with installation.work(SCHEDULER, self.place) as work:
            self.people = sponsors(work)
            self.post_uid = a_post(work).uid
            version = in_force(work, a_draft(work))
            self.version_uid = version.uid
            compact = work.session.get_one(Compact, version.compact_id)
            compact.sponsor_organisation_id = self.people[Side.ORGANISATION].id
            compact.sponsor_physicians_id = self.people[Side.PHYSICIANS].id
            self.compact_uid = compact.uid
        self.speakers = {side: speaker(side, person) for side, person in self.people.items()}

    def tick(self, to: date | None = None) -> dict[str, list[str]]:
        """What the scheduler does for reviews, at noon UTC of the day `to` (now, when none is named)."""
        if to is not None:
            self.clock.move_to(self.clock.now().replace(year=to.year, month=to.month, day=to.day, hour=16))
        done = {}
        for name, act in actions.DUE:
            with self.installation.work(SCHEDULER, self.place) as work:
                done[name] = list(act(work))
        return done

    def review(self) -> Review:
        """The newest review."""
        with self.installation.work(SCHEDULER, self.place, write=False) as work:
            return work.session.scalars(select(Review).order_by(Review.number.desc())).first() or self._none()

    def opened(self) -> Review:
        """The first review, on its opening day."""
        self.tick()
        self.tick(self.review().opens_on)
        return self.review()

    def answered(self, side: Side, rating: Rating = Rating.KEPT, words: str = "As we saw it") -> None:
        """All of a side's answers, saved and sent."""
        uid = self.review().uid
        with self.installation.work(self.speakers[side], self.place) as work:
            save_all(work, uid, side, rating, words)
            actions.submit(work, review_uid=uid, side=side)

    def revealed(self) -> Review:
        """The first review, answered by both sides: the physicians say not kept, the organisation kept."""
        self.opened()
        self.answered(Side.ORGANISATION, Rating.KEPT)
        self.answered(Side.PHYSICIANS, Rating.NOT_KEPT)
        return self.review()

    def agreed(self, *, due_in: int = 60, side: Side = Side.ORGANISATION) -> str:
        """An action that a side takes on itself for its first commitment, owned by the post; its uid."""
        review = self.review()
        with self.installation.work(self.speakers[side], self.place) as work:
            first = select(Commitment.uid).join(Assessment, Assessment.commitment_id == Commitment.id)
            asked = first.where(Assessment.review_id == review.id, Commitment.side == side)
            return actions.propose_action(
                work, review_uid=review.uid, side=side, owner_side=side, title="Answer within 30 days",
                due_on=work.today() + due_in * DAY, post_uid=self.post_uid,
                commitment_uid=work.session.scalars(asked.order_by(Commitment.position)).first(),
            ).uid  # fmt: skip

    def closed(self, *, agrees: bool = True) -> Review:
        """The newest review, from its open answers to its end."""
        uid = self.review().uid
        with self.installation.work(SCHEDULER, self.place) as work:
            actions.write_findings(work, review_uid=uid, findings="Most of it was kept.")
            for side, actor in self.speakers.items():
                actions.respond(
                    as_actor(work, actor), review_uid=uid, side=side, agrees=agrees, words="So be it."
                )
            actions.close(work, review_uid=uid)
        return self.review()

    def rows(self) -> list[tuple[Side, Assessment]]:
        """Every assessment of the newest review with the side that made the promise."""
        review = self.review()
        with self.installation.work(SCHEDULER, self.place, write=False) as work:
            asked = select(Commitment.side, Assessment).join(
                Assessment, Assessment.commitment_id == Commitment.id
            )
            return list(work.session.execute(asked.where(Assessment.review_id == review.id)))

    def _none(self) -> Review:
        raise LookupError("no review is planned")


def save_all(work: Work, uid: str, side: Side, rating: Rating, words: str = "") -> None:
    """Give every commitment of a review the same rating."""
    asked = (
        select(Commitment.uid)
        .join(Assessment, Assessment.commitment_id == Commitment.id)
        .join(Review, Review.id == Assessment.review_id)
        .where(Review.uid == uid)
    )
    said = [Said(commitment=one, rating=rating, words=words) for one in work.session.scalars(asked)]
    actions.save_answers(work, review_uid=uid, side=side, answers=said)


def answers(work: Work) -> list[Answer]:
    """Every answer of the organisation."""
    return list(work.session.scalars(select(Answer)))


def version_of(work: Work, uid: str) -> Version:
    """The version `uid`."""
    return work.session.scalars(select(Version).filter_by(uid=uid)).one()


class ReviewedSite:
    """The hospital with its application: its two co-sponsors, a physician and a steward can sign in."""

    EMAILS: Mapping[str, tuple[Role, ...]] = {
        "okafor@riverbend.example": (Role.CO_SPONSOR_ORGANISATION,),
        "pelletier@riverbend.example": (Role.CO_SPONSOR_PHYSICIANS, Role.PHYSICIAN),
        "doctor@riverbend.example": (Role.PHYSICIAN,),
        "steward@riverbend.example": (Role.STEWARD,),
    }

    def __init__(self, home: Path, url: str) -> None:
        self.clock = FixedClock()
        self.installation = an_installation(home, url, self.clock)
        self.hospital = Hospital(self.installation, self.clock)
        with self.installation.work(SCHEDULER, self.hospital.place) as work:
            work.session.add(
                Person(staff_id="DOC", given_name="Maya", family_name="Doctor", locale="en", revision=1,
                       email="doctor@riverbend.example")
            )  # fmt: skip
        for email, roles in self.EMAILS.items():
            an_account(self.installation, self.hospital.place, email, roles=roles)
        self.app = an_app(self.installation)

    def __enter__(self) -> "ReviewedSite":
        return self

    def __exit__(self, *_raised: object) -> None:
        self.installation.database.dispose()

    def browser(self, who: str) -> Browser:
        """Signed in as `who` (okafor, pelletier, doctor, steward)."""
        browser = Browser(self.app)
        assert browser.sign_in(f"{who}@riverbend.example").status_code == 303
        return browser

    def bearer(self, who: str) -> dict[str, str]:
        """The header of a new API token of `who`."""
        with self.installation.work(console(), self.hospital.place) as work:
            made = access.create_token(work, email=f"{who}@riverbend.example", scopes=("*",))
        return {"Authorization": f"Bearer {made.secret}"}
