"""An evidence bundle: every byte of the zip must follow from its members, and the seal must vouch for each."""

import io
import zipfile
import zlib

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.verification.chain import check_chain, check_signature, read_certificate
from reciproca.compacts.signing.verification.evidence import check_evidence
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.report import Altered, Damaged, Party
from reciproca.compacts.signing.verification.seal import read_seal

LIMIT = 64 * 1024 * 1024


def read_members(data: bytes) -> dict[str, bytes]:
    """The files of a bundle. Damaged when it is no zip, Altered when the zip says more than its members do."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LIMIT:
                raise Damaged("this is too large to be an evidence bundle")
            members = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        raise Damaged("this is not an evidence bundle, or it is too damaged to read") from error
    if set(members) != {*bundling.MEMBERS, bundling.MANIFEST, bundling.SIGNATURE}:
        raise Altered("something is missing from the bundle, or was added to it")
    if bundling.archive(members) != data:
        raise Altered("the bundle was rewritten")
    return members


def check_bundle(data: bytes, trust: bytes) -> list[Party]:
    """Check a whole bundle against the root certificate `trust`. Raises Damaged, Altered or Untrusted."""
    members = read_members(data)
    root, seal = read_certificate(trust), read_certificate(members["seal.pem"])
    manifest = members.pop(bundling.MANIFEST)
    check_signature(seal, members.pop(bundling.SIGNATURE), manifest)
    if bundling.manifest_of(members) != manifest:
        raise Altered("a file of the bundle was changed")
    sealed = read_sealed(members["document.pdf"])
    check_chain(seal, root, sealed.sealed_at)
    if sealed.certificate != seal or read_certificate(members["root.pem"]) != root:
        raise Altered("the document and the bundle don't have the same seal")
    if any(sealed.attachments.get(name) != members[name] for name in ("text.json", "evidence.json")):
        raise Altered("the document and the bundle don't hold the same evidence")
    return check_evidence(members["text.json"], members["evidence.json"])
