"""Making and revoking the address of one's own feed."""

from sqlalchemy import select

from reciproca.compacts.access.queries import digest
from reciproca.compacts.calendar.rules import feed_secret
from reciproca.compacts.calendar.tables import CalendarFeed
from reciproca.core import ids
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def make_feed(work: Work) -> CalendarFeed:
    """A new address for one's own feed; the one before, if any, is worthless from now on."""
    authorize(work, Action.CALENDAR_KEEP, person_id=work.actor.person_id)
    _end(work)
    uid = ids.time_ordered(work.clock)
    feed = CalendarFeed(
        uid=uid,
        person_id=work.actor.person_id,
        sha256=digest(feed_secret(work.keys.secret, uid)),
        made_at=work.now,
    )
    work.session.add(feed)
    work.session.flush()
    work.act("calendar.made", about=uid, record={})
    return feed


def revoke_feed(work: Work) -> None:
    """Make the address of one's own feed worthless at once. NotFound when there is none."""
    authorize(work, Action.CALENDAR_KEEP, person_id=work.actor.person_id)
    if not _end(work):
        raise NotFound(
            detail=_("You have no calendar address. Nothing was changed."),
            remedy=_("Make one if you want your dates in your calendar."),
        )


def _end(work: Work) -> bool:
    mine = select(CalendarFeed).filter_by(person_id=work.actor.person_id).with_for_update()
    feed = work.session.scalars(mine).one_or_none()
    if feed is None:
        return False
    work.session.delete(feed)
    work.session.flush()
    work.act("calendar.revoked", about=feed.uid, record={})
    return True
