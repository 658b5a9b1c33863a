"""Check sealed agreements and evidence bundles: one file, the standard library and `cryptography`, no network.

    python3 verify.py agreement.pdf bundle.zip --trust root.pem [--timestamp-root clocks.pem] [--json]

Exit code 0: all intact; 1: one was altered, or is not trusted; 2: one can't be read. `root.pem` is the organisation's
root certificate: compare its SHA-256 with the one that it publishes, and that is printed on the document.

This file is a second implementation of what `reciproca verify` does, and imports nothing of it. It knows the files that
Reciproca writes, and refuses everything else: a seal that doesn't reach the last byte, digits that a seal doesn't
need, a bundle that says more than its members do. After the sealed revision only archive stamps may follow, written
in the one way in which they are. Sources: ISO 32000-2 §12.8, RFC 5652 and 5035 (the seal), RFC 5280 (certificates),
RFC 6962 (the tree), c2sp.org/signed-note, tlog-checkpoint and tlog-proof, RFC 8785 (the JSON).
"""

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.x509.oid import ExtendedKeyUsageOID

LIMIT = 64 * 1024 * 1024
EXIT_CODES = {"intact": 0, "altered": 1, "untrusted": 1, "unreadable": 2}
PARTIES = ("physician", "organisation")
ORDERS = {
    "secp256r1": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "secp384r1": 2**384 - 0x389CB27E0BC8D220A7E5F24DB74F58851313E695333AD68D,
    "secp521r1": 2**521 - 0x5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7,
}
CLOCKS_DIFFER = timedelta(minutes=5)
MEMBERS = {"document.pdf", "text.json", "evidence.json", "checkpoint.txt", "root.pem", "seal.pem"}
VERIFIER, SCAN = "verify.py", "scan.pdf"
PROOF = re.compile(r"(physician|organisation)(-[2-9])?\.tlog-proof")
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
ADDED = "something was added after it was sealed, or the seal doesn't cover the whole file"

SEAL = re.compile(
    rb"/Contents <(?P<digits>[^<>]*)>\n/ByteRange \[0 (?P<first>\d{1,9}) (?P<second>\d{1,9}) (?P<rest>\d{1,9})\] *\n"
    rb"/Type /Sig\n/Filter /Adobe\.PPKLite\n/SubFilter /ETSI\.CAdES\.detached\n/M \(D\\072(?P<time>\d{14})Z\)\n"
)
DICTIONARY = rb"(?:(?!endobj)[\s\S])*?"
WRITTEN_AGAIN = re.compile(
    rb"%%EOF\n(?P<root>\d{1,9}) 0 obj\n<<\n(?P<catalog>" + DICTIONARY
    + rb"\n/AcroForm (?P<form>\d{1,9}) 0 R\n" + DICTIONARY
    + rb")>>\nendobj\n(?P<page>\d{1,9}) 0 obj\n<<\n(?P<leaf>" + DICTIONARY
    + rb"/Annots \[ (?:\d{1,9} 0 R )*)(?P<field>\d{1,9}) 0 R \]\n>>\nendobj\n"
)  # fmt: skip
OBJECTS = re.compile(
    rb"\d{1,9} 0 obj\n<<\n/W \[ 1 8 2 \]\n/Type /XRef\n/Filter /FlateDecode\n"
    rb"(?P<names>/Info \d{1,9} 0 R\n/Root \d{1,9} 0 R\n)/Size (?P<size>\d{1,9})\n"
    rb"(?P<id>/ID \[ <[0-9a-f]{32}> <[0-9a-f]{32}> \]\n)/Prev "
)
END = re.compile(rb"startxref\n(\d{1,9})\n%%EOF\n\Z")
ARCHIVE_STAMP = re.compile(
    rb"/Contents <(?P<digits>(?:[0-9a-f]{2})+)>\n/ByteRange \[0 \d{1,9} \d{1,9} \d{1,9}\] *\n/Type /DocTimeStamp\n"
)
ARCHIVED = re.compile(rb"\n/Length (\d{1,9})\n>>\nstream\n")
FILE = re.compile(rb"/Type /EmbeddedFile /Length (\d{1,9}) >>\nstream\n")
PROOF_HEADING = "c2sp.org/tlog-proof@v1"

DATA, SIGNED_DATA = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
CONTENT_TYPE, MESSAGE_DIGEST = (
    bytes.fromhex("06092a864886f70d010903"),
    bytes.fromhex("06092a864886f70d010904"),
)
SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
SIGNING_CERTIFICATE_V1 = bytes.fromhex("060b2a864886f70d010910020c")
TSTINFO, STAMP = bytes.fromhex("060b2a864886f70d0109100104"), bytes.fromhex("060b2a864886f70d010910020e")
RSA, RSA_SHA256 = bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d01010b")
NULL = bytes.fromhex("0500")
HASHES = {
    bytes.fromhex(f"060960864801650304020{place}"): (name, bytes.fromhex(f"06082a8648ce3d04030{place + 1}"))
    for place, name in ((1, "sha256"), (2, "sha384"), (3, "sha512"))
}
ALGORITHMS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
SHA256 = bytes.fromhex("0609608648016503040201")
UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    InvalidSignature,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.ExtensionNotFound,
)
"""What reading and checking with a certificate that anybody may have made can raise."""


class Altered(Exception):
    """The file is not what was sealed."""

    word = "altered"


class Untrusted(Exception):
    """The seal is not one of the certificate that the reader trusts."""

    word = "untrusted"


class Damaged(Exception):
    """This is no file of ours, or can't be read."""

    word = "unreadable"


