"""Forgeries: whatever is done to a sealed document or a bundle, it is found, and calmly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.sealing import Made
from reciproca.compacts.signing.verification.bundle import check_bundle, read_members
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.compacts.signing.verification.report import Altered, Untrusted
from reciproca.core.keys import Keys
from reciproca.core.seal_key import FileKey
from tests.building.documents import CLOCK, a_document, a_text, some_keys, some_parts, the_sample
from tests.documents.forging import (
    FINDINGS,
    is_refused,
    root_of,
    signature_span,
    the_other_form,
    with_note,
    with_second_seal,
    with_swapped_attachment,
    with_the_other_form,
    written,
)


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


def test_no_flipped_bit_of_its_structure_stops_the_verifier() -> None:
    """Protects the verdict: damage to what a PDF reader steers by gives a finding like any other, never a crash."""
    keys, made = the_sample()
    begins, ends = signature_span(made.pdf)
    for at in [*range(begins - 200, begins), *range(ends, len(made.pdf))]:
        for bit in range(8):
            flipped = bytearray(made.pdf)
            flipped[at] ^= 1 << bit
            assert is_refused(bytes(flipped), root_of(keys)), (at, bit)


@pytest.mark.parametrize("appendix", [b"\n", b" ", b"%%EOF\n", b"\0", b"%PDF-1.7\n%%EOF"])
def test_appended_bytes_are_found(appendix: bytes) -> None:
    """Protects the last byte: PDF readers take no notice of what follows the end, the verifier does."""
    keys, made = the_sample()
    assert is_refused(made.pdf + appendix, root_of(keys))


@pytest.mark.parametrize("forge", [with_note, with_swapped_attachment])
def test_later_additions_are_found(forge: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """Protects against what some PDF readers call valid: an annotation or another attachment, added after the seal."""
    keys, made = the_sample()
    forged = forge(made.pdf)
    assert forged.startswith(made.pdf)
    assert len(forged) > len(made.pdf)
    verdict = verify_file(written(tmp_path, "a.pdf", forged), root_of(keys))
    assert (verdict.verdict, verdict.exit_code) == ("altered", 1)


def test_the_other_form_of_a_signature_is_found(tmp_path: Path) -> None:
    """ECDSA takes two signatures for one content, and anybody can turn one into the other: only one of them is ours."""
    keys, made = the_sample()
    members = read_members(made.bundle)
    members[bundling.SIGNATURE] = the_other_form(members[bundling.SIGNATURE])
    for name, data in (
        ("seal.pdf", with_the_other_form(made.pdf)),
        ("manifest.zip", bundling.archive(members)),
    ):
        assert (name, verify_file(written(tmp_path, name, data), root_of(keys)).verdict) == (name, "altered")


def test_anothers_valid_seal_is_not_ours(tmp_path: Path) -> None:
    """Protects against the same words and evidence under a seal that is valid, but of another installation."""
    keys, made = the_sample()
    stranger = some_keys("Riverbend Hospital")
    resealed = make_again(made, stranger)
    for name, data in (("a.pdf", resealed.pdf), ("a.zip", resealed.bundle)):
        path = written(tmp_path, name, data)
        assert verify_file(path, root_of(stranger)).exit_code == 0
        assert (verify_file(path, root_of(keys)).verdict, verify_file(path, root_of(keys)).exit_code) == (
            "untrusted",
            1,
        )


def test_a_second_seal_is_found(tmp_path: Path) -> None:
    """Protects against a second seal, ours or another's, that vouches for more than was signed."""
    keys, made = the_sample()
    for second in (keys, some_keys()):
        path = written(tmp_path, "a.pdf", with_second_seal(made.pdf, second))
        assert verify_file(path, root_of(keys)).exit_code == 1
        assert verify_file(path, root_of(second)).exit_code == 1


def test_a_bundle_sealed_by_a_stranger_around_our_document_is_found(tmp_path: Path) -> None:
    """Protects the bundle's own signature: our document and our root in a stranger's manifest don't make it ours."""
    keys, made = the_sample()
    stranger = some_keys()
    inner = {
        name: data
        for name, data in read_members(made.bundle).items()
        if name not in (bundling.MANIFEST, bundling.SIGNATURE)
    }
    theirs = {**inner, "seal.pem": stranger.seal.public_bytes(Encoding.PEM)}
    for members in (inner, theirs):
        path = written(tmp_path, "a.zip", bundling.pack(members, stranger))
        assert verify_file(path, root_of(keys)).exit_code == 1
        assert verify_file(path, root_of(stranger)).exit_code == 1


