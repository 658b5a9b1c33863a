"""Watching offices and posts of agreements: a vacancy is somebody's duty at once, and what was owed goes on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Grant, Membership
from reciproca.compacts.drafting.queries import all_titles, people_named
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.handover import queries, words
from reciproca.compacts.handover.queries import PostSeat
from reciproca.compacts.handover.rules import (
    OF_SIDE,
    SIDES,
    VACANT_POST,
    VACANT_SIGNATORY,
    Holders,
    Office,
    kind_of,
    stand_in,
    vacant,
)
from reciproca.compacts.handover.words import Texts
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import Owed, cancel, hand_over, meet, owe_again
from reciproca.compacts.obligations.tables import Obligation
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.types import Side

LAST_RESORT = (
    Role.EXECUTIVE_SPONSOR,
    Role.STEWARD,
    Role.CO_SPONSOR_ORGANISATION,
    Role.CO_SPONSOR_PHYSICIANS,
    Role.ADMINISTRATOR,
)
"""Who is asked, in this order, where everybody whom an agreement names has left."""
log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class News:
    """Something that `to` is to hear, on the account of `side`: `said` in each language, of an agreement with these
    `titles`; `is_vacancy`: that something is vacant, which they are to fill."""

    to: int
    side: Side
    path: str
    titles: Texts
    said: Texts
    is_vacancy: bool = False


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One look at agreements: who of those they name has left, what is known to be vacant, what people are to hear."""

    work: Work
    gone: Collection[int]
    known: Collection[tuple[str, str]]
    news: list[News]


def watch_offices(work: Work) -> list[str]:
    """Look after every agreement of which somebody has left, or whose vacancy is filled. For the scheduler; does
    nothing the second time. Returns the uids of the agreements and posts where something changed."""
    authorize(work, Action.OFFICE_WATCH)
    found = queries.living(work)
    ids = {person_id for one in found for person_id in queries.holders(one).values() if person_id is not None}
    watch = _watch(work, queries.departed(work, person_ids=ids))
    changed = [one.uid for one in found if _settle(watch, one)]
    changed += _settle_posts(watch, found)
    _tell(watch)
    return changed


def look_again(work: Work, *, compact: Compact, gone: Collection[int]) -> None:
    """Somebody was named: bring duties and vacancies of this agreement, and of posts, in line with that at once."""
    authorize(work, Action.OFFICE_WATCH)
    watch = _watch(work, gone)
    _settle(watch, compact)
    _settle_posts(watch, queries.living(work))
    _tell(watch)


def _watch(work: Work, gone: Collection[int]) -> Watch:
    kinds = [*(kind_of(office) for office in Office), VACANT_POST, VACANT_SIGNATORY]
    asked = select(Obligation.kind, Obligation.subject_uid)
    rows = work.session.execute(asked.where(Obligation.kind.in_(kinds), Obligation.state == "open"))
    return Watch(work=work, gone=gone, known={(row.kind, row.subject_uid) for row in rows}, news=[])


# --- offices, and who signs ------------------------------------------------------------------------------------------


def _settle(watch: Watch, compact: Compact) -> bool:
    """Bring duties and vacancies of one agreement in line with who holds its offices. Whether anything changed."""
    work, holders = watch.work, queries.holders(compact)
    empty, before = vacant(holders, watch.gone), len(watch.news)
    ended = [_end_vacancy(watch, compact, office, holders) for office in Office if office not in empty]
    for office in empty:
        _owe_office(watch, compact, office, holders)
    ended.append(_settle_signing(watch, compact, holders))
    has_changed = any(ended) or len(watch.news) > before  # a vacancy is news
    moved = _move_duties(watch, compact, holders) if has_changed or empty else 0
    if moved:
        work.act("compact.duties_moved", about=compact.uid, record={"duties": moved})
    return has_changed or moved > 0