def main(arguments: list[str] | None = None) -> int:
    """The command. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Check sealed agreements and evidence bundles, offline.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--trust", metavar="ROOT.pem", help="the organisation's root certificate")
    parser.add_argument(
        "--timestamp-root",
        metavar="CLOCKS.pem",
        help="certificates of the time-stamp authority that you trust",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args(arguments)
    try:
        given = [Path(name).read_bytes() if name else None for name in (asked.trust, asked.timestamp_root)]
    except OSError as error:
        parser.error(f"{error.filename} can't be read: {error.strerror}")
    found = [verdict(name, *given) for name in asked.files]
    if asked.json:
        _say(json.dumps(found, ensure_ascii=False, indent=2))
    for one in [] if asked.json else found:
        _say(f"{one['file']}: {one['verdict']}: {one['reason']}")
        for party in one["parties"]:
            said = f"{party['name']}, {party['signed_at']}" if party["name"] else "has not signed"
            _say(f"  {party['party']}: {said}")
        if one["verdict"] == "intact":
            _say(f"  time stamp: {stamp_words(one['stamp'])}")
    return max(EXIT_CODES[one["verdict"]] for one in found)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def stamp_words(stamp: dict[str, Any] | None) -> str:
    """What is said of a time stamp."""
    if stamp is None:
        return "none; the time is the sealer's own word"
    whose = "an authority that you trust" if stamp["trusted"] else "an authority that you didn't name"
    if not stamp["renewed_at"]:
        return f"{stamp['at']}, by {whose}{', whose certificate has ended since' if stamp['lapsed'] else ''}"
    end = f"ended on {stamp['until']} without another" if stamp["lapsed"] else f"good until {stamp['until']}"
    return f"{stamp['at']}, by {whose}\n  archive stamp (PAdES B-LTA): {stamp['renewed_at']}, {end}"


def verdict(name: str, trust: bytes | None, clocks: bytes | None = None) -> dict[str, Any]:
    """What is to be said of one file: {"file", "verdict", "reason", "parties", "stamp"}; `clocks` are the certificates
    of the time-stamp authority that the reader trusts."""
    parties: list[dict[str, Any]] = []
    stamp = None
    try:
        with Path(name).open("rb") as stream:
            parties, stamps = check(stream.read(LIMIT + 1), trust)
        if clocks is not None:
            known = certificates(clocks)
            stamps.check(known, Untrusted("its time stamp is not of an authority that you trust"))
        stamp = stamps.said(is_trusted=clocks is not None)
        signed = [one["party"] for one in parties if one["name"]]
        missing = [f"; not signed by the {one['party']}" for one in parties if not one["name"]]
        word, reason = "intact", f"signed by the {' and the '.join(signed)}{''.join(missing)}"
    except (Altered, Untrusted, Damaged) as finding:
        word, reason, parties = type(finding).word, str(finding), []
    except OSError as error:
        word, reason = "unreadable", f"it can't be opened: {error.strerror}"
    return {"file": name, "verdict": word, "reason": reason, "parties": parties, "stamp": stamp}


Stamped = tuple[x509.Certificate, datetime]
"""A time stamp: the certificate that it was made with, and when."""


class Stamps:
    """The time stamps of a document: the one beside its seal, if there is one, and its archive's, with the certificates
    that stand there."""

    def __init__(self, stamped: Stamped | None) -> None:
        self.all = [stamped] if stamped else []
        self.archived: list[x509.Certificate] = []

    def check(self, known: list[x509.Certificate], problem: Exception) -> None:
        """Each must lead to a root among `known`."""
        for one in self.all:
            check_authority(one, known, self.archived, problem)

    def said(self, *, is_trusted: bool) -> dict[str, Any] | None:
        """What is printed of them."""
        if not self.all:
            return None
        (_first, at), (last, renewed) = self.all[0], self.all[-1]
        is_kept = len(self.all) > 1
        return {
            "at": at.isoformat(),
            "trusted": is_trusted,
            "level": "B-LTA" if is_kept else "B-T",
            "renewed_at": renewed.isoformat() if is_kept else None,
            "until": last.not_valid_after_utc.isoformat(),
            "lapsed": last.not_valid_after_utc < datetime.now(UTC),  # noqa: TID251 -- nobody hands it a clock
        }


def check(data: bytes, trust: bytes | None) -> tuple[list[dict[str, Any]], Stamps]:
    """The parties of the sealed PDF or evidence bundle `data`, and its time stamps. Raises Altered, Untrusted or
    Damaged."""
    if len(data) > LIMIT or (data[:2] != b"PK" and data[:5] != b"%PDF-"):
        raise Damaged("this is neither a sealed PDF nor an evidence bundle")
    if trust is None:
        raise Untrusted("say whose seal you trust: --trust ROOT.pem, the organisation's root certificate")
    root = certificate(trust, Damaged)
    return check_bundle(data, root) if data[:2] == b"PK" else check_document(data, root)[1:]


def check_document(
    data: bytes, root: x509.Certificate
) -> tuple[x509.Certificate, list[dict[str, Any]], Stamps]:
    """The certificate of a sealed PDF's seal, its parties, and its time stamps."""
    sealed, sealer, at, stamps = read_seal(data)
    check_chain(sealer, root, at)
    inside = attachments(sealed)
    if at > datetime.now(UTC) + CLOCKS_DIFFER:  # noqa: TID251 -- this file stands alone: nobody hands it a clock
        raise Altered("it says that it was sealed at a time that is still to come")
    parties = check_evidence(inside["text.json"], inside["evidence.json"])
    check_stated(stamps, inside["evidence.json"])
    return sealer, parties, stamps


