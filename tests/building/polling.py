"""A hospital whose physicians are asked one by one in its first review."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from reciproca.compacts.people.tables import Appointment, Person, Unit
from reciproca.compacts.polling import actions, queries
from reciproca.compacts.polling.tables import Asked
from reciproca.compacts.reviewing.actions import choose_who_is_asked, save_answers, submit
from reciproca.compacts.reviewing.actions.answering import Said
from reciproca.compacts.reviewing.queries import show_review
from reciproca.compacts.reviewing.tables import Review
from reciproca.core.identity import Actor, Role
from reciproca.plugins.types import Rating, Side
from tests.building.drafting import an_actor
from tests.building.reviewing import SCHEDULER, Hospital


def with_physicians(hospital: Hospital, number: int) -> None:
    """`number` physicians, some in a division of one, who are asked one by one in the first review."""
    with hospital.installation.work(SCHEDULER, hospital.place) as work:
        root = work.session.scalars(select(Unit).where(Unit.parent_id.is_(None))).one()
        hand = Unit(name="Hand", parent_id=root.id, path=f"{root.path} › Hand", kind="division")
        work.session.add(hand)
        people = [
            Person(staff_id=f"D{one}", given_name="Dana", family_name=f"Doe{one:03}", locale="en", revision=1,
                   email=f"d{one}@riverbend.example")
            for one in range(number)
        ]  # fmt: skip
        work.session.add_all(people)
        work.session.flush()
        work.session.add_all(
            Appointment(
                person_id=person.id, unit_id=(hand if place == 0 else root).id, category="active",
                starts=date(2020, 1, 1),
            )
            for place, person in enumerate(people)
        )  # fmt: skip


def asking(hospital: Hospital, number: int) -> Review:
    """The first review on its opening day, with `number` physicians who are asked one by one."""
    with_physicians(hospital, number)
    hospital.tick()
    with hospital.installation.work(SCHEDULER, hospital.place) as work:
        choose_who_is_asked(work, review_uid=hospital.review().uid, asks_physicians=True)
    hospital.tick(hospital.review().opens_on)
    return hospital.review()


def shares(hospital: Hospital) -> Sequence[Asked]:
    """Everybody's share, in the order of the people."""
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        return work.session.scalars(select(Asked).order_by(Asked.person_id)).all()


def doctor(share: Asked) -> Actor:
    """Whoever has that share."""
    return an_actor(Role.PHYSICIAN, uid=f"account:{share.person_id}", person_id=share.person_id)


def say(hospital: Hospital, share: Asked, rating: Rating) -> None:
    """That person says the same of all that they are asked."""
    with hospital.installation.work(doctor(share), hospital.place) as work:
        asked = queries.show_share(work, uid=share.uid, locale="en").questions
        actions.answer(work, uid=share.uid, ratings={one.uid: rating for one in asked})


def speak(hospital: Hospital, side: Side, rating: Rating = Rating.KEPT) -> None:
    """A side's co-sponsor sends what the side is asked: of the physicians' side, their own promises only."""
    uid = hospital.review().uid
    with hospital.installation.work(SCHEDULER, hospital.place, write=False) as work:
        looks = show_review(work, uid=uid, locale="en").looks
    own = [
        commitment
        for commitment, look in looks.items()
        if side is Side.ORGANISATION or look.commitment.side is Side.PHYSICIANS
    ]
    with hospital.installation.work(hospital.speakers[side], hospital.place) as work:
        save_answers(
            work, review_uid=uid, side=side, answers=[Said(commitment=one, rating=rating) for one in own]
        )
        submit(work, review_uid=uid, side=side)