@pytest.mark.parametrize("name", ["document.pdf", "text.json", "evidence.json", "checkpoint.txt", "root.pem"])
def test_members_of_one_bundle_belong_together(name: str, tmp_path: Path) -> None:
    """Protects a bundle against parts of another one, even under a manifest that our own seal has signed."""
    keys, made = the_sample()
    other = read_members(a_document(keys, some_parts(keys, a_text(words="Other words."))).bundle)
    other["root.pem"] = root_of(some_keys())
    own = {
        member: data
        for member, data in read_members(made.bundle).items()
        if member not in (bundling.MANIFEST, bundling.SIGNATURE)
    }
    path = written(tmp_path, "a.zip", bundling.pack({**own, name: other[name]}, keys))
    assert verify_file(path, root_of(keys)).exit_code == 1


def test_certificates_not_made_for_sealing_are_not_trusted(tmp_path: Path) -> None:
    """Protects against a root that is none, or a seal that isn't one; each gets a verdict, whatever it lacks."""
    root_key, seal_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    bare, able = (a_certificate("root", root_key, root_key, is_root=is_root) for is_root in (False, True))
    keys = replace(
        some_keys(), root=bare, seal=a_certificate("seal", seal_key, root_key), seal_key=FileKey(seal_key)
    )
    made = a_document(keys, some_parts(keys, a_text()))
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        path = written(tmp_path, name, data)
        assert [verify_file(path, pem(root)).verdict for root in (bare, able)] == ["untrusted", "untrusted"]


def a_certificate(
    name: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, *, is_root: bool = False
) -> x509.Certificate:
    """A certificate without any of the extensions that seals have."""
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, "root"))
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(CLOCK.now() - timedelta(days=1))
        .not_valid_after(CLOCK.now() + timedelta(days=1))
    )
    if is_root:
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(by, hashes.SHA256())


def pem(certificate: x509.Certificate) -> bytes:
    """`certificate` as a reader would have it."""
    return certificate.public_bytes(Encoding.PEM)


def make_again(made: Made, keys: Keys) -> Made:
    """The same text and acts, in a document of `keys`."""
    return a_document(keys, some_parts(keys, read_members(made.bundle)["text.json"]))


@pytest.mark.parametrize(
    "trust", [b"", b"nope", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_an_unreadable_certificate_to_trust_is_said(trust: bytes, tmp_path: Path) -> None:
    """Protects the reader who gives the wrong file to --trust: that is what the answer speaks of."""
    _keys, made = the_sample()
    for name, data in (("a.pdf", made.pdf), ("a.zip", made.bundle)):
        verdict = verify_file(written(tmp_path, name, data), trust)
        assert (verdict.exit_code, "certificate to trust" in verdict.reason) == (2, True)


def test_every_changed_member_of_a_bundle_is_found() -> None:
    """Protects a bundle as a whole: no file in it can be changed, dropped, added or taken from another one."""
    keys, made = the_sample()
    other = read_members(a_document(keys, some_parts(keys, a_text(words="Other words."))).bundle)
    members = read_members(made.bundle)
    forgeries = [{**members, "extra.txt": b"x"}]
    for name, data in members.items():
        forgeries += [{**members, name: data[:-1] + bytes([data[-1] ^ 1])}, {**members, name: b"x"}]
        forgeries.append({key: value for key, value in members.items() if key != name})
        if other[name] != data:
            forgeries.append({**members, name: other[name]})
    for forged in forgeries:
        with pytest.raises((Altered, Untrusted)):
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


def test_a_flipped_bit_in_any_member_is_a_change(tmp_path: Path) -> None:
    """Protects the difference between altered and unreadable: a bundle that opens can be judged, check sums or not."""
    keys, made = the_sample()
    for name, data in read_members(made.bundle).items():
        flipped = bytearray(made.bundle)
        flipped[made.bundle.index(data) + len(data) // 2] ^= 1
        verdict = verify_file(written(tmp_path, "a.zip", bytes(flipped)), root_of(keys))
        assert (verdict.verdict, verdict.exit_code) == ("altered", 1), name


@pytest.mark.deep
def test_no_flipped_bit_at_all_is_accepted() -> None:
    """Protects every byte of a sealed document, and every bit of the seal's own digits."""
    keys, made = the_sample()
    begins, ends = signature_span(made.pdf)
    for at in range(len(made.pdf)):
        for bit in range(8) if begins <= at < ends else [at % 8]:
            flipped = bytearray(made.pdf)
            flipped[at] ^= 1 << bit
            assert is_refused(bytes(flipped), root_of(keys)), (at, bit)