def check_stated(stamps: Stamps, evidence: bytes) -> None:
    """The sealed evidence says whether a time stamp stands beside the seal, and to which certificates it leads; those
    of its archive lead there too. Where it doesn't say so, as in the first documents, there is no archive."""
    sealed = json.loads(evidence).get("sealed")
    if sealed is None and len(stamps.all) > 1:
        raise Altered(ADDED)
    if sealed is None:
        return
    try:
        is_stated = sealed["level"] == "B-T"
        named = [certificate(base64.b64decode(one), Altered) for one in sealed.get("authorities", ())]
    except UNREADABLE as error:
        raise Altered("the evidence inside doesn't fit") from error
    if is_stated and not stamps.all:
        raise Altered("its time stamp was taken away")
    if stamps.all and not is_stated:
        raise Altered("a time stamp was put beside its seal, which was made without")
    stamps.check(named, Altered("its time stamp is not of the authority that the seal names"))


def check_authority(
    stamped: Stamped, known: list[x509.Certificate], archived: list[x509.Certificate], problem: Exception
) -> None:
    """A path of at most four certificates must lead from the stamp's to a root among `known`, over those and the
    `archived` ones."""
    found, at = stamped
    for _step in range(4):
        issuer = next((one for one in [*known, *archived] if is_issuer(one, found, at)), None)
        if issuer is None:
            break
        if issuer in known and is_issuer(issuer, issuer, at):
            return
        found = issuer
    raise problem


def is_issuer(issuer: x509.Certificate, issued: x509.Certificate, at: datetime) -> bool:
    """Whether `issuer`, an authority then, signed `issued`: by RSA (PKCS #1 v1.5) or ECDSA, with SHA-256 or better."""
    try:
        issued.verify_directly_issued_by(issuer)
        kind, hashed = issued.signature_algorithm_parameters, issued.signature_hash_algorithm
        is_authority = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except UNREADABLE:
        return False
    is_known = isinstance(kind, padding.PKCS1v15 | ec.ECDSA) and hashed and hashed.name in ALGORITHMS
    return bool(is_known and is_authority and issuer.not_valid_before_utc <= at <= issuer.not_valid_after_utc)


def read_seal(data: bytes) -> tuple[bytes, x509.Certificate, datetime, Stamps]:
    """The seal of a PDF, byte by byte: it covers everything to the last byte but its own digits, and is written in
    the one way in which seals are written here. What follows it are archive stamps."""
    found = list(SEAL.finditer(data))
    if not found:
        if b"/ByteRange" in data or b"/ETSI.CAdES.detached" in data:
            raise Altered("the seal was rewritten, or is not of the kind that is made here")
        raise Damaged("this PDF has no seal, or is too damaged to show one")
    if len(found) > 1:
        raise Altered("it has more than one seal")
    seal = found[0]
    begins, ends = seal.start("digits") - 1, seal.end("digits") + 1
    first, second, rest = (int(seal[group]) for group in ("first", "second", "rest"))
    sealed = data[: second + rest]
    if (first, second, second + rest) != (begins, ends, len(sealed)) or seal.end() > len(sealed):
        raise Altered(ADDED)
    if not re.fullmatch(rb"(?:[0-9a-f]{2})+", seal["digits"]):
        raise Altered("the seal was rewritten")
    digest = hashlib.sha256(sealed[:begins] + sealed[ends:]).digest()
    at = instant(seal["time"])
    sealer, stamped = check_cms(bytes.fromhex(seal["digits"].decode()), digest, at)
    stamps = Stamps(stamped)
    if len(sealed) < len(data):
        read_archive(data, Layout(sealed, begins), sealer, stamps)
    return sealed, sealer, at, stamps


def read_archive(data: bytes, layout: "Layout", sealer: x509.Certificate, stamps: Stamps) -> None:
    """Every revision after the sealed one: certificates, lists of withdrawn ones, and a time stamp over the whole file
    so far; nothing else, and written in one way."""
    while layout.length < len(data):
        found = ARCHIVE_STAMP.search(data, layout.length)
        if not found or not stamps.all:
            raise Altered(ADDED)
        begins, digits, (before, since) = layout.length, found["digits"], stamps.all[-1]
        streams = [
            data[one.end() : one.end() + int(one[1])]
            for one in ARCHIVED.finditer(data, begins, found.start())
        ]
        added, lists = archived_parts(streams)
        hole, written = layout.add(streams[: len(added)], streams[len(added) :], digits)
        if data[begins : layout.length] != written:
            raise Altered(ADDED)
        imprint = hashlib.sha256(data[: hole[0]] + data[hole[1] : layout.length]).digest()
        stamper, at = archive_stamp(bytes.fromhex(digits.decode()), imprint)
        if not since <= at <= before.not_valid_after_utc:
            raise Altered("its archive stamp is older than what it is for, or came after that had ended")
        known, is_first = [*stamps.archived, *added], len(stamps.all) == 1
        check_archived(added, lists, issuers([sealer, before] if is_first else [before], known, since), at)
        if is_first and all(one.issuer != sealer.issuer for one in lists):
            raise Altered("its archive doesn't say whether the seal's certificate was withdrawn")
        stamps.all.append((stamper, at))
        stamps.archived = known


def archive_stamp(padded: bytes, imprint: bytes) -> Stamped:
    """The time stamp that `padded` holds, zeros after it."""
    begins, length = header(padded)
    token = padded[: begins + length]
    if padded != token + bytes(len(padded) - len(token)):
        raise Altered("its archive stamp was rewritten")
    return check_token(token, imprint)


