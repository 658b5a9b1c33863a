"""Three verifiers agree on every file: all genuine ones are accepted by each, all forgeries refused by each."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from reciproca.compacts.signing import bundling
from reciproca.compacts.signing.verification.bundle import read_members
from tests.building.authority import a_stamp_authority
from tests.building.documents import CLOCK, a_document, a_text, signed_by_several, some_keys, some_parts
from tests.documents import archives
from tests.documents.archives import TIMES, asked_after
from tests.documents.forging import root_of, with_stamp
from tests.documents.mutants import KINDS, STAMPED, Corpus, a_corpus, mutants, number_of
from tests.documents.strange import misspelt, strange
from tests.documents.verifiers import PROGRAM, SINGLE_FILE, agree, verdicts


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Ten documents of one installation."""
    return a_corpus()


def _kept(folder: Path, files: list[tuple[str, bytes]]) -> list[Path]:
    for name, data in files:
        (folder / name).write_bytes(data)
    return [folder / name for name, _data in files]


def test_all_genuine_files_are_accepted_by_each(corpus: Corpus, tmp_path: Path) -> None:
    """Both languages, signed by one side or both, as PDF, as bundle, and as the first ones were; stamped or not, on
    paper or not; with archive stamps, and cut back to an earlier one. All say the same of the time, to who trusts the
    authority and to who doesn't name one."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    files = _kept(tmp_path, list(corpus.genuine()))
    clocks = tmp_path / "clocks.pem"
    clocks.write_bytes(corpus.clocks)
    archived: Counter[int | None] = Counter()
    for days in TIMES:
        archived.update([None, *days, days[-1]])  # the PDF as sealed, after each stamp, and the bundle
    for known, whose in ((None, ""), (clocks, ", by whom one trusts")):
        said = verdicts(files, root, known)
        assert all(map(agree, said.values()))
        words = Counter(words["command"] for words in said.values())
        expected = {_stamped(day, whose): count for day, count in archived.items()}
        assert words == {**expected, "intact": 16, _stamped(None, whose): 16 + archived[None]}


def _stamped(day: int | None, whose: str) -> str:
    """What is said of a document with an archive stamp of that day, or without."""
    at, until = "stamped 2026-09-01T14:00:00+00:00", f", until 2036-08-29T14:00:00+00:00{whose}"
    if day is None:
        return f"intact, B-T {at}{until}"
    return f"intact, B-LTA {at}, archived {(CLOCK.now() + timedelta(days=day)).isoformat()}{until}"


def test_each_says_when_a_stamp_has_ended(tmp_path: Path) -> None:
    """The document is intact; that nobody renewed its proof in time is said of stamps and of archive stamps alike, in
    the same words by the single file as by the command."""
    keys, root = some_keys(), tmp_path / "root.pem"
    root.write_bytes(root_of(keys))
    with a_stamp_authority(days=30) as clocks:
        made = a_document(keys, some_parts(keys, a_text()), authority=asked_after(clocks, 0))
        pdf = archives.kept(keys, made, clocks, (0,)).pdf
    paths = _kept(tmp_path, [("stamped.pdf", made.pdf), ("archived.pdf", pdf)])
    said = verdicts(paths, root)
    at, ended = "2026-09-01T14:00:00+00:00", "ended 2026-10-01T14:00:00+00:00"
    assert {path.stem: set(words.values()) for path, words in said.items()} == {
        "stamped": {f"intact, B-T stamped {at}, {ended}"},
        "archived": {f"intact, B-LTA stamped {at}, archived {at}, {ended}"},
    }
    spoken = [
        subprocess.run([*program, "--trust", root, *paths], capture_output=True, text=True, check=True).stdout
        for program in ([PROGRAM, "verify"], [sys.executable, "-I", SINGLE_FILE])
    ]
    assert spoken[0] == spoken[1]
    assert "whose certificate has ended since" in spoken[0]
    assert "ended on 2026-10-01T14:00:00+00:00 without another" in spoken[0]


def test_several_who_signed_for_the_organisation_are_accepted_by_each(corpus: Corpus, tmp_path: Path) -> None:
    """Two of the board and one executive, in any order: a party that has signed."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    given = [("p-3", "Executive"), ("p-1", "Board"), ("p-2", "Board")]
    made = a_document(corpus.keys, signed_by_several(corpus.keys, corpus.parts[0].text, given))
    said = verdicts(_kept(tmp_path, [("a.pdf", made.pdf), ("a.zip", made.bundle)]), root)
    assert {word for words in said.values() for word in words.values()} == {"intact"}
    assert bundling.proof_names(["organisation"] * 3)[2] in read_members(made.bundle)


@pytest.mark.deep
def test_seals_by_rsa_are_accepted_by_each(tmp_path: Path) -> None:
    """With and without a time stamp, as PDF and as bundle."""
    corpus = a_corpus(some_keys(kind="rsa2048"))
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    files = list(corpus.genuine())
    said = verdicts(_kept(tmp_path, [*files[:8], *files[-5:]]), root)
    assert {word.partition(",")[0] for words in said.values() for word in words.values()} == {"intact"}


