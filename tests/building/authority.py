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
    """Answers at `url`; `root` is its certificate (PEM). `mood`: honest, nonce, imprint, refuse, slow, garbage; or, of
    its list of withdrawn certificates, listless (there is none) and withdrawn (its own stands in it). Its clock is
    `clock`, or `ahead` of it."""

    root: bytes
    chain: tuple[x509.Certificate, x509.Certificate]
    key: rsa.RSAPrivateKey
    name: str
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

    def listed(self) -> bytes:
        """Its root's list of withdrawn certificates, made now."""
        at = self.clock.now().replace(microsecond=0) + self.ahead
        made = x509.CertificateRevocationListBuilder(self.chain[1].subject, at, at + timedelta(days=7))
        if self.mood == "withdrawn":
            one = x509.RevokedCertificateBuilder(self.chain[0].serial_number, at)
            made = made.add_revoked_certificate(one.build())
        made = made.add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        return made.sign(_keys_of(self.name)[0], hashes.SHA256()).public_bytes(Encoding.DER)


def stamper(authority: StampAuthority, at: datetime) -> DummyTimeStamper:
    """pyHanko's authority with the certificate of ours, at an instant."""
    der = authority.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return DummyTimeStamper(
        asn1_x509.Certificate.load(authority.chain[0].public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(der),
        certs_to_embed=[asn1_x509.Certificate.load(authority.chain[1].public_bytes(Encoding.DER))],
        fixed_dt=at,
    )


def an_identity(url: str = "", *, name: str = "Clocks", days: int = 3650, **moods: Any) -> StampAuthority:
    """An authority that can answer, and nobody to bring it questions."""
    (_root, key, _certificate), chain = _keys_of(name), _chain(name, days, f"{url}list.crl")
    root = chain[1].public_bytes(Encoding.PEM)
    return StampAuthority(root=root, chain=chain, key=key, url=url, name=name, **moods)


@contextmanager
def a_stamp_authority(**moods: Any) -> Iterator[StampAuthority]:
    """An authority that answers while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.answer(200, authority.answer(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            self.answer(*((404, b"") if authority.mood == "listless" else (200, authority.listed())))

        def answer(self, code: int, data: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    authority = an_identity(f"http://127.0.0.1:{server.server_port}/", **moods)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
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
def _keys_of(name: str) -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey, x509.Certificate]:
    root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    return root_key, key, _certificate(f"{name} root", f"{name} root", root_key, root_key, 14600)


def _chain(name: str, days: int, listed: str) -> tuple[x509.Certificate, x509.Certificate]:
    root_key, key, root = _keys_of(name)
    return _certificate(name, f"{name} root", key, root_key, days, listed), root


def _certificate(
    subject: str,
    issuer: str,
    key: rsa.RSAPrivateKey,
    by: rsa.RSAPrivateKey,
    days: int,
    listed: str | None = None,
) -> x509.Certificate:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (subject, issuer)]
    made = (
        x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
        .not_valid_before(CLOCK.now() - timedelta(days=1))
        .not_valid_after(CLOCK.now() + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=listed is None, path_length=None), critical=True)
    )
    if listed:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        where = x509.DistributionPoint([x509.UniformResourceIdentifier(listed)], None, None, None)
        made = made.add_extension(usage, critical=True)
        made = made.add_extension(x509.CRLDistributionPoints([where]), critical=False)
    return made.sign(by, hashes.SHA256())
