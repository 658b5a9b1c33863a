"""A document that is filled into a shared layout is the one that a layout of its own would give."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reciproca.compacts.signing import pades, printing
from reciproca.compacts.signing.printing import Press, filled_in, laid_out, unsigned_pdf
from reciproca.compacts.signing.proofs import DocumentParts, evidence_json, sealed_facts
from reciproca.compacts.signing.verification.files import verify_file
from reciproca.core.i18n import Catalogues
from reciproca.core.keys import Keys
from reciproca.templates import loader
from tests.building.documents import CLOCK, a_text, some_keys, some_parts
from tests.documents.forging import root_of, written
from tests.documents.verapdf import findings
from tests.documents.verifiers import verdicts

CATALOGUES = Catalogues.load(loader.TRANSLATIONS)
NAMES = (
    "Ada Ng",
    "Zoë Łucja Wójcik",
    "Maximiliane Freifrau von und zu Guttenberg-Lévesque",
    "D’Arcy Griffith Ó Súilleabháin",
)
KINDS = (("en", True), ("en", False), ("fr", True))


@pytest.fixture(scope="module")
def keys() -> Keys:
    """One installation's keys."""
    return some_keys()


def a_press(keys: Keys, locale: str) -> Press:
    """What documents in `locale` are printed with."""
    environment = loader.environment(CATALOGUES)
    return Press(keys=keys, environment=environment, translator=CATALOGUES.translator(locale))


def named(keys: Keys, name: str, *, locale: str = "en", both: bool = True, **more: Any) -> DocumentParts:
    """The parts of the document of a physician called `name`, with `more` in their evidence."""
    topics = [f"Topic {number}" for number in range(9)]
    parts = some_parts(keys, a_text(locale, topics=topics), both=both, name_as_signed=name, **more)
    return replace(parts, locale=locale)


def both_ways(keys: Keys, parts: DocumentParts) -> tuple[bytes, bytes]:
    """The unsigned document, filled in and laid out by itself."""
    press, evidence = a_press(keys, parts.locale), evidence_json(parts, keys, sealed_facts(None))
    filled = filled_in(parts, press, evidence)
    assert filled is not None
    return filled, laid_out(parts, press, evidence)


@pytest.mark.parametrize(("locale", "both"), KINDS)
def test_filled_in_and_laid_out_say_the_same_at_the_same_place(
    keys: Keys, locale: str, both: bool, tmp_path: Path
) -> None:
    """Protects readers of every kind: each word stands where it would, in the same structure, with the same files."""
    for name in NAMES:
        filled, own = both_ways(keys, named(keys, name, locale=locale, both=both))
        one, other = written(tmp_path, "filled.pdf", filled), written(tmp_path, "own.pdf", own)
        assert words_in(one) == words_in(other)
        with pikepdf.open(one) as first, pikepdf.open(other) as second:
            assert structure(first) == structure(second)
            assert dict(first.docinfo.items()) == dict(second.docinfo.items())
            assert first.Root.Metadata.read_bytes() == second.Root.Metadata.read_bytes()
            one_id, other_id = (bytes(pdf.trailer.ID[0]).replace(b"\r", b"\n") for pdf in (first, second))
            assert (
                one_id == other_id
            )  # WeasyPrint writes a carriage return so that it reads as another line's end
            assert [described(file) for file in files_of(first)] == [
                described(file) for file in files_of(second)
            ]


@pytest.mark.parametrize(
    "name", ["Γεωργία Παπαδοπούλου", "王小明", "Anna-Maria " * 12 + "Lévesque", "Nguyễn Thị Ánh"]
)
def test_what_does_not_fit_in_gets_a_layout_of_its_own(keys: Keys, name: str) -> None:
    """Protects people whose names need other letters, or more room, than the shared layout has."""
    parts = named(keys, name)
    press, evidence = a_press(keys, "en"), evidence_json(parts, keys, sealed_facts(None))
    assert filled_in(parts, press, evidence) is None
    assert unsigned_pdf(parts, evidence, press) == laid_out(parts, press, evidence)


