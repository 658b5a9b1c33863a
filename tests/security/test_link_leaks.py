"""Only the person ever sees their personal link or code: whatever others can obtain holds none that works."""

import io
import json
import logging
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import structlog
from click.testing import CliRunner
from sqlalchemy import make_url, select

from reciproca.command_line import command_line
from reciproca.compacts.access import actions as access
from reciproca.core.db import Base
from reciproca.core.identity import console
from reciproca.core.log import configure
from reciproca.plugins.events import Event
from reciproca.plugins.registry import Registry
from tests.browser.pages import rules
from tests.building import guests as build
from tests.building import signing
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form
from tests.plugins.samples import a_plugin, a_point

COMMANDS = (
    ("doctor", "--json"),
    ("documents", "waiting", "--json"),
    ("roster", "export", "--json"),
    ("compact", "list", "--json"),
    ("ledger", "verify", "--json"),
    ("plugins", "list", "--json"),
    ("mail", "list", "--json"),
)
STAFF = ("S1", "C1", "X1", "Y1", "P2")


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """P1 has no account, and has signed by a code; P3 has been sent one."""
    with a_site(tmp_path / "home", database_url) as made:
        build.a_guest(made.hospital, "P1")
        build.a_guest(made.hospital, "P3", "third@elsewhere.example")
        build.mailed(made.hospital, "p1@riverbend.example")
        yield made


