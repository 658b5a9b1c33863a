"""What the dispatcher needs to send: each message with the notices that it carries, and where each of them stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from reciproca.compacts.access.queries import guests_among, speaks_for
from reciproca.compacts.access.rules import personal_path
from reciproca.compacts.notices.facts import facts_by_notice, obligations_of
from reciproca.compacts.notices.returning import return_address
from reciproca.compacts.notices.rules import Standing
from reciproca.compacts.notices.standing import standing_of, whereabouts
from reciproca.compacts.notices.tables import Delivery, Notice
from reciproca.compacts.notices.words import WITNESSED, Facts, is_courtesy
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.compacts.preferences.queries import stop_path
from reciproca.core.ledger.proving import newest_checkpoint
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message with everything that its mail needs: of each notice in it, its id, facts and standing, in the same
    order. `checkpoint`: the ledger's newest one, which receipts carry, so that both sides' mailboxes can bear
    witness. `stop_path`: the page that ends courtesy mails. `speaker` (name, address) is who answers go to; the mail
    comes back to `bounces_to` when it can't be delivered."""

    key: str
    written_at: datetime
    address: str
    name: str
    locale: str
    organisation: str
    notices: tuple[int, ...]
    news: tuple[Facts, ...]
    standings: tuple[Standing, ...]
    checkpoint: str = ""
    stop_path: str = ""
    speaker: tuple[str, str] = ("", "")
    bounces_to: str = ""

    @property
    def is_courtesy(self) -> bool:
        """Whether it can be done without, whole."""
        return all(is_courtesy(facts.kind, facts.stage) for facts in self.news)

    def with_only(self, places: Sequence[int]) -> "Letter":
        """The same message without the notices at other places."""
        return replace(
            self,
            notices=tuple(self.notices[place] for place in places),
            news=tuple(self.news[place] for place in places),
            standings=tuple(self.standings[place] for place in places),
        )


def letters(work: Work, *, delivery_ids: Sequence[int]) -> dict[int, Letter]:
    """By delivery id, what the dispatcher needs, in a fixed number of reads."""
    authorize(work, Action.NOTICE_OPERATE)
    found = (
        select(Delivery, Person)
        .join(Person, Person.id == Delivery.person_id)
        .where(Delivery.id.in_(delivery_ids))
    )
    rows = work.session.execute(found).all()
    carried = select(Notice).where(Notice.delivery_id.in_(delivery_ids)).order_by(Notice.id)
    notices = work.session.scalars(carried).all()
    people = {person.id: person for _delivery, person in rows}
    known = obligations_of(work, notices)
    where = whereabouts(work, list(people), known)
    guests = guests_among(work, people=list(people.values()))
    checkpoint, speaker = newest_checkpoint(work.session), speaks_for(work)
    made = {}
    for delivery, person in rows:
        mine = [notice for notice in notices if notice.delivery_id == delivery.id]
        made[delivery.id] = Letter(
            key=delivery.key,
            written_at=mine[0].written_at if mine else delivery.not_before,
            address=person.email or "",
            name=person.name,
            locale=_locale(work, person),
            organisation=work.organisation.name,
            notices=tuple(notice.id for notice in mine),
            news=tuple(_news(work, notice, person, known, is_guest=person.id in guests) for notice in mine),
            standings=tuple(standing_of(work, notice, person, known, where) for notice in mine),
            checkpoint=checkpoint if any(notice.kind in WITNESSED for notice in mine) else "",
            stop_path=stop_path(work, person=person),
            speaker=speaker,
            bounces_to=return_address(
                work.keys.secret,
                uid=delivery.uid,
                sent_to=person.email or "",
                mailbox=work.settings.bounce_mailbox,
            ),
        )
    return made


def _locale(work: Work, person: Person) -> str:
    locales = work.organisation.locales
    return person.locale if person.locale in locales else locales[0]


def _news(
    work: Work, notice: Notice, person: Person, known: Mapping[int, Obligation], *, is_guest: bool
) -> Facts:
    """The facts as they are mailed: to a guest with their personal link, which is written nowhere but into the mail."""
    facts = facts_by_notice(notice, known)
    if not (is_guest and person.email):
        return facts
    return replace(facts, path=personal_path(work.keys.secret, path=facts.path, address=person.email))
