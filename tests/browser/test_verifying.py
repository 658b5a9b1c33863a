"""A document is checked in the reader's own browser: the file never leaves it."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.core.identity import system
from tests.browser.test_signing import ARGUMENTS, PHONE, Quiet
from tests.building import signing as build
from tests.building.house import an_app, an_installation


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a hospital, and the evidence bundle of one who has signed there."""
    home: Path = tmp_path_factory.mktemp("verifying")
    installation = an_installation(home / "home", f"sqlite:///{home / 'db'}")
    hospital = build.a_hospital(installation)
    build.signed(hospital, "P1")
    hospital.seal()
    with installation.work(system("test"), hospital.place, write=False) as work:
        name = work.session.scalars(select(SealedDocument.bundle)).one()
    server = make_server("127.0.0.1", 0, an_app(installation), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", installation.settings.home / FOLDER / name
    server.shutdown()
    thread.join()
    server.server_close()
    installation.database.dispose()


@pytest.fixture(scope="module")
def browser(served: tuple[str, Path]) -> Iterator[Browser]:  # documents are sealed before its loop runs
    """Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed. Run: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


def _checked(page: Page, file: Path) -> str:
    page.set_input_files("[type=file]", file)
    page.locator("[data-verify] button").tap()
    expect(page.locator("#verdict .note")).to_contain_text(file.name)
    return page.locator("#verdict").inner_text()


def test_the_file_stays_in_the_browser(browser: Browser, served: tuple[str, Path], tmp_path: Path) -> None:
    """Genuine, changed, something else: each is told apart, and nothing is sent while it is."""
    address, bundle = served
    changed = tmp_path / "changed.zip"
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    changed.write_bytes(data)
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK nothing of the kind")
    context = browser.new_context(**PHONE)
    page = context.new_page()
    page.goto(f"{address}/verify")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    said = [_checked(page, file) for file in (bundle, changed, other)]
    assert ["Intact" in words for words in said] == [True, False, False]
    assert ["Altered" in words for words in said] == [False, True, False]
    assert "neither a sealed agreement nor an evidence bundle" in said[2]
    assert ("Anna Roy" in said[0], "the organisation’s own word" in said[0]) == (True, True)
    assert "POST" not in sent
    context.close()
