"""The leaders' overview: how both sides stand, who was asked to sign, what is overdue on either side, what is ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from reciproca.compacts.drafting.queries import titles
from reciproca.compacts.drafting.tables import Compact, Version
from reciproca.compacts.obligations.queries import overdue_duties
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.overview.queries.balance import Balances, balance
from reciproca.compacts.people.tables import Post
from reciproca.compacts.reviewing.queries import ReviewLine, list_reviews
from reciproca.compacts.reviewing.rules import ENDED
from reciproca.compacts.signing.queries import Progress, progress
from reciproca.compacts.signing.rules import Group
from reciproca.compacts.signing.tables import Campaign
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

CAMPAIGNS = 3


@dataclass(frozen=True, kw_only=True)
class Signing:
    """A campaign of the overview: which agreement and version, how far it is, and how far in each unit. A unit's
    number is left out where it, or what is missing from it, would point at somebody."""

    title: str
    number: int
    compact_uid: str
    progress: Progress
    units: Sequence[Group]


@dataclass(frozen=True, kw_only=True)
class LateDuty:
    """Something overdue: which side owes it, through which post ("" where a person does: no names are listed)."""

    obligation: Obligation
    post: str
    due: date
    days: int


@dataclass(frozen=True, kw_only=True)
class Overview:
    """Everything that leaders see at a glance. Counts of people are above the floor only."""

    balances: Balances
    signings: Sequence[Signing]
    overdue: Sequence[LateDuty]
    reviews: Sequence[ReviewLine]

    def late(self, side: Side) -> int:
        """How many duties of a side are overdue."""
        return sum(one.obligation.side is side for one in self.overdue)


def overview(work: Work, *, locale: str) -> Overview:
    """The leaders' overview in `locale`; a fixed number of queries (the newest campaigns only)."""
    authorize(work, Action.OVERVIEW_READ)
    ahead = list_reviews(work, locale=locale, limit=20)
    return Overview(
        balances=balance(work, locale=locale),
        signings=_signings(work, locale),
        overdue=_late(work),
        reviews=[line for line in ahead if line.review.state not in ENDED],
    )


def _signings(work: Work, locale: str) -> list[Signing]:
    asked = select(Campaign, Version).join(Version, Version.id == Campaign.version_id)
    newest = work.session.execute(
        asked.order_by(Campaign.opened_at.desc(), Campaign.id.desc()).limit(20)
    ).all()
    latest: dict[int, tuple[Campaign, Version]] = {}
    for campaign, version in newest:
        latest.setdefault(version.compact_id, (campaign, version))
    newest_of_each = list(latest.values())[:CAMPAIGNS]
    named = titles(
        work, compact_ids=[version.compact_id for _campaign, version in newest_of_each], locale=locale
    )
    uids = dict(
        work.session.execute(select(Compact.id, Compact.uid).where(Compact.id.in_(list(latest)))).all()
    )
    states = [(version, progress(work, campaign=campaign)) for campaign, version in newest_of_each]
    return [
        Signing(title=named.get(version.compact_id, ""), number=version.number, compact_uid=uids[version.compact_id],
                progress=state, units=state.groups)
        for version, state in states
    ]  # fmt: skip


def _late(work: Work) -> list[LateDuty]:
    rows = overdue_duties(work)
    held = select(Post.id, Post.title).where(Post.id.in_([row.post_id for row in rows]))
    posts = dict(work.session.execute(held).all())
    today = work.today()
    return [_late_duty(row, posts.get(row.post_id or 0, ""), today) for row in rows]


def _late_duty(row: Obligation, post: str, today: date) -> LateDuty:
    due = date.fromisoformat(row.due_local[:10])
    return LateDuty(obligation=row, post=post, due=due, days=(today - due).days)
