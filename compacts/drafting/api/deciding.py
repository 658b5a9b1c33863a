"""What becomes of a version: both sides' word, proposal, ratification, its day."""

from typing import Any

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.api.blueprint import Answer, resources
from reciproca.compacts.drafting.api.showing import made, whole_version
from reciproca.compacts.drafting.tables import Accord
from reciproca.core.http import current_work, seen_revision


@resources.post("/versions/<uid>/revisions")
@resources.arguments(schemas.NothingIn)
@resources.response(200, schemas.WholeVersionOut)
def revise(_asked: dict[str, Any], uid: str) -> Answer:
    """Take a version out of consultation to change its words."""
    work = current_work()
    return whole_version(work, actions.revise(work, version_uid=uid, revision=seen_revision()))


@resources.put("/versions/<uid>/change-class")
@resources.arguments(schemas.ClassIn)
@resources.response(200, schemas.WholeVersionOut)
def put_class(asked: dict[str, Any], uid: str) -> Answer:
    """Call a draft's change another class; both sides confirm it anew."""
    work = current_work()
    return whole_version(work, actions.change_class(work, version_uid=uid, revision=seen_revision(), **asked))


@resources.get("/versions/<uid>/accords")
@resources.response(200, schemas.AccordOut(many=True))
def read_accords(uid: str) -> list[Accord]:
    """What each side has said yes to, first to last."""
    work = current_work()
    return queries.accords(work, version=queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/accords")
@resources.arguments(schemas.AccordIn)
@resources.response(201, schemas.WholeVersionOut)
def give_accord(asked: dict[str, Any], uid: str) -> Answer:
    """Say yes for one's side: to the class of a change, a suspension, its end, or a retirement. With the other side's
    yes it takes effect at once."""
    work = current_work()
    actions.give_accord(work, version_uid=uid, **asked)
    return made(work, queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/proposals")
@resources.arguments(schemas.NothingIn)
@resources.response(201, schemas.WholeVersionOut)
def propose(_asked: dict[str, Any], uid: str) -> Answer:
    """Freeze the text in every language and put it to both sides."""
    work = current_work()
    return made(work, actions.propose(work, version_uid=uid, revision=seen_revision()))


@resources.post("/versions/<uid>/ratifications")
@resources.arguments(schemas.BallotIn)
@resources.response(201, schemas.WholeVersionOut)
def ratify(asked: dict[str, Any], uid: str) -> Answer:
    """Record what one side's body decided on a proposed text."""
    work = current_work()
    actions.record_ratification(work, version_uid=uid, **asked)
    return made(work, queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/schedules")
@resources.arguments(schemas.DayIn)
@resources.response(201, schemas.WholeVersionOut)
def schedule(asked: dict[str, Any], uid: str) -> Answer:
    """Fix the local day on which a ratified version comes into force."""
    work = current_work()
    return made(work, actions.schedule(work, version_uid=uid, revision=seen_revision(), **asked))


@resources.post("/versions/<uid>/withdrawals")
@resources.arguments(schemas.ReasonIn)
@resources.response(201, schemas.WholeVersionOut)
def withdraw(asked: dict[str, Any], uid: str) -> Answer:
    """Take back a version that isn't in force yet."""
    work = current_work()
    return made(work, actions.withdraw(work, version_uid=uid, revision=seen_revision(), **asked))
