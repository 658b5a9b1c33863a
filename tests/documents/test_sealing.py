"""Sealed documents: what is intact, and that nothing else is."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.verification.bundle import check_bundle, read_members
from reciproca.compacts.signing.verification.files import check_document, verify_file
from reciproca.compacts.signing.verification.inside import read_attachments
from reciproca.compacts.signing.verification.report import Altered, Damaged, Untrusted
from reciproca.core.keys import Keys
from tests.building.documents import a_document, a_text, some_keys, some_parts, the_sample

FINDINGS = (Altered, Damaged, Untrusted)


def root_of(keys: Keys) -> bytes:
    """The root certificate of `keys`, as a reader would have it."""
    return keys.root.public_bytes(Encoding.PEM)


def written(folder: Path, name: str, data: bytes) -> Path:
    """`data` in a file."""
    path = folder / name
    path.write_bytes(data)
    return path


def test_intact_document_and_bundle_name_both_parties(tmp_path: Path) -> None:
    """Protects the promise that a reader with the root certificate alone can check a copy, and see who signed."""
    keys, made = the_sample()
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        verdict = verify_file(written(tmp_path, name, data), root_of(keys))
        assert (verdict.verdict, verdict.exit_code) == ("intact", 0)
        assert [(party.party, party.name) for party in verdict.parties] == [
            ("physician", "Zoë Łucja Wójcik"),
            ("organisation", "Amina Yusuf"),
        ]


def test_missing_party_is_said(tmp_path: Path) -> None:
    """Protects a physician from taking a copy that the organisation hasn't signed for one that it has."""
    keys = some_keys()
    made = a_document(keys, some_parts(keys, a_text(), both=False))
    verdict = verify_file(written(tmp_path, "a.pdf", made.pdf), root_of(keys))
    assert verdict.verdict == "intact"
    assert [party.signed_at is not None for party in verdict.parties] == [True, False]


def test_foreign_root_and_no_root_are_not_trusted(tmp_path: Path) -> None:
    """Protects against another installation's seal, and against trusting a file on its own word."""
    _keys, made = the_sample()
    foreign = root_of(some_keys())
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        path = written(tmp_path, name, data)
        assert verify_file(path, foreign).exit_code == 1
        assert verify_file(path, None).exit_code == 1


