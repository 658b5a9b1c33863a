"""Only the person ever sees their personal link or code: whatever others can obtain holds none that works."""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.app import command_line
from reciproca.compacts.access import actions as access
from reciproca.core.db import Base
from reciproca.core.identity import console
from tests.browser.pages import rules
from tests.building import guests as build
from tests.building import signing
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form

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
    """Every page that staff can open, every list of the API, the whole database, the logs and the commands."""
    caplog.set_level(logging.DEBUG)
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        secrets = _signed(site)
    found = {
        "printed and logged": out.getvalue() + caplog.text,
        **_pages(site),
        **_api(site),
        **_tables(site),
    }
    assert {where for where, text in found.items() for secret in secrets if re.search(secret, text)} == set()
    assert len(found) > 40


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
    site.hospital.seal()
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
