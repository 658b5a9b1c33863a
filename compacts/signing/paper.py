"""What the document shows, taken from the text and the evidence alone."""

import json
from datetime import datetime
from typing import Any

from cryptography.x509.oid import NameOID

from reciproca.compacts.drafting.rules.printing import printed_themes
from reciproca.compacts.signing.proofs import DocumentParts, SignedAct, latest
from reciproca.compacts.signing.rules.codes import code_of
from reciproca.core.canonical import sha256
from reciproca.core.i18n import Translator
from reciproca.core.i18n import _ as mark
from reciproca.core.keys import Keys
from reciproca.templates.pdf import BUNDLED

IDENTIFIED = {
    "password": mark("a password given at the moment of signing"),
    "in_person": mark("in person, at a meeting, by somebody who is named in the evidence"),
    "paper": mark("a signature on paper, whose scan one person recorded and another checked"),
    "code:second_contact": mark("a personal link, and a code sent to a second address of the roster"),
}
"""How a person was identified, in words, by the method in the evidence record."""


def page_context(parts: DocumentParts, keys: Keys, translator: Translator) -> dict[str, Any]:
    """Everything that `documents/agreement.html` prints."""
    text = json.loads(parts.text)
    return {
        "text": text,
        "text_sha256": sha256(parts.text),
        "themes": printed_themes(text),
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
        "code": code_of(sha256(act.record)),
        "index": act.proof.index,
    }