def test_nobody_else_ever_gets_a_link_or_a_code(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Every page that staff can open, every list of the API, the whole database, all that is printed and logged."""
    with _heard(caplog) as out:
        secrets = _signed(site)
    found = {
        "printed and logged": out.getvalue() + caplog.text,
        **_pages(site),
        **_api(site),
        **_tables(site),
    }
    assert _leaks(found, secrets) == set()
    assert len(found) > 40
    assert "guest_code" in found["printed and logged"]


def test_no_export_hook_or_file_holds_a_link_or_a_code(site: Site, tmp_path: Path) -> None:
    """What plugins are told (webhooks are sent the same), what commands export, the sealed documents and bundles that
    others are handed, and the database as a file: a link is derived anew for its mail, and stored nowhere."""
    told: list[str] = []

    def hear(event: Event) -> None:
        told.append(json.dumps({"wire": event.wire, **event.to_json()}))

    a_plugin("ears", event_recorded=hear)
    installation = site.hospital.installation
    plugins = Registry.load(points=[a_point("ears")])
    hospital = replace(site.hospital, installation=replace(installation, plugins=plugins))
    site.app.installation = hospital.installation  # type: ignore[attr-defined]  # a Shell
    secrets = _signed(replace(site, hospital=hospital))
    exported = tmp_path / "ledger.jsonl"
    found = {
        " ".join(words): _run(hospital, *words) for words in (*COMMANDS, ("ledger", "export", str(exported)))
    }
    assert all(found.values())
    found |= {"told to plugins": "\n".join(told), "ledger": exported.read_text()}
    found |= _files(installation.settings.home / "documents") | _raw(installation.settings.url)
    assert _leaks(found, secrets) == set()
    assert any("signature.given" in text for text in told)
    assert sum(where.endswith((".pdf", ".zip")) for where in found) == 2


def test_the_command_hides_what_opens_something(site: Site) -> None:
    """`mail list` and `mail show` tell what was sent and to whom, never the link or the code itself."""
    secrets = _signed(site)
    home, hospital = site.hospital.installation.settings.home, site.hospital
    names = [path.name for path in hospital.installation.settings.mail_folder.glob("*.eml")]
    shown = [_run(hospital, "mail", "list"), *(_run(hospital, "mail", "show", name) for name in names)]
    assert not [secret for secret in secrets for text in shown if re.search(secret, text)]
    assert any("/invited/…" in text for text in shown)
    (home / "demo.json").write_text("{}")
    shown = [_run(hospital, "mail", "show", name) for name in names]
    assert any(build.token(hospital, "P1") in text for text in shown)


def _leaks(found: dict[str, str], secrets: tuple[str, ...]) -> set[str]:
    return {where for where, text in found.items() for secret in secrets if re.search(secret, text)}


@contextmanager
def _heard(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that is printed, and all that is logged at the lowest level."""
    caplog.set_level(logging.DEBUG)
    out, before = io.StringIO(), structlog.get_config()
    with redirect_stdout(out), redirect_stderr(out):
        configure("debug")
        yield out
    structlog.configure(**before)


def _files(folder: Path) -> dict[str, str]:
    """Every file, and what is inside of PDFs and bundles, not packed."""
    texts = {}
    for path in folder.iterdir():
        data = path.read_bytes()
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as bundle:
                parts = [bundle.read(name) for name in bundle.namelist()]
                parts += [_unpacked(part) for part in parts if part.startswith(b"%PDF-")]
            data += b"\n".join(parts)
        else:
            data += _unpacked(data)
        texts[str(path)] = data.decode("latin-1")
    return texts


def _unpacked(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return b"\n".join(
            one.read_bytes()
            for one in document.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image"
        )


def _raw(url: str) -> dict[str, str]:
    """The database as a file, with what was deleted and not yet written over; only SQLite has one."""
    name = make_url(url).database
    paths = Path(name or "").parent.glob(f"{Path(name or '').name}*") if url.startswith("sqlite") else ()
    return {str(path): path.read_bytes().decode("latin-1") for path in paths}


def _signed(site: Site) -> tuple[str, ...]:
    """Every secret of two people, one of whom has signed and come to the end."""
    first, other = Browser(site.app), Browser(site.app)
    codes = []
    for browser, staff_id, mailbox in ((first, "P1", build.SECOND), (other, "P3", "third@elsewhere.example")):
        browser.post(f"/invited/{build.token(site.hospital, staff_id)}/code", _key=staff_id)
        codes.append(build.code(site.hospital, mailbox))
    sent = {name: value for name, value in form(first.get("/invited/sign")).items() if name != "password"}
    sent.pop("locale", None)
    assert first.post("/invited/sign", **sent, code=codes[0], _key="once").location == "/invited/done"
    build.work_off(site.hospital)
    cookies = (first.cookie("guest") or "none", other.cookie("guest") or "none")
    tokens = (build.token(site.hospital, "P1"), build.token(site.hospital, "P3"))
    return (*tokens, *cookies, *(rf"(?<![\w.-]){one}(?![\w-])" for one in codes))


def _pages(site: Site) -> dict[str, str]:
    texts = {}
    uids = (
        site.hospital.version,
        site.hospital.compact,
        site.hospital.campaign,
        *site.hospital.requests.values(),
    )
    for staff_id in STAFF:
        browser = site.browser(staff_id)
        for rule in rules(site.app):
            for path in {re.sub(r"<[^>]*>", uid, rule) for uid in uids}:
                texts[f"{staff_id} {path}"] = browser.get(path).get_data().decode(errors="replace")
    return texts


def _api(site: Site) -> dict[str, str]:
    texts = {}
    for staff_id in STAFF:
        with site.hospital.installation.work(console(), site.hospital.place) as work:
            address = f"{staff_id.lower()}@riverbend.example"
            secret = access.create_token(work, email=address, scopes=("*",)).secret
        for rule in {one.rule for one in site.app.url_map.iter_rules() if one.rule.startswith("/api/v1/")}:
            path = re.sub(r"<[^>]*>", site.hospital.version, rule)
            answer = site.app.test_client().get(path, headers={"Authorization": f"Bearer {secret}"})
            texts[f"{staff_id} {path}"] = answer.get_data().decode(errors="replace")
    return texts


def _tables(site: Site) -> dict[str, str]:
    with site.hospital.installation.database.engine.connect() as connection:
        return {
            table.name: json.dumps([[str(cell) for cell in row] for row in connection.execute(select(table))])
            for table in Base.metadata.sorted_tables
        }


def _run(hospital: signing.Hospital, *words: str) -> str:
    settings = hospital.installation.settings
    environ = {"RECIPROCA_DATABASE_URL": settings.url}
    return CliRunner().invoke(command_line(environ), ["--home", str(settings.home), *words]).output