def test_nobody_before_or_after_changes_a_document(keys: Keys) -> None:
    """Protects reproducibility: the same bytes whoever's documents are made before, also by another process."""
    press, mine = a_press(keys, "en"), named(keys, NAMES[1])
    evidence = evidence_json(mine, keys, sealed_facts(None))
    first = unsigned_pdf(mine, evidence, press)
    for name in (*NAMES, "Γεωργία", "Ňaďa Ŕ Ẽ Ţ"):
        other = named(keys, name)
        unsigned_pdf(other, evidence_json(other, keys, sealed_facts(None)), press)
    assert unsigned_pdf(mine, evidence, press) == first
    printing.forget()
    assert unsigned_pdf(mine, evidence, press) == first


def test_those_whose_documents_look_alike_share_a_layout(keys: Keys) -> None:
    """Protects the time of making many: what evidence holds and a page doesn't show parts nobody."""
    press = a_press(keys, "en")
    printing.forget()
    for number, name in enumerate(("Ada Ng", "Zoé Roy", "Anna-Maria St-Pierre")):
        parts = named(keys, name, ceremony={"read": {"themes": [f"t{at}" for at in range(number)], "of": 3}})
        assert filled_in(parts, press, evidence_json(parts, keys, sealed_facts(None))) is not None
    assert len(printing._forms) == 1


def test_no_sample_shows_through(keys: Keys, tmp_path: Path) -> None:
    """Protects everybody from the words of the sample that their document was filled into."""
    filled, _own = both_ways(keys, named(keys, NAMES[0]))
    found = words_in(written(tmp_path, "a.pdf", filled))
    assert "Ada" in found
    assert not [word for word in ("Sample", "Example", "2000", "2011") if word in found]


def test_validators_and_verifiers_find_the_same(keys: Keys, tmp_path: Path) -> None:
    """Protects archives: veraPDF and our three verifiers say of a filled-in document what they say of the other."""
    files = []
    for number, (locale, both) in enumerate(KINDS):
        ways = both_ways(keys, named(keys, NAMES[number + 1], locale=locale, both=both))
        sealed = [pades.seal(pdf, keys, at=CLOCK.now()) for pdf in ways]
        mine = [written(tmp_path, f"{number}-{way}.pdf", pdf) for way, pdf in enumerate(sealed)]
        one, other = (verify_file(file, root_of(keys)) for file in mine)
        assert one.parties == other.parties
        files += mine
    assert set(map(tuple, findings(files).values())) == {()}
    root = written(tmp_path, "root.pem", root_of(keys))
    assert {word for said in verdicts(files, root).values() for word in said.values()} == {"intact"}


def words_in(file: Path) -> str:
    """Every word of a PDF with the box (points) that it stands in, by poppler."""
    run = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, text=True, check=True)
    return run.stdout


def structure(pdf: pikepdf.Pdf) -> Any:
    """The tags of a document, each with its page, its attributes and what is in it."""
    return list(_elements(pdf.Root.StructTreeRoot.K, pdf))


def _elements(kids: Any, pdf: pikepdf.Pdf) -> Iterator[Any]:
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield "words"
        else:
            page = (
                next(number for number, one in enumerate(pdf.pages) if one.obj == kid.Pg)
                if "/Pg" in kid
                else None
            )
            named = re.sub(
                r'"\d+-', '"', repr((kid.get("/ID"), kid.get("/A")))
            )  # a table's own number comes first
            yield str(kid.S), page, named, list(_elements(kid.get("/K", pikepdf.Array()), pdf))


def files_of(pdf: pikepdf.Pdf) -> list[Any]:
    """The descriptions of the files inside, in the order of their table."""
    table = pdf.Root.Names.EmbeddedFiles.Names
    return [table[at + 1] for at in range(0, len(table), 2)]


def described(file: Any) -> dict[str, str]:
    """What a document says of a file inside it."""
    said = {name: str(file[name]) for name in ("/F", "/UF", "/Desc", "/AFRelationship")}
    stream = file.EF.F
    params = {name: repr(value) for name, value in stream.Params.items()}
    return {**said, **params, "/Subtype": str(stream.Subtype), "data": stream.read_bytes().hex()}
