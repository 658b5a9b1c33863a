"""Anybody can check what was signed: with our command in an empty folder, and with others' tools."""

import json
import re
import subprocess
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from pypdf import PdfReader

from reciproca.core.clock import FixedClock
from reciproca.core.keys import create_keys
from tests.building.story import reciproca, told

FEW = 3


def files(home: Path) -> list[Path]:
    """Every PDF and bundle of the story."""
    return [home / one[kind] for one in told(home)["documents"] for kind in ("pdf", "bundle")]


def member(bundle: Path, name: str) -> bytes:
    """A file of a bundle."""
    with zipfile.ZipFile(bundle) as archive:
        return archive.read(name)


def squeezed(text: str) -> str:
    """`text` as one reads it: without line ends, blanks and the hyphens that only a line end needs."""
    return re.sub(r"[\s\u00ad]", "", unicodedata.normalize("NFKC", text))


def run(*command: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Another tool's answer, in English and UTC."""
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_every_document_and_bundle_is_intact(demo_home: Path, tmp_path: Path) -> None:
    """In a folder with nothing in it, each verifies with the root certificate, and says that both parties signed."""
    everything = files(demo_home)
    checked = reciproca(
        "verify", *everything, "--trust", demo_home / "keys" / "root.pem", "--json", folder=tmp_path
    )
    assert (checked.returncode, list(tmp_path.iterdir())) == (0, [])
    verdicts = json.loads(checked.stdout)
    assert [verdict["file"] for verdict in verdicts] == [str(file) for file in everything]
    assert {verdict["verdict"] for verdict in verdicts} == {"intact"}
    signed = [
        (one["person"], "Amina Yusuf") for one in told(demo_home)["documents"] for _kind in ("pdf", "bundle")
    ]
    assert [tuple(party["name"] for party in verdict["parties"]) for verdict in verdicts] == signed


@pytest.mark.parametrize("kind", ["pdf", "bundle"])
def test_a_foreign_certificate_vouches_for_nothing(demo_home: Path, tmp_path: Path, kind: str) -> None:
    """Another installation's root is refused for every file: 1, and which are not trusted."""
    create_keys(tmp_path / "keys", FixedClock(datetime(2025, 1, 1, tzinfo=UTC)), "Riverbend Hospital")
    chosen = [demo_home / one[kind] for one in told(demo_home)["documents"]]
    checked = reciproca(
        "verify", *chosen, "--trust", tmp_path / "keys" / "root.pem", "--json", folder=tmp_path
    )
    assert checked.returncode == 1
    assert {verdict["verdict"] for verdict in json.loads(checked.stdout)} == {"untrusted"}


def test_poppler_agrees(demo_home: Path, tmp_path: Path) -> None:
    """pdfsig finds one valid signature over the whole document."""
    for one in told(demo_home)["documents"][:FEW]:
        said = run("pdfsig", "-nocert", demo_home / one["pdf"], folder=tmp_path).stdout
        assert said.count("Signature #") == 1
        assert "Signature is Valid." in said
        assert "Total document signed" in said


def test_openssl_agrees(demo_home: Path, tmp_path: Path) -> None:
    """OpenSSL verifies the seal over the signed range, up to the installation's root."""
    for one in told(demo_home)["documents"][:FEW]:
        data = (demo_home / one["pdf"]).read_bytes()
        seals = PdfReader(demo_home / one["pdf"]).get_fields() or {}
        first, length, second, rest = seals["Seal"]["/V"]["/ByteRange"]
        (tmp_path / "signed").write_bytes(data[first : first + length] + data[second : second + rest])
        (tmp_path / "seal.der").write_bytes(bytes.fromhex(data[length + 1 : second - 1].decode()))
        said = run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "seal.der", "-content", "signed",
            "-CAfile", demo_home / "keys" / "root.pem", "-purpose", "any", "-no_check_time", "-out", "out",
            folder=tmp_path,
        )  # fmt: skip
        assert (said.returncode, "Verification successful" in said.stderr) == (0, True), said.stderr


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_the_page_holds_the_exact_words_that_were_signed(
    demo_home: Path, tmp_path: Path, locale: str
) -> None:
    """Every promise of both sides and the sentence on what signing is, as hashed, in the language of the signer."""
    one = next(one for one in told(demo_home)["documents"] if one["locale"] == locale)
    text: dict[str, Any] = json.loads(member(demo_home / one["bundle"], "text.json"))
    page = squeezed(run("pdftotext", demo_home / one["pdf"], "-", folder=tmp_path).stdout)
    promises = [clause["text"] for clause in text["commitments"]]
    sentences = [text["legal_effect"]["what"], text["legal_effect"]["if_nothing"]]
    assert (text["locale"], len(promises)) == (locale, 28)
    words = [
        *promises,
        *sentences,
        text["compact"]["title"],
        one["person"],
        *(c["topic"] for c in text["commitments"]),
    ]
    assert [said for said in words if squeezed(said) not in page] == []


def test_no_time_is_before_its_certificate(demo_home: Path, tmp_path: Path) -> None:
    """The whole story runs on its own clock: signing and sealing times lie within the certificates' validity."""
    keys = [demo_home / "keys" / name for name in ("root.pem", "seal.pem")]
    valid = [x509.load_pem_x509_certificate(key.read_bytes()) for key in keys]
    begins, ends = (
        max(one.not_valid_before_utc for one in valid),
        min(one.not_valid_after_utc for one in valid),
    )
    for one in told(demo_home)["documents"]:
        acts = json.loads(member(demo_home / one["bundle"], "evidence.json"))["signatures"]
        signed = [datetime.fromisoformat(json.loads(act["record"])["signed_at"]) for act in acts]
        said = run("pdfsig", "-nocert", demo_home / one["pdf"], folder=tmp_path).stdout
        when = re.search(r"Signing Time: (.+)", said)
        assert when
        sealed = datetime.strptime(when[1], "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
        assert begins <= min(signed) <= max(signed) <= sealed <= ends
