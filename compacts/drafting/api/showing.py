"""Agreements, versions and commitments as the API shows them."""

from collections.abc import Sequence
from typing import Any

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.api.blueprint import Answer
from reciproca.compacts.drafting.queries import VersionFacts
from reciproca.compacts.drafting.rules import Change
from reciproca.compacts.drafting.tables import Compact, Rendition, Version
from reciproca.core.work import Work


def etag(row: Compact | Version) -> dict[str, str]:
    """The header that names a row's revision."""
    return {"ETag": f'"{row.revision}"'}


def made(work: Work, version: Version) -> Answer:
    """A version that an act has just made, with its address."""
    body, _status, headers = whole_version(work, version)
    return body, 201, {"Location": f"/api/v1/versions/{version.uid}", **headers}


def whole_version(work: Work, version: Version) -> Answer:
    """A version with everything in it, as the API answers: body, status and headers."""
    work.session.flush()
    facts: VersionFacts = queries.compact_page(work, version=version, locale=work.organisation.locales[0])
    body = {
        **_version(facts.compact, version, list(facts.renditions.values())),
        "commitments": commitments_shown(work, version),
        "consultations": facts.consultations,
        "ratifications": facts.ratifications,
    }
    return body, 200, etag(version)


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


def compacts_shown(work: Work, found: Sequence[Compact]) -> list[dict[str, Any]]:
    """Agreements, each with its versions, in a fixed number of statements."""
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
            "grace_days": compact.grace_days,
            "revision": compact.revision,
            "versions": [
                _version(compact, version, [row for row in frozen if row.version_id == version.id])
                for version in versions
                if version.compact_id == compact.id
            ],
        }
        for compact in found
    ]


def commitments_shown(work: Work, version: Version, *, only: str = "") -> list[dict[str, Any]]:
    """The commitments of a version with their words in every language; `only` the one with this uid, if named."""
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


def change_shown(change: Change) -> dict[str, Any]:
    """One change between two versions."""
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