def archived_parts(
    streams: list[bytes],
) -> tuple[list[x509.Certificate], list[x509.CertificateRevocationList]]:
    """The certificates, which come first, and the lists of withdrawn ones."""
    found: list[x509.Certificate] = []
    try:
        while len(found) < len(streams) and content(content(streams[len(found)]))[0] == 0xA0:
            found.append(x509.load_der_x509_certificate(streams[len(found)]))
        return found, [x509.load_der_x509_crl(one) for one in streams[len(found) :]]
    except UNREADABLE as error:
        raise Altered("its archive can't be read") from error


def issuers(
    signers: list[x509.Certificate], among: list[x509.Certificate], at: datetime
) -> list[x509.Certificate]:
    """`signers`, and whoever `among` the others issued them, or issued those."""
    needed = list(signers)
    for _step in range(4):
        more = [one for one in among if any(is_issuer(one, other, at) for other in needed)]
        needed += [one for one in more if one not in needed]
    return needed


def check_archived(
    added: list[x509.Certificate],
    lists: list[x509.CertificateRevocationList],
    needed: list[x509.Certificate],
    at: datetime,
) -> None:
    """Nothing stands there that isn't needed; each list is by one who is, made by then, and names none of them."""
    if any(one not in needed for one in added):
        raise Altered("its archive holds a certificate that has nothing to do with it")
    for one in lists:
        if not any(is_listing(other, one) for other in needed) or one.last_update_utc > at + CLOCKS_DIFFER:
            raise Altered("its archive holds a list of withdrawn certificates that is of no use")
        own = [other.serial_number for other in needed if other.issuer == one.issuer]
        if any(one.get_revoked_certificate_by_serial_number(number) is not None for number in own):
            raise Untrusted("a certificate that it stands on was withdrawn")


def is_listing(issuer: x509.Certificate, one: x509.CertificateRevocationList) -> bool:
    """Whether `issuer` signed the list, with SHA-256 or better."""
    try:
        kinds = [tagged(0x30, ecdsa) for _name, ecdsa in HASHES.values()]
        kinds += [tagged(0x30, RSA_SHA256[:-1] + bytes([last]), NULL) for last in (11, 12, 13)]
        algorithm = parts(one.public_bytes(serialization.Encoding.DER))[1]
        signed_by = issuer.subject == one.issuer and algorithm in kinds
        return signed_by and one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # TypeError says so
    except UNREADABLE:
        return False


class Layout:
    """How the next archive revision of a file is written (ISO 32000-2 §7.5.6, §7.5.8): catalog, first page and form
    once more, a store of certificates and lists, a field with its time stamp, and the table of these objects."""

    def __init__(self, sealed: bytes, digits: int) -> None:
        end = END.search(sealed, max(0, len(sealed) - 40))
        self.table = int(end[1]) if end else 0
        again = WRITTEN_AGAIN.match(sealed, max(0, sealed.rfind(b"%%EOF\n", 0, digits)))
        objects = OBJECTS.match(sealed, self.table)
        if not again or not objects:
            raise Altered(ADDED)
        self.length, self.size = len(sealed), int(objects["size"])
        self.names, self.identifier = objects["names"], objects["id"]
        self.catalog, self.leaf = again["catalog"], again["leaf"]
        self.root, self.page, self.form = (int(again[name]) for name in ("root", "page", "form"))
        self.fields, self.certificates, self.lists = [int(again["field"])], list[int](), list[int]()

    def add(
        self, certificates: list[bytes], lists: list[bytes], digits: bytes
    ) -> tuple[tuple[int, int], bytes]:
        """One more revision: where its stamp's digits begin and end, and its bytes."""
        store, at, archive = self.size, self.length, len(self.fields)
        self.certificates += range(store + 1, store + 1 + len(certificates))
        self.lists += range(store + 1 + len(certificates), store + 1 + len(certificates) + len(lists))
        field = store + 1 + len(certificates) + len(lists)
        self.fields.append(field)
        held = [b"/Length %d\n>>\nstream\n%s\nendstream\n" % (len(one), one) for one in certificates + lists]
        widget = (
            b"/FT /Sig\n/T (Archive %d)\n/Type /Annot\n/Subtype /Widget\n/F 132\n/Rect [ 0 0 0 0 ]\n"
            % archive
        )
        bodies = {
            self.root: b"%s/DSS %d 0 R\n>>\n" % (self.catalog, store),
            self.page: b"%s%s ]\n>>\n" % (self.leaf, references(self.fields)),
            self.form: b"/Fields [ %s ]\n/SigFlags 3\n>>\n" % references(self.fields),
            store: b"/Type /DSS\n/Certs [ %s ]\n/CRLs [ %s ]\n>>\n"
            % (references(self.certificates), references(self.lists)),
            **dict(enumerate(held, store + 1)),
            field: b"%s/P %d 0 R\n/V %d 0 R\n>>\n" % (widget, self.page, field + 1),
        }
        written, places = [], {}
        for number, body in bodies.items():
            places[number] = at
            written.append(b"%d 0 obj\n<<\n%sendobj\n" % (number, body))
            at += len(written[-1])
        opening = b"%d 0 obj\n<<\n/Contents " % (field + 1)
        closing = b"/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n>>\nendobj\n"
        places[field + 1], begins = at, at + len(opening)
        ends = begins + len(digits) + 2
        places[field + 2] = ends + len(b"\n/ByteRange \n") + 48 + len(closing)
        last = self.written_table(places)
        covered = b"[0 %d %d %d]" % (begins, ends, places[field + 2] + len(last) - ends)
        written += [opening, b"<%s>\n/ByteRange %s\n" % (digits, covered.ljust(48)), closing, last]
        self.length, self.table, self.size = places[field + 2] + len(last), places[field + 2], field + 3
        return (begins, ends), b"".join(written)

    def written_table(self, places: dict[int, int]) -> bytes:
        """The table of the objects at `places`, the last of which is the table's own."""
        numbers = sorted(places)
        begin = [one for one in numbers if one - 1 not in places]
        sizes = [sum(1 for one in numbers if one >= first) for first in begin] + [0]
        index = b" ".join(
            b"%d %d" % (first, sizes[place] - sizes[place + 1]) for place, first in enumerate(begin)
        )
        rows = b"".join(b"\1" + places[one].to_bytes(8) + b"\0\0" for one in numbers)
        head = b"%d 0 obj\n<<\n/W [ 1 8 2 ]\n/Type /XRef\n%s/Size %d\n%s/Prev %d\n" % (
            numbers[-1], self.names, numbers[-1] + 1, self.identifier, self.table,
        )  # fmt: skip
        rest = b"/Index [ %s ]\n/Length %d\n>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        return head + rest % (index, len(rows), rows, places[numbers[-1]])


