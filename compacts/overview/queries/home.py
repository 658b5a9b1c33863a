"""One's own page: what waits for me, what is promised to me, what I promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select

from reciproca.compacts.drafting.queries import all_titles
from reciproca.compacts.drafting.tables import Ratification, Version, VersionState
from reciproca.compacts.obligations.queries import overdue_duties
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.overview.queries.balance import Balances, balance
from reciproca.compacts.overview.rules import viewpoint
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding
from reciproca.compacts.polling.actions import OPINION
from reciproca.compacts.reviewing.queries import ReviewLine, list_reviews
from reciproca.compacts.reviewing.rules import ENDED
from reciproca.compacts.signing.queries import Waiting, confidences, waiting_for
from reciproca.compacts.signing.queries.grace import own_standings
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.rules.grace import Stands
from reciproca.compacts.signing.tables import Signature, SignatureRequest
from reciproca.core.clock import day_at
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side

RATIFYING = {
    Side.ORGANISATION: Action.VERSION_RATIFY_ORGANISATION,
    Side.PHYSICIANS: Action.VERSION_RATIFY_PHYSICIANS,
}


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The newest version that the person signed, and how that signature stands today."""

    number: int
    version_uid: str
    request_uid: str | None
    on: date
    stands: Stands


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A proposed version that waits for the decision of the person's side; `titles` by locale."""

    titles: Mapping[str, str]
    number: int
    version_uid: str


@dataclass(frozen=True, kw_only=True)
class Home:
    """What one's own page shows. `duties` are the person's and those of the posts they hold, and
    what they are asked for in a review; `overdue` those of the
    organisation's side, which leaders see first; `side` is from where the person looks; `promised` the ids of the
    agreements that they have signed a version of; `confidences` how many people confided in them, None for whom nobody
    could."""

    side: Side | None
    waiting: Sequence[Waiting] = ()
    duties: Sequence[Obligation] = ()
    overdue: Sequence[Obligation] = ()
    reviews: Sequence[ReviewLine] = ()
    signed: Signed | None = None
    promised: frozenset[int] = frozenset()
    decisions: Sequence[Decision] = ()
    confidences: int | None = None
    balances: Balances = field(default_factory=lambda: Balances(items=()))

    @property
    def things(self) -> int:
        """How many things wait for the person."""
        return len(self.waiting) + len(self.decisions) + len(self.duties)


def home(work: Work, *, locale: str) -> Home:
    """The actor's own page; a fixed number of queries."""
    authorize(work, Action.ACCOUNT_USE)
    person_id, side = work.actor.person_id, viewpoint(work.actor.roles)
    signed = _signed(work, person_id) if person_id else []
    may_read = is_allowed(work, Action.BALANCE_READ)
    ahead = list_reviews(work, locale=locale, limit=20) if is_allowed(work, Action.REVIEW_READ) else []
    return Home(
        side=side,
        waiting=waiting_for(work, person_id=person_id) if person_id else (),
        decisions=_decisions(work),
        duties=_duties(work, person_id) if person_id else (),
        overdue=_own_overdue(work, side),
        reviews=[line for line in ahead if line.review.state not in ENDED],
        signed=_newest(work, signed),
        confidences=confidences(work) if person_id else None,
        promised=frozenset(version.compact_id for _signature, version, _uid in signed),
        balances=balance(work, locale=locale) if may_read else Balances(items=()),
    )


def _decisions(work: Work) -> list[Decision]:
    mine = [side for side, action in RATIFYING.items() if is_allowed(work, action)]
    if not mine:
        return []
    decided = select(Ratification.id).where(
        Ratification.version_id == Version.id, Ratification.side.in_(mine)
    )
    asked = select(Version).where(Version.state == VersionState.PROPOSED, ~decided.exists())
    versions = work.session.scalars(asked.order_by(Version.id)).all()
    titles = all_titles(work, compact_ids=[one.compact_id for one in versions])
    return [
        Decision(titles=titles.get(one.compact_id, {}), number=one.number, version_uid=one.uid)
        for one in versions
    ]


def _duties(work: Work, person_id: int) -> Sequence[Obligation]:
    posts = select(Holding.post_id).where(Holding.person_id == person_id, in_post(work.today()))
    mine = or_(Obligation.person_id == person_id, Obligation.post_id.in_(posts))
    shown = or_(Obligation.family == "duty", Obligation.kind == OPINION)  # what to sign is among `waiting`
    asked = select(Obligation).where(mine, Obligation.state == "open", shown)
    return work.session.scalars(asked.order_by(Obligation.due_at, Obligation.id)).all()


def _own_overdue(work: Work, side: Side | None) -> Sequence[Obligation]:
    if side is not Side.ORGANISATION or not is_allowed(work, Action.OBLIGATION_READ):
        return ()
    return [row for row in overdue_duties(work) if row.side is side]


def _signed(work: Work, person_id: int) -> Sequence[tuple[Signature, Version, str | None]]:
    """The person's own signatures that stand, for the newest version first, each with its request's uid."""
    asked = (
        select(Signature, Version, SignatureRequest.uid)
        .join(Version, Version.id == Signature.version_id)
        .outerjoin(SignatureRequest, SignatureRequest.id == Signature.request_id)
    )
    mine = asked.where(
        Signature.person_id == person_id, Signature.role == PHYSICIAN, Signature.withdrawn_at.is_(None)
    )
    return work.session.execute(mine.order_by(Version.number.desc())).all()


def _newest(work: Work, signed: Sequence[tuple[Signature, Version, str | None]]) -> Signed | None:
    if not signed:
        return None
    signature, version, request_uid = signed[0]
    return Signed(
        number=version.number,
        version_uid=version.uid,
        request_uid=request_uid,
        on=day_at(signature.signed_at, work.organisation.zone),
        stands=own_standings(work)[signature.uid],
    )
