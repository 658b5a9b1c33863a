"""What forgers do to sealed documents, and whether it is found."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reciproca.compacts.signing import pades
from reciproca.compacts.signing.cms import Parts, seal_cms
from reciproca.compacts.signing.ecdsa import ORDER
from reciproca.compacts.signing.verification.files import check_document
from reciproca.compacts.signing.verification.report import Altered, Damaged, Untrusted
from reciproca.core.keys import Keys

FINDINGS = (Altered, Damaged, Untrusted)


def root_of(keys: Keys) -> bytes:
    """The root certificate of `keys`, as a reader would have it."""
    return keys.root.public_bytes(Encoding.PEM)


def written(folder: Path, name: str, data: bytes) -> Path:
    """`data` in a file."""
    path = folder / name
    path.write_bytes(data)
    return path


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


def the_other_form(signature: bytes) -> bytes:
    """The second signature that ECDSA takes for the same content, which needs no key to compute."""
    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, ORDER - s)


def with_the_other_form(pdf: bytes) -> bytes:
    """`pdf` with its seal in the second form, written as ours are otherwise."""
    begins, ends = signature_span(pdf)
    seal = cms.ContentInfo.load(bytes.fromhex(pdf[begins + 1 : ends - 1].decode()))
    info = seal["content"]["signer_infos"][0]
    info["signature"] = the_other_form(info["signature"].native)
    digits = seal.dump(force=True).hex().encode().ljust(ends - begins - 2, b"0")
    return pdf[: begins + 1] + digits + pdf[ends - 1 :]


def with_stamp(pdf: bytes, stamp: Callable[[bytes], bytes] | None) -> bytes:
    """`pdf` with another time stamp beside its seal, in its one form, or with None; the seal itself stays."""
    begins, ends = signature_span(pdf)
    signed = cms.ContentInfo.load(bytes.fromhex(pdf[begins + 1 : ends - 1].decode()))["content"]
    info = signed["signer_infos"][0]
    parts = Parts(
        certificate=signed["certificates"][0].chosen.dump(),
        attributes=info["signed_attrs"].untag().dump(),
        signature=info["signature"].native,
    )
    token = stamp(hashlib.sha256(parts.signature).digest()) if stamp else None
    return pades.filled(pdf, begins, ends, seal_cms(parts, token))


def with_swapped_attachment(pdf: bytes, forged: bytes = b'{"forged":true}') -> bytes:
    """`pdf` with an incremental update that swaps its attachment, the old bytes left in place."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    stream = generic.StreamObject(stream_data=forged)
    specification = names[1].get_object()
    specification["/EF"][generic.pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(specification)
    return _written_out(writer)


def with_note(pdf: bytes) -> bytes:
    """`pdf` with an annotation on its first page, added by an incremental update."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 90, 90)]),
            generic.pdf_name("/Contents"): generic.TextStringObject("and not the night shifts"),
        }
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([writer.add_object(note)])
    writer.update_container(page)
    return _written_out(writer)


def with_second_seal(pdf: bytes, keys: Keys) -> bytes:
    """`pdf` with another seal after the first one, made by `keys` and written as ours are: valid by itself."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/AcroForm"]["/Fields"][0].get_object()["/V"].get_object().pop("/Reference")
    del writer.root["/Perms"]
    writer.update_root()
    signer = signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(keys.seal.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(
            keys.seal_key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        cert_registry=SimpleCertificateStore(),
    )
    wanted = signers.PdfSignatureMetadata(
        field_name="Again", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    sealed = signers.sign_pdf(writer, wanted, signer=signer, bytes_reserved=pades.RESERVED).getvalue()
    begins, ends = signature_span(sealed)
    return sealed[:begins] + sealed[begins:ends].lower() + sealed[ends:]


def _written_out(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
