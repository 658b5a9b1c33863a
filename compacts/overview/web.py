"""Pages of overview: one's own page, the balance, the leaders' overview."""

from flask import Blueprint

from reciproca.compacts.escalating.queries import agenda
from reciproca.compacts.overview import queries
from reciproca.compacts.people.reading import post_names
from reciproca.compacts.people.tables import Person
from reciproca.compacts.reviewing.rules import Standing
from reciproca.core.errors import Unauthenticated
from reciproca.core.http import current_work
from reciproca.core.i18n import _
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from reciproca.templates.web import page, translator

pages = Blueprint("overview", __name__)


@pages.get("/")
def home() -> str:
    """One's own page; a stranger is sent to sign in."""
    work = current_work()
    if work.actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then your own page opens."))
    return page(
        "overview/home.html",
        home=queries.home(work, locale=_locale(work)) if work.place else None,
        standings=list(Standing),
        sides=list(Side),
        today=work.today() if work.place else None,
        zone=work.place.zone if work.place else "",
        may_balance=is_allowed(work, Action.BALANCE_READ),
        may_overview=is_allowed(work, Action.OVERVIEW_READ),
        may_people=is_allowed(work, Action.PEOPLE_READ),
        may_draft=is_allowed(work, Action.COMPACT_CREATE),
    )


@pages.get("/messages/plan")
def coming() -> str:
    """What will reach oneself, when and why."""
    work = current_work()
    authorize(work, Action.OBLIGATION_READ, person_id=work.actor.person_id)
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    return page(
        "overview/coming.html",
        ahead=queries.plan_for_person(work, person=person) if person else [],
        who=person.name if person else "",
        zone=(person and person.zone) or work.organisation.zone,
        locale=_locale(work),
    )


@pages.get("/balance")
def balance() -> str:
    """Promises kept, both sides: the same page for both columns."""
    work = current_work()
    locale = _locale(work)
    return page(
        "overview/balance.html", balances=queries.balance(work, locale=locale), standings=list(Standing),
        proposed=agenda(work), sides=list(Side), locale=locale, zone=work.organisation.zone, shares=queries.shares,
    )  # fmt: skip


@pages.get("/overview")
def overview() -> str:
    """The leaders' overview."""
    work = current_work()
    found = queries.overview(work, locale=_locale(work))
    return page(
        "overview/overview.html", found=found, standings=list(Standing), sides=list(Side), today=work.today(),
        post_names=post_names(work, translator().locale), zone=work.organisation.zone, shares=queries.shares,
    )  # fmt: skip


def _locale(work: Work) -> str:
    """The page's language where the agreements are written in it, else the organisation's first."""
    known = work.organisation.locales
    return translator().locale if translator().locale in known else known[0]
