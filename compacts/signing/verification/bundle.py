"""An evidence bundle: every byte of the zip must follow from its members, and the seal must vouch for each."""

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping

from cryptography import x509

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.verification.chain import (
    check_chain,
    check_signature,
    read_certificate,
    read_trust,
)
from reciproca.compacts.signing.verification.evidence import check_evidence
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.report import Altered, Damaged, Party
from reciproca.compacts.signing.verification.seal import Seal, read_seal
from reciproca.compacts.signing.verification.stamps import check_stated
from reciproca.core.canonical import sha256
from reciproca.core.ledger.proof import read_proof

LIMIT = 64 * 1024 * 1024
_END, _LONGEST_END = b"PK\5\6", 65_557
"""The mark of a zip's last record, and how far from the end it may begin. Without it there is no zip to judge."""
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    LookupError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)


def read_members(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. Damaged when it has no zip's end, Altered when the zip says more than its members do."""
    if _END not in data[-_LONGEST_END:]:
        raise Damaged("this is not an evidence bundle, or it is too damaged to read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_size(archive)
            members = {name: _member(archive, name) for name in archive.namelist()}
    except _UNREADABLE as error:
        raise Altered("this is no evidence bundle, or was changed") from error
    names = set(members) - {bundling.MANIFEST, bundling.SIGNATURE}
    if not bundling.are_members(names) or len(members) != len(names) + 2:
        raise Altered("something is missing from the bundle, or was added to it")
    if bundling.archive(members) != data:
        raise Altered("the bundle was rewritten")
    return members


def check_bundle(data: bytes, trust: bytes) -> list[Party]:
    """Check a whole bundle against the root certificate `trust`. Raises Damaged, Altered or Untrusted."""
    root = read_trust(trust)
    members = read_members(data)
    certificate = read_certificate(members["seal.pem"])
    manifest = members.pop(bundling.MANIFEST)
    check_signature(certificate, members.pop(bundling.SIGNATURE), manifest)
    if bundling.manifest_of(members) != manifest:
        raise Altered("a file of the bundle was changed")
    seal = _check_document(members, certificate, root)
    parties = check_evidence(members["text.json"], members["evidence.json"])
    check_stated(seal, members["evidence.json"])
    _check_scan(members)
    proofs = _proofs(members["evidence.json"])
    notes = {read_proof(proof).note.encode() for proof in proofs.values()}
    if bundling.VERIFIER in members and _travelling(members) != proofs:
        raise Altered("a proof of the bundle is not the one of its evidence")
    if not members["checkpoint.txt"] or members["checkpoint.txt"] not in notes:
        raise Altered("the checkpoint is not the one that the evidence leads to")
    return parties


def _check_document(
    members: Mapping[str, bytes], certificate: x509.Certificate, root: x509.Certificate
) -> Seal:
    """The document's seal, once that is known to be good."""
    seal = read_seal(members["document.pdf"])
    check_chain(seal.certificate, root, seal.sealed_at)
    if seal.certificate != certificate or read_certificate(members["root.pem"]) != root:
        raise Altered("the document and the bundle don't have the same seal")
    inside = read_attachments(members["document.pdf"][: seal.length])
    if any(members[name] != words for name, words in inside.items()):
        raise Altered("the document and the bundle don't hold the same evidence")
    return seal


def _check_scan(members: Mapping[str, bytes]) -> None:
    """A scan must be the one whose SHA-256 the record of the signature on paper holds."""
    if bundling.SCAN not in members:
        return
    records = [json.loads(act["record"]) for act in json.loads(members["evidence.json"])["signatures"]]
    if sha256(members[bundling.SCAN]) not in [record.get("paper", {}).get("sha256") for record in records]:
        raise Altered("the scan is not the one that was recorded")


def _proofs(evidence: bytes) -> dict[str, str]:
    """The proof of each act inside, by the name under which it travels."""
    acts = json.loads(evidence)["signatures"]
    names = bundling.proof_names(act["role"] for act in acts)
    return {name: act["proof"] for name, act in zip(names, acts, strict=True)}


def _travelling(members: Mapping[str, bytes]) -> dict[str, str]:
    return {name: data.decode(errors="replace") for name, data in members.items() if bundling.is_proof(name)}


def _check_size(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > LIMIT:
        raise Altered("this is too large to be an evidence bundle")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The file `name`. A check sum that fails is found by the zip itself, and is a change like any other."""
    try:
        return archive.read(name)
    except zipfile.BadZipFile as error:
        raise Altered("a file of the bundle was changed") from error
