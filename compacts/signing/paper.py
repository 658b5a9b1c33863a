"""What the document shows, taken from the text, the evidence and the keys alone: nothing that is absent there is put in
place of. Words for what the records say in keys are the templates'."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from reciproca.compacts.drafting.rules.printing import printed_themes
from reciproca.compacts.signing.proofs import PLAIN, DocumentParts, SignedAct, latest
from reciproca.compacts.signing.rules import PHYSICIAN
from reciproca.compacts.signing.rules.codes import code_of
from reciproca.core.canonical import sha256
from reciproca.core.i18n import Translator
from reciproca.core.keys import Keys
from reciproca.core.ledger.note import verifier_key
from reciproca.templates.pdf import BUNDLED


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One event on the way to a signature: `what` is a key of the template's words, `at` when; `way` and `outcome` are
    a message's."""

    what: str
    at: datetime
    way: str = ""
    outcome: str = ""


def page_context(
    parts: DocumentParts, keys: Keys, translator: Translator, *, level: str = PLAIN
) -> dict[str, Any]:
    """Everything that `documents/agreement.html` prints; `level` is the seal's: with a time stamp, or without."""
    text = json.loads(parts.text)
    acts = [_act(act, translator) for act in parts.acts]
    first = next(act for act in acts if act["side"] == "physicians")
    return {
        "text": text,
        "text_sha256": sha256(parts.text),
        "themes": printed_themes(text),
        "promised": {side: _promised(text, side) for side in text["sides"]},
        "acts": acts,
        "physician": first["record"]["name_as_signed"],
        "zone": first["record"]["zone"],
        "organisation_signed": any(act["side"] == "organisation" for act in acts),
        "language": translator.language_name(parts.locale),
        "adopted": [_decision(one) for one in parts.adopted],
        "withdrawn": parts.withdrawn and {**parts.withdrawn, "at": _at(parts.withdrawn["at"])},
        "has_scan": parts.scan is not None,
        "ledger": _ledger(parts, keys),
        "seal": _certificate(keys.seal) | {"declares": keys.declares, "level": level},
        "root": _certificate(keys.root),
        "fonts": BUNDLED,
        "made": latest(parts),
    }


def _promised(text: Mapping[str, Any], side: str) -> int:
    return sum(clause["side"] == side for clause in text["commitments"])


def _decision(one: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **one,
        "decided_on": date.fromisoformat(one["decided_on"]),
        "recorded_at": _at(one["recorded_at"]),
    }


def _act(act: SignedAct, translator: Translator) -> dict[str, Any]:
    record = json.loads(act.record)
    capacity = record["capacity"]
    return {
        "side": "physicians" if act.role == PHYSICIAN else "organisation",
        "uid": act.uid,
        "record": record,
        "capacity": translator.gettext(capacity),
        "signed_at": _at(record["signed_at"]),
        "granted": _granted(record.get("authority", {})),
        "paper_day": date.fromisoformat(record["paper"]["signed_on"]) if "paper" in record else None,
        "events": sorted(_events(record, json.loads(act.leaf)), key=lambda event: event.at),
        "record_sha256": sha256(act.record),
        "code": code_of(sha256(act.record)),
        "index": act.proof.index,
    }


def _granted(authority: Mapping[str, Any]) -> dict[str, datetime | None]:
    """When the right to sign for the organisation was given, and when it ends; None for what the record doesn't say."""
    given, ends = authority.get("granted_at"), authority.get("ends_at")
    return {"begins": _at(given) if given else None, "ends": _at(ends) if ends else None}


def _events(record: Mapping[str, Any], leaf: Mapping[str, Any]) -> Iterator[Happened]:
    """Everything of which the record, and its entry in the ledger, tell the time."""
    asked, paper = record.get("asked", {}), record.get("paper", {})
    ceremony = {} if paper else record.get("ceremony", {})
    consent, proved = record.get("consent", {}), record["authentication"]
    told = [("told", one["at"], one["channel"], one["outcome"]) for one in asked.get("told", ())]
    for what, at, way, outcome in (
        ("asked", asked.get("opened_at"), "", ""),
        *told,
        ("first_opened", ceremony.get("first_opened_at"), "", ""),
        ("opened", ceremony.get("opened_at"), "", ""),
        ("consented", consent.get("given_at"), "", ""),
        ("recorded", paper.get("recorded_at"), "", ""),
        ("proved", None if paper else proved.get("at"), "", ""),
        ("checked" if paper else "signed", record["signed_at"], "", ""),
        ("entered", leaf["at"], "", ""),
    ):
        if at:
            yield Happened(what=what, at=_at(at), way=way, outcome=outcome)


def _ledger(parts: DocumentParts, keys: Keys) -> dict[str, Any]:
    signer, note = keys.ledger_signer, parts.acts[0].proof.note
    return {
        "origin": signer.origin,
        "key": verifier_key(signer.origin, signer.public_key),
        "size": int(note.split("\n")[1]),  # its second line; whether it is ours is checked where it is made
        "checkpoint": note,
    }


def _certificate(one: x509.Certificate) -> dict[str, Any]:
    key = one.public_key()
    kind = (
        "ECDSA P-256" if isinstance(key, ec.EllipticCurvePublicKey) else f"RSA {getattr(key, 'key_size', '')}"
    )
    return {
        "name": one.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value,
        "serial": f"{one.serial_number:x}",
        "sha256": sha256(one.public_bytes(Encoding.DER)),
        "begins": one.not_valid_before_utc,
        "ends": one.not_valid_after_utc,
        "kind": kind,
    }


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
