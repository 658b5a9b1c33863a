"""An agreement in force on paper is registered: both sides' bodies say so, and nothing claims to be verified."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.drafting import actions, documents, queries
from reciproca.compacts.drafting.tables import PaperSignature, Version
from reciproca.compacts.exchange.actions import NOT_VERIFIED, Signed, register_paper
from reciproca.compacts.people.tables import Unit
from reciproca.core.errors import Conflict, Invalid, Unreadable
from reciproca.core.identity import Role, system
from reciproca.core.ledger.tables import LedgerRecord
from reciproca.plugins.types import Side
from tests.building.access import ANNA, BEN, Site, a_person
from tests.building.drafting import RATIFIERS, STEWARD, a_draft, as_actor, read

SINCE = date(2024, 5, 31)
SIGNED = (
    Signed(name="Helen Abara", side=Side.ORGANISATION, signed_on=SINCE),
    Signed(name="Anna Roy", side=Side.PHYSICIANS, signed_on=date(2024, 6, 2)),
)
LATER = Signed(name="Anna Roy", side=Side.PHYSICIANS, signed_on=date(2999, 1, 1))
PAPER: dict[str, Any] = {"in_force_since": SINCE, "where_kept": "Archive, binder 12", "signatures": SIGNED}
MARK = "ecorded from paper, not verified here"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital with Anna on its roster, who keeps the agreement, and Ben, who reads it."""
    with Site(tmp_path / "home", database_url) as made:
        with made.installation.work(system("test"), made.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            a_person(work)
        made.account(ANNA, Role.STEWARD)
        made.account(BEN, Role.PHYSICIAN)
        yield made


def drafted(site: Site) -> str:
    """The uid of a first draft."""
    with site.installation.work(system("test"), site.place) as work:
        return read(work, a_draft(work)).uid


def decide(site: Site, uid: str, side: Side) -> None:
    """The body of one side records what it decided then."""
    with site.installation.work(system("test"), site.place) as work:
        actions.record_ratification(
            as_actor(work, RATIFIERS[side]), version_uid=uid, side=side, body="Body", decided_on=SINCE,
            is_ratified=True, votes_for=9, quorum=5, minute_reference="2024-12",
        )  # fmt: skip


def test_an_agreement_on_paper_comes_into_force_by_both_sides_word(site: Site) -> None:
    """Registered, decided by both bodies for a day that is over, in force since then; marked wherever it is shown."""
    uid = drafted(site)
    with site.installation.work(system("test"), site.place) as work:
        register_paper(as_actor(work, STEWARD), version_uid=uid, **PAPER)
    decide(site, uid, Side.ORGANISATION)
    with site.installation.work(system("test"), site.place) as work, pytest.raises(Conflict):
        actions.schedule(as_actor(work, STEWARD), version_uid=uid, effective_from=SINCE)
    decide(site, uid, Side.PHYSICIANS)
    with site.installation.work(system("test"), site.place) as work:
        actions.schedule(as_actor(work, STEWARD), version_uid=uid, effective_from=SINCE)
    with site.installation.work(system("test"), site.place) as work:
        assert actions.put_in_force(work) == [uid]
    with site.installation.work(system("test"), site.place, write=False) as work:
        version = work.session.scalars(select(Version)).one()
        rows = work.session.scalars(select(PaperSignature).order_by(PaperSignature.id)).all()
        assert [(row.name, row.person_id is not None) for row in rows] == [
            ("Helen Abara", False),
            ("Anna Roy", True),
        ]
        assert (version.state.value, version.effective_from) == ("in_force", SINCE)
        assert list(queries.check_frozen_texts(work.session)) == []
        records = list(work.session.scalars(select(LedgerRecord.record)))
        assert sum(f'"note":"{NOT_VERIFIED}"' in record for record in records) == 1
        for name in ("reading", "form", "ratification"):
            sheet = documents.document(work, version=version, name=name, locale="en")
            assert MARK in documents.to_html(sheet)
        compact = queries.compact_of(work, version=version).uid
    browser = site.browser()
    browser.sign_in()
    for path in ("/compacts", f"/compacts/{compact}", f"/versions/{uid}", f"/versions/{uid}/paper"):
        assert MARK in browser.get(path).text, path
    assert "Helen Abara" in browser.get(f"/versions/{uid}/paper").text


def test_names_on_paper_are_for_those_who_may_read_who_signed(site: Site) -> None:
    """Everybody sees that it is on paper; a physician isn't shown who signed, here no more than elsewhere."""
    uid = drafted(site)
    with site.installation.work(system("test"), site.place) as work:
        register_paper(as_actor(work, STEWARD), version_uid=uid, **PAPER)
    ben = site.browser()
    ben.sign_in(BEN)
    page = ben.get(f"/versions/{uid}/paper").text
    assert (MARK in page, "Helen Abara" in page) == (True, False)
    path = f"/api/v1/versions/{uid}/paper"
    assert site.app.test_client().get(path, headers=site.bearer(BEN)).status_code == 403


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"in_force_since": date(2999, 1, 1)}, "in_force_since"),
        ({"where_kept": " "}, "where_kept"),
        ({"signatures": SIGNED[:1]}, "signed_physicians"),
        ({"signatures": SIGNED[1:]}, "signed_organisation"),
        ({"signatures": (*SIGNED, SIGNED[1])}, "signed_physicians"),
        ({"signatures": (*SIGNED, LATER)}, "signed_physicians"),
    ],
)  # fmt: skip
def test_what_cannot_be_true_is_refused(site: Site, told: dict[str, Any], field: str) -> None:
    """A day to come, nowhere to look, one side alone, one signature twice: nothing changes."""
    uid = drafted(site)
    with site.installation.work(system("test"), site.place) as work:
        with pytest.raises(Invalid) as caught, work.attempt():
            register_paper(as_actor(work, STEWARD), version_uid=uid, **{**PAPER, **told})
        assert [fault.field for fault in caught.value.faults] == [field]
        assert work.session.scalars(select(Version.origin)).all() == ["written"]