@pytest.mark.parametrize("seed", [7, *(pytest.param(seed, marks=pytest.mark.deep) for seed in range(8, 14))])
def test_all_forgeries_are_refused_by_each(corpus: Corpus, tmp_path: Path, seed: int) -> None:
    """At least ten of each kind (of archive stamps only in the long run); a verifier that crashes has accepted nothing,
    and fails this too."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    files = _kept(tmp_path, list(mutants(corpus, seed, few=seed == 7)))
    said = verdicts(files, root)
    accepted = {file.name: words for file, words in said.items() if "intact" in "".join(words.values())}
    assert accepted == {}
    assert all(map(agree, said.values()))
    kinds = Counter(file.name.rpartition("-")[0] for file in files)
    assert kinds == {kind: number_of(kind, few=seed == 7) for kind in KINDS}


def test_a_stamp_of_an_authority_that_one_doesnt_trust_is_not_trusted(corpus: Corpus, tmp_path: Path) -> None:
    """Each says so alike, of PDFs and bundles; and that nothing can be read where no certificate is."""
    root, clocks = tmp_path / "root.pem", tmp_path / "clocks.pem"
    root.write_bytes(root_of(corpus.keys))
    made = corpus.made[STAMPED[0]]
    files = _kept(tmp_path, [("a.pdf", made.pdf), ("a.zip", made.bundle)])
    for known, expected in ((root_of(corpus.keys), "untrusted"), (b"nothing", "unreadable")):
        clocks.write_bytes(known)
        said = verdicts(files, root, clocks)
        assert {word for words in said.values() for word in words.values()} == {expected}


def test_strange_stamps_get_one_verdict(corpus: Corpus, tmp_path: Path) -> None:
    """Anybody can put another stamp beside a seal; none may crash a verifier, or part it from the others. Documents
    that name their authority are left out: there, all of them are refused for that."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    files = [(f"{name}.pdf", data) for name, data in strange(corpus.older[0])]
    said = {file.stem: set(words.values()) for file, words in verdicts(_kept(tmp_path, files), root).items()}
    (plain,) = said.pop("plain")
    assert plain.startswith("intact, B-T stamped")  # whose it is, is left open: nobody named an authority
    assert {name: words for name, words in said.items() if words != {"altered"}} == {}


@pytest.mark.parametrize("number", [0, 1])
def test_no_misspelt_certificate_crashes_a_verifier(corpus: Corpus, tmp_path: Path, number: int) -> None:
    """One wrong digit in a seal's certificate, with and without a stamp: it must not end the check of other files."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    files = [(f"{name}.pdf", data) for name, data in misspelt(corpus.made[number].pdf)]
    said = verdicts(_kept(tmp_path, files), root)
    assert {word for words in said.values() for word in words.values()} == {"altered"}


def test_a_bundle_with_a_misspelt_certificate_is_altered(corpus: Corpus, tmp_path: Path) -> None:
    """Packed again as ours are, so that the certificate is read first."""
    root = tmp_path / "root.pem"
    root.write_bytes(root_of(corpus.keys))
    members = read_members(corpus.made[0].bundle)
    der = corpus.keys.seal.public_bytes(Encoding.DER)
    files = [
        (f"{place}.zip", bundling.archive({**members, "seal.pem": der[:place] + b"\xff" + der[place + 1 :]}))
        for place in range(0, 260, 4)
    ]
    said = verdicts(_kept(tmp_path, files), root)
    assert {word for words in said.values() for word in words.values()} == {"altered"}


def test_the_single_file_says_what_the_command_says(corpus: Corpus, tmp_path: Path) -> None:
    """In the same words, of what is stamped, what isn't, and what was changed; naming the authority, or not."""
    root, clocks = tmp_path / "root.pem", tmp_path / "clocks.pem"
    root.write_bytes(root_of(corpus.keys))
    clocks.write_bytes(corpus.clocks)
    files = [(f"{number}.pdf", corpus.made[number].pdf) for number in (0, 1)]
    paths = _kept(tmp_path, [*files, ("stripped.pdf", with_stamp(corpus.made[0].pdf, None))])
    for named in ([], ["--timestamp-root", clocks]):
        said = [
            subprocess.run(
                [*program, "--trust", root, *named, *paths], capture_output=True, text=True, check=False
            )
            for program in ([PROGRAM, "verify"], [sys.executable, "-I", SINGLE_FILE])
        ]
        assert (said[0].returncode, said[0].stdout) == (said[1].returncode, said[1].stdout)
        whose = "an authority that you trust" if named else "an authority that you didn't name"
        assert said[0].stdout.count("time stamp: none; the time is the sealer's own word") == 1
        assert said[0].stdout.count(f"time stamp: 2026-09-01T14:00:00+00:00, by {whose}") == 1
        assert "stripped.pdf: altered: its time stamp was taken away" in said[0].stdout


def test_the_single_file_stands_alone(corpus: Corpus, tmp_path: Path) -> None:
    """Without trust it is 1, of a file that isn't ours 2, of nothing 2; and it needs nothing of the application."""
    (path,) = _kept(tmp_path, [("a.pdf", corpus.made[0].pdf)])
    codes = [
        subprocess.run(
            [sys.executable, "-I", SINGLE_FILE, *arguments], capture_output=True, check=False, cwd=tmp_path
        ).returncode
        for arguments in ([path], [SINGLE_FILE], ["nowhere.pdf"])
    ]
    assert codes == [1, 2, 2]
    assert "reciproca." not in "".join(
        line for line in SINGLE_FILE.read_text().splitlines() if "import" in line
    )
