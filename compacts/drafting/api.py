"""The API of drafting: every act of a version's life, and its exact texts."""

from collections.abc import Sequence
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from reciproca.compacts.drafting import actions, documents, queries, schemas
from reciproca.compacts.drafting.queries import VersionFacts
from reciproca.compacts.drafting.rules import Change
from reciproca.compacts.drafting.tables import Accord, Compact, Rendition, Version
from reciproca.core.errors import NotFound
from reciproca.core.http import current_work, seen_revision
from reciproca.core.work import Work

resources = Blueprint("drafting_api", __name__, url_prefix="/api/v1")
Answer = tuple[dict[str, Any], int, dict[str, str]]
_CLAUSE = ("uid", "revision", "identity", "pair", "theme", "position")


@resources.get("/compacts")
@resources.arguments(schemas.CompactsAsked, location="query", unknown=RAISE)
@resources.response(200, schemas.CompactsOut)
def list_compacts(asked: dict[str, Any]) -> dict[str, Any]:
    """Agreements of the organisation, oldest first, with their versions."""
    work = current_work()
    found = queries.compacts(work, after=asked["after"], limit=asked["limit"] + 1)
    shown = found[: asked["limit"]]
    return {"items": _compacts(work, shown), "next": shown[-1].uid if len(found) > len(shown) else None}


@resources.post("/compacts")
@resources.arguments(schemas.NewCompactIn)
@resources.response(201, schemas.CompactOut)
def create(asked: dict[str, Any]) -> Answer:
    """Begin an agreement from a template; answers with it and its first draft."""
    work = current_work()
    version = actions.create_compact(work, **asked)
    compact = queries.compact_of(work, version=version)
    return (
        _compacts(work, [compact])[0],
        201,
        {"Location": f"/api/v1/compacts/{compact.uid}", **_etag(compact)},
    )


@resources.get("/compacts/<uid>")
@resources.response(200, schemas.CompactOut)
def read_compact(uid: str) -> Answer:
    """One agreement with its versions, newest first."""
    work = current_work()
    compact = queries.find_compact(work, uid=uid)
    return _compacts(work, [compact])[0], 200, _etag(compact)


@resources.put("/compacts/<uid>/stewardship")
@resources.arguments(schemas.StewardshipIn)
@resources.response(200, schemas.CompactOut)
def put_stewardship(asked: dict[str, Any], uid: str) -> Answer:
    """Say who keeps the agreement, who stands for each side, and when it ends."""
    work = current_work()
    compact = actions.change_stewardship(work, compact_uid=uid, revision=seen_revision(), **asked)
    return _compacts(work, [compact])[0], 200, _etag(compact)


@resources.post("/compacts/<uid>/versions")
@resources.arguments(schemas.NextVersionIn)
@resources.response(201, schemas.WholeVersionOut)
def start(asked: dict[str, Any], uid: str) -> Answer:
    """Begin the next version, as a copy of the one that it starts from."""
    work = current_work()
    return _made(work, actions.start_version(work, compact_uid=uid, **asked))


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
    changes = [_change(change) for change in found.shown]
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


