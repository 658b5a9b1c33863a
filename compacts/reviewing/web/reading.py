"""Reading: the list of reviews, and one review as it may be seen now by whoever looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reciproca.compacts.drafting.rules import Clause, topics
from reciproca.compacts.drafting.web.forms import Typed, errors_of
from reciproca.compacts.drafting.web.reading import chosen_locale
from reciproca.compacts.people.reading import post_names
from reciproca.compacts.reviewing import queries, rules
from reciproca.compacts.reviewing.queries import LookView, OwnAnswers, ReviewFacts
from reciproca.compacts.reviewing.tables import ReviewState
from reciproca.compacts.reviewing.web.blueprint import pages
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, is_allowed
from reciproca.core.work import Work
from reciproca.plugins.types import Rating, Side
from reciproca.templates.web import page, translator


@dataclass(frozen=True, kw_only=True)
class Promise:
    """One commitment of a review as the page shows it: `number` and `topic` of the pair that it stands in."""

    number: int
    topic: str
    side: Side
    clause: Clause
    look: LookView


@dataclass(frozen=True, kw_only=True)
class Groups:
    """Promises whose answers are open: seen differently by the two sides, seen by one side alone, seen alike."""

    differing: Sequence[Promise]
    one_sided: Sequence[Promise]
    alike: Sequence[Promise]
    unseen: Sequence[Promise] = field(default=())


@pages.get("/reviews")
def list_reviews() -> str:
    """The organisation's reviews, the newest first."""
    work = current_work()
    found = queries.list_reviews(work, locale=translator().locale)
    return page("reviewing/list.html", lines=found, zone=work.organisation.zone)


@pages.get("/reviews/<uid>")
def show_review(uid: str) -> str:
    """One review, as it may be seen now."""
    return review_page(uid, {}, ())


def review_page(uid: str, typed: Typed, faults: Sequence[Fault], form: str = "") -> str:
    """The page of one review; after a refused form (named `form`) with what was typed and what is wrong."""
    work = current_work()
    facts = queries.show_review(work, uid=uid, locale=chosen_locale(work))
    mine = queries.speaks_for(work, review=facts.review)
    own = _own(work, facts, mine)
    return page(
        "reviewing/review.html",
        facts=facts,
        review=facts.review,
        text=facts.text,
        topics=topics(facts.text.clauses),
        mine=mine,
        met=queries.meeting_of(work, review=facts.review),
        own=own,
        is_answering=own is not None
        and own.voice.submitted_at is None
        and _takes_answers(facts.review.state),
        groups=None if facts.is_sealed else grouped(facts),
        posts=queries.posts_to_choose(work) if mine and not facts.is_sealed else (),
        post_names=post_names(work, translator().locale),
        typed=typed,
        faults=faults,
        errors=errors_of(faults),
        form=form,
        values=_values(own, typed if form == "answers" else {}),
        may_run=is_allowed(work, Action.REVIEW_RUN),
        may_tell=is_allowed(work, Action.ACTION_TELL),
        ratings=[rating.value for rating in Rating],
        sides=list(Side),
        today=work.today(),
        zone=work.organisation.zone,
        locale=facts.text.locale,
    )


def grouped(facts: ReviewFacts) -> Groups:
    """The promises of a review whose answers are open, the differing ones first."""
    found = [
        Promise(
            number=topic.number,
            topic=topic.title,
            side=clause.side,
            clause=clause,
            look=facts.looks[clause.uid],
        )
        for topic in topics(facts.text.clauses)
        for clause in (topic.organisation, topic.physicians)
        if clause is not None and clause.uid in facts.looks
    ]
    on_time = {side for side, view in facts.sides.items() if view.submitted_at and not view.is_late}
    heard = [(promise, _ratings(promise.look)) for promise in found]
    by_both = [
        (promise, said)
        for promise, said in heard
        if len(said) == 2 and on_time | ({Side.PHYSICIANS} if promise.look.heard else set()) == set(Side)
    ]
    of_both = [promise.clause.uid for promise, _said in by_both]
    return Groups(
        differing=[promise for promise, said in by_both if len(set(said.values())) == 2],
        alike=[promise for promise, said in by_both if len(set(said.values())) == 1],
        one_sided=[promise for promise, said in heard if said and promise.clause.uid not in of_both],
        unseen=[promise for promise, said in heard if not said],
    )


def _ratings(look: LookView) -> dict[Side, Rating]:
    """What each side says of a commitment: where physicians were asked one by one, what they say together."""
    together = {Side.PHYSICIANS: look.heard.rating} if look.heard and look.heard.rating else {}
    return {**{side: row.rating for side, row in look.views.items()}, **together}


def _takes_answers(state: ReviewState) -> bool:
    return state in rules.UNDER_WAY


def _own(work: Work, facts: ReviewFacts, mine: Side | None) -> OwnAnswers | None:
    if mine is None or facts.review.state is ReviewState.PLANNED or not facts.looks:
        return None
    return queries.own_answers(work, review_uid=facts.review.uid, side=mine)


def _values(own: OwnAnswers | None, typed: Typed) -> Mapping[str, str]:
    """What the fields of the answers' form hold: what was just typed, else what was saved."""
    if typed or own is None:
        return typed
    saved: dict[str, str] = {}
    for uid, answer in own.answers.items():
        saved |= {f"rating-{uid}": answer.rating.value, f"words-{uid}": answer.words}
    return saved
