"""Sealing a document: what ours adds to pyHanko with a key loaded once, and what that spares against its defaults."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from reciproca.compacts.signing import pades
from reciproca.compacts.signing.verification.seal import read_seal
from reciproca.core.clock import SystemClock
from reciproca.core.keys import Keys, create_keys
from reciproca.core.seal_key import FileKey
from reciproca.templates.pdf import render_pdf

Sealer = Callable[[bytes], bytes]


class _Preloaded(signers.SimpleSigner):
    """pyHanko's signer with a key that was loaded once, not for each signature."""

    def __init__(self, keys: Keys, key: FileKey) -> None:
        super().__init__(_certificate(keys), _info(key), SimpleCertificateStore())
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002 -- pyHanko's own signature
        """The signature of `data`."""
        return bytes(512) if dry_run else self._key.sign(data)


@contextmanager
def _prepared(kind: str, other: str, n: int) -> Iterator[dict[str, Side]]:
    clock = SystemClock()
    with TemporaryDirectory() as folder:
        keys = create_keys(Path(folder) / "keys", clock, "Riverbend Hospital", kind)
    pdf = _document(clock)
    rivals = {"floor": _preloaded(keys), "peer": default_sealer(keys)}
    ours = partial(pades.seal, keys=keys, at=clock.now())
    for sealer in (ours, rivals[other]):
        _validate(sealer(pdf), keys)
    read_seal(ours(pdf))
    yield {"ours": partial(_seconds, ours, pdf, n), other: partial(_seconds, rivals[other], pdf, n)}


def _document(clock: SystemClock) -> bytes:
    """An agreement of some pages, as it is before its seal."""
    promise = "<h2>Topic</h2><p>We answer every safety report within five working days, and say what came of it.</p>"
    html = f"<html lang=en><head><title>Agreement</title></head><body><h1>Agreement</h1>{promise * 40}</body></html>"
    return render_pdf(html, attached=(), identifier=bytes(16), made=clock.now())


def _seconds(sealer: Sealer, pdf: bytes, n: int) -> float:
    begin = time.perf_counter()
    for _time in range(n):
        sealed = sealer(pdf)
    took = (time.perf_counter() - begin) / n
    if b"/ETSI.CAdES.detached" not in sealed:
        raise Wrong("no seal was made")
    return took


def _preloaded(keys: Keys) -> Sealer:
    """The floor: the same room for the signature, the key loaded once, the field invisible as ours."""
    signer = signers.PdfSigner(_metadata(), _Preloaded(keys, _file_key(keys)))
    return lambda pdf: _sealed(signer, pdf, bytes_reserved=pades.RESERVED)


def default_sealer(keys: Keys) -> Sealer:
    """The peer: pyHanko as its documentation shows it, one `PdfSigner` for all documents."""
    signer = signers.SimpleSigner(_certificate(keys), _info(_file_key(keys)), SimpleCertificateStore())
    made = signers.PdfSigner(_metadata(), signer)
    return lambda pdf: _sealed(made, pdf)


def _sealed(signer: signers.PdfSigner, pdf: bytes, **how: Any) -> bytes:
    made: bytes = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), **how).getvalue()
    return made


def _metadata() -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=pades.FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )


def _validate(pdf: bytes, keys: Keys) -> None:
    roots = [asn1_x509.Certificate.load(keys.root.public_bytes(Encoding.DER))]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    signature = PdfFileReader(BytesIO(pdf)).embedded_signatures[0]
    if not validate_pdf_signature(signature, context).bottom_line:
        raise Wrong("pyHanko finds the seal not valid")


def _file_key(keys: Keys) -> FileKey:
    if not isinstance(keys.seal_key, FileKey):
        raise Wrong("the key is not a file's")
    return keys.seal_key


def _certificate(keys: Keys) -> Any:
    return asn1_x509.Certificate.load(keys.seal.public_bytes(Encoding.DER))


def _info(key: FileKey) -> Any:
    der = key.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return asn1_keys.PrivateKeyInfo.load(der)


BENCHMARKS = (
    *(
        Benchmark(
            name=f"seal-{kind}",
            what=f"Sealing one document (B-B, {words}); floor: pyHanko with its key loaded once and the same room",
            n=40,
            prepare=partial(_prepared, kind, "floor"),
            goal=Goal(key="ratio_to_floor", op="<=", limit=1.2),
        )
        for kind, words in (("p256", "ECDSA P-256"), ("rsa2048", "RSA-2048"))
    ),
    Benchmark(
        name="seal-default",
        what="Sealing one document (B-B, RSA-2048); peer: pyHanko's defaults, one PdfSigner loaded once",
        n=20,
        prepare=partial(_prepared, "rsa2048", "peer"),
        goal=Goal(key="ratio_to_peer", op=">=", limit=6),
        peer_name="pyHanko 0.38 with its defaults",
    ),
)
