"""You said, we did, and why: what became of a round, for everybody."""

from flask import request

from reciproca.compacts.consulting import queries
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.consulting.web.rounds import asked_number, surroundings
from reciproca.compacts.drafting.web.reading import facts_of
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.plugins.types import Side
from reciproca.templates.web import page

_PAGE = 30


@pages.get("/versions/<uid>/answers")
def answers(uid: str) -> str:
    """The answers of a round (the newest, or the one that `round` names), and how many of each kind per side."""
    work = current_work()
    authorize(work, Action.COMMENT_READ)
    facts = facts_of(work, uid)
    told = queries.you_said(
        work,
        version=facts.version,
        number=asked_number() or None,
        after=request.args.get("after"),
        limit=_PAGE,
    )
    rates = queries.rates(work, version=facts.version).get(told.round.number if told.round else 0, {})
    return page(
        "consulting/answers.html",
        told=told,
        rates=rates,
        answered=sum(one.answered for one in rates.values()),
        waiting=sum(one.waiting for one in rates.values()),
        dispositions=list(Disposition),
        sides=list(Side),
        **surroundings(work, facts),
    )
