"""Agreements and versions: begun, read, compared."""

from typing import Any

from flask import Response
from marshmallow import RAISE

from reciproca.compacts.drafting import actions, documents, queries, schemas
from reciproca.compacts.drafting.api.blueprint import Answer, resources
from reciproca.compacts.drafting.api.showing import change_shown, compacts_shown, etag, made, whole_version
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work, seen_revision


@resources.get("/compacts")
@resources.arguments(schemas.CompactsAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.CompactsOut)
def list_compacts(asked: dict[str, Any]) -> dict[str, Any]:
    """Agreements of the organisation, oldest first, with their versions."""
    work = current_work()
    found = queries.compacts(work, after=asked["after"], limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return {"items": compacts_shown(work, shown), "next": shown[-1].uid if len(found) > len(shown) else None}


@resources.post("/compacts")
@resources.arguments(schemas.NewCompactIn)
@resources.response(201, schemas.CompactOut)
def create(asked: dict[str, Any]) -> Answer:
    """Begin an agreement from a template; answers with it and its first draft."""
    work = current_work()
    version = actions.create_compact(work, **asked)
    compact = queries.compact_of(work, version=version)
    return (
        compacts_shown(work, [compact])[0],
        201,
        {"Location": f"/api/v1/compacts/{compact.uid}", **etag(compact)},
    )


@resources.get("/compacts/<uid>")
@resources.response(200, schemas.CompactOut)
def read_compact(uid: str) -> Answer:
    """One agreement with its versions, newest first."""
    work = current_work()
    compact = queries.find_compact(work, uid=uid)
    return compacts_shown(work, [compact])[0], 200, etag(compact)


@resources.put("/compacts/<uid>/stewardship")
@resources.arguments(schemas.StewardshipIn)
@resources.response(200, schemas.CompactOut)
def put_stewardship(asked: dict[str, Any], uid: str) -> Answer:
    """Say who keeps the agreement, who stands for each side, and when it ends."""
    work = current_work()
    compact = actions.change_stewardship(work, compact_uid=uid, revision=seen_revision(), **asked)
    return compacts_shown(work, [compact])[0], 200, etag(compact)


@resources.post("/compacts/<uid>/versions")
@resources.arguments(schemas.NextVersionIn)
@resources.response(201, schemas.WholeVersionOut)
def start(asked: dict[str, Any], uid: str) -> Answer:
    """Begin the next version, as a copy of the one that it starts from."""
    work = current_work()
    return made(work, actions.start_version(work, compact_uid=uid, **asked))


@resources.get("/versions/<uid>")
@resources.response(200, schemas.WholeVersionOut)
def read_version(uid: str) -> Answer:
    """One version: its commitments in every language, its rounds, its decisions, and the SHA-256 of its texts."""
    work = current_work()
    return whole_version(work, queries.find_version(work, uid=uid))


@resources.get("/versions/<uid>/texts/<locale>")
@resources.response(200, schema={"type": "object"})
def read_text(uid: str, locale: str) -> Response:
    """The frozen text in one language, byte for byte as it was hashed (RFC 8785 JSON)."""
    work = current_work()
    version = queries.find_version(work, uid=uid)
    frozen = {row.locale: row for row in queries.renditions(work, version_ids=[version.id])}
    if locale not in frozen:
        raise NotFound(
            detail="That text isn't frozen, or not in that language.", remedy="Read the version instead."
        )
    answer = Response(frozen[locale].canonical, mimetype="application/json")
    answer.headers["ETag"] = f'"{frozen[locale].sha256}"'
    return answer


@resources.get("/versions/<uid>/documents/<name>")
@resources.arguments(schemas.DocumentAsked, location="query", unknown=RAISE)
@resources.response(200, content_type="application/pdf", schema={"type": "string", "format": "binary"})
def read_document(asked: dict[str, Any], uid: str, name: str) -> Response:
    """A PDF about the version: `reading`, `form`, `redline` (since another version) or `ratification`."""
    work = current_work()
    version, name = queries.find_version(work, uid=uid), known_document(name)
    locale = asked["locale"] or work.organisation.locales[0]
    sheet = documents.document(work, version=version, name=name, locale=locale, since=asked["since"])
    return Response(documents.to_pdf(sheet), mimetype="application/pdf")


def known_document(name: str) -> str:
    """`name`, when there is such a document. NotFound."""
    if name not in documents.NAMES:
        raise NotFound(
            detail="There is no such document.", remedy=f"Choose one of: {', '.join(documents.NAMES)}."
        )
    return name


@resources.get("/versions/<uid>/changes")
@resources.arguments(schemas.ChangesAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.ChangesOut)
def read_changes(asked: dict[str, Any], uid: str) -> dict[str, Any]:
    """What changed since an earlier version (the one that it started from), commitment by commitment."""
    work = current_work()
    after = queries.find_version(work, uid=uid)
    before = queries.earlier(work, version=after, uid=asked["since"])
    locale = asked["locale"] or work.organisation.locales[0]
    found = queries.comparison(work, before=before, after=after, locale=locale)
    changes = [change_shown(change) for change in found.shown]
    return {"since": before.uid, "version": after.uid, "locale": locale, "changes": changes}


@resources.get("/versions/<uid>/checklist")
@resources.response(200, schemas.ChecklistOut)
def read_checklist(uid: str) -> dict[str, Any]:
    """What still keeps a draft from being proposed."""
    work = current_work()
    found = queries.checklist(work, version=queries.find_version(work, uid=uid))
    gaps = [
        {"kind": gap.kind, "side": gap.side, "locale": gap.locale, "commitment": gap.uid}
        for gap in found.gaps
    ]
    return {
        "is_complete": found.is_complete,
        "is_round_open": found.is_round_open,
        "is_round_missing": found.is_round_missing,
        "unconfirmed": [side.value for side in found.unconfirmed],
        "gaps": gaps,
        "problems": [{"plugin": plugin, **problem.to_json()} for plugin, problem in found.problems],
    }