def references(numbers: list[int]) -> bytes:
    """As a PDF points at objects."""
    return b" ".join(b"%d 0 R" % number for number in numbers)


def check_cms(padded: bytes, digest: bytes, at: datetime) -> tuple[x509.Certificate, Stamped | None]:
    """The certificate that signed `digest`, and the time stamp. The signature object is rebuilt from
    certificate, digest, signature and time stamp: the same bytes must come out, followed by zeros alone."""
    try:
        signed = parts(parts(parts(padded)[1])[0])
        der, info = parts(signed[3])[0], parts(parts(signed[4])[0])
        signature = content(info[5])
        sealer = x509.load_der_x509_certificate(der)
        attributes = signed_attributes(sealer, der, digest)
        token = parts(parts(parts(info[6])[0])[1])[0] if len(info) > 6 else b""
        stamp = tagged(0xA1, tagged(0x30, STAMP, tagged(0x31, token))) if token else b""
        kind = HASHES[SHA256][1] if is_elliptic(sealer) else RSA_SHA256 + NULL
        hashed = tagged(0x30, SHA256, NULL)
        rebuilt = cms(1, hashed, tagged(0x30, DATA), sealer, attributes, kind, signature, stamp)
    except UNREADABLE as error:
        raise Altered("the seal can't be read") from error
    if padded != rebuilt + bytes(len(padded) - len(rebuilt)):
        raise Altered("the content was changed after it was sealed, or the seal was rewritten")
    check_signature(sealer, signature, tagged(0x31, attributes))
    stamped = check_token(token, hashlib.sha256(signature).digest()) if token else None
    if stamped and abs(stamped[1] - at) > CLOCKS_DIFFER:
        raise Altered("its time stamp is of another time")
    return sealer, stamped


def check_token(token: bytes, imprint: bytes) -> Stamped:
    """The time stamp (RFC 3161) must be of `imprint`, by a certificate for nothing else. Whose it is, is left open."""
    try:
        signed = parts(parts(parts(token)[1])[0])
        info, der, said = (
            parts(parts(signed[4])[0]),
            parts(signed[3])[0],
            content(content(parts(signed[2])[1])),
        )
        stamper, attributes, signature = (
            x509.load_der_x509_certificate(der),
            content(info[3]),
            content(info[5]),
        )
        name, ecdsa = HASHES[parts(info[2])[0]]
        hashed, kind = tagged(0x30, parts(info[2])[0]), ecdsa if is_elliptic(stamper) else RSA + NULL
        holds = tagged(0x30, TSTINFO, tagged(0xA0, tagged(0x04, said)))
        if token != cms(3, hashed, holds, stamper, attributes, kind, signature, b""):
            raise Altered("its time stamp was rewritten")
        check_stamp_attributes(attributes, said, der, name)
        check_by(stamper, signature, tagged(0x31, attributes), name)
        stamped = check_said(said, imprint)
        usage = stamper.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except UNREADABLE as error:
        raise Altered("its time stamp can't be read, or was changed") from error
    if stamped > datetime.now(UTC) + CLOCKS_DIFFER:  # noqa: TID251 -- as above
        raise Altered("its time stamp is of a time that is still to come")
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Altered("its time stamp was made with a certificate that is not for time stamps")
    if not stamper.not_valid_before_utc <= stamped <= stamper.not_valid_after_utc:
        raise Altered("its time stamp was given outside the time for which its certificate is valid")
    return stamper, stamped


def check_said(said: bytes, imprint: bytes) -> datetime:
    """When a stamp says that it was given, if it is of `imprint` by SHA-256: to the second, and in UTC."""
    version, _policy, hashed, _serial, given = parts(said)[:5]
    forms = [tagged(0x30, tagged(0x30, SHA256, null), tagged(0x04, imprint)) for null in (b"", NULL)]
    if said != tagged(0x30, *parts(said)) or version != number(1) or hashed not in forms:
        raise ValueError("of something else")
    if given[0] != 0x18 or not re.fullmatch(rb"\d{14}(?:\.\d+)?Z", content(given)):
        raise ValueError("not a time in UTC")
    return instant(content(given)[:14])


