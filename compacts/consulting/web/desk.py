"""The drafters' desk: what waits for an answer, one promise at a time, and one form that answers many."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from reciproca.compacts.consulting import actions, queries, schemas
from reciproca.compacts.consulting.queries import CommentView, PointView, Suggestion
from reciproca.compacts.consulting.rules import PointState
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.consulting.web.blueprint import pages
from reciproca.compacts.consulting.web.forms import picked, require_picked, submit, without_same_wording
from reciproca.compacts.consulting.web.rounds import asked_number, surroundings, with_waiting
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.drafting.web.forms import Typed, errors_of, typed
from reciproca.compacts.drafting.web.reading import facts_of
from reciproca.core.canonical import clean_text
from reciproca.core.errors import Fault
from reciproca.core.http import current_work
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates.web import page

_PAGE = 30
_ALL = 400
_GLANCE = 500
_ANSWER = ("disposition", "reason", "adopt", "wording", "base", "locale", "title", "identity")
WHOLE = "whole"
"""In addresses: what is said about the whole text, rather than one promise."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Points that may get one answer: alike ones (`uids`: all comments that are, on this page or not), or the rest."""

    first: str = ""
    uids: Sequence[str] = ()
    points: Sequence[PointView] = ()

    @property
    def further(self) -> list[str]:
        """Alike ones that this page doesn't show."""
        shown = {comment.uid for point in self.points for comment in point.comments}
        return [uid for uid in self.uids if uid not in shown]


@pages.get("/versions/<uid>/desk")
def desk(uid: str) -> str:
    """What waits for an answer: by promise, or the points of one (`about`)."""
    return _desk_page(uid, {}, ())


@pages.post("/versions/<uid>/answers")
def answer(uid: str) -> ResponseReturnValue:
    """Answer all that is ticked, in one act."""
    about, chosen = request.form.get("about", ""), picked()
    form = {name: value for name, value in without_same_wording(typed()).items() if name in _ANSWER and value}
    if adopt := form.get("adopt"):
        form.setdefault("disposition", Disposition.ACCEPTED.value)
        chosen += [adopt] if adopt not in chosen else []
    if "wording" not in form:
        form.pop("locale", None)
    if about != WHOLE and form.get("disposition") == Disposition.CHANGED.value:
        form.setdefault("identity", about)

    def act(asked: dict[str, Any]) -> str:
        work = current_work()
        if not chosen:
            require_picked()
        actions.answer(work, version_uid=uid, **asked)
        return _next(work, find_version(work, uid=uid), about, len(chosen))

    return submit(
        schemas.PointAnswerIn(), act, lambda written, faults: _desk_page(uid, written, faults),
        {**form, "comment_uids": chosen},
    )  # fmt: skip


@pages.post("/versions/<uid>/sights")
def see(uid: str) -> ResponseReturnValue:
    """Mark what is ticked as seen by one's own side."""

    def act(asked: dict[str, Any]) -> str:
        require_picked()
        actions.see(current_work(), version_uid=uid, comment_uids=asked["comment_uids"])
        return _here(uid, seen="1")

    return _of_picked(uid, schemas.SightIn(), act)


@pages.post("/versions/<uid>/points")
def group(uid: str) -> ResponseReturnValue:
    """Bring what is ticked together, to be answered later."""

    def act(asked: dict[str, Any]) -> str:
        require_picked()
        actions.group(current_work(), version_uid=uid, comment_uids=asked["comment_uids"])
        return _here(uid, grouped="1")

    return _of_picked(uid, schemas.GroupIn(), act)


def _of_picked(uid: str, schema: Schema, act: Callable[[dict[str, Any]], str]) -> ResponseReturnValue:
    def again(written: Typed, faults: Sequence[Fault]) -> str:
        return _desk_page(uid, written, faults)

    return submit(schema, act, again, {"comment_uids": picked()})


def _here(uid: str, **more: str) -> str:
    about, number = request.form.get("about", ""), asked_number()
    kept = {"about": about} | ({"round": str(number)} if number is not None else {}) | more
    return f"/versions/{uid}/desk?{urlencode(kept)}"


def _next(work: Work, version: Version, about: str, done: int) -> str:
    """The same promise while something waits there, else the next one where something does, else the desk."""
    counts = _counts(work, version, asked_number())
    waits = [one.identity or WHOLE for one in with_waiting(counts)]
    after = [one.identity or WHOLE for one in counts]
    later = after[after.index(about) :] if about in after else after
    goal = next((one for one in [*later, *waits] if one in waits), "")
    kept = {"about": goal} if goal else {}
    if (number := asked_number()) is not None:
        kept["round"] = str(number)
    return f"/versions/{version.uid}/desk?{urlencode({**kept, 'done': str(done)})}"


