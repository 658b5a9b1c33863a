"""Archive stamps (PAdES B-LTA): documents stay good in everybody's eyes when keys and certificates have grown old."""

import asyncio
import logging
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec, ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from reciproca.compacts.signing.archiving import Archived, NotArchivable, rebundled
from reciproca.compacts.signing.authority import Authority, NoStamp
from reciproca.compacts.signing.verification.files import verify_bytes
from reciproca.compacts.signing.verification.report import Stamp, Verdict
from reciproca.core.clock import FixedClock
from tests.building.authority import StampAuthority, a_stamp_authority
from tests.building.documents import CLOCK, a_document, a_text, an_archivist, some_keys, some_parts
from tests.documents.agreeing import mupdf_agrees, poppler_agrees
from tests.documents.forging import root_of, signature_span, written
from tests.documents.verapdf import findings

YEARS = timedelta(days=365)


class Keeper:
    """A hospital's keys and its time-stamp authority, whose clock can be moved."""

    def __init__(self, authority: StampAuthority, clock: FixedClock, kind: str) -> None:
        self.keys, self.authority, self.clock = some_keys(kind=kind), authority, clock
        self.others: list[StampAuthority] = []

    @property
    def asked(self) -> Authority:
        """What the product asks the authority with; it knows the next one's root too."""
        known = tuple(one.chain[1] for one in (self.authority, *self.others))
        return Authority(url=self.authority.url, known=known, now=self.clock.now)

    def archived(self, pdf: bytes) -> Archived:
        """`pdf` with one more archive stamp."""
        return an_archivist(self.keys, self.asked).archived(pdf)

    def verdict(self, data: bytes, now: datetime | None = None) -> Verdict:
        """What our verifier says of a file, now."""
        moment = now or self.clock.now()
        roots = b"".join(one.root for one in (self.authority, *self.others))
        return verify_bytes(data, root_of(self.keys), name="a", authority=roots, now=moment)


@contextmanager
def a_keeper(kind: str = "p256", **moods: object) -> Iterator[Keeper]:
    """A hospital and its authority, at the beginning of the tests' time."""
    clock = FixedClock(CLOCK.now())
    with a_stamp_authority(clock=clock, **moods) as authority:
        yield Keeper(authority, clock, kind)


