"""From evidence to paper: one document and one evidence bundle for each physician's signature.

Everything here is made from what was already committed: making it again gives the same unsigned bytes, and nobody's
signature waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.serialization import Encoding
from jinja2 import Environment

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.printing import Press, unsigned_pdf
from reciproca.compacts.signing.proofs import STAMPED, DocumentParts, evidence_json, sealed_facts
from reciproca.core.canonical import sha256
from reciproca.core.i18n import Translator
from reciproca.core.keys import Keys

if TYPE_CHECKING:
    from reciproca.compacts.signing.authority import Authority


@dataclass(frozen=True, kw_only=True)
class Made:
    """A sealed PDF, the evidence bundle around it, the PDF's SHA-256, and what may be said of its seal."""

    pdf: bytes
    bundle: bytes
    pdf_sha256: str
    seal: Mapping[str, Any]


def make_document(
    parts: DocumentParts,
    *,
    keys: Keys,
    environment: Environment,
    translator: Translator,
    at: datetime,
    authority: "Authority | None" = None,
) -> Made:
    """Render, attach, seal at the instant `at`, with a time stamp of `authority` if it gives one, and bundle. What is
    sealed says whether it has a stamp: so where none is to be had, it is made again without."""
    from reciproca.compacts.signing import pades  # noqa: PLC0415 -- pyHanko is a fifth of every command's start
    from reciproca.compacts.signing.authority import Asking  # noqa: PLC0415 -- the same

    asking = Asking(authority)
    press = Press(keys=keys, environment=environment, translator=translator)
    if authority:
        evidence = evidence_json(parts, keys, sealed_facts(authority.known))
        unsigned = unsigned_pdf(parts, evidence, replace(press, level=STAMPED))
        pdf = pades.seal(unsigned, keys, at=at, stamp=asking.stamp)
    if authority is None or "pending" in asking.said:
        evidence = evidence_json(parts, keys, sealed_facts(None))
        pdf = pades.seal(unsigned_pdf(parts, evidence, press), keys, at=at)
    bundle = bundling.pack(_members(parts, keys, pdf, evidence), keys)
    return Made(pdf=pdf, bundle=bundle, pdf_sha256=sha256(pdf), seal=asking.said)


def _members(parts: DocumentParts, keys: Keys, pdf: bytes, evidence: bytes) -> dict[str, bytes]:
    """What travels in the bundle."""
    proofs = zip(bundling.proof_names(act.role for act in parts.acts), parts.acts, strict=True)
    return {
        "document.pdf": pdf,
        "text.json": parts.text,
        "evidence.json": evidence,
        "checkpoint.txt": parts.acts[0].proof.note.encode(),
        "root.pem": keys.root.public_bytes(Encoding.PEM),
        "seal.pem": keys.seal.public_bytes(Encoding.PEM),
        bundling.VERIFIER: bundling.verifier(),
        **{name: act.proof.text().encode() for name, act in proofs},
        **({bundling.SCAN: parts.scan} if parts.scan is not None else {}),
    }
