"""A version on paper to be read: by page, by API and at the terminal, and never taken for a signed one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from click.testing import CliRunner

from reciproca.command_line import command_line
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building import drafting as build
from tests.building.access import Site

PHYSICIAN = "physician@riverbend.example"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital with one unit and a physician who can sign in."""
    with Site(tmp_path / "home", database_url) as site:
        site.account(PHYSICIAN, Role.PHYSICIAN)
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend Hospital", path="Riverbend Hospital"))
        yield site


def _draft(site: Site) -> str:
    with site.installation.work(build.STEWARD, site.place) as work:
        return build.a_draft(work).uid


def _run(site: Site, *arguments: str) -> tuple[int, str]:
    settings = site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    result = CliRunner().invoke(command_line(environ), ["compact", "render", *arguments])
    return result.exit_code, result.stdout


def _words(data: Path) -> str:
    return " ".join("".join(page.extract_text() for page in pypdf.PdfReader(data).pages).split())


def test_the_command_writes_a_marked_copy_in_each_language(site: Site, tmp_path: Path) -> None:
    """Both columns are there, the language is the one asked for, and the first page says that nobody signed."""
    uid = _draft(site)
    for locale, mark in (("en", "Nobody signs by this copy"), ("fr", "Personne ne signe par cet exemplaire")):
        file = tmp_path / f"{locale}.pdf"
        code, said = _run(site, uid, "--locale", locale, "--out", str(file), "--json")
        assert code == 0
        assert json.loads(said)["locale"] == locale
        assert pypdf.PdfReader(file).trailer["/Root"]["/Lang"] == locale
        assert mark in _words(file)
        assert pypdf.PdfReader(file).trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_reader_takes_it_from_the_page(site: Site) -> None:
    """Whoever may read the version gets the copy in the language that they read, to keep; a stranger signs in."""
    path = f"/versions/{_draft(site)}/reading.pdf?lang=fr"
    browser = site.browser()
    assert browser.get(path).status_code == 302
    browser.sign_in(PHYSICIAN)
    answer = browser.get(path)
    assert answer.data.startswith(b"%PDF-1.7")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agreement-v1-fr.pdf"'
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_html_needs_no_other_file(site: Site, tmp_path: Path) -> None:
    """One file to mail or to print: it asks no network for anything."""
    file = tmp_path / "copy.html"
    assert _run(site, _draft(site), "--out", str(file))[0] == 0
    text = file.read_text(encoding="utf-8")
    assert "http" not in text
    assert "src=" not in text


@pytest.mark.parametrize(
    ("out", "more", "code"),
    [
        ("there.pdf", (), 6),
        ("new.txt", (), 2),
        ("nowhere/new.pdf", (), 1),
        ("new.pdf", ("--locale", "xx"), 2),
    ],
)
def test_bad_places_and_languages_write_nothing(
    site: Site, tmp_path: Path, out: str, more: tuple[str, ...], code: int
) -> None:
    """Each is refused with its own exit code, and what was there stays."""
    (tmp_path / "there.pdf").write_text("kept")
    before = sorted(path.name for path in tmp_path.iterdir())
    arguments = ("--out", str(tmp_path / out), *more)
    assert _run(site, _draft(site), *arguments)[0] == code
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "there.pdf").read_text() == "kept"
