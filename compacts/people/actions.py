"""Founding an organisation, taking in rosters, and keeping what is known of its people."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from sqlalchemy import delete, select

from reciproca.compacts.people import applying, reading
from reciproca.compacts.people.known import on_file
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.rules.customs import title_of
from reciproca.compacts.people.rules.lines import Period
from reciproca.compacts.people.rules.report import RosterReport
from reciproca.compacts.people.tables import Holding, Leave, Organisation, Person, Post, RosterFile, Unit
from reciproca.core import ids
from reciproca.core.canonical import clean_text
from reciproca.core.db import expect_revision
from reciproca.core.errors import Conflict, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import OrganisationRef
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.plugins.events import RosterImported
from reciproca.plugins.types import RosterMapping

KEPT = timedelta(days=1)


def create_organisation(
    work: Work, *, name: str, jurisdiction: str, zone: str, locales: tuple[str, ...]
) -> OrganisationRef:
    """Found an organisation: itself, the root of its units, and the posts that its jurisdiction knows."""
    authorize(work, Action.ORGANISATION_CREATE)
    pack = work.plugins.jurisdictions.get(jurisdiction)
    if pack is None:
        known = ", ".join(sorted(work.plugins.jurisdictions))
        raise Invalid(
            detail=f"There is no jurisdiction pack {jurisdiction}.", remedy=f"Choose one of: {known}."
        )
    _check_place(name, zone, locales)
    made = Organisation(uid=ids.time_ordered(work.clock), name=name, jurisdiction=jurisdiction, zone=zone,
                        locales=list(locales), wording={})  # fmt: skip
    work.session.add(made)
    work.session.flush()
    root = Unit(organisation_id=made.id, parent_id=None, kind="hospital", name=name, path=name)
    work.session.add(root)
    work.session.flush()
    work.session.add_all(
        Post(organisation_id=made.id, unit_id=root.id, key=post.key, title=title_of(post.label, locales))
        for post in pack.posts
    )
    place = reference(made)
    replace(work, place=place).act("organisation.created", about=made.uid, record={
        "name": name, "jurisdiction": jurisdiction, "zone": zone, "locales": list(locales)})  # fmt: skip
    return place


def import_roster(
    work: Work, *, data: bytes, mapping: RosterMapping | None = None, dry_run: bool = False,
    partial: bool = False, format_key: str = "csv",
) -> RosterReport:  # fmt: skip
    """Take in a roster. A line with an error stops all of it, unless `partial`; then only that line. Nothing is ended
    or erased. `dry_run` writes nothing and tells what would be (as with `partial`)."""
    authorize(work, Action.ROSTER_IMPORT)
    known = on_file(work.session)
    found = reading.read(work, data=data, mapping=mapping, format_key=format_key, known=known)
    report = found.report(dry_run=dry_run, partial=partial)
    if report.applied and report.differences:
        applying.write(work, found.people, known)
        _tell(work, report)
    return report


def send_roster(work: Work, *, name: str, data: bytes) -> RosterFile:
    """Keep a file until somebody has looked at what it would change. What others left for a day is thrown away."""
    authorize(work, Action.ROSTER_IMPORT)
    if not data:
        raise Invalid(detail=_("The file is empty."), remedy=_("Choose the table that you exported."))
    old = delete(RosterFile).where(RosterFile.report.is_(None), RosterFile.sent_at < work.now - KEPT)
    work.session.execute(old.where(RosterFile.organisation_id == work.organisation.id))
    sent = RosterFile(name=name[:200] or "roster.csv", sent_by=work.actor.uid, sent_at=work.now, data=data)
    work.session.add(sent)
    work.session.flush()
    return sent


def apply_roster(work: Work, *, uid: str, partial: bool = False) -> RosterReport:
    """Take in the file that was sent as `uid`. Once applied, only its report is kept."""
    authorize(work, Action.ROSTER_IMPORT)
    sent = work.session.scalars(select(RosterFile).filter_by(uid=uid).with_for_update()).one_or_none()
    if sent is None:
        raise NotFound(remedy=_("Send the file again."))
    if sent.data is None:
        raise Conflict(detail=_("This file was taken in already."), remedy=_("Nothing needs doing."))
    report = import_roster(work, data=sent.data, partial=partial)
    if report.applied:
        sent.data, sent.report = None, report.kept()
    return report


def set_leave(
    work: Work, *, person_uid: str, starts: date, ends: date | None, revision: int | None = None
) -> Leave:
    """Say that a person is away from `starts` to `ends` (both included; None: until told). One that begins on the same
    day is corrected; one that overlaps is refused."""
    authorize(work, Action.PERSON_KEEP)
    person = _person(work, person_uid)
    if ends and ends < starts:
        raise Invalid(detail=_("The leave ends before it starts."), remedy=_("Correct one of the two days."))
    leaves = work.session.scalars(select(Leave).filter_by(person_id=person.id)).all()
    same = next((leave for leave in leaves if leave.starts == starts), None)
    wanted = Period(starts=starts, ends=ends)
    if any(
        leave is not same and Period(starts=leave.starts, ends=leave.ends).overlaps(wanted)
        for leave in leaves
    ):
        raise Conflict(
            detail=_("There is a leave for some of these days already."), remedy=_("Correct that one.")
        )
    expect_revision(person, revision)
    found = same or Leave(person_id=person.id, starts=starts, ends=ends)
    found.ends = ends
    work.session.add(found)
    work.session.flush()
    return found


def give_post(
    work: Work, *, person_uid: str, post_uid: str, is_deputy: bool = False, starts: date | None = None,
    ends: date | None = None,
) -> Holding:  # fmt: skip
    """Put a person in a post, as holder or deputy; for somebody who is in it already, change that."""
    authorize(work, Action.PERSON_KEEP)
    person = _person(work, person_uid)
    post = work.session.scalars(select(Post).filter_by(uid=post_uid)).one_or_none()
    if post is None:
        raise NotFound(detail=_("There is no such post here."), remedy=_("Choose a post of the list."))
    if starts and ends and ends < starts:
        raise Invalid(detail=_("It ends before it starts."), remedy=_("Correct one of the two days."))
    found = work.session.scalars(
        select(Holding).filter_by(post_id=post.id, person_id=person.id)
    ).one_or_none()
    holding = found or Holding(post_id=post.id, person_id=person.id)
    holding.is_deputy, holding.starts, holding.ends = is_deputy, starts, ends
    work.session.add(holding)
    work.session.flush()
    days: dict[str, Any] = {"starts": starts and starts.isoformat(), "ends": ends and ends.isoformat()}
    work.act("post.given", about=post.uid, record={"person": person.uid, "is_deputy": is_deputy, **days})
    return holding


def _check_place(name: str, zone: str, locales: tuple[str, ...]) -> None:
    if not 0 < len(name.strip()) <= 200:
        raise Invalid(
            detail=_("An organisation needs a name of at most 200 characters."), remedy=_("Give it one.")
        )
    try:
        ZoneInfo(zone)
        for locale in locales:
            Locale.parse(locale, sep="-")
    except (ZoneInfoNotFoundError, ValueError, UnknownLocaleError, OSError) as error:
        raise Invalid(
            detail=f"The time zone {zone} or a language of {', '.join(locales)} does not exist.",
            remedy=_("Write them like America/Toronto and en,fr."),
        ) from error
    if not locales or len(set(locales)) < len(locales):
        raise Invalid(
            detail=_("Each language is named once, and at least one is."), remedy=_("Write them like en,fr.")
        )


def _tell(work: Work, report: RosterReport) -> None:
    counts = {"people": report.people.to_json(), "appointments": report.appointments.to_json()}
    work.act(
        "roster.imported", about=work.organisation.uid, record={**counts, "refused_lines": len(report.errors)}
    )
    at = work.now.isoformat()
    work.record(RosterImported(organisation=work.organisation.uid, at=at, **report.people.to_json()))


def _person(work: Work, uid: str) -> Person:
    found = work.session.scalars(select(Person).filter_by(uid=uid)).one_or_none()
    if found is None:
        raise NotFound(detail=_("There is no such person here."), remedy=_("Look for them among the people."))
    return found


def add_person(
    work: Work, *, staff_id: str, given_name: str, family_name: str, email: str, locale: str
) -> Person:
    """Somebody who is not on the professional staff's roster: a leader who signs, decides or keeps the agreement."""
    authorize(work, Action.PERSON_KEEP)
    person = Person(staff_id=staff_id, given_name=clean_text(given_name), family_name=clean_text(family_name),
                    email=email.strip().lower(), locale=locale, zone=None)  # fmt: skip
    work.session.add(person)
    work.session.flush()
    work.act("person.added", about=person.uid, record={"person": person.uid})
    return person
