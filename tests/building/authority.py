"""A time-stamp authority for tests, on a port of its own: honest, or lying in the way that a test wants."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from reciproca.core.clock import Clock
from tests.building.documents import CLOCK


@dataclass
class StampAuthority:
    """Answers at `url`; `root` is its certificate (PEM). `mood`: honest, nonce, imprint, refuse, slow, garbage. Its
    clock is `at`, or `ahead` of the test's clock."""

    root: bytes
    chain: tuple[x509.Certificate, x509.Certificate]
    key: rsa.RSAPrivateKey
    mood: str = "honest"
    ahead: timedelta = timedelta(0)
    url: str = ""
    clock: Clock = field(default_factory=lambda: CLOCK)
    asked: list[bytes] = field(default_factory=list)

    def answer(self, question: bytes) -> bytes:
        """What it answers to a request."""
        self.asked.append(question)
        if self.mood == "slow":
            time.sleep(2)
        if self.mood == "garbage":
            return b"<html>moved</html>"
        request = tsp.TimeStampReq.load(question)
        if self.mood == "refuse":
            return bytes.fromhex("30053003020102")  # no more than PKIStatusInfo: rejection
        if self.mood == "nonce":
            request["nonce"] = 7
        if self.mood == "imprint":
            request["message_imprint"]["hashed_message"] = bytes(32)
        at = self.clock.now().replace(microsecond=0) + self.ahead
        return stamper(self, at).request_tsa_response(request).dump()  # type: ignore[no-any-return]  # no types


def stamper(authority: StampAuthority, at: datetime) -> DummyTimeStamper:
    """pyHanko's authority with the certificate of ours, at an instant."""
    der = authority.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1_x509.Certificate.load(authority.chain[0].public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(der),
        certs_to_embed=[asn1_x509.Certificate.load(authority.chain[1].public_bytes(Encoding.DER))],
        fixed_dt=at,
    )


@contextmanager
def a_stamp_authority(**moods: Any) -> Iterator[StampAuthority]:
    """An authority that answers while the block runs."""
    key, chain = _identity(moods.pop("name", "Clocks"), moods.pop("days", 3650))
    authority = StampAuthority(root=chain[1].public_bytes(Encoding.PEM), chain=chain, key=key, **moods)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            data = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def root_file(folder: Path, authority: StampAuthority) -> str:
    """The authority's root in a file of `folder`; its name."""
    path = folder / "timestamp-root.pem"
    path.write_bytes(authority.root)
    return str(path)


@cache
def _identity(name: str, days: int) -> tuple[rsa.RSAPrivateKey, tuple[x509.Certificate, x509.Certificate]]:
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    root = _certificate(f"{name} root", f"{name} root", root_key, root_key, 7300, is_root=True)
    return key, (_certificate(name, f"{name} root", key, root_key, days, is_root=False), root)


def _certificate(
    subject: str, issuer: str, key: rsa.RSAPrivateKey, by: rsa.RSAPrivateKey, days: int, *, is_root: bool
) -> x509.Certificate:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (subject, issuer)]
    made = (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        .not_valid_before(CLOCK.now() - timedelta(days=1))
        .not_valid_after(CLOCK.now() + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    )
    if not is_root:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return made.sign(by, hashes.SHA256())