def check_stamp_attributes(attributes: bytes, said: bytes, der: bytes, name: str) -> None:
    """What a stamp's signed attributes must say: of which kind it is, its digest, and which certificate made it."""
    whole = parts(tagged(0x31, attributes))
    pairs = [parts(one) for one in whole]
    if whole != sorted(whole):
        raise ValueError("not in their one order")
    found = {kind: parts(values)[0] for kind, values in pairs}
    digest = tagged(0x04, hashlib.new(name, said).digest())
    if len(found) != len(pairs) or (found[CONTENT_TYPE], found[MESSAGE_DIGEST]) != (TSTINFO, digest):
        raise ValueError("not what was stamped")
    is_newer = SIGNING_CERTIFICATE in found
    first = parts(parts(parts(found[SIGNING_CERTIFICATE if is_newer else SIGNING_CERTIFICATE_V1])[0])[0])
    hashed = "sha256" if is_newer else "sha1"
    if first[0][0] == 0x30:
        hashed, first = HASHES[parts(first[0])[0]][0], first[1:]
    if first[0] != tagged(0x04, hashlib.new(hashed, der, usedforsecurity=False).digest()):
        raise ValueError("another certificate")


def cms(
    version: int,
    hashed: bytes,
    holds: bytes,
    signer: x509.Certificate,
    attributes: bytes,
    kind: bytes,
    signature: bytes,
    more: bytes,
) -> bytes:
    """A signature object, in its one form (RFC 5652 §5)."""
    info = tagged(
        0x30,
        number(1),
        tagged(0x30, *issuer_and_serial(signer)),
        hashed,
        tagged(0xA0, attributes),
        tagged(0x30, kind),
        tagged(0x04, signature),
        more,
    )
    der = signer.public_bytes(serialization.Encoding.DER)
    data = tagged(0x30, number(version), tagged(0x31, hashed), holds, tagged(0xA0, der), tagged(0x31, info))
    return tagged(0x30, SIGNED_DATA, tagged(0xA0, data))


def issuer_and_serial(signer: x509.Certificate) -> tuple[bytes, bytes]:
    """As the certificate writes them; a serial number is positive (RFC 5280 §4.1.2.2)."""
    serial, _algorithm, issuer = [one for one in parts(signer.tbs_certificate_bytes) if one[0] != 0xA0][:3]
    if content(serial)[0] & 0x80:
        raise ValueError("a negative serial number")
    return issuer, serial


def signed_attributes(sealer: x509.Certificate, der: bytes, digest: bytes) -> bytes:
    """What the seal signs: that it is data, its digest, and which certificate it is (RFC 5035 §3)."""
    issuer, serial = issuer_and_serial(sealer)
    named = tagged(
        0x30,
        tagged(0x04, hashlib.sha256(der).digest()),
        tagged(0x30, tagged(0x30, tagged(0xA4, issuer)), serial),
    )
    values = (
        (CONTENT_TYPE, DATA),
        (MESSAGE_DIGEST, tagged(0x04, digest)),
        (SIGNING_CERTIFICATE, tagged(0x30, tagged(0x30, named))),
    )
    return b"".join(tagged(0x30, kind, tagged(0x31, value)) for kind, value in values)


def attachments(data: bytes) -> dict[str, bytes]:
    """The text and the evidence inside a PDF whose seal is known to be good, told apart by what they say they are."""
    found: dict[str, bytes] = {}
    for match in FILE.finditer(data):
        try:
            plain = zlib.decompress(data[match.end() : match.end() + int(match[1])])
            said = json.loads(plain)
            name = "text.json" if said["schema"].startswith("text/") else "evidence.json"
        except (zlib.error, ValueError, LookupError, TypeError, AttributeError) as error:
            raise Damaged("this is sealed, but can't be read as one of our documents") from error
        if name in found:
            raise Altered("the files inside are not those that are sealed here")
        found[name] = plain
    if len(found) != 2:
        raise Altered("the files inside are not those that are sealed here")
    return found


def check_bundle(data: bytes, root: x509.Certificate) -> tuple[list[dict[str, Any]], Stamps]:
    """The parties of an evidence bundle, and its time stamps: the seal vouches for each member, and every byte of the
    zip follows from them."""
    members = read_members(data)
    sealer = certificate(members["seal.pem"], Altered)
    manifest = members.pop(MANIFEST)
    check_signature(sealer, members.pop(SIGNATURE), manifest)
    if manifest != manifest_of(members):
        raise Altered("a file of the bundle was changed")
    inside, parties, stamps = check_document(members["document.pdf"], root)
    if inside != sealer or certificate(members["root.pem"], Altered) != root:
        raise Altered("the document and the bundle don't have the same seal")
    sealed = read_seal(members["document.pdf"])[0]
    if any(members[name] != words for name, words in attachments(sealed).items()):
        raise Altered("the document and the bundle don't hold the same evidence")
    proofs = proofs_of(json.loads(members["evidence.json"])["signatures"])
    travelling = proofs if VERIFIER in members else {}
    if {name: words for name, words in members.items() if PROOF.fullmatch(name)} != travelling:
        raise Altered("a proof of the bundle is not the one of its evidence")
    notes = {proof.partition(b"\n\n")[2] for proof in proofs.values()}
    if members["checkpoint.txt"] not in notes:
        raise Altered("the checkpoint is not the one that the evidence leads to")
    records = [json.loads(act["record"]) for act in json.loads(members["evidence.json"])["signatures"]]
    scans = [record.get("paper", {}).get("sha256") for record in records]
    if SCAN in members and hashlib.sha256(members[SCAN]).hexdigest() not in scans:
        raise Altered("the scan is not the one that was recorded")
    return parties, stamps


def proofs_of(acts: list[dict[str, str]]) -> dict[str, bytes]:
    """The proof of each act by its name in a bundle, where the second act of a party is its "-2"."""
    roles = [act["role"] for act in acts]
    numbers = [roles[:at].count(role) + 1 for at, role in enumerate(roles)]
    names = [role if number == 1 else f"{role}-{number}" for role, number in zip(roles, numbers, strict=True)]
    return {f"{name}.tlog-proof": act["proof"].encode() for name, act in zip(names, acts, strict=True)}


