"""What one unit adds to an agreement: begun at the page of what is in force, by the API and at the terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building import drafting
from tests.building.access import ANNA, BEN, Browser, Site


class Ward:
    """A hospital with one department and a version in force; the steward and a physician are signed in."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            root = Unit(kind="hospital", name="Riverbend", path="Riverbend")
            work.session.add(root)
            work.session.flush()
            inner = Unit(parent_id=root.id, kind="department", name="Emergency", path="Riverbend › Emergency")
            work.session.add(inner)
        self.hospital, self.emergency = root.uid, inner.uid
        site.account(ANNA, Role.STEWARD)
        site.account(BEN, Role.PHYSICIAN)
        self.steward, self.physician = site.browser(), site.browser()
        self.steward.sign_in(ANNA)
        self.physician.sign_in(BEN)
        with site.installation.work(drafting.STEWARD, site.place) as work:
            self.main = drafting.in_force(work, drafting.a_draft(work)).uid

    def start(self, browser: Browser, **fields: str) -> tuple[int, str]:
        """Send the form: the status, and where to go or what the page says."""
        answer = browser.post(f"/versions/{self.main}/addenda", **fields)
        return answer.status_code, answer.headers.get("Location") or answer.text

    def added(self) -> list[str]:
        """The titles of what was added, in the order in which it was begun."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            main = queries.find_version(work, uid=self.main)
            ids = [each.compact_id for each in queries.addenda(work, version=main)]
            called = queries.titles(work, compact_ids=ids, locale="en")
            return [called[each] for each in ids]


@pytest.fixture
def ward(tmp_path: Path, database_url: str) -> Iterator[Ward]:
    """Something in force, with a department within it."""
    with Site(tmp_path / "home", database_url) as site:
        yield Ward(site)


def test_a_steward_begins_one_from_what_is_in_force(ward: Ward) -> None:
    """From its page to the new draft's, which says what it adds to; both pages lead to each other."""
    form = ward.steward.get(f"/versions/{ward.main}/addendum").text
    assert ward.emergency in form
    assert ward.hospital not in form
    status, place = ward.start(ward.steward, unit_uid=ward.emergency, title="For Emergency")
    assert status == 303
    uid = place.split("/")[2]
    made = ward.steward.get(f"/versions/{uid}").text
    assert f'href="/versions/{ward.main}"' in made
    assert "It takes nothing away" in made
    assert f'href="/versions/{uid}"' in ward.physician.get(f"/versions/{ward.main}").text
    assert ward.added() == ["For Emergency"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"unit_uid": "", "title": "x"}, "Write between 1 and 36 characters here."),
        ({"unit_uid": "HOSPITAL", "title": "For everybody"}, "Choose a unit within it."),
    ],
)
def test_what_is_missing_or_outside_is_said_beside_the_field(
    ward: Ward, fields: dict[str, str], said: str
) -> None:
    """Nothing is begun, and what was typed is kept."""
    unit = ward.hospital if fields["unit_uid"] == "HOSPITAL" else fields["unit_uid"]
    status, page = ward.start(ward.steward, unit_uid=unit, title=fields["title"])
    assert status == 422
    assert said in page
    assert f'value="{fields["title"]}"' in page
    assert ward.added() == []


def test_only_who_keeps_agreements_begins_one(ward: Ward) -> None:
    """A physician is neither offered it nor let through."""
    assert "/addendum" not in ward.physician.get(f"/versions/{ward.main}").text
    assert ward.physician.get(f"/versions/{ward.main}/addendum").status_code == 403
    assert ward.start(ward.physician, unit_uid=ward.emergency, title="x")[0] == 403
    assert ward.added() == []


def test_an_addendum_by_api_alone(ward: Ward) -> None:
    """Begun, read from both ends; to a draft, or for a unit that isn't there, it is refused."""
    client, bearer = ward.site.app.test_client(), ward.site.bearer(ANNA)
    path = f"/api/v1/versions/{ward.main}/addenda"
    asked = {"unit_uid": ward.emergency, "titles": {"en": "For Emergency", "fr": "Pour l’urgence"}}
    made = client.post(path, headers=bearer, json=asked)
    assert (made.status_code, made.get_json()["state"]) == (201, "draft")
    uid = made.get_json()["uid"]
    assert [one["uid"] for one in client.get(path, headers=bearer).get_json()["addenda"]] == [uid]
    own = client.get(path.replace(ward.main, uid), headers=bearer).get_json()
    assert (own["adds_to"]["main"]["uid"], own["adds_to"]["is_outdated"]) == (ward.main, False)
    to_a_draft = client.post(path.replace(ward.main, uid), headers=bearer, json=asked)
    assert to_a_draft.status_code == 409
    nowhere = client.post(path, headers=bearer, json={"unit_uid": "0" * 36})
    assert nowhere.status_code == 404
    assert ward.added() == ["For Emergency"]


def test_an_addendum_at_the_terminal(ward: Ward) -> None:
    """The operator begins one too."""
    settings = ward.site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    words = [
        "compact",
        "start-addendum",
        ward.main,
        "--unit",
        ward.emergency,
        "--title",
        "en",
        "For Emergency",
    ]
    result = CliRunner().invoke(command_line(environ), [*words, "--by", ANNA, "--json"])
    assert result.exit_code == 0, result.output
    with ward.site.installation.work(drafting.STEWARD, ward.site.place, write=False) as work:
        uids = set(work.session.scalars(select(Version.uid)))
    assert json.loads(result.stdout)["uid"] in uids - {ward.main}
    assert ward.added() == ["For Emergency"]
