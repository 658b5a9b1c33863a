"""Sealed documents for tests: a small agreement, its evidence and proofs, made by the product's own code."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from jinja2 import Environment

from reciproca.compacts.signing import pades
from reciproca.compacts.signing.archiving import Archivist
from reciproca.compacts.signing.authority import Asking, Authority
from reciproca.compacts.signing.printing import Press, unsigned_pdf
from reciproca.compacts.signing.proofs import DocumentParts, SignedAct, evidence_json
from reciproca.compacts.signing.sealing import Made, make_document
from reciproca.core.canonical import canonical, sha256
from reciproca.core.clock import FixedClock
from reciproca.core.i18n import Catalogues, Translator
from reciproca.core.keys import Keys, create_keys, withdrawn_list
from reciproca.core.ledger.merkle import inclusion_proof, leaf_hash, root
from reciproca.core.ledger.note import sign_checkpoint
from reciproca.core.ledger.proof import Proof
from reciproca.templates import loader

CLOCK = FixedClock()


_FOLDERS: dict[str, Path] = {}


def some_keys(name: str = "Riverbend Hospital", kind: str = "p256") -> Keys:
    """The keys of a new installation."""
    folder = Path(mkdtemp()) / "keys"
    keys = create_keys(folder, CLOCK, name, kind)
    _FOLDERS[keys.root_fingerprint] = folder
    return keys


def an_archivist(keys: Keys, authority: Authority) -> Archivist:
    """Who puts archive stamps on documents of `keys`, which `some_keys` made."""
    withdrawn = withdrawn_list(_FOLDERS[keys.root_fingerprint], authority.now())
    return Archivist(authority=authority, root=keys.root, withdrawn=withdrawn)


def a_text(
    locale: str = "en",
    words: str = "We answer every safety report within five working days.",
    *,
    topics: Sequence[str] = ("Quality and safety",),
    themes: Sequence[str] = ("Patients first",),
) -> bytes:
    """The canonical text of a version: for each topic one pair of commitments, the topics shared out to `themes`."""
    clauses = [
        {
            "identity": f"{side}-{position}",
            "side": side,
            "pair": topic,
            "position": position,
            "theme": themes[position * len(themes) // len(topics)],
            "theme_label": themes[position * len(themes) // len(topics)],
            "topic": topic,
            "text": words,
            "indicator": "Share answered",
            "evidence": "Safety reports",
            "cadence": "yearly",
        }
        for side in ("organisation", "physicians")
        for position, topic in enumerate(topics)
    ]
    return canonical(
        {
            "schema": "text/1",
            "locale": locale,
            "organisation": {"uid": "o-1", "name": "Riverbend Hospital"},
            "compact": {"uid": "c-1", "title": "Reciprocal agreement"},
            "version": {"uid": "v-1", "number": 1, "change_class": "material"},
            "legal_effect": {
                "key": "none",
                "what": "This is a statement of mutual promises.",
                "if_nothing": "If you do nothing, nothing happens.",
            },
            "sides": {"organisation": "The hospital", "physicians": "The physicians"},
            "themes": [{"key": theme, "label": theme} for theme in themes],
            "commitments": clauses,
        }
    )


def a_record(role: str, text: bytes, uid: str, **more: Any) -> dict[str, Any]:
    """The evidence record of one act of signing `text`."""
    return {
        "schema": "evidence/1",
        "uid": uid,
        "role": role,
        "organisation": {"uid": "o-1", "name": "Riverbend Hospital"},
        "compact": {"uid": "c-1"},
        "version": {"uid": "v-1", "number": 1},
        "locale": "en",
        "text_sha256": sha256(text),
        "name_as_signed": "Zoë Łucja Wójcik" if role == "physician" else "Amina Yusuf",
        "capacity": "Member of the professional staff"
        if role == "physician"
        else "President and chief executive",
        "signed_at": "2026-09-01T14:00:00.000000Z",
        "zone": "America/Toronto",
        "meaning": {"version": "1", "text": "I make these promises my own."},
        "authentication": {"method": "password"},
        **more,
    }


def some_parts(
    keys: Keys, text: bytes, *, both: bool = True, scan: bytes | None = None, **more: Any
) -> DocumentParts:
    """A physician's act, with `more` in its record, on paper if there is a `scan`, and unless told otherwise the
    organisation's, in a ledger of their own."""
    first = a_record("physician", text, "e-1", **(_on_paper(scan) if scan else {}), **more)
    covers = {"uid": "e-1", "record_sha256": sha256(canonical(first))}
    records = [first, a_record("organisation", text, "e-2", covers=covers)] if both else [first]
    return the_parts(keys, text, records, scan)


