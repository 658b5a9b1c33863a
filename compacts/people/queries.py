"""Reads of organisations, units, posts and people."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from reciproca.compacts.people.rules.customs import UNIT_POSTS
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import (
    Appointment,
    Holding,
    Leave,
    Licence,
    Organisation,
    Person,
    Post,
    RosterFile,
    Unit,
    folded,
)
from reciproca.core.errors import Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import OrganisationRef
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Member:
    """Somebody who is appointed on a day: what an invitation needs to know. `unit` is the path of one appointment."""

    id: int
    uid: str
    name: str
    email: str | None
    locale: str
    zone: str | None
    unit: str
    category: str


@dataclass(frozen=True, kw_only=True)
class PersonView:
    """A person with what is on file. Appointments newest first, with their units; posts with theirs."""

    person: Person
    appointments: Sequence[tuple[Appointment, Unit]]
    leaves: Sequence[Leave]
    posts: Sequence[tuple[Holding, Post, Unit]]
    licences: Sequence[Licence]

    def appointments_on(self, day: date) -> Sequence[tuple[Appointment, Unit]]:
        """Those that cover `day`; when there are none, those that begin later. Never what has ended."""
        lasting = [pair for pair in self.appointments if pair[0].ends is None or pair[0].ends >= day]
        return [pair for pair in lasting if covers(pair[0], day)] or lasting

    def leave_on(self, day: date) -> Leave | None:
        """The leave that covers `day`, if any."""
        return next((one for one in self.leaves if covers(one, day)), None)


@dataclass(frozen=True, kw_only=True)
class PeoplePage:
    """One page of people by family name; `total` of all that were asked for, `next` the uid to go on after."""

    people: Sequence[PersonView]
    total: int
    next: str | None


@dataclass(frozen=True, kw_only=True)
class UnitView:
    """A unit of the tree, parents before children; `people` counts whoever is appointed in it or below it today."""

    unit: Unit
    parent_uid: str | None
    depth: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Somebody in a post."""

    person_id: int
    uid: str
    name: str
    email: str | None
    locale: str
    is_deputy: bool


def reference(organisation: Organisation) -> OrganisationRef:
    """The organisation as every floor knows it."""
    return OrganisationRef(
        id=organisation.id,
        uid=organisation.uid,
        name=organisation.name,
        zone=organisation.zone,
        locales=tuple(organisation.locales),
        jurisdiction=organisation.jurisdiction,
    )


