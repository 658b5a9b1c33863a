"""The story, scene by scene: a year and more of one agreement, ending on the day of the first run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from reciproca.compacts.access.actions import add_account, open_accounts
from reciproca.compacts.consulting.actions import close_consultation, open_consultation
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.actions import (
    confirm_rendition,
    create_compact,
    edit_commitment,
    give_accord,
    propose,
    record_ratification,
    schedule,
    start_version,
)
from reciproca.compacts.drafting.queries import comparison, earlier, find_version, rendition_views
from reciproca.compacts.drafting.tables import Attribution, Commitment, Compact, Matter
from reciproca.compacts.people.actions import add_person, give_post, import_roster
from reciproca.compacts.people.tables import Person, Post
from reciproca.core.identity import Role, console
from reciproca.core.work import Work
from reciproca.demo.cast import LEADERS, PASSWORD, PHYSICIAN_LEADERS, SAMPLE_PHYSICIANS, Part
from reciproca.demo.roster import moved
from reciproca.demo.signatures import (
    answer_otherwise,
    ask_for_signatures,
    sign_as_physicians,
    sign_for_the_hospital,
)
from reciproca.demo.stage import Stage
from reciproca.demo.talk import FIRST, SECOND, Talk, answer_all, speak
from reciproca.demo.words import CHANGES, DECIDES, FIXED, MEASURE, PURPOSE, RULE, SUMMARIES, TITLES
from reciproca.plugins.types import ChangeClass, LegalEffect, Side

STEWARD = "helen.abara@riverbend.example"
BOARD = "marc.tremblay@riverbend.example"
ASSOCIATION = "kwame.obrien@riverbend.example"
CO_SPONSORS = ("amina.yusuf@riverbend.example", "mei.osuilleabhain@riverbend.example")
YEAR = timedelta(days=365)
ABLE = 46
"""How many physicians have set a password by the time that they are asked to sign."""


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The days of the story, counted back from the instant at which it `ends`, on the local day `last`."""

    ends: datetime
    last: date

    def before(self, days: int) -> date:
        """The day `days` before the last one, moved back from a weekend to the Friday."""
        day = self.last - timedelta(days=days)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def after(self, days: int) -> date:
        """The day `days` after the last one, moved on from a weekend to the Monday."""
        day = self.last + timedelta(days=days)
        return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)

    @property
    def anniversary(self) -> date:
        """When the first joint review opens: a year after the first version came into force."""
        return self.last - timedelta(days=26)

    @property
    def in_force(self) -> date:
        """When the first version came into force."""
        return self.anniversary.replace(year=self.anniversary.year - 1, day=min(self.anniversary.day, 28))

    @property
    def first_roster(self) -> date:
        """The first day of the appointments of the first roster; the second one renews them a year later."""
        return self.in_force - timedelta(days=45)

    @property
    def opening(self) -> date:
        """The first day of the story."""
        return self.in_force - timedelta(days=60)


def gather_people(stage: Stage, days: Calendar) -> None:
    """The roster comes in, messy as it is, and accounts are opened."""
    report = _take_roster(stage, days.first_roster)
    stage.note("medical staff office", f"took in a roster: {report}")
    with stage.installation.work(console(), stage.place) as work:
        for part in (*LEADERS, *PHYSICIAN_LEADERS, *SAMPLE_PHYSICIANS):
            _introduce(work, part)
    with stage.installation.work(console(), stage.place) as work:
        _open_with_password(work, ABLE)
        opened = ABLE + open_accounts(work)
    stage.note("administrator", f"opened {opened} accounts for physicians")


def write_together(stage: Stage, days: Calendar) -> None:
    """From the template to a ratified text, in two languages."""
    with stage.acting(STEWARD) as work:
        version = create_compact(
            work, template_key="ottawa-14", legal_effect=LegalEffect.NONE, review_cycle="annual",
            titles=TITLES, sponsor_organisation_uid=_person(work, "ST0002"),
            sponsor_physicians_uid=_person(work, "TR00103"),
            sunset=days.in_force + 4 * YEAR,
        )  # fmt: skip
        uid = version.uid
    stage.note("steward", "began an agreement from the template: both columns, in English and French")
    stage.go_to(days.in_force - timedelta(days=52))
    _consult(stage, uid, stage.day + timedelta(days=14), FIRST, SUMMARIES[0])
    stage.go_to(days.in_force - timedelta(days=30))
    _decide(stage, uid)
    with stage.acting(STEWARD) as work:
        schedule(work, version_uid=uid, effective_from=days.in_force)
    stage.note("steward", f"set the day: {days.in_force}")
    stage.go_to(days.in_force)
    stage.note("the clock", "version 1 came into force")
    sign_for_the_hospital(stage, uid)


def renew_appointments(stage: Stage, days: Calendar) -> None:
    """A year on, the same people are appointed again, and signing is offered with the re-appointment."""
    stage.go_to(days.before(75))
    stage.note("medical staff office", f"renewed the roster: {_take_roster(stage, days.first_roster + YEAR)}")
    stage.go_to(days.before(60), 9, 30)
    ask_for_signatures(stage, due=days.after(21))
    sign_as_physicians(stage, until=days.before(30))
    answer_otherwise(stage)