def _counts(work: Work, version: Version, number: int | None) -> Sequence[queries.ClauseCount]:
    found = (
        None if number == queries.WAITING_ROUND else queries.find_round(work, version=version, number=number)
    )
    return queries.clause_counts(work, version=version, round_id=found.id if found else None)


def _busiest(counts: Sequence[queries.ClauseCount]) -> list[str | None]:
    """The promises where most waits, as many as hold no more comments than alike ones are looked for at a glance; one
    at least."""
    busiest = sorted(counts, key=lambda one: -one.waiting)
    together = accumulate(one.waiting for one in busiest)
    return [
        one.identity
        for place, (one, seen) in enumerate(zip(busiest, together, strict=True))
        if place == 0 or seen <= _GLANCE
    ]


def _desk_page(uid: str, written: Typed, faults: Sequence[Fault]) -> str:
    work = current_work()
    authorize(work, Action.COMMENT_ANSWER)
    facts, number = facts_of(work, uid), asked_number()
    about = request.values.get("about") or None
    counts = _counts(work, facts.version, number)
    late = queries.clause_counts(work, version=facts.version, round_id=None)
    shown, batches, following = _work_on(work, facts.version, about, number)
    around = surroundings(work, facts)
    return page(
        "consulting/desk.html",
        about=about,
        number=number,
        clauses=counts,
        comments=sum(one.comments for one in counts),
        waiting=sum(one.waiting for one in counts),
        late=sum(one.waiting for one in late) if facts.consultations else 0,
        batches=batches,
        following=following,
        alike=[] if about else queries.suggest(work, version=facts.version, among=_busiest(counts)),
        missed=_missed(work, facts.version, len(facts.consultations), about),
        chosen=request.args.get("alike", ""),
        ticked=set(picked()),
        count=sum(len(point.comments) for point in shown),
        typed=written,
        faults=faults,
        errors=errors_of(faults),
        side=queries.viewer_of(work, version=facts.version).side,
        dispositions=list(Disposition),
        flags={name: request.args.get(name, "") for name in ("done", "seen", "grouped")},
        takeable=_takeable(shown, around["topic_of"], around["locale"]),
        **around,
    )


def _takeable(
    points: Sequence[PointView], topic_of: Mapping[str, Mapping[str, Any]], locale: str
) -> set[str]:
    found = (comment for point in points for comment in point.comments)
    return {comment.uid for comment in found if is_takeable(comment, topic_of, locale)}


def _work_on(
    work: Work, version: Version, about: str | None, number: int | None
) -> tuple[Sequence[PointView], list[Batch], str | None]:
    if about is None:
        return (), [], None
    identity = "" if about == WHOLE else about
    shown = queries.round_page(
        work, version=version, number=number, about=identity, state=PointState.OPEN,
        after=request.values.get("after") or None, limit=_PAGE, first=_ALL,
    )  # fmt: skip
    return (
        shown.points,
        _batches(shown.points, queries.suggest(work, version=version, about=identity)),
        shown.next,
    )


def is_takeable(comment: CommentView, topic_of: Mapping[str, Mapping[str, Any]], locale: str) -> bool:
    """Whether its wording can be taken as it is: the promise is there, and still says what it was written against. In
    another language than the page's the act itself tells."""
    clause = topic_of.get(comment.identity or "")
    if not comment.wording or not comment.waits or clause is None:
        return False
    return comment.locale != locale or clean_text(comment.base or "") == clean_text(clause["text"])


def _batches(points: Sequence[PointView], suggested: Sequence[Suggestion]) -> list[Batch]:
    """Alike ones together, then the rest, each in the order in which it was said."""
    rest, found = list(points), []
    for one in suggested:
        uids = set(one.comment_uids)
        mine = [point for point in rest if any(comment.uid in uids for comment in point.comments)]
        if mine:
            found.append(Batch(first=one.comment_uids[0], uids=one.comment_uids, points=mine))
            rest = [point for point in rest if point not in mine]
    return [*found, Batch(points=rest)] if rest else found


def _missed(work: Work, version: Version, rounds: int, about: str | None) -> list[PointView]:
    """Answered points of every round whose answer missed somebody's point."""
    identity = None if about is None else "" if about == WHOLE else about
    return [
        point
        for number in range(0 if not rounds else 1, rounds + 1)
        for point in queries.round_page(
            work, version=version, number=number, about=identity, state=PointState.OBJECTED, first=_ALL
        ).points
    ]