def _move_duties(watch: Watch, compact: Compact, holders: Holders) -> int:
    about = queries.subjects(watch.work, compact=compact)
    if any(kind == VACANT_POST for kind, _uid in watch.known):
        about |= {one.uid for one in queries.posts(watch.work, compact=compact)}
    moved = 0
    for side in Side:
        is_named = holders[OF_SIDE[side]] is not None
        to = _stand_in(watch, OF_SIDE[side], holders) if is_named or watch.gone else None
        if to is not None:  # where nobody was named, others may rightly owe what a side owes
            from_ids = None if is_named else watch.gone
            moved += hand_over(watch.work, subject_uids=about, side=side, person_id=to, from_ids=from_ids)
    return moved


def _owe_office(watch: Watch, compact: Compact, office: Office, holders: Holders) -> None:
    left = people_named(watch.work, ids=[holders[office]]).get(holders[office] or 0, "")
    is_new = _owe(
        watch, compact, holders, office=office, kind=kind_of(office), subject_uid=compact.uid,
        what=words.OFFICES[office], said=words.has_left(office, left),
    )  # fmt: skip
    if is_new:
        watch.work.act("compact.office_vacant", about=compact.uid, record={"office": office.value})


def _end_vacancy(watch: Watch, compact: Compact, office: Office, holders: Holders) -> bool:
    to = holders[office]
    if to is None or (kind_of(office), compact.uid) not in watch.known:
        return False
    meet(watch.work, kind=kind_of(office), subject_uid=compact.uid)
    titles = all_titles(watch.work, compact_ids=[compact.id]).get(compact.id, {})
    said = words.taken_over(office)
    watch.news.append(News(to=to, side=SIDES[office], path=_page(compact), titles=titles, said=said))
    return True


def _settle_signing(watch: Watch, compact: Compact, holders: Holders) -> bool:
    """Whether somebody can sign for the organisation again. Where nobody can, whoever stands for it owes that."""
    version = queries.unsigned(watch.work, compact=compact)
    is_known = (VACANT_SIGNATORY, compact.uid) in watch.known
    can = queries.signatories(watch.work) if version or is_known else ()
    if version is not None and not can:
        _owe(
            watch, compact, holders, office=Office.CO_SPONSOR_ORGANISATION, kind=VACANT_SIGNATORY,
            subject_uid=compact.uid, what=words.SIGNATORY, said=words.NO_SIGNATORY,
        )  # fmt: skip
        return False
    if not is_known:
        return False
    meet(watch.work, kind=VACANT_SIGNATORY, subject_uid=compact.uid)
    if version is not None:
        titles = all_titles(watch.work, compact_ids=[compact.id]).get(compact.id, {})
        path = f"/versions/{version.uid}/organisation-signature"
        for one in can:
            watch.news.append(
                News(to=one.id, side=Side.ORGANISATION, path=path, titles=titles, said=words.MAY_SIGN)
            )
    return True


# --- posts -----------------------------------------------------------------------------------------------------------


def _settle_posts(watch: Watch, found: Sequence[Compact]) -> list[str]:
    """Bring vacancies of posts in line with who is in them. A post that several agreements name is filled once, for
    the first of them. Returns the uids of posts where something changed."""
    seats: dict[str, tuple[Compact, PostSeat]] = {}
    for compact in found:
        for seat in queries.posts(watch.work, compact=compact):
            seats.setdefault(seat.uid, (compact, seat))
    changed = [uid for uid, (compact, seat) in seats.items() if _owe_post(watch, compact, seat)]
    known = [uid for kind, uid in watch.known if kind == VACANT_POST]
    return changed + [uid for uid in sorted(known) if _end_post(watch, uid, seats)]


