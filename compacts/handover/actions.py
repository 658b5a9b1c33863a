"""Watching the offices of agreements: a vacancy is somebody's duty at once, and what was owed goes on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, select

from reciproca.compacts.access.queries import held
from reciproca.compacts.access.tables import Grant, Membership
from reciproca.compacts.drafting.actions.locking import locked_compact
from reciproca.compacts.drafting.queries import all_titles, people_named
from reciproca.compacts.drafting.rules.moves import check_sponsors
from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.handover import queries
from reciproca.compacts.handover.rules import (
    OF_SIDE,
    SIDES,
    Holders,
    Office,
    require_vacant,
    stand_in,
    vacant,
)
from reciproca.compacts.handover.words import (
    OFFICES,
    Texts,
    asking_for_successors,
    has_left,
    taken_over,
    to_fill,
)
from reciproca.compacts.notices.actions import notify
from reciproca.compacts.notices.words import Kind
from reciproca.compacts.obligations.actions import Owed, hand_over, meet, owe_again
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.tables import Person
from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _
from reciproca.core.identity import Role, system
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
class Vacancy:
    """News for `to`, who stands in: what they are to fill, on the account of `side`, said in each language."""

    to: int
    side: Side
    path: str
    title: Texts
    said: Texts


def watch_offices(work: Work) -> list[str]:
    """Look after every agreement of which somebody has left, or whose vacancy is filled. For the scheduler; does
    nothing the second time. Returns the uids of the agreements where something changed."""
    authorize(work, Action.OFFICE_WATCH)
    found = queries.living(work)
    ids = {person_id for one in found for person_id in queries.holders(one).values() if person_id is not None}
    gone = queries.departed(work, person_ids=ids)
    waiting = set(
        work.session.scalars(select(Obligation.subject_uid).where(_is_vacancy(), Obligation.state == "open"))
    )
    due = [one for one in found if vacant(queries.holders(one), gone) or one.uid in waiting]
    news: list[Vacancy] = []
    changed = [one.uid for one in due if _settle(work, one, gone, news)]
    _tell(work, news)
    return changed


def fill_office(work: Work, *, compact_uid: str, office: Office, email: str) -> Compact:
    """Name whoever holds a vacant office from now on, by their address; what was owed goes to them at once. Conflict
    where it isn't vacant; Invalid for nobody, for somebody who has left, and for one who would stand for both sides."""
    authorize(work, Action.OFFICE_FILL)
    compact = locked_compact(work.session, compact_uid)
    person = work.session.scalars(select(Person).filter_by(email=email.strip().lower())).one_or_none()
    known = {*queries.holders(compact).values(), person.id if person else None} - {None}
    gone = queries.departed(work, person_ids=[one for one in known if one is not None])
    require_vacant(office, queries.holders(compact), gone)
    if person is None or person.id in gone:
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=[
                Fault(
                    field="email",
                    reason=_("Nobody who is here has this address."),
                    remedy=_("Take the address from the list of people."),
                )
            ],
        )
    _name(compact, office, person.id)
    work.session.flush()
    check_sponsors(str(compact.sponsor_organisation_id or ""), str(compact.sponsor_physicians_id or ""))
    compact.revision += 1
    work.act(
        "compact.office_filled", about=compact.uid, record={"office": office.value, "person": person.uid}
    )
    watcher, news = replace(work, actor=system("handover")), list[Vacancy]()
    _settle(watcher, compact, gone, news)
    _tell(watcher, news)
    return compact


def _name(compact: Compact, office: Office, person_id: int) -> None:
    if office is Office.STEWARD:
        compact.steward_id = person_id
    elif office is Office.CO_SPONSOR_ORGANISATION:
        compact.sponsor_organisation_id = person_id
    else:
        compact.sponsor_physicians_id = person_id


def _is_vacancy() -> ColumnElement[bool]:
    return Obligation.kind.in_([_kind(office) for office in Office])


def _kind(office: Office) -> str:
    return f"vacant.{office.value}"


def _settle(work: Work, compact: Compact, gone: Collection[int], news: list[Vacancy]) -> bool:
    """Bring duties and vacancies of one agreement in line with who holds its offices; what somebody is to be told goes
    into `news`. Whether anything changed."""
    holders = queries.holders(compact)
    empty, before = vacant(holders, gone), len(news)
    ended = [_end_vacancy(work, compact, office, holders) for office in Office if office not in empty]
    for office in empty:
        news += _owe_vacancy(work, compact, office, holders, gone)
    moved = _move_duties(work, compact, holders, gone)
    if moved:
        work.act("compact.duties_moved", about=compact.uid, record={"duties": moved})
    return any(ended) or len(news) > before or moved > 0


