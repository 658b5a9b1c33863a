"""Archive stamps (PAdES B-LTA): one more revision, which shows that the document stood when its keys were still good.

The first is made soon after the seal; each later one before the certificate of the one before ends. What is there
already is never changed: earlier copies stay as genuine as they were.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from reciproca.compacts.signing.authority import Authority, NoStamp
from reciproca.compacts.signing.bundling import MANIFEST, SIGNATURE, VERIFIER, pack, verifier
from reciproca.compacts.signing.pades import filled
from reciproca.compacts.signing.proofs import STAMPED
from reciproca.compacts.signing.revisions import Laid, lay_out
from reciproca.compacts.signing.revocation import lists_for
from reciproca.compacts.signing.verification.archive import begin, needed_for, signers
from reciproca.compacts.signing.verification.bundle import read_members
from reciproca.compacts.signing.verification.chain import read_certificate
from reciproca.compacts.signing.verification.files import check_document
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.report import Altered, Damaged, Untrusted
from reciproca.compacts.signing.verification.seal import Seal, read_seal
from reciproca.compacts.signing.verification.stamps import stated_in
from reciproca.compacts.signing.verification.token import Token
from reciproca.core.keys import Keys

ROOM = 16384
"""Digits kept for an archive stamp."""
YEAR = timedelta(days=365)
FINDINGS = (Altered, Untrusted, Damaged)
"""What may be found of a file that isn't a good document of ours."""


class NotArchivable(Exception):
    """No archive stamp can be put on this document, now or later; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Archived:
    """A document with its new archive stamp, given at `at`; the certificate that made it ends at `until`."""

    pdf: bytes
    at: datetime
    until: datetime

    @property
    def due(self) -> datetime:
        """When the next one is to be made: after a year, or when a quarter of the time until the certificate's end is
        left, whichever is first."""
        return self.at + min(YEAR, (self.until - self.at) * 3 / 4)


@dataclass(frozen=True, kw_only=True)
class Archivist:
    """Who makes them: the `authority` to ask, our `root`, and its list of withdrawn certificates (`withdrawn`, DER)."""

    authority: Authority
    root: x509.Certificate
    withdrawn: bytes

    def archived(self, pdf: bytes) -> Archived:
        """`pdf` with one more archive stamp. NoStamp when there is none to be had now, NotArchivable when there never
        is; Altered and the like when `pdf` isn't a good document of ours."""
        seal = read_seal(pdf)
        before, named = _last(pdf, seal)
        if self.authority.now() > before.certificate.not_valid_after_utc:
            raise NotArchivable("the certificate of its last time stamp has ended")
        archive = seal.archive or begin(pdf, seal.digits)
        known = (*archive.certificates, self.root, *named, *self.authority.known)
        needed = needed_for(signers(archive, seal.certificate, before.certificate), known, before.at)
        new = [one for one in needed if one not in archive.certificates]
        ders = [one.public_bytes(Encoding.DER) for one in new]
        lists = self._lists(needed) if archive.stamps else [self.withdrawn, *self._lists(needed)]
        laid = lay_out(archive.ground, ders, lists, ROOM)
        token = self.authority.stamp(_imprint(pdf, laid))
        whole = filled(pdf + laid.data, laid.begins, laid.ends, token.data)
        self._check(whole)
        return Archived(pdf=whole, at=token.at, until=token.certificate.not_valid_after_utc)

    def _lists(self, needed: Sequence[x509.Certificate]) -> list[bytes]:
        try:
            return lists_for(needed)
        except (OSError, ValueError) as error:
            raise NoStamp(f"a list of withdrawn certificates is not to be had: {error}") from error

    def _check(self, whole: bytes) -> None:
        """Nothing is kept that a reader would refuse."""
        try:
            check_document(whole, self.root.public_bytes(Encoding.DER))
        except FINDINGS as error:
            raise NoStamp(f"with this stamp, the document would not be taken for intact: {error}") from error


def rebundled(bundle: bytes, pdf: bytes, keys: Keys) -> bytes:
    """The evidence bundle `bundle` around `pdf`, with the verifier of today, which knows archive stamps; as it is where
    another key has sealed it, since only that one could vouch for it once more."""
    members = read_members(bundle)
    if read_certificate(members["seal.pem"]) != keys.seal:
        return bundle
    inner = {name: data for name, data in members.items() if name not in (MANIFEST, SIGNATURE)}
    inner["document.pdf"] = pdf
    if VERIFIER in inner:
        inner[VERIFIER] = verifier()
    return pack(inner, keys)


def _last(pdf: bytes, seal: Seal) -> tuple[Token, Sequence[x509.Certificate]]:
    """The last time stamp of a document, and the authorities that it names. NotArchivable when there is none."""
    stated = stated_in(read_attachments(pdf[: seal.length])["evidence.json"])
    if seal.stamp is None or stated is None or stated.level != STAMPED:
        raise NotArchivable("it was sealed without a time stamp")
    return seal.renewals[-1] if seal.renewals else seal.stamp, stated.named


def _imprint(pdf: bytes, laid: Laid) -> bytes:
    whole = pdf + laid.data
    return hashlib.sha256(whole[: laid.begins] + whole[laid.ends :]).digest()
