"""One file, one verdict."""

from datetime import datetime
from pathlib import Path

from reciproca.compacts.signing.verification.bundle import check_bundle, read_members
from reciproca.compacts.signing.verification.chain import check_chain, read_trust
from reciproca.compacts.signing.verification.evidence import check_evidence
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.report import Altered, Damaged, Party, Untrusted, Verdict
from reciproca.compacts.signing.verification.seal import read_seal
from reciproca.compacts.signing.verification.stamps import check_stamps, check_stated, read_authorities
from reciproca.core.clock import SystemClock

LIMIT = 64 * 1024 * 1024


def verify_file(
    path: Path, trust: bytes | None, authority: bytes | None = None, now: datetime | None = None
) -> Verdict:
    """Verify the sealed PDF or evidence bundle at `path` against the root certificate `trust` (PEM or DER); its time
    stamps, if there are any, against the certificates `authority` (PEM). `now` is the reader's time."""
    try:
        data = _read(path)
    except Damaged as finding:
        return Verdict(file=str(path), verdict="unreadable", reason=str(finding))
    except OSError as error:
        return Verdict(file=str(path), verdict="unreadable", reason=f"it can't be opened: {error.strerror}")
    return verify_bytes(data, trust, name=str(path), authority=authority, now=now)


def verify_bytes(
    data: bytes,
    trust: bytes | None,
    *,
    name: str,
    authority: bytes | None = None,
    now: datetime | None = None,
) -> Verdict:
    """The same of `data`; `name` is what it is called."""
    try:
        parties = _check(data, trust)
        known = read_authorities(authority) if authority is not None else None
        stamp = check_stamps(_pdf(data), known, now or SystemClock().now())
    except Damaged as finding:
        return Verdict(file=name, verdict="unreadable", reason=str(finding))
    except Untrusted as finding:
        return Verdict(file=name, verdict="untrusted", reason=str(finding))
    except Altered as finding:
        return Verdict(file=name, verdict="altered", reason=str(finding))
    return Verdict(file=name, verdict="intact", reason=_said(parties), parties=parties, stamp=stamp)


def _pdf(data: bytes) -> bytes:
    return read_members(data)["document.pdf"] if data.startswith(b"PK") else data


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        data = stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise Damaged("this is too large to be a sealed document or an evidence bundle")
    return data


def _check(data: bytes, trust: bytes | None) -> list[Party]:
    if data.startswith(b"PK"):
        return check_bundle(data, _given(trust))
    if not data.startswith(b"%PDF-"):
        raise Damaged("this is neither a sealed PDF nor an evidence bundle")
    return check_document(data, _given(trust))


def check_document(data: bytes, trust: bytes) -> list[Party]:
    """Check a sealed PDF against the root certificate `trust`. Raises Damaged, Altered or Untrusted."""
    root = read_trust(trust)
    seal = read_seal(data)
    check_chain(seal.certificate, root, seal.sealed_at)
    inside = read_attachments(data[: seal.length])
    parties = check_evidence(inside["text.json"], inside["evidence.json"])
    check_stated(seal, inside["evidence.json"])
    return parties


def _given(trust: bytes | None) -> bytes:
    if trust is None:
        raise Untrusted("say whose seal you trust: --trust ROOT.pem, the organisation's root certificate")
    return trust


def _said(parties: list[Party]) -> str:
    signed = [party.party for party in parties if party.signed_at]
    missing = [party.party for party in parties if not party.signed_at]
    return f"signed by the {' and the '.join(signed)}" + (
        f"; not signed by the {missing[0]}" if missing else ""
    )