def signed_by_several(keys: Keys, text: bytes, given: Sequence[tuple[str, str]]) -> DocumentParts:
    """A physician's act beside the organisation's, which takes two of the board and one executive; `given` are the
    people (by uid) who gave it, each with their group."""
    groups = [{"group": "Board", "needs": 2}, {"group": "Executive", "needs": 1}]
    ours = [
        a_record(
            "organisation", text, f"e-{number}", person={"uid": person}, quorum={"group": group, "of": groups}
        )
        for number, (person, group) in enumerate(given, start=2)
    ]
    return the_parts(keys, text, [a_record("physician", text, "e-1"), *ours])


def the_parts(
    keys: Keys, text: bytes, records: Sequence[dict[str, Any]], scan: bytes | None = None
) -> DocumentParts:
    """Acts with these records, in a ledger of their own."""
    salts = [secrets.token_bytes(32) for _ in records]
    leaves = [a_leaf(record, salt) for record, salt in zip(records, salts, strict=True)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    note = sign_checkpoint(keys.origin, len(leaves), root(hashes), keys.checkpoint_key)
    acts = tuple(
        SignedAct(
            role=record["role"],
            uid=record["uid"],
            salt=salt,
            record=canonical(record),
            leaf=leaf,
            proof=Proof(index=index, path=tuple(inclusion_proof(hashes, index)), note=note),
        )
        for index, (record, salt, leaf) in enumerate(zip(records, salts, leaves, strict=True))
    )
    return DocumentParts(text=text, locale="en", acts=acts, scan=scan)


def a_document(
    keys: Keys, parts: DocumentParts, *, at: datetime | None = None, authority: Authority | None = None
) -> Made:
    """`parts` as a sealed PDF and a bundle, sealed at `at` or else when the clock says, with a stamp of `authority`."""
    environment, translator = _words(parts.locale)
    return make_document(
        parts,
        keys=keys,
        environment=environment,
        translator=translator,
        at=at or CLOCK.now(),
        authority=authority,
    )


def _on_paper(scan: bytes) -> dict[str, Any]:
    recorded = "2026-09-01T13:00:00.000000Z"
    return {
        "paper": {"sha256": sha256(scan), "signed_on": "2026-09-01", "recorded_at": recorded},
        "authentication": {"method": "paper", "at": recorded, "recorded_by": "a-2", "checked_by": "a-3"},
    }


def an_older_document(keys: Keys, parts: DocumentParts, authority: Authority | None = None) -> bytes:
    """A sealed PDF as they were before they said inside whether a time stamp stands beside the seal."""
    environment, translator = _words(parts.locale)
    press = Press(keys=keys, environment=environment, translator=translator)
    pdf = unsigned_pdf(parts, evidence_json(parts, keys, {}), press)
    return pades.seal(pdf, keys, at=CLOCK.now(), stamp=Asking(authority).stamp if authority else None)


def _words(locale: str) -> tuple[Environment, Translator]:
    catalogues = Catalogues.load(loader.TRANSLATIONS)
    return loader.environment(catalogues), catalogues.translator(locale)


@cache
def the_sample() -> tuple[Keys, Made]:
    """One installation's keys and one document that both sides signed, made once for a run."""
    keys = some_keys()
    return keys, a_document(keys, some_parts(keys, a_text()))


def a_leaf(record: dict[str, Any], salt: bytes) -> bytes:
    """The ledger's entry of an act whose evidence is `record`."""
    commit = hashlib.sha256(salt + canonical(record)).hexdigest()
    return canonical(
        {
            "v": 1,
            "type": "signature.given",
            "at": record["signed_at"],
            "tenant": "o-1",
            "actor": "a-1",
            "object": "s-1",
            "table": "signature_evidence",
            "uid": record["uid"],
            "commit": commit,
            "after": 0,
        }
    )