@resources.post("/versions/<uid>/commitments")
@resources.arguments(schemas.NewCommitmentIn)
@resources.response(201, schemas.WholeVersionOut)
def add(asked: dict[str, Any], uid: str) -> Answer:
    """Add a commitment to a draft; answers with the whole draft."""
    work = current_work()
    actions.add_commitment(work, version_uid=uid, revision=seen_revision(), **asked)
    return _made(work, queries.find_version(work, uid=uid))


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
    return _commitments(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


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
    return _commitments(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


@resources.put("/commitments/<uid>/cadence")
@resources.arguments(schemas.CadenceIn)
@resources.response(200, schemas.CommitmentOut)
def put_cadence(asked: dict[str, Any], uid: str) -> Answer:
    """Say how often one looks at a commitment."""
    work = current_work()
    row = actions.change_pace(work, commitment_uid=uid, revision=seen_revision(), **asked)
    _commitment, version = queries.find_commitment(work, uid=uid)
    return _commitments(work, version, only=uid)[0], 200, {"ETag": f'"{row.revision}"'}


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
    return _made(work, actions.insert_topic(work, version_uid=uid, **asked))


@resources.post("/versions/<uid>/undo")
@resources.arguments(schemas.UndoIn)
@resources.response(201, schemas.WholeVersionOut)
def undo(asked: dict[str, Any], uid: str) -> Answer:
    """Take one change of a draft back; taking that back does it again."""
    work = current_work()
    actions.undo(work, version_uid=uid, **asked)
    return _made(work, queries.find_version(work, uid=uid))


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
    return _made(work, queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/proposals")
@resources.arguments(schemas.NothingIn)
@resources.response(201, schemas.WholeVersionOut)
def propose(_asked: dict[str, Any], uid: str) -> Answer:
    """Freeze the text in every language and put it to both sides."""
    work = current_work()
    return _made(work, actions.propose(work, version_uid=uid, revision=seen_revision()))


@resources.post("/versions/<uid>/ratifications")
@resources.arguments(schemas.BallotIn)
@resources.response(201, schemas.WholeVersionOut)
def ratify(asked: dict[str, Any], uid: str) -> Answer:
    """Record what one side's body decided on a proposed text."""
    work = current_work()
    actions.record_ratification(work, version_uid=uid, **asked)
    return _made(work, queries.find_version(work, uid=uid))


@resources.post("/versions/<uid>/schedules")
@resources.arguments(schemas.DayIn)
@resources.response(201, schemas.WholeVersionOut)
def schedule(asked: dict[str, Any], uid: str) -> Answer:
    """Fix the local day on which a ratified version comes into force."""
    work = current_work()
    return _made(work, actions.schedule(work, version_uid=uid, revision=seen_revision(), **asked))


@resources.post("/versions/<uid>/withdrawals")
@resources.arguments(schemas.ReasonIn)
@resources.response(201, schemas.WholeVersionOut)
def withdraw(asked: dict[str, Any], uid: str) -> Answer:
    """Take back a version that isn't in force yet."""
    work = current_work()
    return _made(work, actions.withdraw(work, version_uid=uid, revision=seen_revision(), **asked))


def _etag(row: Compact | Version) -> dict[str, str]:
    return {"ETag": f'"{row.revision}"'}


def _made(work: Work, version: Version) -> Answer:
    body, _status, headers = whole_version(work, version)
    return body, 201, {"Location": f"/api/v1/versions/{version.uid}", **headers}


def whole_version(work: Work, version: Version) -> Answer:
    """A version with everything in it, as the API answers: body, status and headers."""
    work.session.flush()
    facts: VersionFacts = queries.compact_page(work, version=version, locale=work.organisation.locales[0])
    body = {
        **_version(facts.compact, version, list(facts.renditions.values())),
        "commitments": _commitments(work, version),
        "consultations": facts.consultations,
        "ratifications": facts.ratifications,
    }
    return body, 200, _etag(version)


def _version(compact: Compact, version: Version, frozen: Sequence[Rendition]) -> dict[str, Any]:
    return {
        "uid": version.uid,
        "compact": compact.uid,
        "number": version.number,
        "state": version.state.value,
        "change_class": version.change_class.value,
        "revision": version.revision,
        "effective_from": version.effective_from,
        "effective_at": version.effective_at,
        "proposed_at": version.proposed_at,
        "in_force_at": version.in_force_at,
        "ended_at": version.ended_at,
        "renditions": [{"locale": row.locale, "sha256": row.sha256} for row in frozen],
    }


def _compacts(work: Work, found: Sequence[Compact]) -> list[dict[str, Any]]:
    work.session.flush()
    ids = [compact.id for compact in found]
    versions = queries.versions(work, compact_ids=ids)
    frozen = queries.renditions(work, version_ids=[version.id for version in versions])
    titles = queries.all_titles(work, compact_ids=ids)
    units = queries.unit_names(work, ids=[compact.unit_id for compact in found])
    return [
        {
            "uid": compact.uid,
            "titles": titles.get(compact.id, {}),
            "unit": units.get(compact.unit_id, ""),
            "template": compact.template,
            "legal_effect": compact.legal_effect.value,
            "review_cycle": compact.review_cycle,
            "organisation_signs": compact.organisation_signs,
            "sunset": compact.sunset,
            "revision": compact.revision,
            "versions": [
                _version(compact, version, [row for row in frozen if row.version_id == version.id])
                for version in versions
                if version.compact_id == compact.id
            ],
        }
        for compact in found
    ]


def _commitments(work: Work, version: Version, *, only: str = "") -> list[dict[str, Any]]:
    texts = queries.version_texts(work, version=version)
    owners = queries.owners(work, version=version)
    found: dict[str, dict[str, Any]] = {}
    for locale, text in texts.items():
        for clause in text.clauses:
            said = {"text": clause.text, "topic": clause.topic, "theme": clause.theme_label}
            said |= {"indicator": clause.indicator, "evidence": clause.evidence}
            kept = {
                name: getattr(clause, name)
                for name in ("uid", "revision", "identity", "pair", "theme", "position")
            }
            kept |= {
                "side": clause.side.value,
                "cadence": clause.cadence,
                "owner": owners.get(clause.uid),
                "words": {},
            }
            found.setdefault(clause.uid, kept)["words"][locale] = said
    return [body for uid, body in found.items() if uid == only or not only]


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "identity": change.identity,
        "side": change.clause.side.value,
        "topic": change.clause.topic,
        "before": change.before.text if change.before else None,
        "after": change.after.text if change.after else None,
        "fields_changed": list(change.fields),
        "moved": list(change.moved) if change.moved else None,
        "joined": change.joined.identity if change.joined else None,
    }
