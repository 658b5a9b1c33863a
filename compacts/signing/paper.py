"""What the document shows, taken from the text and the evidence alone."""

import json
from datetime import datetime
from typing import Any

from cryptography.x509.oid import NameOID

from reciproca.compacts.signing.proofs import DocumentParts, SignedAct, latest
from reciproca.core.canonical import sha256
from reciproca.core.i18n import Translator
from reciproca.core.i18n import _ as mark
from reciproca.core.keys import Keys
from reciproca.templates.pdf import BUNDLED

IDENTIFIED = {
    "password": mark("a password given at the moment of signing"),
    "code": mark("a code sent to a second address of the roster"),
}
"""How a person was identified, in words, by the method in the evidence record."""


def page_context(parts: DocumentParts, keys: Keys, translator: Translator) -> dict[str, Any]:
    """Everything that `documents/agreement.html` prints."""
    text = json.loads(parts.text)
    return {
        "text": text,
        "text_sha256": sha256(parts.text),
        "themes": _themes(text),
        "acts": [_act(act, translator) for act in parts.acts],
        "physician": _physician(parts),
        "organisation_signed": any(act.role == "organisation" for act in parts.acts),
        "language": translator.language_name(parts.locale),
        "checkpoint": parts.acts[0].proof.note,
        "seal_name": keys.seal.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value,
        "root_fingerprint": keys.root_fingerprint,
        "fonts": BUNDLED,
        "made": latest(parts),
    }


def _physician(parts: DocumentParts) -> str:
    """The name of the physician whose copy this is, as they signed."""
    return next(
        str(json.loads(act.record)["name_as_signed"]) for act in parts.acts if act.role == "physician"
    )


def _themes(text: dict[str, Any]) -> list[dict[str, Any]]:
    """Commitments grouped by theme, then by the topic that both sides answer, in the order of the text."""
    topics: dict[str, dict[str, Any]] = {}
    for clause in text["commitments"]:
        key = clause["pair"] or clause["identity"]
        topic = topics.setdefault(
            key,
            {
                "number": len(topics) + 1,
                "topic": clause["topic"],
                "theme": clause["theme"],
                "organisation": [],
                "physicians": [],
            },
        )
        topic[clause["side"]].append(clause["text"])
    return [
        {
            "label": theme["label"],
            "pairs": [topic for topic in topics.values() if topic["theme"] == theme["key"]],
        }
        for theme in text["themes"]
    ]


def _act(act: SignedAct, translator: Translator) -> dict[str, Any]:
    record = json.loads(act.record)
    method, capacity = record["authentication"]["method"], record["capacity"]
    return {
        "side": "organisation" if act.role == "organisation" else "physicians",
        "uid": act.uid,
        "name": record["name_as_signed"],
        "capacity": translator.gettext(capacity),
        "meaning": record["meaning"]["text"],
        "signed_at": datetime.fromisoformat(record["signed_at"]),
        "zone": record["zone"],
        "identified": translator.gettext(IDENTIFIED.get(method, method)),
        "record_sha256": sha256(act.record),
        "index": act.proof.index,
    }
