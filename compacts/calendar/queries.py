"""One's own dates, and who comes by the secret of a feed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import or_, select

from reciproca.compacts.access.queries import digest
from reciproca.compacts.access.tables import Account, Membership
from reciproca.compacts.calendar.rules import feed_secret, is_recent
from reciproca.compacts.calendar.tables import CalendarFeed
from reciproca.compacts.notices.inviting import meeting_entry
from reciproca.compacts.notices.words import Meeting, in_locale
from reciproca.compacts.obligations.tables import Obligation
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.staying import in_post
from reciproca.compacts.people.tables import Holding, Organisation, Person
from reciproca.compacts.reviewing.queries import OwnReview, own_reviews
from reciproca.compacts.reviewing.rules import ENDED
from reciproca.compacts.reviewing.tables import ReviewMeeting, ReviewState
from reciproca.core.clock import day_at
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.i18n import Translator, _
from reciproca.core.identity import Actor, Proof
from reciproca.core.ids import instant_in
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates.calendar import Entry


def own_feed(work: Work) -> CalendarFeed | None:
    """The actor's feed, if they made one."""
    authorize(work, Action.CALENDAR_KEEP, person_id=work.actor.person_id)
    return work.session.scalars(select(CalendarFeed).filter_by(person_id=work.actor.person_id)).one_or_none()


def address_of(work: Work, *, feed: CalendarFeed) -> str:
    """The whole address of one's own feed: whoever has it reads the dates in it."""
    authorize(work, Action.CALENDAR_KEEP, person_id=feed.person_id)
    return f"{work.settings.public_url.rstrip('/')}/calendar/{feed_secret(work.keys.secret, feed.uid)}.ics"


def by_secret(work: Work, *, secret: str) -> Work:
    """The work of whoever's feed this is the secret of, with the right to read their dates and no other. NotFound in
    the same words for one that never was, was revoked, or whose owner's account is shut."""
    authorize(work, Action.SIGN_IN)
    asked = (
        select(CalendarFeed, Account.locale)
        .join(Membership, Membership.person_id == CalendarFeed.person_id)
        .join(Account, Account.id == Membership.account_id)
        .where(CalendarFeed.sha256 == digest(secret), Account.is_enabled.is_(True))
        .where(Membership.organisation_id == CalendarFeed.organisation_id)
    )
    found = work.session.execute(asked, execution_options=ACROSS).one_or_none()
    if found is None:
        raise NotFound(
            detail=_("This calendar address is not known, or was revoked."),
            remedy=_("Sign in and see “Your dates” for the one that counts."),
        )
    feed, locale = found
    place = reference(work.session.get_one(Organisation, feed.organisation_id))
    work.session.info["organisation_id"] = place.id
    person = work.session.get_one(Person, feed.person_id)
    actor = Actor(
        uid=f"calendar:{feed.uid}",
        person_id=person.id,
        scopes=frozenset({Action.CALENDAR_READ.value}),
        locale=locale or person.locale,
        proof=Proof(method="calendar"),
    )
    return replace(work, actor=actor, place=place)


def own_dates(work: Work, *, translator: Translator) -> Sequence[Entry]:
    """The actor's dates, the nearest first: what they, or a post that they hold, owe or are invited to by a day; the
    reviews that they take part in, and the meetings. Nothing in it names anybody else."""
    authorize(work, Action.CALENDAR_READ, person_id=work.actor.person_id)
    person_id = work.actor.person_id or 0
    found = [
        *(_due(work, row, translator) for row in _owed(work, person_id)),
        *(
            entry
            for one in own_reviews(work, person_id=person_id)
            for entry in _of_review(work, one, translator)
        ),
    ]
    return sorted(found, key=lambda entry: (_begins(work, entry), entry.uid))


def _owed(work: Work, person_id: int) -> Iterator[Obligation]:
    posts = select(Holding.post_id).where(Holding.person_id == person_id, in_post(work.today()))
    mine = or_(Obligation.person_id == person_id, Obligation.post_id.in_(posts))
    asked = (
        select(Obligation).where(mine, Obligation.state.in_(("open", "cancelled"))).order_by(Obligation.id)
    )
    for row in work.session.scalars(asked):
        if row.state == "open" or is_recent(row.ended_at, now=work.now):
            yield row


def _due(work: Work, row: Obligation, translator: Translator) -> Entry:
    title = in_locale(row.title, translator.locale)
    words = (
        _("Last day to answer, if you like: %(title)s") if row.family == "invitation" else _("Due: %(title)s")
    )
    is_cancelled = row.state == "cancelled"
    said = in_locale(row.sentence, translator.locale)
    url = _url(work, row.path)
    return Entry(
        uid=row.uid,
        sequence=row.revision - 1,
        stamp=row.ended_at or instant_in(row.uid),
        title=translator.gettext(_("No longer due: %(title)s") if is_cancelled else words) % {"title": title},
        day=date.fromisoformat(row.due_local[:10]),
        text="\n\n".join(part for part in (said, url) if part),
        url=url,
        is_cancelled=is_cancelled,
    )


def _of_review(work: Work, one: OwnReview, translator: Translator) -> Iterator[Entry]:
    title, url = in_locale(one.titles, translator.locale), _url(work, f"/reviews/{one.review.uid}")
    review, meeting = one.review, one.meeting
    if review.state is ReviewState.PLANNED:
        words = translator.gettext("Review opens: %(title)s") % {"title": title}
        yield _day(
            f"{review.uid}-opens", review.revision, instant_in(review.uid), words, review.opens_on, url
        )
    if review.state not in ENDED:
        words = translator.gettext("Review closes: %(title)s") % {"title": title}
        yield _day(
            f"{review.uid}-closes", review.revision, instant_in(review.uid), words, review.closes_on, url
        )
    if meeting is not None and is_recent(meeting.starts_at, now=work.now):
        is_off = meeting.is_cancelled or not one.is_invited
        yield meeting_entry(
            _meeting(meeting, is_off=is_off), title=title, translator=translator, stamp=meeting.changed_at, url=url,
            is_cancelled=is_off,
        )  # fmt: skip


def _day(uid: str, revision: int, stamp: datetime, title: str, day: date, url: str) -> Entry:
    return Entry(uid=uid, sequence=revision - 1, stamp=stamp, title=title, day=day, text=url, url=url)


def _meeting(row: ReviewMeeting, *, is_off: bool) -> Meeting:
    """What the calendar is told: who isn't expected any more isn't told where either."""
    return Meeting(
        uid=row.uid,
        sequence=row.sequence,
        starts=datetime.fromisoformat(row.starts_local),
        zone=row.zone,
        minutes=row.minutes,
        place="" if is_off else row.place,
        link="" if is_off else row.link,
        agenda="" if is_off else row.agenda,
    )


def _begins(work: Work, entry: Entry) -> tuple[date, str]:
    if entry.starts is None:
        return entry.day or date.max, ""
    return day_at(entry.starts, work.organisation.zone), entry.starts.isoformat()


def _url(work: Work, path: str) -> str:
    return work.settings.public_url.rstrip("/") + path