def propose_again(stage: Stage, days: Calendar) -> None:
    """What the review showed becomes the next text, and is put to both sides on the last day."""
    stage.go_to(days.before(12), 11)
    with stage.acting(STEWARD) as work:
        compact = work.session.scalars(select(Compact)).one()
        version = start_version(work, compact_uid=compact.uid, change_class=ChangeClass.MATERIAL)
        uid = version.uid
        for pair, side, locale, words in CHANGES:
            found = select(Commitment).filter_by(version_id=version.id, pair=pair, side=side)
            row = work.session.scalars(found).one()
            edit_commitment(work, commitment_uid=row.uid, locale=locale, words={"text": words})
    stage.note("steward", "started version 2 from what the review showed")
    _consult(stage, uid, days.before(3), SECOND, SUMMARIES[1])
    for sponsor in CO_SPONSORS:
        with stage.acting(sponsor) as work:
            give_accord(work, version_uid=uid, matter=Matter.CHANGE_CLASS)
    stage.note("both co-sponsors", "confirmed that the change is material: it changes what a side owes")
    _read(stage, uid)
    stage.finish(days.ends)
    with stage.acting(STEWARD) as work:
        version = propose(work, version_uid=uid)
        changes = comparison(work, before=earlier(work, version=version), after=version, locale="en").changes
    stage.note("steward", "proposed version 2: its text is frozen, both sides now decide")
    for change in changes:
        if change.before and change.after and change.fields:
            old, new = change.before.text, change.after.text
            stage.note("", f"{change.clause.side.value}, {change.clause.topic}: “{old}” becomes “{new}”")
    stage.work_off()


Scene = Callable[[Stage, Calendar], None]


def _take_roster(stage: Stage, starts: date) -> str:
    with stage.installation.work(console(), stage.place) as work:
        report = import_roster(work, data=moved(starts), partial=True)
    people, appointments = report.people, report.appointments
    return (
        f"{people.added} people and {appointments.added} appointments added, {len(report.errors)} lines refused, "
        f"{len(report.warnings)} warnings"
    )


def _introduce(work: Work, part: Part) -> None:
    if part.family_name:
        add_person(work, staff_id=part.staff_id, given_name=part.given_name, family_name=part.family_name,
                   email=part.email, locale=part.locale)  # fmt: skip
    add_account(work, email=part.email, roles=part.roles, password=PASSWORD, staff_id=part.staff_id or None)
    if part.post:
        post = work.session.scalars(select(Post).filter_by(key=part.post)).first()
        if post:
            give_post(work, person_uid=_person(work, part.staff_id), post_uid=post.uid)


def _open_with_password(work: Work, count: int) -> None:
    """Accounts whose owners have set their password already: the mailed link is skipped in the story."""
    parts = {part.staff_id for part in (*LEADERS, *PHYSICIAN_LEADERS, *SAMPLE_PHYSICIANS)}
    people = select(Person).where(Person.email.is_not(None), Person.staff_id.not_in(parts))
    for person in work.session.scalars(people.order_by(Person.staff_id).limit(count)):
        add_account(
            work,
            email=str(person.email),
            roles=(Role.PHYSICIAN,),
            password=PASSWORD,
            staff_id=person.staff_id,
        )


def _person(work: Work, staff_id: str) -> str:
    return work.session.scalars(select(Person.uid).filter_by(staff_id=staff_id)).one()


def _consult(stage: Stage, version_uid: str, closes: date, talk: Talk, summary: str) -> None:
    with stage.acting(STEWARD) as work:
        open_consultation(
            work, version_uid=version_uid, purpose=PURPOSE, constraints=FIXED, decision_rule=RULE, decides=DECIDES,
            measure=MEASURE, attribution=Attribution.NAMED, closes_on=closes,
        )  # fmt: skip
    stage.note("steward", f"opened a consultation of both sides until {closes}")
    stage.go_to(closes - timedelta(days=4), 12)
    comments = speak(stage, version_uid, talk)
    stage.note(
        "both sides", f"said {len(comments)} things about {len({one.pair for one in talk.said})} topics"
    )
    stage.go_to(closes, 15)
    counts = answer_all(stage, version_uid, talk, comments)
    stage.note("drafters of both sides", "answered each with a reason: " + _counted(counts))
    stage.go_to(closes, 16)
    with stage.acting(STEWARD) as work:
        close_consultation(work, version_uid=version_uid, summary=summary)
    stage.note("steward", "closed the consultation and said what came of it")


def _counted(counts: Mapping[Disposition, int]) -> str:
    return ", ".join(f"{count} {disposition.value}" for disposition, count in counts.items() if count)


def _read(stage: Stage, version_uid: str) -> None:
    with stage.acting(STEWARD) as work:
        for view in rendition_views(work, version=find_version(work, uid=version_uid)):
            confirm_rendition(work, version_uid=version_uid, locale=view.locale, sha256=view.sha256)
    stage.note("steward", "read both languages side by side, and confirmed each")


def _decide(stage: Stage, version_uid: str) -> None:
    _read(stage, version_uid)
    with stage.acting(STEWARD) as work:
        propose(work, version_uid=version_uid)
    stage.note("steward", "proposed version 1: text frozen and hashed in both languages")
    stage.go_to(stage.day + timedelta(days=7), 19)
    with stage.acting(ASSOCIATION) as work:
        record_ratification(
            work, version_uid=version_uid, side=Side.PHYSICIANS, body="Medical staff association, general meeting",
            decided_on=stage.day, is_ratified=True, votes_for=91, votes_against=7, abstentions=4, quorum=60,
            minute_reference="MSA minutes, item 4",
        )  # fmt: skip
    stage.note("medical staff association", "ratified it, 91 to 7")
    stage.go_to(stage.day + timedelta(days=6), 18)
    with stage.acting(BOARD) as work:
        record_ratification(
            work, version_uid=version_uid, side=Side.ORGANISATION, body="Board of directors", decided_on=stage.day,
            is_ratified=True, votes_for=11, quorum=7, minute_reference="Board minutes, item 6",
        )  # fmt: skip
    stage.note("board", "ratified it, 11 to 0")