def has_organisation(session: Session) -> bool:
    """Whether any organisation was founded here. Read before there is any work, so it takes a session."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def find_organisation(session: Session, uid: str | None) -> OrganisationRef:
    """The organisation `uid`, or the only one when None. Read before there is any work, so it takes a session."""
    asked = select(Organisation).order_by(Organisation.id).limit(2)
    found = session.scalars(asked.where(Organisation.uid == uid) if uid else asked).all()
    if not found:
        raise NotFound(
            detail=_("There is no such organisation here."), remedy=_("Create one with `reciproca init`.")
        )
    if len(found) > 1:
        raise Invalid(
            detail=_("This installation has several organisations."),
            remedy=_("Say which: --organisation UID."),
        )
    return reference(found[0])


def show_organisation(work: Work) -> Organisation:
    """The organisation that is worked for."""
    authorize(work, Action.ORGANISATION_READ)
    return work.session.get_one(Organisation, work.organisation.id)


def list_people(
    work: Work, *, search: str = "", unit_uid: str | None = None, after: str | None = None, skip: int = 0,
    limit: int = 50,
) -> PeoplePage:  # fmt: skip
    """People whose name or staff id has every word of `search` (accents and case apart), whose appointment in
    `unit_uid` or below lasts today or begins later. `after`: uid of the last one seen (for the API); `skip`: how many
    to pass over (for pages)."""
    authorize(work, Action.PEOPLE_READ)
    asked = [Person.searchable.contains(word, autoescape=True) for word in folded(search).split()]
    if unit_uid:
        inside = select(Appointment.person_id).join(Unit, Unit.id == Appointment.unit_id)
        lasting = or_(Appointment.ends.is_(None), Appointment.ends >= work.today())
        asked.append(Person.id.in_(inside.where(_inside(_unit(work, unit_uid)), lasting)))
    statement = (
        select(Person).where(*asked).order_by(Person.searchable, Person.id).offset(skip).limit(limit + 1)
    )
    if after:
        last = _found(work.session.scalars(select(Person).filter_by(uid=after)).one_or_none())
        statement = statement.where(tuple_(Person.searchable, Person.id) > tuple_(last.searchable, last.id))
    people = work.session.scalars(statement).all()
    total = work.session.scalar(select(func.count(Person.id)).where(*asked)) or 0
    shown = people[:limit]
    return PeoplePage(
        people=_views(work.session, shown), total=total, next=shown[-1].uid if len(people) > limit else None
    )


def show_person(work: Work, *, uid: str) -> PersonView:
    """One person with everything on file."""
    authorize(work, Action.PERSON_READ, person_id=work.session.scalar(select(Person.id).filter_by(uid=uid)))
    person = _found(work.session.scalars(select(Person).filter_by(uid=uid)).one_or_none())
    (view,) = _views(work.session, [person])
    return view


def list_units(work: Work) -> list[UnitView]:
    """The tree, each unit before what is below it, in alphabetical order."""
    authorize(work, Action.PEOPLE_READ)
    units = {unit.id: unit for unit in work.session.scalars(select(Unit))}
    today = work.today()
    pairs = work.session.execute(
        select(Appointment.unit_id, Appointment.person_id).where(_covering(Appointment, today)).distinct()
    )
    inside: defaultdict[int, set[int]] = defaultdict(set)
    for unit_id, person_id in pairs:
        for unit in _line(units, unit_id):
            inside[unit.id].add(person_id)
    rows = sorted(
        units.values(), key=lambda unit: [folded(above.name) for above in reversed(_line(units, unit.id))]
    )
    return [
        UnitView(
            unit=unit,
            parent_uid=units[unit.parent_id].uid if unit.parent_id else None,
            depth=len(_line(units, unit.id)) - 1,
            people=len(inside[unit.id]),
        )
        for unit in rows
    ]


def list_posts(work: Work) -> Sequence[tuple[Post, Unit]]:
    """Every post with its unit, those of the whole organisation first."""
    authorize(work, Action.ORGANISATION_READ)
    statement = select(Post, Unit).join(Unit, Unit.id == Post.unit_id).order_by(Unit.path, Post.title)
    return [(post, unit) for post, unit in work.session.execute(statement)]


def holders(work: Work, *, post_ids: Collection[int], day: date) -> dict[int, tuple[Holder, ...]]:
    """Who is in each post on `day`, holders before deputies. A post that every unit has one of, asked for the whole
    organisation, is held by all who hold it in a unit."""
    authorize(work, Action.ORGANISATION_READ)
    asked = _stands_for(work, post_ids)
    found: defaultdict[int, dict[int, Holder]] = defaultdict(dict)
    for holding, person in _held(work.session, asked, day):
        for post_id in asked[holding.post_id]:
            found[post_id].setdefault(person.id, _holder(holding, person))
    return {post_id: tuple(found[post_id].values()) for post_id in post_ids}


def once_held(work: Work, *, post_ids: Collection[int]) -> frozenset[int]:
    """Those of the posts in which somebody is or was, as `holders` counts it."""
    authorize(work, Action.ORGANISATION_READ)
    asked = _stands_for(work, post_ids)
    rows = work.session.scalars(select(Holding.post_id).where(Holding.post_id.in_(asked)).distinct())
    return frozenset(post_id for one in rows for post_id in asked[one])


def _stands_for(work: Work, post_ids: Collection[int]) -> Mapping[int, set[int]]:
    """For each post that counts, those of `post_ids` for which whoever is in it counts."""
    posts = work.session.execute(
        select(Post.id, Post.key, Unit.parent_id).join(Unit, Unit.id == Post.unit_id).where(
            or_(Post.id.in_(post_ids), Post.key.in_(UNIT_POSTS)))
    ).all()  # fmt: skip
    wide = {
        row.key: row.id
        for row in posts
        if row.id in post_ids and row.parent_id is None and row.key in UNIT_POSTS
    }
    asked: defaultdict[int, set[int]] = defaultdict(set)
    for row in posts:
        asked[row.id] |= {
            post_id for post_id in (row.id if row.id in post_ids else None, wide.get(row.key)) if post_id
        }
    return asked


def members(
    work: Work, *, at: date, categories: Collection[str] = (), unit_uid: str | None = None,
    include_on_leave: bool = False,
) -> tuple[Member, ...]:  # fmt: skip
    """Who is appointed on the day `at`, each once: in one of `categories` (empty: any), in `unit_uid` or below (None:
    anywhere), and not on leave unless `include_on_leave`."""
    authorize(work, Action.PEOPLE_READ)
    asked = [_covering(Appointment, at)]
    if categories:
        asked.append(Appointment.category.in_(categories))
    if unit_uid:
        asked.append(_inside(_unit(work, unit_uid)))
    statement = (
        select(Person, Appointment.category, Unit.path)
        .join(Appointment, Appointment.person_id == Person.id)
        .join(Unit, Unit.id == Appointment.unit_id)
        .where(*asked)
        .order_by(Person.searchable, Person.id, Appointment.starts, Appointment.id)
    )
    away = frozenset[int]() if include_on_leave else _away(work.session, at)
    found: dict[int, Member] = {}
    for person, category, path in work.session.execute(statement):
        if person.id not in away:
            found.setdefault(person.id, _member(person, category, path))
    return tuple(found.values())


def on_leave(work: Work, *, person_ids: Collection[int], day: date) -> frozenset[int]:
    """Those of `person_ids` who are away on `day`."""
    authorize(work, Action.PEOPLE_READ)
    return _away(work.session, day) & frozenset(person_ids)


def show_roster_file(work: Work, *, uid: str) -> RosterFile:
    """A roster that was sent in."""
    authorize(work, Action.ROSTER_IMPORT)
    return _found(work.session.scalars(select(RosterFile).filter_by(uid=uid)).one_or_none())


def everybody(work: Work) -> Sequence[PersonView]:
    """All people with everything on file, by name: what an export is made of. Six queries, whatever their number."""
    authorize(work, Action.ROSTER_EXPORT)
    people = work.session.scalars(select(Person).order_by(Person.searchable, Person.id)).all()
    return _views(work.session, people)


def covers(one: Any, day: date) -> bool:
    """Whether something with `starts` and `ends` (either may be open) covers `day`."""
    return (one.starts is None or one.starts <= day) and (one.ends is None or day <= one.ends)


def _views(session: Session, people: Sequence[Person]) -> list[PersonView]:
    """The people with what hangs on them, in four queries; all of it is read where a list of ids would be long."""
    ids = {person.id for person in people}
    few = len(ids) <= 500
    appointments = _by_person(session.execute(
        _of(select(Appointment, Unit).join(Unit, Unit.id == Appointment.unit_id), Appointment, ids, few)
        .order_by(Appointment.starts.desc(), Appointment.id)))  # fmt: skip
    posts = _by_person(session.execute(
        _of(select(Holding, Post, Unit).join(Post, Post.id == Holding.post_id).join(Unit, Unit.id == Post.unit_id),
            Holding, ids, few).order_by(Post.title, Holding.id)))  # fmt: skip
    leaves = _by_person(session.execute(_of(select(Leave), Leave, ids, few).order_by(Leave.starts)))
    licences = _by_person(session.execute(_of(select(Licence), Licence, ids, few).order_by(Licence.scheme)))
    return [
        PersonView(
            person=person,
            appointments=appointments[person.id],
            posts=posts[person.id],
            leaves=[row[0] for row in leaves[person.id]],
            licences=[row[0] for row in licences[person.id]],
        )
        for person in people
    ]


def _of(statement: Any, table: Any, ids: Collection[int], few: bool) -> Any:
    return statement.where(table.person_id.in_(ids)) if few else statement


def _by_person(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0].person_id].append(tuple(row))
    return found


def _held(session: Session, posts: Collection[int], day: date) -> Iterable[tuple[Holding, Person]]:
    statement = (
        select(Holding, Person)
        .join(Person, Person.id == Holding.person_id)
        .where(Holding.post_id.in_(posts), in_post(day))
        .order_by(Holding.is_deputy, Person.searchable, Person.id)
    )
    return [(holding, person) for holding, person in session.execute(statement)]


def _holder(holding: Holding, person: Person) -> Holder:
    return Holder(person_id=person.id, uid=person.uid, name=person.name, email=person.email, locale=person.locale,
                  is_deputy=holding.is_deputy)  # fmt: skip


def _member(person: Person, category: str, path: str) -> Member:
    return Member(id=person.id, uid=person.uid, name=person.name, email=person.email, locale=person.locale,
                  zone=person.zone, unit=path, category=category)  # fmt: skip


def _away(session: Session, day: date) -> frozenset[int]:
    return frozenset(session.scalars(select(Leave.person_id).where(_covering(Leave, day))))


def _covering(table: Any, day: date) -> ColumnElement[bool]:
    started, lasting = (
        or_(table.starts.is_(None), table.starts <= day),
        or_(table.ends.is_(None), table.ends >= day),
    )
    return and_(started, lasting)


def _unit(work: Work, uid: str) -> Unit:
    found = work.session.scalars(select(Unit).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such unit here."), remedy=_("Choose a unit of the list."))
    return found


def _inside(unit: Unit) -> ColumnElement[bool]:
    """The unit and everything below it, by path."""
    return or_(Unit.id == unit.id, Unit.path.startswith(f"{unit.path} › ", autoescape=True))


def _line(units: Mapping[int, Unit], unit_id: int) -> list[Unit]:
    """The unit and all above it."""
    line = [units[unit_id]]
    while parent := line[-1].parent_id:
        line.append(units[parent])
    return line


def _found(row: "_T | None") -> "_T":
    if row is None:
        raise NotFound(
            detail=_("There is nothing here under that name."), remedy=_("Look for it among the people.")
        )
    return row