def read_members(data: bytes) -> dict[str, bytes]:
    """The files of a bundle, which must be all that the zip says."""
    if b"PK\5\6" not in data[-65_557:]:
        raise Damaged("this is not an evidence bundle, or it is too damaged to read")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LIMIT:
                raise ValueError("too large")
            members = {name: archive.read(name) for name in archive.namelist()}
    except Exception as error:  # a damaged zip breaks the library in many ways, and each means the same
        raise Altered("this is no evidence bundle, or was changed") from error
    names = set(members) - {MANIFEST, SIGNATURE}
    others = {name for name in names if not PROOF.fullmatch(name)} - {SCAN}
    if names != MEMBERS and others != MEMBERS | {VERIFIER}:
        raise Altered("something is missing from the bundle, or was added to it")
    if len(names) + 2 != len(members) or pack(members) != data:
        raise Altered("the bundle was rewritten")
    return members


def pack(members: dict[str, bytes]) -> bytes:
    """The one zip that these members make: stored, in order, without times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            made.writestr(entry, members[name])
    return out.getvalue()


def manifest_of(members: dict[str, bytes]) -> bytes:
    """The manifest that these members must have."""
    schema = "bundle/2" if "verify.py" in members else "bundle/1"
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in members.items()}
    return canonical({"schema": schema, "members": digests})


def check_evidence(text: bytes, evidence: bytes) -> list[dict[str, Any]]:
    """Who signed this text: each record must name it, keep its commitment, and lead to the signed checkpoint."""
    try:
        said, words, digest = canonical_json(evidence), canonical_json(text), hashlib.sha256(text).hexdigest()
        acts = [check_act(act, said["ledger"], words, digest) for act in said["signatures"]]
        if said["text_sha256"] != digest:
            raise Altered("the text inside is not the one that was signed")
        physicians = {act["_uid"]: act["_sha256"] for act in acts if act["role"] == "physician"}
        for act in acts:
            covers = act.get("covers")
            if covers and physicians.get(covers["uid"]) != covers["record_sha256"]:
                raise Altered("the organisation's signature covers another record")
        check_quorum([act for act in acts if act["role"] == "organisation"])
        return [party(role, [act for act in acts if act["role"] == role]) for role in PARTIES]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, InvalidSignature) as error:
        raise Altered("the evidence inside doesn't fit") from error


def check_quorum(ours: list[dict[str, Any]]) -> None:
    """Where several sign for the organisation, so many of each group as their records say, and nobody twice."""
    if len(ours) <= 1 and not any("quorum" in act for act in ours):
        return
    groups, given = ours[0]["quorum"]["of"], sorted(act["quorum"]["group"] for act in ours)
    wanted = sorted(group["group"] for group in groups for _one in range(group["needs"]))
    people = {act["person"]["uid"] for act in ours}
    if given != wanted or len(people) != len(ours) or any(act["quorum"]["of"] != groups for act in ours):
        raise Altered("not everybody who has to sign for the organisation stands there")


def party(role: str, acts: list[dict[str, Any]]) -> dict[str, Any]:
    """What is to be said of one party: it has signed with the last of those who sign for it."""
    names = ", ".join(act["name_as_signed"] for act in acts) if acts else None
    return {"party": role, "name": names, "signed_at": max((act["signed_at"] for act in acts), default=None)}


def check_act(
    act: dict[str, str], ledger: dict[str, str], words: dict[str, Any], digest: str
) -> dict[str, Any]:
    """The record of one act."""
    record, leaf = canonical_json(act["record"].encode()), canonical_json(act["leaf"].encode())
    commitment = hashlib.sha256(bytes.fromhex(act["salt"]) + act["record"].encode()).hexdigest()
    if (leaf["commit"], leaf["uid"], record["role"]) != (commitment, act["uid"], act["role"]):
        raise Altered("a record is not the one that the ledger holds")
    check_proof(act["proof"], act["leaf"].encode(), ledger["origin"], bytes.fromhex(ledger["public_key"]))
    texts = {record["text_sha256"], *record.get("renditions", {}).values()}
    if record["version"]["uid"] != words["version"]["uid"] or digest not in texts:
        raise Altered("a record is of another text")
    return {**record, "_uid": act["uid"], "_sha256": hashlib.sha256(act["record"].encode()).hexdigest()}


def check_proof(proof: str, leaf: bytes, origin: str, key: bytes) -> None:
    """The leaf must be in the tree of the signed checkpoint that its proof leads to (RFC 9162 §2.1.3.2)."""
    head, blank, note = proof.partition("\n\n")
    heading, place, *path = head.split("\n")
    text, _blank, tail = note.rpartition("\n\n")
    name, size, root, *_more = text.split("\n")
    if not blank or heading != PROOF_HEADING or name != origin or not place.startswith("index "):
        raise Altered("a proof is not one of this ledger")
    key_hash = hashlib.sha256(origin.encode() + b"\n\x01" + key).digest()[:4]
    marks = [line.removeprefix(f"— {origin} ") for line in tail.split("\n")[:-1]]
    ours = [mark for mark in map(exact, marks) if mark[:4] == key_hash]
    if not ours:
        raise Altered("the checkpoint is not signed by the ledger")
    for mark in ours:
        Ed25519PublicKey.from_public_bytes(key).verify(mark[4:], f"{text}\n".encode())
    found = climb(
        hashlib.sha256(b"\x00" + leaf).digest(), natural(place[6:]), natural(size), list(map(exact, path))
    )
    if found != exact(root):
        raise Altered("the record is not in the ledger's checkpoint")


def climb(found: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root to which `path` leads from the leaf hash `found` at `index` in a tree of `size` leaves."""
    last = size - 1
    if index > last:
        raise ValueError("there is no such leaf")
    for step in path:
        if last == 0 or len(step) != 32:
            raise ValueError("a path is too long")
        if index & 1 or index == last:
            found = hashlib.sha256(b"\x01" + step + found).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\x01" + found + step).digest()
        index, last = index >> 1, last >> 1
    if last:
        raise ValueError("a path is too short")
    return found


