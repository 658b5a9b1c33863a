"""A draft goes to translators as XLIFF 1.2 and comes back: a machine's words are marked, newer ones are kept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.actions import edit_commitment
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building.access import ANNA, BEN, Site
from tests.building.drafting import a_draft


class Desk:
    """A bilingual draft, and Anna who keeps it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            self.uid = a_draft(work).uid
        site.account(ANNA, Role.STEWARD)
        site.account(BEN, Role.PHYSICIAN)
        self.client = site.app.test_client()

    def take(self, locale: str = "fr") -> str:
        """The file for translators."""
        path = f"/api/v1/versions/{self.uid}/documents/translation.xlf?locale={locale}"
        answer = self.client.get(path, headers=self.site.bearer(ANNA))
        assert answer.status_code == 200, answer.text
        return answer.text

    def bring(self, text: str, more: str = "", status: int = 201, who: str = ANNA) -> Any:
        """The answer to a translated file."""
        path = f"/api/v1/versions/{self.uid}/translations{more}"
        answer = self.client.post(path, data=text.encode(), headers=self.site.bearer(who))
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def clauses(self, locale: str = "fr") -> list[Clause]:
        """The promises as they read now."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            version = work.session.scalars(select(Version).filter_by(uid=self.uid)).one()
            return queries.version_texts(work, version=version, locales=[locale])[locale].clauses

    def by_machine(self) -> set[tuple[str, str]]:
        """The promises whose words are marked as a machine's: identity and language."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            asked = select(Commitment.identity, CommitmentText.locale)
            asked = asked.join(CommitmentText, CommitmentText.commitment_id == Commitment.id)
            return {(row[0], row[1]) for row in work.session.execute(asked.where(CommitmentText.is_machine))}

    def edit(self, clause: Clause, locale: str, text: str) -> None:
        """Somebody changes the words here."""
        with self.site.installation.work(system("test"), self.site.place) as work:
            drafter = replace(work, actor=replace(work.actor, roles=frozenset({Role.DRAFTER})))
            edit_commitment(drafter, commitment_uid=clause.uid, locale=locale, words={"text": text})


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """Anna's desk."""
    with Site(tmp_path / "home", database_url) as site:
        yield Desk(site)


def test_a_translation_comes_back_and_a_machine_s_words_are_marked(desk: Desk) -> None:
    """What the file marks as a machine's is marked in the draft, and in the file that leaves next; the rest isn't."""
    one, two, *_rest = desk.clauses()
    file = desk.take()
    assert desk.bring(file) == {"locale": "fr", "changed": 0, "outdated": []}
    file = file.replace(
        f'<target state="translated">{one.text}<', '<target state="translated">Nous répondons.<'
    )
    file = file.replace(
        f'<target state="translated">{two.text}<',
        '<target state="translated" state-qualifier="leveraged-mt">J’écoute <g id="1">tout</g>.<',
    )
    assert desk.bring(file)["changed"] == 2
    assert [clause.text for clause in desk.clauses()[:2]] == ["Nous répondons.", "J’écoute tout."]
    assert desk.by_machine() == {(two.identity, "fr")}
    assert desk.take().count('state-qualifier="leveraged-mt"') > 0
    desk.edit(two, "fr", "J’écoute.")
    assert desk.by_machine() == set()
    whole = desk.take().replace("Nous répondons.", "Nous agissons.")
    assert desk.bring(whole, "?machine=true")["changed"] == 1
    assert desk.by_machine() == {(one.identity, "fr")}


def test_what_changed_meanwhile_is_left_out_and_told(desk: Desk) -> None:
    """Neither a translation of former words nor one that would overwrite newer ones gets in."""
    ours, (one, two, *_rest) = desk.clauses("en"), desk.clauses()
    file = desk.take().replace(f">{one.text}<", ">Ancien.<").replace(f">{two.text}<", ">Écrasé.<")
    desk.edit(ours[0], "en", "Quite other words.")
    desk.edit(two, "fr", "Plus récent.")
    found = desk.bring(file)
    assert found["changed"] == 0
    assert [unit["target"] for unit in found["outdated"]] == ["Ancien.", "Écrasé."]
    assert [clause.text for clause in desk.clauses()[:2]] == [one.text, "Plus récent."]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('target-language="fr"', 'target-language="de"', "Choose one of the organisation's languages."),
        ('target-language="fr"', 'target-language="en"', "It is from one language into the same."),
        ('original="', 'original="x', "It is of another version."),
        ('version="1.2"', 'version="2.0"', "It isn't an XLIFF 1.2 file."),
        ("<body>", "", "It is damaged."),
        (
            "<xliff",
            "<!DOCTYPE x [<!ENTITY e 'e'>]><xliff",
            "It declares entities, which could fetch other files.",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused(desk: Desk, old: str, new: str, said: str) -> None:
    """A language that isn't declared, another version, another format: one sentence, and nothing changes."""
    before = desk.clauses()
    answer = desk.bring(desk.take().replace(old, new), status=422)
    assert [fault["reason"] for fault in answer["errors"]] == [said]
    assert desk.clauses() == before


def test_by_page_and_by_command(desk: Desk, tmp_path: Path) -> None:
    """The other doors lead to the same; who may not import is refused."""
    desk.bring(desk.take(), status=403, who=BEN)
    one = desk.clauses()[0]
    browser = desk.site.browser()
    browser.sign_in()
    here = f"/versions/{desk.uid}"
    file = browser.get(f"{here}/translation.xlf?locale=fr").text.replace(f">{one.text}<", ">Nous répondons.<")
    (tmp_path / "fr.xlf").write_text(file)
    with (tmp_path / "fr.xlf").open("rb") as stream:
        fields = {"_csrf": browser.token(), "file": (stream, "fr.xlf"), "machine": "1"}
        answer = browser.client.post(f"{here}/translation", data=fields, content_type="multipart/form-data")
    assert "1 promise has new words." in answer.text
    assert browser.post(f"{here}/translation").status_code == 422
    environ = {"RECIPROCA_DATABASE_URL": desk.site.installation.settings.url}
    compact = ["--home", str(desk.site.installation.settings.home), "compact"]
    out = tmp_path / "out.xlf"
    written = ["export", desk.uid, "--format", "xlf", "--locale", "fr", "--out", str(out)]
    assert CliRunner().invoke(command_line(environ), [*compact, *written]).exit_code == 0
    assert CliRunner().invoke(command_line(environ), [*compact, *written]).exit_code == 6
    out.write_text(out.read_text().replace("Nous répondons.", "Nous agissons."))
    result = CliRunner().invoke(command_line(environ), [*compact, "translate", desk.uid, str(out), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["changed"]) == (0, 1)
    assert desk.clauses()[0].text == "Nous agissons."
