"""The words of a draft, promise by promise."""

from typing import Any

from marshmallow import RAISE

from reciproca.compacts.drafting import actions, queries, schemas
from reciproca.compacts.drafting.api.blueprint import Answer, resources
from reciproca.compacts.drafting.api.showing import commitments_shown, made, whole_version
from reciproca.core.http import current_work, seen_revision


@resources.post("/versions/<uid>/commitments")
@resources.arguments(schemas.NewCommitmentIn)
@resources.response(201, schemas.WholeVersionOut)
def add(asked: dict[str, Any], uid: str) -> Answer:
    """Add a commitment to a draft; answers with the whole draft."""
    work = current_work()
    actions.add_commitment(work, version_uid=uid, revision=seen_revision(), **asked)
    return made(work, queries.find_version(work, uid=uid))


@resources.patch("/commitments/<uid>/words/<locale>")
@resources.arguments(schemas.WordsIn)
@resources.response(200, schemas.CommitmentOut)
def edit(asked: dict[str, Any], uid: str, locale: str) -> Answer:
    """Say a commitment otherwise in one language. `If-Match`: the commitment's revision that you saw."""
    work = current_work()
    row = actions.edit_commitment(
        work, commitment_uid=uid, locale=locale, words=asked, revision=seen_revision()
    )
    _commitment, version = queries.find_commitment(work, uid=uid)
    return commitments_shown(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


@resources.delete("/commitments/<uid>")
@resources.response(204)
def remove(uid: str) -> None:
    """Take a commitment out of a draft."""
    actions.remove_commitment(current_work(), commitment_uid=uid, revision=seen_revision())


@resources.post("/commitments/<uid>/moves")
@resources.arguments(schemas.PlaceIn)
@resources.response(200, schemas.WholeVersionOut)
def move(asked: dict[str, Any], uid: str) -> Answer:
    """Move a commitment, with its answer, to another place."""
    work = current_work()
    return whole_version(
        work, actions.move_commitment(work, commitment_uid=uid, revision=seen_revision(), **asked)
    )


@resources.put("/commitments/<uid>/owner")
@resources.arguments(schemas.OwnerIn)
@resources.response(200, schemas.CommitmentOut)
def put_owner(asked: dict[str, Any], uid: str) -> Answer:
    """Name the post that looks after a commitment."""
    work = current_work()
    row = actions.change_owner(work, commitment_uid=uid, revision=seen_revision(), **asked)
    _commitment, version = queries.find_commitment(work, uid=uid)
    return commitments_shown(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


@resources.put("/commitments/<uid>/cadence")
@resources.arguments(schemas.CadenceIn)
@resources.response(200, schemas.CommitmentOut)
def put_cadence(asked: dict[str, Any], uid: str) -> Answer:
    """Say how often one looks at a commitment."""
    work = current_work()
    row = actions.change_pace(work, commitment_uid=uid, revision=seen_revision(), **asked)
    _commitment, version = queries.find_commitment(work, uid=uid)
    return commitments_shown(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


@resources.put("/commitments/<uid>/theme")
@resources.arguments(schemas.ThemeForm)
@resources.response(200, schemas.WholeVersionOut)
def put_theme(asked: dict[str, Any], uid: str) -> Answer:
    """Let a commitment, with its answer, stand under another theme: one that is there, or a new one."""
    work = current_work()
    return whole_version(work, actions.change_theme(work, commitment_uid=uid, **asked))


@resources.get("/versions/<uid>/edits")
@resources.arguments(schemas.EditsAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.EditsOut)
def read_edits(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Every change to a version, newest first: who, when, why, and what it says now."""
    work, limit = current_work(), asked["limit"]
    version = queries.find_version(work, uid=uid)
    locale = asked["locale"] or work.organisation.locales[0]
    found = queries.logged(work, version=version, locale=locale, before=asked["after"], limit=limit + 1)
    shown = found[:limit]
    return {"items": shown, "next": shown[-1].edit.uid if len(found) > limit else None}


@resources.get("/versions/<uid>/promises/<identity>/history")
@resources.arguments(schemas.LocaleAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.ReadingOut(many=True))
def read_history(asked: dict[str, Any], uid: str, identity: str) -> list[queries.Reading]:
    """How one promise read in each version up to this one, newest first, with every change."""
    work = current_work()
    version, locale = queries.find_version(work, uid=uid), asked["locale"] or work.organisation.locales[0]
    return queries.promise_history(work, version=version, identity=identity, locale=locale)


@resources.get("/versions/<uid>/library")
@resources.arguments(schemas.LibraryAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.LibraryOut)
def read_library(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """Topics of templates and other versions that could be taken over into this one."""
    work = current_work()
    version, locale = queries.find_version(work, uid=uid), asked["locale"] or work.organisation.locales[0]
    found = queries.library(work, version=version, locale=locale, wanted=asked["q"])
    return {"items": found[: asked["limit"]], "found": len(found)}


@resources.post("/versions/<uid>/library")
@resources.arguments(schemas.SourceIn)
@resources.response(201, schemas.WholeVersionOut)
def insert(asked: dict[str, Any], uid: str) -> Answer:
    """Take a topic of the library over into a draft."""
    work = current_work()
    return made(work, actions.insert_topic(work, version_uid=uid, **asked))


@resources.post("/versions/<uid>/undo")
@resources.arguments(schemas.UndoIn)
@resources.response(201, schemas.WholeVersionOut)
def undo(asked: dict[str, Any], uid: str) -> Answer:
    """Take one change of a draft back; taking that back does it again."""
    work = current_work()
    actions.undo(work, version_uid=uid, **asked)
    return made(work, queries.find_version(work, uid=uid))