def certificates(data: bytes) -> list[x509.Certificate]:
    """Certificates in PEM."""
    try:
        return x509.load_pem_x509_certificates(data)
    except UNREADABLE as error:
        raise Damaged("the time-stamp authority's certificate can't be read: give it in PEM") from error


def certificate(data: bytes, problem: type[Exception]) -> x509.Certificate:
    """A certificate in PEM or DER."""
    try:
        pem = data.lstrip().startswith(b"-----")
        return x509.load_pem_x509_certificate(data) if pem else x509.load_der_x509_certificate(data)
    except UNREADABLE as error:
        raise problem("a certificate can't be read") from error


def check_chain(sealer: x509.Certificate, root: x509.Certificate, at: datetime) -> None:
    """The seal's certificate must be the root's own, made for sealing, and both valid when it sealed."""
    try:
        sealer.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
        is_root = root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        usage = sealer.extensions.get_extension_for_class(x509.KeyUsage).value
        purposes = sealer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        is_seal = usage.content_commitment and ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes
    except UNREADABLE as error:
        raise Untrusted("its seal was not made under the certificate that you trust") from error
    if not is_root or not is_seal:
        raise Untrusted("its certificate, or the one that you trust, was not made for this")
    for one in (sealer, root):
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            raise Untrusted("it was sealed outside the time for which its certificate is valid")


def check_signature(sealer: x509.Certificate, signature: bytes, data: bytes) -> None:
    """With SHA-256, on P-256 or by RSA of at least 2,048 bits."""
    try:
        key = sealer.public_key()
        size = key.key_size if isinstance(key, rsa.RSAPublicKey) else 0
        if size < 2048 and not (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"):
            raise Altered("the seal is not of the kind that is made here")
        check_by(sealer, signature, data, "sha256")
    except UNREADABLE as error:
        raise Altered("the seal doesn't fit the content") from error


def check_by(signer: x509.Certificate, signature: bytes, data: bytes, name: str) -> None:
    """RSA (PKCS #1 v1.5), or ECDSA: of the two forms that anyone can make of one, that with the small s."""
    key = signer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.verify(signature, data, padding.PKCS1v15(), ALGORITHMS[name])
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("neither RSA nor ECDSA")
    r, s = decode_dss_signature(signature)
    if encode_dss_signature(r, min(s, ORDERS[key.curve.name] - s)) != signature:
        raise ValueError("not in its one form")
    return key.verify(signature, data, ec.ECDSA(ALGORITHMS[name]))


def is_elliptic(signer: x509.Certificate) -> bool:
    """Whether a certificate is for a key on an elliptic curve."""
    return isinstance(signer.public_key(), ec.EllipticCurvePublicKey)


def parts(der: bytes) -> list[bytes]:
    """The elements inside the first element of `der`, whole. ValueError."""
    inside, found = content(der), []
    while inside:
        begins, length = header(inside)
        if begins + length > len(inside):
            raise ValueError("an element is too long")
        found.append(inside[: begins + length])
        inside = inside[begins + length :]
    return found


def content(der: bytes) -> bytes:
    """What is inside the first element of `der`."""
    begins, length = header(der)
    return der[begins : begins + length]


def header(der: bytes) -> tuple[int, int]:
    """Where the content of the first element begins, and its length."""
    if len(der) < 2:
        raise ValueError("an element is too short")
    if der[1] < 0x80:
        return 2, der[1]
    size = der[1] & 0x7F
    return 2 + size, int.from_bytes(der[2 : 2 + size])


def tagged(tag: int, *inside: bytes) -> bytes:
    """One element in DER."""
    whole = b"".join(inside)
    size = len(whole)
    long = size.to_bytes((size.bit_length() + 7) // 8) if size > 0x7F else b""
    return bytes([tag, 0x80 | len(long) if long else size]) + long + whole


def number(value: int) -> bytes:
    """A natural number in DER."""
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def instant(digits: bytes) -> datetime:
    """The time of a seal."""
    try:
        return datetime.strptime(digits.decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise Altered("the time of the seal can't be read") from error


def canonical_json(data: bytes) -> Any:
    """The JSON in `data`, which must be in its one form."""
    value = json.loads(data)
    if canonical(value) != data:
        raise Altered("the evidence inside is not in its canonical form")
    return value


def canonical(value: Any) -> bytes:
    """RFC 8785 JSON of texts, whole numbers and what holds them."""
    if isinstance(value, float):
        raise ValueError("no number here is measured")
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: str(pair[0]).encode("utf-16-be"))
        return b"{" + b",".join(canonical(name) + b":" + canonical(one) for name, one in pairs) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(canonical, value)) + b"]"
    return json.dumps(value, ensure_ascii=False).encode()


def natural(digits: str) -> int:
    """A natural number in its one form."""
    if not re.fullmatch("0|[1-9][0-9]{0,17}", digits):
        raise ValueError("not a natural number")
    return int(digits)


def exact(text: str) -> bytes:
    """Bytes from base64 in its one form."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not in its one form")
    return data


if __name__ == "__main__":
    sys.exit(main())
