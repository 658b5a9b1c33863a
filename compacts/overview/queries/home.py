"""One's own page: what waits for me, what is promised to me, what I promised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.obligations.queries import overdue_duties
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.overview.queries.balance import Balances, balance
from reciproca.compacts.overview.rules import viewpoint
from reciproca.compacts.people.queries import covers
from reciproca.compacts.people.tables import Holding
from reciproca.compacts.reviewing.queries import ReviewLine, list_reviews
from reciproca.compacts.reviewing.rules import ENDED
from reciproca.compacts.signing.queries import Waiting, waiting_for
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.tables import Signature
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The newest version that the person signed."""

    number: int
    version_uid: str
    signature_uid: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Home:
    """What one's own page shows. `duties` are the person's and those of the posts they hold; `overdue` those of the
    organisation's side, which leaders see first; `side` is from where the person looks."""

    side: Side | None
    waiting: Sequence[Waiting] = ()
    duties: Sequence[Obligation] = ()
    overdue: Sequence[Obligation] = ()
    reviews: Sequence[ReviewLine] = ()
    signed: Signed | None = None
    balances: Balances = field(default_factory=lambda: Balances(items=()))

    @property
    def things(self) -> int:
        """How many things wait for the person."""
        return len(self.waiting) + len(self.duties)


def home(work: Work, *, locale: str) -> Home:
    """The actor's own page; a fixed number of queries."""
    authorize(work, Action.ACCOUNT_USE)
    person_id, side = work.actor.person_id, viewpoint(work.actor.roles)
    may_read = is_allowed(work, Action.BALANCE_READ)
    ahead = list_reviews(work, locale=locale, limit=20) if is_allowed(work, Action.REVIEW_READ) else []
    return Home(
        side=side,
        waiting=waiting_for(work, person_id=person_id) if person_id else (),
        duties=_duties(work, person_id) if person_id else (),
        overdue=_own_overdue(work, side),
        reviews=[line for line in ahead if line.review.state not in ENDED],
        signed=_signed(work, person_id) if person_id else None,
        balances=balance(work, locale=locale) if may_read else Balances(items=()),
    )


def _duties(work: Work, person_id: int) -> Sequence[Obligation]:
    today = work.today()
    held = work.session.scalars(select(Holding).filter_by(person_id=person_id)).all()
    posts = [one.post_id for one in held if covers(one, today)]
    mine = or_(Obligation.person_id == person_id, Obligation.post_id.in_(posts))
    asked = select(Obligation).where(mine, Obligation.state == "open", Obligation.family == "duty")
    return work.session.scalars(asked.order_by(Obligation.due_at, Obligation.id)).all()


def _own_overdue(work: Work, side: Side | None) -> Sequence[Obligation]:
    if side is not Side.ORGANISATION or not is_allowed(work, Action.OBLIGATION_READ):
        return ()
    return [row for row in overdue_duties(work) if row.side is side]


def _signed(work: Work, person_id: int) -> Signed | None:
    asked = select(Signature, Version).join(Version, Version.id == Signature.version_id)
    mine = asked.where(
        Signature.person_id == person_id, Signature.role == PHYSICIAN, Signature.withdrawn_at.is_(None)
    )
    found = work.session.execute(mine.order_by(Version.number.desc()).limit(1)).one_or_none()
    if found is None:
        return None
    signature, version = found
    return Signed(
        number=version.number,
        version_uid=version.uid,
        signature_uid=signature.uid,
        on=signature.signed_at.date(),
    )
