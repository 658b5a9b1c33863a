"""The public page on which anybody checks a document, without JavaScript: a file, or a code."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.signing.archiving import Archivist
from reciproca.compacts.signing.authority import Authority
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.rules.codes import code_of
from reciproca.compacts.signing.tables import SealedDocument, Signature
from reciproca.core.identity import system
from reciproca.core.keys import withdrawn_list
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.authority import a_stamp_authority
from tests.building.ceremony import Site, a_site
from tests.building.documents import CLOCK, a_document, a_text, some_parts


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """P1 has signed, and has the document."""
    with a_site(tmp_path / "home", database_url) as made:
        build.signed(made.hospital, "P1")
        made.hospital.seal()
        yield made


def _document(site: Site) -> bytes:
    home = site.hospital.installation
    with home.work(system("test"), site.hospital.place, write=False) as work:
        name = work.session.scalars(select(SealedDocument.pdf)).one()
    return (home.settings.home / FOLDER / name).read_bytes()


def _sent(site: Site, data: bytes) -> TestResponse:
    browser = Browser(site.app)
    return browser.post("/verify", file=(io.BytesIO(data), "agreement.pdf"))


def test_a_stranger_learns_what_became_of_a_file(site: Site) -> None:
    """Who signed and who is missing; a changed byte; something else; nothing at all."""
    data = _document(site)
    page = _sent(site, data).text
    assert ("Intact" in page, "Anna Roy" in page, "has not signed" in page) == (True, True, True)
    assert "none: the time is the organisation’s own word" in _shown(_sent(site, data))
    assert "Altered" in _shown(_sent(site, data + b"\n"))
    assert "neither a sealed agreement" in _shown(_sent(site, b"%PDF-1.7 hello"))
    assert _sent(site, b"").status_code == 422


def test_a_stranger_learns_until_when_an_archive_stamp_is_good(site: Site) -> None:
    """When the last one was made, and when it wants another."""
    home = site.hospital.installation
    with a_stamp_authority() as clocks:
        asked = Authority(url=clocks.url, known=(clocks.chain[1],), now=CLOCK.now)
        made = a_document(home.keys, some_parts(home.keys, a_text()), authority=asked)
        withdrawn = withdrawn_list(home.settings.keys_folder, CLOCK.now())
        kept = Archivist(authority=asked, root=home.keys.root, withdrawn=withdrawn).archived(made.pdf)
    shown = _shown(_sent(site, kept.pdf))
    assert "2026-09-01 14:00 UTC, good until 2036-08-29" in shown
    assert "good until" not in _shown(_sent(site, made.pdf))


def _shown(answer: TestResponse) -> str:
    """What the page says of the file, without the words that its script may need."""
    return answer.text.partition('id="verdict"')[2].partition("<template")[0]


def test_a_code_says_how_the_signature_stands_and_names_nobody(site: Site) -> None:
    """In any case and with any blanks; in force or replaced; a wrong one, or a shorter one, leads nowhere."""
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        code = code_of(work.session.scalars(select(Signature.record_sha256)).one())
    browser = Browser(site.app)
    page = browser.get(f"/verify?code={code.upper().replace('-', '%20')}").text
    assert "In force" in page
    assert "Anna" not in page
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    for other in (wrong, code[:14], "%25", f"{code}0"):
        assert "No signature here" in browser.get(f"/verify?code={other}").text
    assert code in _printed(site)


def _printed(site: Site) -> str:
    pages = PdfReader(io.BytesIO(_document(site))).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def test_the_server_checks_only_so_many_files_for_one_address(site: Site) -> None:
    """After sixty in a quarter of an hour it is somebody else's turn."""
    answers = [_sent(site, b"%PDF-1.7 hello").status_code for _time in range(61)]
    assert answers == [200] * 60 + [429]