def test_by_page_and_by_api(site: Site) -> None:
    """The form takes a line for each signature; what was typed is kept when it is refused; twice is a conflict."""
    uid = drafted(site)
    browser = site.browser()
    browser.sign_in()
    here = f"/versions/{uid}/paper"
    typed = {"in_force_since": "2024-05-31", "where_kept": "Binder 12", "signed_organisation": "Helen Abara"}
    refused = browser.post(here, **typed, signed_physicians="Anna Roy, 2024-02-31")
    assert refused.status_code == 422
    assert "Anna Roy, 2024-02-31" in refused.text
    done = browser.post(here, **typed, signed_physicians="Anna Roy, 2024-06-02\nBen Côté;2024-06-03\n\n")
    assert done.status_code == 303, done.text
    client, bearer = site.app.test_client(), site.bearer(ANNA)
    told = client.get(f"/api/v1{here}", headers=bearer).get_json()
    assert [(one["name"], one["signed_on"], one["note"]) for one in told] == [
        ("Helen Abara", "2024-05-31", NOT_VERIFIED),
        ("Anna Roy", "2024-06-02", NOT_VERIFIED),
        ("Ben Côté", "2024-06-03", NOT_VERIFIED),
    ]
    body = {
        "in_force_since": "2024-05-31",
        "where_kept": "Binder 12",
        "signatures": [
            {"name": one.name, "side": one.side.value, "signed_on": one.signed_on.isoformat()}
            for one in SIGNED
        ],
    }
    assert client.post(f"/api/v1{here}", json=body, headers=bearer).status_code == 409
    other = f"/api/v1/versions/{drafted(site)}/paper"
    assert client.post(other, json=body, headers=site.bearer(BEN)).status_code == 403
    assert client.post(other, json=body, headers=bearer).status_code == 201


def test_at_the_terminal(site: Site, tmp_path: Path) -> None:
    """A list of each side from a file; what isn't a day, or isn't UTF-8, is refused and nothing is registered."""
    uid = drafted(site)
    settings = site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    chiefs, staff = tmp_path / "chiefs.txt", tmp_path / "staff.txt"
    chiefs.write_text("Helen Abara\n", encoding="utf-8")
    words = [
        "compact", "register-paper", uid, "--where-kept", "Archive, binder 12", "--by", ANNA,
        "--signed-organisation", str(chiefs), "--signed-physicians", str(staff), "--json",
    ]  # fmt: skip
    day = ["--in-force-since", "2024-05-31"]
    for content, since, error in (
        (b"Anna Roy, 2024-06-02\n", ["--in-force-since", "soon"], Invalid),
        (b"Zo\xeb\n", day, Unreadable),
    ):
        staff.write_bytes(content)
        assert CliRunner().invoke(command_line(environ), [*words, *since]).exit_code == error.exit_code
        with site.installation.work(system("test"), site.place, write=False) as work:
            assert work.session.scalars(select(PaperSignature)).all() == []
    staff.write_text("Anna Roy, 2024-06-02\n", encoding="utf-8")
    done = CliRunner().invoke(command_line(environ), [*words, *day])
    assert done.exit_code == 0, done.output
    assert [(one["name"], one["signed_on"]) for one in json.loads(done.stdout)] == [
        ("Helen Abara", "2024-05-31"),
        ("Anna Roy", "2024-06-02"),
    ]
