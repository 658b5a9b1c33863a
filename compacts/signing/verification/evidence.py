"""The evidence inside: does each record belong to this text, and was it in the ledger?"""

import hashlib
import json
from collections import Counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reciproca.compacts.signing.verification.report import Altered, Party
from reciproca.core.canonical import canonical, sha256
from reciproca.core.errors import ReciprocaError
from reciproca.core.ledger.proof import read_proof

PARTIES = ("physician", "organisation")


def check_evidence(text: bytes, evidence: bytes) -> list[Party]:
    """Every record must name this text, keep its commitment, and lead to the signed checkpoint. Raises Altered."""
    try:
        said, words = _canonical(evidence), _canonical(text)
        acts = [_act(act, said, words, sha256(text)) for act in said["signatures"]]
        _check_covering(acts)
        _check_quorum([act for act in acts if act["role"] == "organisation"])
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, ReciprocaError) as error:
        raise Altered("the evidence inside doesn't fit") from error
    if said["text_sha256"] != sha256(text):
        raise Altered("the text inside is not the one that was signed")
    return [_party(role, acts) for role in PARTIES]


def _canonical(data: bytes) -> Any:
    value = json.loads(data)
    if canonical(value) != data:
        raise Altered("the evidence inside is not in its canonical form")
    return value


def _act(act: dict[str, Any], said: dict[str, Any], words: dict[str, Any], digest: str) -> dict[str, Any]:
    record, leaf = _canonical(act["record"].encode()), _canonical(act["leaf"].encode())
    commitment = hashlib.sha256(bytes.fromhex(act["salt"]) + act["record"].encode()).hexdigest()
    if leaf["commit"] != commitment or leaf["uid"] != act["uid"] or record["role"] != act["role"]:
        raise Altered("a record is not the one that the ledger holds")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["ledger"]["public_key"]))
    read_proof(act["proof"]).check(act["leaf"].encode(), key, said["ledger"]["origin"])
    if record["version"]["uid"] != words["version"]["uid"] or digest not in _texts(record):
        raise Altered("a record is of another text")
    return {**record, "_uid": act["uid"], "_sha256": sha256(act["record"].encode())}


def _texts(record: dict[str, Any]) -> set[str]:
    """The texts that a record is about: the one that was shown, and with the organisation's every language."""
    return {record["text_sha256"], *record.get("renditions", {}).values()}


def _check_covering(acts: list[dict[str, Any]]) -> None:
    """A countersignature must cover the physician's record that stands beside it."""
    physicians = {act["_uid"]: act["_sha256"] for act in acts if act["role"] == "physician"}
    for act in acts:
        covers = act.get("covers")
        if covers and physicians.get(covers["uid"]) != covers["record_sha256"]:
            raise Altered("the organisation's signature covers another record")


def _check_quorum(ours: list[dict[str, Any]]) -> None:
    """Where several sign for the organisation, each by themselves, everybody who has to must stand there: each record
    says for which group it was given, and of which groups how many sign."""
    if len(ours) <= 1 and not any("quorum" in act for act in ours):
        return
    wanted = ours[0]["quorum"]["of"]
    given = Counter(act["quorum"]["group"] for act in ours)
    people = {act["person"]["uid"] for act in ours}
    if (
        len(people) < len(ours)
        or any(act["quorum"]["of"] != wanted for act in ours)
        or given != Counter({group["group"]: group["needs"] for group in wanted})
    ):
        raise Altered("not everybody who has to sign for the organisation stands there")


def _party(role: str, acts: list[dict[str, Any]]) -> Party:
    """A party has signed with the last of those who sign for it."""
    own = [act for act in acts if act["role"] == role]
    return Party(
        party=role,
        name=", ".join(act["name_as_signed"] for act in own) if own else None,
        signed_at=max((act["signed_at"] for act in own), default=None),
    )
