"""Who decides for each side: named by the steward on a page or at the terminal, kept beside what they decided."""

import html
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from reciproca.command_line import command_line
from reciproca.compacts.drafting import documents, queries
from reciproca.compacts.drafting.queries.bodies import bodies
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from reciproca.plugins.types import Side
from tests.building import drafting
from tests.building.access import ANNA, BEN, Site

ASSOCIATION = {"side": "physicians", "name": "Staff association", "members": "140", "quorum": "3"}


class Office:
    """The steward's office: one agreement, still a draft."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
        with site.installation.work(drafting.STEWARD, site.place) as work:
            draft = drafting.a_draft(work)
            self.version, self.compact = draft.uid, queries.compact_of(work, version=draft).uid
        site.account(ANNA, Role.STEWARD)
        self.steward = site.browser()
        self.steward.sign_in(ANNA)
        self.address = f"/compacts/{self.compact}/bodies"

    def named(self) -> dict[str, tuple[str, int, int]]:
        """By side: name, members and quorum of the body that was named."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            found = bodies(work, compact=queries.find_compact(work, uid=self.compact))
            return {side.value: (row.name, row.members, row.quorum) for side, row in found.items()}


@pytest.fixture
def office(tmp_path: Path, database_url: str) -> Iterator[Office]:
    """Nobody is named yet."""
    with Site(tmp_path / "home", database_url) as site:
        yield Office(site)


def test_a_body_is_named_for_each_side(office: Office) -> None:
    """The agreement's page leads there; the usual body is suggested, and another one can be named and renamed."""
    assert office.address in office.steward.get(f"/compacts/{office.compact}").text
    assert "Board of directors" in office.steward.get(office.address).text
    assert office.steward.post(office.address, **ASSOCIATION).status_code == 303
    assert office.steward.post(office.address, **{**ASSOCIATION, "quorum": "40"}).status_code == 303
    assert office.named() == {"physicians": ("Staff association", 140, 40)}


def test_a_quorum_above_the_members_is_refused(office: Office) -> None:
    """Said beside the field, on the side that it belongs to; what was typed is kept and nothing is named."""
    answer = office.steward.post(office.address, **{**ASSOCIATION, "quorum": "141"})
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert "at most all of them" in page
    assert 'value="141"' in page
    assert page.count('id="quorum"') == page.count('id="quorum-organisation"') == 1
    assert office.named() == {}


def test_nobody_is_renamed_while_a_text_is_before_them(office: Office) -> None:
    """The page shows who decides without a form, and the write path refuses."""
    assert office.steward.post(office.address, **ASSOCIATION).status_code == 303
    with office.site.installation.work(drafting.STEWARD, office.site.place) as work:
        drafting.proposed(work, queries.find_version(work, uid=office.version))
    page = office.steward.get(office.address).text
    assert "3 of 140 members must take part" in page
    assert 'name="quorum"' not in page
    assert office.steward.post(office.address, **ASSOCIATION).status_code == 409


def test_only_who_keeps_agreements_names_them(office: Office) -> None:
    """A physician is refused."""
    office.site.account(BEN, Role.PHYSICIAN)
    physician = office.site.browser()
    physician.sign_in(BEN)
    assert physician.get(office.address).status_code == 403
    assert physician.post(office.address, **ASSOCIATION).status_code == 403


def test_the_record_says_how_many_of_how_many(office: Office) -> None:
    """Named at the terminal; what the body was when it decided stays in the record when it changes later."""
    settings = office.site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    words = [word for name, said in {**ASSOCIATION, "by": ANNA}.items() for word in (f"--{name}", said)]
    run = CliRunner().invoke(
        command_line(environ), ["compact", "name-body", office.compact, *words, "--json"]
    )
    assert run.exit_code == 0, run.output
    assert json.loads(run.stdout)["members"] == 140
    with office.site.installation.work(drafting.STEWARD, office.site.place) as work:
        version = drafting.ratified(work, queries.find_version(work, uid=office.version))
    assert office.steward.post(office.address, **{**ASSOCIATION, "members": "200"}).status_code == 303
    with office.site.installation.work(drafting.STEWARD, office.site.place, write=False) as work:
        decided = {row.side: row.members for row in queries.ratifications(work, version=version)}
        sheet = documents.document(work, version=version, name="ratification", locale="en", since=None)
        said = documents.to_html(sheet)
    assert decided == {Side.PHYSICIANS: 140, Side.ORGANISATION: None}
    assert "3 of 140 members" in said