def test_garbage_is_unreadable(tmp_path: Path) -> None:
    """Protects the third exit code: a file that is nothing of ours is neither intact nor altered."""
    keys, made = the_sample()
    for name, data in (
        ("a", b""),
        ("b", b"hello"),
        ("c", b"%PDF-1.7\nnothing"),
        ("d", b"PK\x03\x04 nothing"),
    ):
        assert verify_file(written(tmp_path, name, data), root_of(keys)).exit_code == 2
    assert verify_file(tmp_path / "none.pdf", root_of(keys)).exit_code == 2
    assert (
        verify_file(written(tmp_path, "e.pdf", made.pdf[: len(made.pdf) // 2]), root_of(keys)).exit_code == 2
    )


def signature_span(pdf: bytes) -> tuple[int, int]:
    """Where the seal's digits are."""
    sealed = pdf.rindex(b"/Contents <") + len(b"/Contents ")
    return sealed, pdf.index(b">", sealed) + 1


def is_refused(pdf: bytes, root: bytes) -> bool:
    """Whether the verifier finds something wrong with `pdf`."""
    try:
        check_document(pdf, root)
    except FINDINGS:
        return True
    return False


@pytest.mark.parametrize("bit", [0, 5, 7])
def test_no_flipped_bit_of_the_seal_is_accepted(bit: int) -> None:
    """Protects the one place that the seal can't cover, its own digits: letter case and padding included."""
    keys, made = the_sample()
    begins, ends = signature_span(made.pdf)
    used = begins + 2 * 1100
    for at in [*range(begins, used), *range(used, ends, 97), ends - 1]:
        flipped = bytearray(made.pdf)
        flipped[at] ^= 1 << bit
        assert is_refused(bytes(flipped), root_of(keys)), at


def test_no_flipped_bit_elsewhere_is_accepted() -> None:
    """Protects every byte outside the seal's digits, the first and the last included."""
    keys, made = the_sample()
    begins, ends = signature_span(made.pdf)
    outside = [*range(0, begins, 211), *range(ends, len(made.pdf), 13), len(made.pdf) - 1]
    for at in outside:
        flipped = bytearray(made.pdf)
        flipped[at] ^= 1 << (at % 8)
        assert is_refused(bytes(flipped), root_of(keys)), at


def test_appended_bytes_annotation_and_swapped_attachment_are_found(tmp_path: Path) -> None:
    """Protects against what PDF readers overlook: anything that was added after the seal."""
    keys, made = the_sample()
    assert is_refused(made.pdf + b"\n", root_of(keys))
    assert is_refused(made.pdf + b"%%EOF\n", root_of(keys))
    swapped = appended(made.pdf, tmp_path)
    assert swapped.startswith(made.pdf)
    assert len(swapped) > len(made.pdf)
    assert is_refused(swapped, root_of(keys))


def appended(pdf: bytes, folder: Path) -> bytes:
    """`pdf` with an incremental update that swaps its attachment, the old bytes left in place."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = generic.StreamObject(stream_data=b'{"forged":true}')
    specification = names[1].get_object()
    specification["/EF"][generic.pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(specification)
    out = folder / "swapped.pdf"
    with out.open("wb") as target:
        writer.write(target)
    return out.read_bytes()


def test_every_changed_member_of_a_bundle_is_found() -> None:
    """Protects a bundle as a whole: no file in it can be changed, dropped, added or taken from another one."""
    keys, made = the_sample()
    other = read_members(a_document(keys, some_parts(keys, a_text(words="Other words."))).bundle)
    members = read_members(made.bundle)
    forgeries = [{**members, "extra.txt": b"x"}]
    for name, data in members.items():
        forgeries.append({**members, name: data[:-1] + bytes([data[-1] ^ 1])})
        forgeries.append({key: value for key, value in members.items() if key != name})
        if other[name] != data:
            forgeries.append({**members, name: other[name]})
    for forged in forgeries:
        with pytest.raises(FINDINGS):
            check_bundle(bundling.archive(forged), root_of(keys))


def test_no_flipped_bit_of_a_bundle_is_accepted() -> None:
    """Protects the zip's own bookkeeping, which no signature covers: it must follow from the members."""
    keys, made = the_sample()
    central = made.bundle.rindex(b"PK\x01\x02") - 600
    for at in [*range(0, central, 499), *range(central, len(made.bundle), 3)]:
        flipped = bytearray(made.bundle)
        flipped[at] ^= 1 << (at % 8)
        with pytest.raises(FINDINGS):
            check_bundle(bytes(flipped), root_of(keys))


def test_same_evidence_gives_the_same_unsigned_bytes() -> None:
    """Protects reproducibility: a document can be made again, byte for byte up to its seal, whatever the clock says."""
    keys = some_keys()
    parts = some_parts(keys, a_text())
    first, second = (a_document(keys, parts).pdf for _ in range(2))
    assert unsealed(first) == unsealed(second)
    assert read_attachments(first) == read_attachments(second)


def unsealed(pdf: bytes) -> bytes:
    """The document as it was before the seal was added to it."""
    return pdf[: pdf.index(b"%%EOF")]


def test_poppler_agrees(tmp_path: Path) -> None:
    """Protects against a seal that only our own verifier likes: poppler's pdfsig finds it valid and total."""
    _keys, made = the_sample()
    run = subprocess.run(
        ["pdfsig", written(tmp_path, "a.pdf", made.pdf)], capture_output=True, text=True, check=False
    )
    assert "Signature is Valid" in run.stdout
    assert "Total document signed" in run.stdout


def test_openssl_agrees(tmp_path: Path) -> None:
    """Protects against the same with OpenSSL, which shares no code with what made the seal."""
    keys, made = the_sample()
    begins, ends = signature_span(made.pdf)
    padded = bytes.fromhex(made.pdf[begins + 1 : ends - 1].decode())
    written(tmp_path, "sig.der", padded[: int.from_bytes(padded[2:4], "big") + 4])
    written(tmp_path, "content", made.pdf[:begins] + made.pdf[ends:])
    written(tmp_path, "root.pem", root_of(keys))
    run = subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-cades",
            "-inform",
            "DER",
            "-in",
            "sig.der",
            "-content",
            "content",
            "-CAfile",
            "root.pem",
            "-purpose",
            "any",
            "-attime",
            "1788271200",
            "-out",
            "out",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_pyhanko_agrees() -> None:
    """Protects against the same with pyHanko's validator, in its strictest form."""
    keys, made = the_sample()
    root = x509.Certificate.load(keys.root.public_bytes(Encoding.DER))
    context = ValidationContext(
        trust_roots=[root], moment=keys.root.not_valid_before_utc, allow_fetching=False
    )
    signature = PdfFileReader(BytesIO(made.pdf)).embedded_signatures[0]
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
