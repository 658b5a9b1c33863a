"""Acts of signing with everything that proves them: the evidence that travels with a document."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reciproca.core.canonical import canonical, sha256
from reciproca.core.keys import Keys
from reciproca.core.ledger.proof import Proof

EVIDENCE_SCHEMA = "evidence-set/1"


@dataclass(frozen=True, kw_only=True)
class SignedAct:
    """One act of signing with its proof: `record` is the canonical JSON kept as evidence, `salt` what its commitment
    was made with, `leaf` the ledger's entry, `proof` that entry's place under a signed checkpoint."""

    role: str
    uid: str
    salt: bytes
    record: bytes
    leaf: bytes
    proof: Proof


@dataclass(frozen=True, kw_only=True)
class DocumentParts:
    """What a document is made of: the exact text that was signed (canonical JSON), and the acts of both sides."""

    text: bytes
    locale: str
    acts: tuple[SignedAct, ...]


def evidence_json(parts: DocumentParts, keys: Keys) -> bytes:
    """The attached evidence: canonical JSON of each record, its salt, its ledger entry and its proof."""
    signer = keys.ledger_signer
    return canonical(
        {
            "schema": EVIDENCE_SCHEMA,
            "text_sha256": sha256(parts.text),
            "ledger": {"origin": signer.origin, "public_key": signer.public_key.public_bytes_raw().hex()},
            "signatures": [_act_json(act) for act in parts.acts],
        }
    )


def _act_json(act: SignedAct) -> dict[str, Any]:
    return {
        "role": act.role,
        "uid": act.uid,
        "salt": act.salt.hex(),
        "record": act.record.decode(),
        "leaf": act.leaf.decode(),
        "proof": act.proof.text(),
    }


def latest(parts: DocumentParts) -> datetime:
    """When the last of the acts was done."""
    return max(datetime.fromisoformat(json.loads(act.record)["signed_at"]) for act in parts.acts)
