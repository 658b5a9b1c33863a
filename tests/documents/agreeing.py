"""Four tools that share no code with ours say that a sealed file is good: pyHanko, OpenSSL, poppler and MuPDF."""

import subprocess
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reciproca.core.keys import Keys
from tests.building.authority import StampAuthority
from tests.building.documents import CLOCK
from tests.documents.forging import root_of, signature_span, written

_CMS = "cms -verify -binary -cades -inform DER -in sig.der -content content -CAfile root.pem -purpose any -out out"
Agrees = Callable[[Path, bytes, Keys, StampAuthority | None], None]
_TS = "ts -verify -data signature -in token.der -token_in -CAfile clocks.pem"


def all_agree(folder: Path, pdf: bytes, keys: Keys, authority: StampAuthority | None = None) -> None:
    """Each finds the seal of `pdf` good, and the stamp of `authority` where there is one."""
    for agrees in (pyhanko_agrees, openssl_agrees, poppler_agrees, mupdf_agrees):
        agrees(folder, pdf, keys, authority)


def pyhanko_agrees(_folder: Path, pdf: bytes, keys: Keys, authority: StampAuthority | None) -> None:
    """pyHanko, in its strictest form, finds the seal valid for the whole file; and its stamp."""
    trusted = [keys.root, *([authority.chain[1]] if authority else [])]
    roots = [x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted]
    context = ValidationContext(trust_roots=roots, moment=_moment(keys), allow_fetching=False)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    stamp = status.timestamp_validity
    assert (stamp and stamp.valid and stamp.trusted) == (True if authority else None)


def poppler_agrees(folder: Path, pdf: bytes, _keys: Keys, _authority: StampAuthority | None) -> None:
    """Poppler's pdfsig finds the seal valid, and the last signature, which may be an archive stamp, total."""
    said = _said("pdfsig", "-nocert", written(folder, "sealed.pdf", pdf))
    assert "Signature is Valid" in said
    assert said.count("Total document signed") == 1
    assert said.count("Not total document signed") == pdf.count(b"/DocTimeStamp")


def mupdf_agrees(folder: Path, pdf: bytes, _keys: Keys, _authority: StampAuthority | None) -> None:
    """MuPDF finds one seal, and nothing changed since, or where archive stamps follow: that something does. It can't be
    told whom to trust."""
    path, stamps = written(folder, "sealed.pdf", pdf), pdf.count(b"/DocTimeStamp")
    said = _said("mutool", "sign", "-v", path)
    assert said.count("Verifying signature") == 1 + stamps
    if stamps:
        assert "The signature is valid but there have been edits since signing." in said
    else:
        assert "The document is unchanged since signing." in said
    assert "error" not in _said("mutool", "info", path).lower()


def openssl_agrees(folder: Path, pdf: bytes, keys: Keys, authority: StampAuthority | None) -> None:
    """OpenSSL finds the seal (cms) and its stamp (ts) valid."""
    begins, ends = signature_span(pdf)
    seal = cms.ContentInfo.load(bytes.fromhex(pdf[begins + 1 : ends - 1].decode()))
    info = seal["content"]["signer_infos"][0]
    written(folder, "sig.der", seal.dump())
    written(folder, "content", pdf[:begins] + pdf[ends:])
    written(folder, "root.pem", root_of(keys))
    if authority:
        written(folder, "signature", info["signature"].native)
        written(folder, "token.der", info["unsigned_attrs"][0]["values"][0].dump())
        written(folder, "clocks.pem", authority.root)
    for command in (_CMS, _TS) if authority else (_CMS,):
        at = ["-attime", str(int(_moment(keys).timestamp()) + 60)]
        run = subprocess.run(
            ["openssl", *command.split(), *at], cwd=folder, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr


def _moment(keys: Keys) -> datetime:
    """When a reader looks: soon after the beginning of the tests' time."""
    return max(CLOCK.now(), keys.seal.not_valid_before_utc)


def _said(*command: str | Path) -> str:
    """What a tool prints; its exit code says nothing (pdfsig and mutool end with 0 on forgeries too)."""
    try:
        run = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip(f"{command[0]} is missing. Run: apt-get install poppler-utils mupdf-tools")
    return run.stdout + run.stderr
