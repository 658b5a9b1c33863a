"""The two-column editor and the pages round it, as a steward with a browser meets them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Version, VersionState
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building import drafting as build
from tests.building.access import Browser, Site
from tests.building.consulting import ROUND

STEWARD, PHYSICIAN = "steward@riverbend.example", "physician@riverbend.example"


class Desk:
    """A steward at a browser, with one draft."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend Hospital", path="Riverbend Hospital"))
        site.account(STEWARD, Role.STEWARD)
        site.account(PHYSICIAN, Role.PHYSICIAN)
        self.browser = self.sitting(STEWARD)

    def sitting(self, email: str) -> Browser:
        """Somebody signed in at a browser of their own."""
        browser = self.site.browser()
        browser.sign_in(email)
        return browser

    def draft(self) -> Version:
        """A new draft."""
        with self.site.installation.work(build.STEWARD, self.site.place) as work:
            return build.a_draft(work)

    def clauses(self, version: Version, locale: str = "en") -> list[Clause]:
        """The words as they are stored."""
        with self.site.installation.work(build.STEWARD, self.site.place, write=False) as work:
            return list(queries.version_texts(work, version=version)[locale].clauses)

    def state(self, version: Version) -> VersionState:
        """Where the version stands."""
        with self.site.installation.work(build.STEWARD, self.site.place, write=False) as work:
            return queries.find_version(work, uid=version.uid).state

    def save(self, version: Version, ours: Clause, theirs: Clause, **words: str) -> TestResponse:
        """Send the form of one topic, with what the person saw and `words` typed over it."""
        form = {
            "locale": "en", "topic": ours.topic, "indicator": ours.indicator, "evidence": ours.evidence,
            "organisation_uid": ours.uid, "organisation_revision": str(ours.revision), "organisation_text": ours.text,
            "physicians_uid": theirs.uid, "physicians_revision": str(theirs.revision), "physicians_text": theirs.text,
        }  # fmt: skip
        return self.browser.post(f"/versions/{version.uid}/topics/{ours.key}", **{**form, **words})


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """A steward's desk, on either database."""
    site = Site(tmp_path / "home", database_url)
    yield Desk(site)
    site.installation.database.dispose()


def test_an_agreement_begins_from_a_template_by_form(desk: Desk) -> None:
    """Empty state, form, and a draft with both columns filled: three pages."""
    assert "No agreement yet" in desk.browser.get("/compacts").text
    form = {
        "template_key": "ottawa-14",
        "legal_effect": "none",
        "review_cycle": "annual",
        "unit_uid": "",
        "sunset": "",
    }
    answer = desk.browser.post("/compacts", **form)
    assert answer.status_code == 303
    page = desk.browser.get(answer.headers["Location"]).text
    assert "Quality and safety" in page
    assert "It is not a contract" in page
    assert "Qualité et sécurité" in desk.browser.get(f"{answer.headers['Location']}?lang=fr").text


def test_a_form_with_a_mistake_comes_back_with_what_was_typed(desk: Desk) -> None:
    """What is wrong stands first and beside its field, and nothing was begun."""
    answer = desk.browser.post("/compacts", template_key="", legal_effect="none", review_cycle="annual",
                               sunset="2020-01-01")  # fmt: skip
    assert answer.status_code == 422
    assert 'href="#template_key"' in answer.text
    assert 'value="2020-01-01"' in answer.text
    assert "No agreement yet" in desk.browser.get("/compacts").text


def test_a_topic_is_saved_in_one_language(desk: Desk) -> None:
    """Both sides of a topic are one form; the other language keeps its words."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    french = [clause.text for clause in desk.clauses(version, "fr")]
    answer = desk.save(version, ours, theirs, organisation_text="We answer.", physicians_text="I report.")
    assert answer.status_code == 303
    assert [clause.text for clause in desk.clauses(version)[:2]] == ["We answer.", "I report."]
    assert [clause.text for clause in desk.clauses(version, "fr")] == french


def test_a_stale_form_shows_both_texts_and_overwrites_nothing(desk: Desk) -> None:
    """Two tabs: the second to save sees the first's words beside its own, with a form that then works."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    desk.save(version, ours, theirs, organisation_text="First wording of ours.")
    late = desk.save(version, ours, theirs, organisation_text="Second wording of ours.")
    assert late.status_code == 412
    assert "First wording of ours." in late.text
    assert "Second wording of ours." in late.text
    assert desk.clauses(version)[0].text == "First wording of ours."
    revisions = dict(re.findall(r'name="(\w+_revision)" value="(\d+)"', late.text))
    merged = desk.save(version, ours, theirs, organisation_text="Both.", **revisions)
    assert merged.status_code == 303
    assert desk.clauses(version)[0].text == "Both."