def _move_duties(work: Work, compact: Compact, holders: Holders, gone: Collection[int]) -> int:
    about = queries.subjects(work, compact=compact)
    moved = 0
    for side in Side:
        is_named = holders[OF_SIDE[side]] is not None
        to = _stand_in(work, OF_SIDE[side], holders, gone) if is_named or gone else None
        if to is not None:  # where nobody was named, others may rightly owe what a side owes
            from_ids = None if is_named else gone
            moved += hand_over(work, subject_uids=about, side=side, person_id=to, from_ids=from_ids)
    return moved


def _owe_vacancy(
    work: Work, compact: Compact, office: Office, holders: Holders, gone: Collection[int]
) -> list[Vacancy]:
    """Naming a successor is overdue from the first day: whoever stands in owes it. The news of it, if it is any."""
    if _vacancy(work, compact, office) is not None:
        return []
    to = _stand_in(work, office, holders, gone)
    if to is None:
        log.warning("office.nobody_left", compact=compact.uid, office=office.value)
        return []
    titles = all_titles(work, compact_ids=[compact.id]).get(compact.id, {})
    path = f"/compacts/{compact.uid}/handover"
    owed = Owed(
        kind=_kind(office),
        subject_uid=compact.uid,
        side=SIDES[office],
        title=to_fill(OFFICES[office], titles),
        due=work.today() - timedelta(days=1),
        person_id=to,
        path=path,
        is_told=True,
    )
    owe_again(work, owed=owed)
    work.act("compact.office_vacant", about=compact.uid, record={"office": office.value})
    left = people_named(work, ids=[holders[office]]).get(holders[office] or 0, "")
    said = has_left(office, left)
    return [Vacancy(to=to, side=SIDES[office], path=path, title=titles, said=said)]


def _tell(work: Work, news: Sequence[Vacancy]) -> None:
    """Each who stands in hears of everything that fell to them at this moment once."""
    told: dict[int, list[Vacancy]] = {}
    for one in news:
        told.setdefault(one.to, []).append(one)
    for person_id, theirs in told.items():
        paths, sides = {one.path for one in theirs}, {one.side for one in theirs}
        data = {
            "title": theirs[0].title,
            "path": theirs[0].path if len(paths) == 1 else "/",  # one's own page lists them all
            "text": asking_for_successors([one.said for one in theirs]),
        }
        side = theirs[0].side if len(sides) == 1 else None
        notify(work, kind=Kind.MESSAGE, person_id=person_id, side=side, data=data)


def _end_vacancy(work: Work, compact: Compact, office: Office, holders: Holders) -> bool:
    to = holders[office]
    if to is None or _vacancy(work, compact, office) is None:
        return False
    meet(work, kind=_kind(office), subject_uid=compact.uid)
    titles = all_titles(work, compact_ids=[compact.id]).get(compact.id, {})
    data = {
        "title": titles,
        "path": f"/compacts/{compact.uid}/handover",
        "text": taken_over(office),
    }
    notify(work, kind=Kind.MESSAGE, person_id=to, side=SIDES[office], data=data)
    return True


def _vacancy(work: Work, compact: Compact, office: Office) -> int | None:
    open_one = select(Obligation.id).filter_by(kind=_kind(office), subject_uid=compact.uid, state="open")
    return work.session.scalar(open_one)


def _stand_in(work: Work, office: Office, holders: Holders, gone: Collection[int]) -> int | None:
    found = stand_in(office, holders, gone)
    if found is not None:
        return found
    ranked = (
        select(Grant.role, Membership.person_id)
        .join(Membership, Membership.id == Grant.membership_id)
        .where(Grant.role.in_(LAST_RESORT), Membership.person_id.is_not(None), held(work.now))
        .order_by(Grant.id)
    )
    rows = work.session.execute(ranked).all()
    away = {*gone, *queries.departed(work, person_ids={row.person_id for row in rows})}
    here = [row for row in rows if row.person_id not in away]
    first = min(here, key=lambda row: LAST_RESORT.index(row.role), default=None)
    return first.person_id if first else None
