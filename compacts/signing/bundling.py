"""The evidence bundle: a zip whose every byte follows from its members, with a manifest signed by the seal."""

import io
import zipfile
from collections.abc import Mapping
from importlib import resources

from reciproca.compacts.signing import offline
from reciproca.compacts.signing.ecdsa import one_form
from reciproca.compacts.signing.rules import ORGANISATION, PHYSICIAN
from reciproca.core.canonical import canonical, sha256
from reciproca.core.keys import Keys

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MEMBERS = frozenset({"document.pdf", "text.json", "evidence.json", "checkpoint.txt", "root.pem", "seal.pem"})
"""What every bundle holds; the first ones held nothing else."""
VERIFIER, SCAN = "verify.py", "scan.pdf"
PROOF = "{role}.tlog-proof"
_ALONE = MEMBERS | {VERIFIER, PROOF.format(role=PHYSICIAN)}
_BOTH = _ALONE | {PROOF.format(role=ORGANISATION)}
SETS = (MEMBERS, _ALONE, _BOTH, _ALONE | {SCAN}, _BOTH | {SCAN})
"""What may stand in a bundle: since "bundle/2" also the verifier in one file, a proof for each act, and the scan of a
signature on paper."""
_BEGINNING = (1980, 1, 1, 0, 0, 0)


def pack(members: Mapping[str, bytes], keys: Keys) -> bytes:
    """`members` with a manifest of their SHA-256 and the seal's signature of that manifest."""
    manifest = manifest_of(members)
    signature = one_form(keys.seal_key.sign(manifest), keys.seal)
    return archive({**members, MANIFEST: manifest, SIGNATURE: signature})


def verifier() -> bytes:
    """The verifier in one file that travels in bundles."""
    return resources.files(offline).joinpath(VERIFIER).read_bytes()


def manifest_of(members: Mapping[str, bytes]) -> bytes:
    """The manifest that `members` must have."""
    schema = "bundle/2" if VERIFIER in members else "bundle/1"
    return canonical(
        {"schema": schema, "members": {name: sha256(data) for name, data in sorted(members.items())}}
    )


def archive(members: Mapping[str, bytes]) -> bytes:
    """A stored zip: names in order, no times, no comments, so that equal members give equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, _BEGINNING)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            made.writestr(entry, members[name])
    return out.getvalue()