def _owe_post(watch: Watch, compact: Compact, seat: PostSeat) -> bool:
    if not seat.is_vacant:
        return False
    name = words.everywhere(seat.title)
    is_new = _owe(
        watch, compact, queries.holders(compact), office=OF_SIDE[seat.side], kind=VACANT_POST, subject_uid=seat.uid,
        what=name, said=words.nobody_in(name), side=seat.side,
    )  # fmt: skip
    if is_new:
        watch.work.act("compact.post_vacant", about=compact.uid, record={"post": seat.uid})
    return is_new


def _end_post(watch: Watch, uid: str, seats: Mapping[str, tuple[Compact, PostSeat]]) -> bool:
    if uid not in seats:  # no agreement needs it any more
        cancel(watch.work, kind=VACANT_POST, subject_uids=[uid])
        return True
    compact, seat = seats[uid]
    if seat.is_vacant:
        return False
    meet(watch.work, kind=VACANT_POST, subject_uid=uid)
    titles = all_titles(watch.work, compact_ids=[compact.id]).get(compact.id, {})
    said = words.in_post(words.everywhere(seat.title))
    for one in seat.holders:
        watch.news.append(News(to=one.person_id, side=seat.side, path="/", titles=titles, said=said))
    return True


# --- whose duty it is, and who is told -------------------------------------------------------------------------------


def _owe(
    watch: Watch, compact: Compact, holders: Holders, *, office: Office, kind: str, subject_uid: str, what: Texts,
    said: Texts, side: Side | None = None,
) -> bool:  # fmt: skip
    """Naming a successor is overdue from the first day: whoever stands in for `office` owes it. Whether it is new."""
    if (kind, subject_uid) in watch.known:
        return False
    to = _stand_in(watch, office, holders)
    if to is None:
        log.warning("office.nobody_left", compact=compact.uid, kind=kind)
        return False
    titles = all_titles(watch.work, compact_ids=[compact.id]).get(compact.id, {})
    side = side or SIDES[office]
    owed = Owed(
        kind=kind, subject_uid=subject_uid, side=side, title=words.to_fill(what, titles),
        due=watch.work.today() - timedelta(days=1), person_id=to, path=_page(compact), is_told=True,
        compact_uid=compact.uid,
    )  # fmt: skip
    owe_again(watch.work, owed=owed)
    watch.news.append(News(to=to, side=side, path=_page(compact), titles=titles, said=said, is_vacancy=True))
    return True


def _tell(watch: Watch) -> None:
    """Everybody hears of all that concerns them at this moment in one message."""
    told: dict[int, list[News]] = {}
    for one in watch.news:
        told.setdefault(one.to, []).append(one)
    for person_id, theirs in told.items():
        agreements, sides = {one.path for one in theirs if one.is_vacancy}, {one.side for one in theirs}
        data = {
            "title": theirs[0].titles,
            "path": "/" if len(agreements) > 1 else theirs[0].path,  # one's own page lists them all
            "text": words.together(
                vacancies=[one.said for one in theirs if one.is_vacancy],
                others=[one.said for one in theirs if not one.is_vacancy],
            ),
        }
        side = theirs[0].side if len(sides) == 1 else None
        notify(watch.work, kind=Kind.MESSAGE, person_id=person_id, side=side, data=data)


def _stand_in(watch: Watch, office: Office, holders: Holders) -> int | None:
    work, found = watch.work, stand_in(office, holders, watch.gone)
    if found is not None:
        return found
    ranked = (
        select(Grant.role, Membership.person_id)
        .join(Membership, Membership.id == Grant.membership_id)
        .where(Grant.role.in_(LAST_RESORT), Membership.person_id.is_not(None), held(work.now))
        .order_by(Grant.id)
    )
    rows = work.session.execute(ranked).all()
    away = {*watch.gone, *queries.departed(work, person_ids={row.person_id for row in rows})}
    here = [row for row in rows if row.person_id not in away]
    first = min(here, key=lambda row: LAST_RESORT.index(row.role), default=None)
    return first.person_id if first else None


def _page(compact: Compact) -> str:
    return f"/compacts/{compact.uid}/handover"
