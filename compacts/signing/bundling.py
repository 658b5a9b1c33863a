"""The evidence bundle: a zip whose every byte follows from its members, with a manifest signed by the seal."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from importlib import resources

from reciproca.compacts.signing import offline
from reciproca.compacts.signing.ecdsa import one_form
from reciproca.core.canonical import canonical, sha256
from reciproca.core.keys import Keys

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
MEMBERS = frozenset({"document.pdf", "text.json", "evidence.json", "checkpoint.txt", "root.pem", "seal.pem"})
"""What every bundle holds; the first ones held nothing else."""
VERIFIER, SCAN = "verify.py", "scan.pdf"
_PROOF = re.compile(r"(physician|organisation)(-[2-9])?\.tlog-proof")
_BEGINNING = (1980, 1, 1, 0, 0, 0)


def proof_names(roles: Iterable[str]) -> list[str]:
    """Under which name the proof of each act travels, by the acts' roles: "organisation.tlog-proof", and where several
    signed for it "organisation-2.tlog-proof" and so on."""
    seen = Counter[str]()
    names = []
    for role in roles:
        seen[role] += 1
        names.append(f"{role}-{seen[role]}.tlog-proof" if seen[role] > 1 else f"{role}.tlog-proof")
    return names


def is_proof(name: str) -> bool:
    """Whether a member is the proof of an act."""
    return _PROOF.fullmatch(name) is not None


def are_members(names: Collection[str]) -> bool:
    """Whether files of these names may make up a bundle: since "bundle/2" also the verifier in one file, a proof for
    each act, and the scan of a signature on paper."""
    others = {name for name in names if not is_proof(name)}
    return set(names) == MEMBERS or MEMBERS | {VERIFIER} == others - {SCAN}


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