def test_a_double_click_saves_once(desk: Desk) -> None:
    """The same form sent twice with its key gives the same answer and one edit."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    answers = [desk.save(version, ours, theirs, organisation_text="Once.", _key="one-key") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert desk.clauses(version)[0].revision == ours.revision + 1


def test_text_that_is_too_long_or_unprintable_is_kept_in_the_form(desk: Desk) -> None:
    """The person's words come back to be mended, and the stored ones stay."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    for words in ("x" * 2001, "bell\u0007"):
        answer = desk.save(version, ours, theirs, organisation_text=words)
        assert answer.status_code == 422
        assert words[:40].replace("\u0007", "") in answer.text
    assert desk.clauses(version)[0] == ours


def test_a_steward_leads_a_draft_to_its_proposal(desk: Desk) -> None:
    """The checklist says what is missing until nothing is; then one button freezes the text."""
    version = desk.draft()
    path = f"/versions/{version.uid}"
    assert "Freeze and propose" not in desk.browser.get(f"{path}/propose").text
    desk.browser.post(f"{path}/consultations", **ROUND)
    told = desk.sitting(PHYSICIAN).get(f"{path}/consultation")
    assert (told.status_code, ROUND["measure"] in told.text, "<textarea" in told.text) == (200, True, False)
    assert desk.browser.get(f"{path}/edit").status_code == 409
    desk.browser.post(f"{path}/consultations/close", summary="Nothing changed.")
    page = desk.browser.get(f"{path}/propose").text
    assert "Freeze and propose" in page
    stale = desk.browser.post(f"{path}/proposals", revision="1")
    assert (stale.status_code, desk.state(version)) == (412, VersionState.IN_CONSULTATION)
    revision = re.search(r'name="revision" value="(\d+)"', page)
    assert revision
    assert desk.browser.post(f"{path}/proposals", revision=revision[1]).status_code == 303
    assert desk.state(version) is VersionState.PROPOSED
    assert len(re.findall(r"<code>[0-9a-f]{64}</code>", desk.browser.get(path).text)) == 2


def test_a_physician_reads_but_is_offered_no_step(desk: Desk) -> None:
    """Who may not act sees the text without buttons, and a direct try is refused."""
    version = desk.draft()
    reader = desk.sitting(PHYSICIAN)
    page = reader.get(f"/versions/{version.uid}").text
    assert "Quality and safety" in page
    assert "What you can do next" not in page
    for path in ("edit", "propose", "schedule"):
        assert reader.get(f"/versions/{version.uid}/{path}").status_code == 403
    assert "<textarea" not in reader.get(f"/versions/{version.uid}/consultation").text
    assert reader.post(f"/versions/{version.uid}/proposals").status_code == 403
    assert desk.state(version) is VersionState.DRAFT


def test_every_page_of_a_draft_opens(desk: Desk) -> None:
    """Each address that a button leads to is there, in both languages."""
    version = desk.draft()
    with desk.site.installation.work(build.STEWARD, desk.site.place) as work:
        compact = queries.compact_of(work, version=version).uid
    paths = ["/compacts", "/compacts/new", f"/compacts/{compact}", f"/compacts/{compact}/next"]
    paths += [f"/compacts/{compact}/stewardship"]
    paths += [
        f"/versions/{version.uid}{end}" for end in ("", "/edit", "/consultation", "/propose", "/schedule")
    ]
    found = {
        path: desk.browser.get(f"{path}?lang={lang}").status_code for path in paths for lang in ("en", "fr")
    }
    assert set(found.values()) == {200}, found
