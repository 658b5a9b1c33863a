"""A thousand physicians have signed one version: their documents, made, sealed and kept on the disk.

Ours is what the product does, evidence bundle included. The peer lays each document out by itself, seals it with
pyHanko as its documentation shows it, and writes the one file. The floor only seals and keeps what was made before.
"""

import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pypdf import PdfReader

from benchmarks.measuring import Benchmark, Goal, Side, Wrong
from benchmarks.seal import default_sealer
from reciproca.compacts.signing import pades, printing
from reciproca.compacts.signing.gathering import FOLDER, keep, write_file
from reciproca.compacts.signing.printing import Press
from reciproca.compacts.signing.proofs import DocumentParts, SignedAct, evidence_json, sealed_facts
from reciproca.compacts.signing.sealing import Made, make_document
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core import ids
from reciproca.core.canonical import canonical, sha256
from reciproca.core.clock import FixedClock
from reciproca.core.i18n import Catalogues
from reciproca.core.keys import Keys, create_keys
from reciproca.core.ledger.entry import instant
from reciproca.core.ledger.merkle import inclusion_proof, leaf_hash, root
from reciproca.core.ledger.note import sign_checkpoint
from reciproca.core.ledger.proof import Proof
from reciproca.core.settings import Settings
from reciproca.templates import loader
from tests.building.documents import a_leaf, a_record, a_text
from tests.documents.forging import root_of
from tests.documents.verapdf import findings

SIGNATORIES, RIVALS, SAMPLED = 1000, 20, 20
CLOCK = FixedClock()
GIVEN = (
    "Zoë",
    "Amina",
    "Jean-Marie",
    "Łucja",
    "Chloé",
    "Søren",
    "Priya",
    "Agnès",
    "Tomáš",
    "Grace",
    "İlkay",
    "Noor",
)
FAMILY = ("Wójcik", "Yusuf", "Lévesque", "Okafor", "St-Pierre", "Müller", "Nguyen", "Fontaine-Desrosiers", "O’Brien",
          "García Márquez", "Šimić", "Chen", "van den Berg", "Tremblay")  # fmt: skip
TOPICS = ("Access to care", "Quality and safety", "Time to answer", "Leave", "Teaching", "Space", "Equipment",
          "Respect", "Money for research", "Data", "On call", "New colleagues", "Meetings", "Leaving")  # fmt: skip
WORDS = (
    "We answer every safety report within five working days, say what came of it, and show both sides once a "
    "quarter how many were answered, how many were late, and what was changed because of them."
)


@contextmanager
def _prepared(n: int) -> Iterator[dict[str, Side]]:
    with TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        keys = create_keys(home / "keys", CLOCK, "Riverbend Hospital", "rsa2048")
        catalogues = Catalogues.load(loader.TRANSLATIONS)
        press = Press(
            keys=keys, environment=loader.environment(catalogues), translator=catalogues.translator("en")
        )
        people = _people(keys, n)
        made = _ours(home, press, people)
        _check(home, keys, people)
        yield {
            "ours": partial(_took, _ours, home, press, people),
            "floor": partial(_took, partial(_floor, made), home, press, people),
            "peer": partial(_took, _peer, home, press, people[:RIVALS]),
        }


def _took(side: Any, home: Path, press: Press, people: Sequence[DocumentParts]) -> float:
    shutil.rmtree(home / FOLDER, ignore_errors=True)
    begin = time.perf_counter()
    side(home, press, people)
    took = (time.perf_counter() - begin) / len(people)
    if len(list((home / FOLDER).glob("*.pdf"))) != len(people):
        raise Wrong("there is not one document for each signatory")
    return took


def _ours(home: Path, press: Press, people: Sequence[DocumentParts]) -> Made:
    printing.forget()  # every round lays its form out anew
    settings = Settings(home=home)
    for parts in people:
        made = make_document(
            parts, keys=press.keys, environment=press.environment, translator=press.translator, at=CLOCK.now()
        )
        keep(settings, parts.acts[0].uid, made)
    return made