def pyhanko_says(keeper: Keeper, pdf: bytes) -> object:
    """What pyHanko says of the seal now, with nothing but what the file holds: every certificate must be known not to
    have been withdrawn (ETSI EN 319 102-1 §5.6.3)."""
    rule = RevocationCheckingRule.CRL_REQUIRED
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(_roots(keeper)),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(rule, rule)),
    )
    spec = PdfSignatureValidationSpec(SignatureValidationSpec(cert_validation_policy=policy))
    (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    now = keeper.clock.now() + timedelta(hours=1)
    timing = ValidationTimingInfo(validation_time=now, best_signature_time=now, point_in_time_validation=True)
    return asyncio.run(ades_lta_validation(seal, spec, timing_info=timing)).ades_subindic


def _roots(keeper: Keeper) -> list[x509.Certificate]:
    trusted = (keeper.keys.root, *(one.chain[1] for one in (keeper.authority, *keeper.others)))
    return [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted]


@pytest.mark.parametrize("kind", ["p256", pytest.param("rsa2048", marks=pytest.mark.deep)])
def test_an_archived_document_is_good_for_everybody(tmp_path: Path, kind: str) -> None:
    """veraPDF still finds PDF/A-3a and PDF/UA-1; pyHanko says that nothing was added but what B-LTA needs, poppler and
    MuPDF that the seal is valid, and OpenSSL that the last stamp covers the whole file."""
    with a_keeper(kind) as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        first = keeper.archived(made.pdf).pdf
        second = keeper.archived(first).pdf
    files = [written(tmp_path, f"{number}.pdf", pdf) for number, pdf in enumerate((first, second))]
    assert {verdict: wrong for verdict, wrong in findings(files).items() if wrong} == {}
    for pdf in (first, second):
        assert pyhanko_says(keeper, pdf) is AdESPassed.OK
        (seal,) = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        context = ValidationContext(
            trust_roots=_roots(keeper), moment=keeper.clock.now(), allow_fetching=False
        )
        status = validate_pdf_signature(seal, context)
        assert status.bottom_line
        assert status.modification_level is ModificationLevel.LTA_UPDATES
        poppler_agrees(tmp_path, pdf, keeper.keys, keeper.authority)
        mupdf_agrees(tmp_path, pdf, keeper.keys, keeper.authority)
        openssl_agrees(tmp_path, pdf, keeper.authority)


def openssl_agrees(folder: Path, pdf: bytes, authority: StampAuthority) -> None:
    """OpenSSL finds the last stamp good, and of everything but its own digits."""
    begins, ends = signature_span(pdf)
    written(folder, "token.der", bytes.fromhex(pdf[begins + 1 : ends - 1].decode()).rstrip(b"\0"))
    written(folder, "content", pdf[:begins] + pdf[ends:])
    written(folder, "clocks.pem", authority.root)
    at = str(int(CLOCK.now().timestamp()) + 60)
    command = "ts -verify -data content -in token.der -token_in -CAfile clocks.pem -attime"
    run = subprocess.run(
        ["openssl", *command.split(), at], cwd=folder, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_a_renewal_in_time_keeps_it_good_when_all_its_certificates_have_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The seal's certificate ends after five years and the first authority's after ten: stamped once more before that,
    pyHanko and we find it good in the eleventh, and pyHanko no longer finds the one good that wasn't. It all happened
    long ago, since pyHanko holds every time against the machine's own."""
    monkeypatch.setattr(CLOCK, "instant", CLOCK.now() - 13 * YEARS)
    with (
        a_keeper(name="Clocks of old") as keeper,
        a_stamp_authority(clock=keeper.clock, name="Clocks of now", days=7300) as other,
    ):
        keeper.others = [other]
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        first = keeper.archived(made.pdf)
        assert first.due == first.at + YEARS
        keeper.clock.advance(9 * YEARS)
        assert keeper.keys.seal.not_valid_after_utc < keeper.clock.now()
        keeper.authority, keeper.others = other, [keeper.authority]
        second = keeper.archived(first.pdf)
        keeper.clock.advance(2 * YEARS)
        third = keeper.archived(second.pdf)
        before = keeper.verdict(first.pdf)
        assert (before.verdict, before.stamp and before.stamp.lapsed) == ("intact", True)
        assert first.until < keeper.clock.now() < third.until
        assert keeper.verdict(third.pdf).stamp == Stamp(
            at=CLOCK.now().isoformat(),
            trusted=True,
            level="B-LTA",
            renewed_at=third.at.isoformat(),
            until=third.until.isoformat(),
            lapsed=False,
        )
        assert pyhanko_says(keeper, third.pdf) is AdESPassed.OK
        logging.disable(logging.CRITICAL)  # pyHanko logs why not, with a trace
        assert pyhanko_says(keeper, first.pdf) is AdESIndeterminate.NO_POE
        logging.disable(logging.NOTSET)
        with pytest.raises(NotArchivable, match="has ended"):
            keeper.archived(first.pdf)


def test_what_was_there_is_never_changed() -> None:
    """Earlier copies, in whosever hands, are the beginning of later ones, and stay genuine."""
    with a_keeper() as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        first = keeper.archived(made.pdf).pdf
        second = keeper.archived(first).pdf
    assert second.startswith(first)
    assert first.startswith(made.pdf)
    assert {keeper.verdict(pdf).verdict for pdf in (made.pdf, first, second)} == {"intact"}


def test_a_stamp_is_due_again_before_its_certificate_ends() -> None:
    """After a year; of a certificate that ends sooner, when a quarter of its time is left."""
    with a_keeper(days=100) as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        archived = keeper.archived(made.pdf)
    assert (archived.due - archived.at, archived.until - archived.at) == (
        timedelta(days=75),
        timedelta(days=100),
    )


@pytest.mark.parametrize(
    ("mood", "why"),
    [
        ("listless", "list of withdrawn certificates"),
        ("withdrawn", "was withdrawn"),
        ("imprint", "something else"),
        ("garbage", "ValueError"),
    ],
)
def test_nothing_is_kept_that_a_reader_would_refuse(mood: str, why: str) -> None:
    """An authority that is away, lies, or was withdrawn gives no archive stamp; the document stays as it is."""
    with a_keeper() as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        keeper.authority.mood = mood
        with pytest.raises(NoStamp, match=why):
            keeper.archived(made.pdf)


def test_another_authority_than_the_document_names_is_not_taken() -> None:
    """A reader who names no authority takes the ones that the sealed file names, and no other."""
    with a_keeper() as keeper, a_stamp_authority(name="Strangers", clock=keeper.clock) as stranger:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        keeper.authority = stranger
        with pytest.raises(NoStamp, match="not of the authority that the seal names"):
            keeper.archived(made.pdf)


def test_what_has_no_time_stamp_gets_no_archive() -> None:
    """There is no time to be kept."""
    with a_keeper() as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()))
        with pytest.raises(NotArchivable, match="without a time stamp"):
            keeper.archived(made.pdf)


def test_a_bundle_is_renewed_by_the_key_that_sealed_it() -> None:
    """Another key can't vouch for it: then it stays as it was, and is good."""
    with a_keeper() as keeper:
        made = a_document(keeper.keys, some_parts(keeper.keys, a_text()), authority=keeper.asked)
        pdf = keeper.archived(made.pdf).pdf
    renewed = rebundled(made.bundle, pdf, keeper.keys)
    verdict = keeper.verdict(renewed)
    assert (verdict.verdict, verdict.stamp and verdict.stamp.level) == ("intact", "B-LTA")
    assert rebundled(made.bundle, pdf, some_keys()) == made.bundle
