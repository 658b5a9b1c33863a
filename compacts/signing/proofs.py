"""Acts of signing with everything that proves them: the evidence that travels with a document."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from reciproca.core.canonical import canonical, sha256
from reciproca.core.keys import Keys
from reciproca.core.ledger.proof import Proof

EVIDENCE_SCHEMA = "evidence-set/1"
PLAIN, STAMPED, ARCHIVED = "B-B", "B-T", "B-LTA"
"""Levels of a PAdES seal: without a time stamp, with one, and with archive stamps around it."""


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
    """What a document is made of: the exact text that was signed (canonical JSON), and the acts of both sides.
    `adopted` is what the bodies of both sides decided on the version, as the ledger's records of it say; `withdrawn`
    when and how the signature was withdrawn, where it was; `scan` the paper that was signed, where it was paper."""

    text: bytes
    locale: str
    acts: tuple[SignedAct, ...]
    adopted: tuple[Mapping[str, Any], ...] = ()
    withdrawn: Mapping[str, str] | None = None
    scan: bytes | None = None

    @property
    def records(self) -> list[dict[str, Any]]:
        """The record of each act."""
        return [json.loads(act.record) for act in self.acts]


def evidence_json(parts: DocumentParts, keys: Keys, sealed: Mapping[str, Any]) -> bytes:
    """The attached evidence: canonical JSON of each record, its salt, its ledger entry and its proof; and `sealed`:
    what a reader must find beside the seal."""
    signer = keys.ledger_signer
    said: dict[str, Any] = {
        "schema": EVIDENCE_SCHEMA,
        "text_sha256": sha256(parts.text),
        "ledger": {"origin": signer.origin, "public_key": signer.public_key.public_bytes_raw().hex()},
        "signatures": [_act_json(act) for act in parts.acts],
    }
    more = {"sealed": sealed, "adopted": list(parts.adopted), "withdrawn": parts.withdrawn}
    return canonical({**said, **{name: what for name, what in more.items() if what}})


def sealed_facts(known: Sequence[x509.Certificate] | None) -> dict[str, Any]:
    """What a document says of the time stamp beside its seal, from inside of it: that there is one, of an authority
    that these certificates lead to; or, with None, that there is none."""
    if known is None:
        return {"level": PLAIN}
    ders = [one.public_bytes(Encoding.DER) for one in known]
    return {"level": STAMPED, "authorities": [base64.b64encode(der).decode() for der in ders]}


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
    return max(datetime.fromisoformat(record["signed_at"]) for record in parts.records)