def _floor(made: Made, home: Path, press: Press, people: Sequence[DocumentParts]) -> None:
    settings = Settings(home=home)
    unsigned = made.pdf[: made.pdf.index(b"%%EOF") + 6]
    for parts in people:
        pdf = pades.seal(unsigned, press.keys, at=CLOCK.now())
        digest = sha256(pdf)
        keep(settings, parts.acts[0].uid, Made(pdf=pdf, bundle=made.bundle, pdf_sha256=digest, seal={}))


def _peer(home: Path, press: Press, people: Sequence[DocumentParts]) -> None:
    sealer = default_sealer(press.keys)
    folder = home / FOLDER
    folder.mkdir()
    for parts in people:
        unsigned = printing.laid_out(parts, press, evidence_json(parts, press.keys, sealed_facts(None)))
        write_file(folder / f"{parts.acts[0].uid}.pdf", sealer(unsigned))


def _check(home: Path, keys: Keys, people: Sequence[DocumentParts]) -> None:
    """Every document has words of its own; of those sampled, each is intact, archival and accessible."""
    files = sorted((home / FOLDER).glob("*.pdf"))
    words = {"".join(page.extract_text() for page in PdfReader(file).pages[-2:]) for file in files}
    if len(words) != len(people):
        raise Wrong(f"{len(people)} signatories have {len(words)} different documents")
    some = files[:: max(1, len(files) // SAMPLED)][:SAMPLED]
    if wrong := {claim: found for claim, found in findings(some).items() if found}:
        raise Wrong(f"veraPDF doesn't pass {wrong}")
    for file in some:
        if (verdict := verify_file(file, root_of(keys))).verdict != "intact":
            raise Wrong(f"{file.name}: {verdict}")


def _people(keys: Keys, n: int) -> list[DocumentParts]:
    """`n` signatories of one version, which the organisation signed first, in one ledger."""
    text = a_text(words=WORDS, topics=TOPICS, themes=("Patients first", "Working together", "Time and money"))
    theirs = a_record("organisation", text, ids.timeless())
    records = [theirs, *(_record(text, number) for number in range(n))]
    salts = [secrets.token_bytes(32) for _record in records]
    leaves = [a_leaf(record, salt) for record, salt in zip(records, salts, strict=True)]
    hashes = [leaf_hash(leaf) for leaf in leaves]
    note = sign_checkpoint(keys.origin, len(leaves), root(hashes), keys.checkpoint_key)
    acts = [
        SignedAct(
            role=record["role"],
            uid=record["uid"],
            salt=salt,
            record=canonical(record),
            leaf=leaf,
            proof=Proof(index=at, path=tuple(inclusion_proof(hashes, at)), note=note),
        )
        for at, (record, salt, leaf) in enumerate(zip(records, salts, leaves, strict=True))
    ]
    return [DocumentParts(text=text, locale="en", acts=(one, acts[0])) for one in acts[1:]]


def _record(text: bytes, number: int) -> dict[str, Any]:
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    again = number // (len(GIVEN) * len(FAMILY))
    more = {
        "name_as_signed": f"{name} {'I' * again}".strip(),
        "signed_at": instant(CLOCK.now() - timedelta(minutes=37 * number)),
    }
    return a_record("physician", text, ids.timeless(), **more)


BENCHMARKS = (
    Benchmark(
        name="signatories-1000",
        what="One document of 1,000 signatories of a version, sealed and kept; floor: sealing and keeping alone; "
        "peer: each laid out and sealed by itself (RSA-2048)",
        n=SIGNATORIES,
        prepare=_prepared,
        goal=Goal(key="ratio_to_peer", op=">=", limit=10),
        peer_name="WeasyPrint 70, then pyHanko 0.38 with its defaults",
        peer_n=RIVALS,
    ),
)
