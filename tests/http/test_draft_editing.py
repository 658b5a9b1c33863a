"""The two-column editor and the pages round it, as a steward with a browser meets them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Version, VersionState
from reciproca.compacts.people.tables import Post, Unit
from reciproca.core.identity import Role, console, system
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

    def seen(self, ours: Clause, theirs: Clause) -> dict[str, str]:
        """The form of one topic as it came to the person: what it says, and what they saw."""
        said = {
            "topic": ours.topic, "indicator": ours.indicator, "evidence": ours.evidence,
            "organisation_text": ours.text, "organisation_cadence": ours.cadence, "organisation_post": "",
            "physicians_text": theirs.text, "physicians_cadence": theirs.cadence, "physicians_post": "",
        }  # fmt: skip
        return {"locale": "en", **said, **{f"seen_{name}": text for name, text in said.items()}}

    def save(self, version: Version, ours: Clause, theirs: Clause, **words: str) -> TestResponse:
        """Send the form of one topic, with what the person saw and `words` typed over it."""
        return self.browser.post(
            f"/versions/{version.uid}/topics/{ours.key}", **{**self.seen(ours, theirs), **words}
        )

    def save_quietly(self, version: Version, ours: Clause, theirs: Clause, **words: str) -> TestResponse:
        """The same as the page sends it by itself."""
        form = {"_csrf": self.browser.token(), **self.seen(ours, theirs), **words}
        return self.browser.client.post(
            f"/versions/{version.uid}/topics/{ours.key}", data=form, headers={"Accept": "application/json"}
        )


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


def test_a_clash_is_decided_clause_by_clause(desk: Desk) -> None:
    """Two forms opened at once: the second overwrites nothing. Without a choice nothing is saved; a third wording for
    one side and theirs for the other are stored as chosen, and what didn't clash is stored with them."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    desk.save(version, ours, theirs, organisation_text="First of ours.", physicians_text="First of theirs.")
    late = {
        "organisation_text": "Second of ours.",
        "physicians_text": "Second of theirs.",
        "topic": "Heading",
    }
    refused = desk.save(version, ours, theirs, **late)
    assert refused.status_code == 412
    assert all(words in refused.text for words in ("First of ours.", "Second of ours.", "Second of theirs."))
    assert [clause.text for clause in desk.clauses(version)[:2]] == ["First of ours.", "First of theirs."]
    form = dict(re.findall(r'type="hidden" name="((?!_)\w+)" value="([^"]*)"', refused.text))
    assert (form["seen_organisation_text"], form["topic"]) == ("First of ours.", "Heading")
    form |= {"third_organisation_text": "What both meant.", "third_physicians_text": ""}
    path = f"/versions/{version.uid}/topics/{ours.key}"
    undecided = desk.browser.post(path, **form, choice_organisation_text="third")
    assert (undecided.status_code, 'href="#choice_physicians_text"' in undecided.text) == (422, True)
    assert desk.clauses(version)[0].text == "First of ours."
    form |= {"choice_organisation_text": "third", "choice_physicians_text": "theirs"}
    assert desk.browser.post(path, **form).status_code == 303
    now = desk.clauses(version)[:2]
    assert [clause.text for clause in now] == ["What both meant.", "First of theirs."]
    assert [clause.topic for clause in now] == ["Heading", "Heading"]


def test_what_saves_itself_is_told_what_became_of_it(desk: Desk) -> None:
    """The page's own saving gets a short answer: saved, which field clashes, or what is wrong; never a page."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    saved = desk.save_quietly(version, ours, theirs, organisation_text="First.")
    assert saved.status_code == 200
    assert (saved.json or {})["looks"]["organisation_text"] == "<p>First.</p>\n"
    clash = desk.save_quietly(version, ours, theirs, organisation_text="Second.")
    assert (clash.status_code, list((clash.json or {})["faults"])) == (412, ["organisation_text"])
    wrong = desk.save_quietly(version, ours, theirs, physicians_text="x" * 2001)
    assert (wrong.status_code, list((wrong.json or {})["faults"])) == (422, ["physicians_text"])
    assert [clause.text for clause in desk.clauses(version)[:2]] == ["First.", theirs.text]


def test_a_promise_tells_its_history_and_gives_it_back(desk: Desk) -> None:
    """Who, when and why stand on the promise's page, and its button takes the change back; so does the editor's."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    desk.save(version, ours, theirs, organisation_text="We answer.", why="Seven days came too late.")
    path = f"/versions/{version.uid}/promises/{ours.identity}/history"
    told = desk.browser.get(path).text
    assert all(words in told for words in ("Seven days came too late.", STEWARD, "<del", "Undo this"))
    other = f"/versions/{version.uid}/promises/{theirs.identity}/history"
    assert "Seven days" not in desk.browser.get(other).text
    assert "Undo this" not in desk.sitting(PHYSICIAN).get(path).text
    uid = re.search(r'name="edit_uid" value="([^"]+)"', told)
    assert uid
    undone = desk.browser.post(f"/versions/{version.uid}/undo", edit_uid=uid[1], **{"from": "promise"})
    assert (undone.status_code, undone.headers["Location"]) == (303, f"{path}?lang=en")
    assert desk.clauses(version)[0].text == ours.text
    assert desk.browser.post(f"/versions/{version.uid}/undo", edit_uid=uid[1]).status_code == 409
    assert "Do it again" in desk.browser.get(f"/versions/{version.uid}/edits").text
    assert desk.browser.get(f"/versions/{version.uid}/promises/nobody/history").status_code == 404


def test_a_reason_given_last_explains_what_saved_itself_before(desk: Desk) -> None:
    """The page saves words before somebody says why: the reason is noted on what they changed, not on the rest."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    desk.save_quietly(version, ours, theirs, organisation_text="We answer.")
    now = desk.clauses(version)[0]
    assert desk.save(version, now, theirs, why="Seven days came too late.").status_code == 303
    told = {
        clause.identity: desk.browser.get(f"/versions/{version.uid}/promises/{clause.identity}/history").text
        for clause in (ours, theirs)
    }
    assert "Seven days came too late." in told[ours.identity]
    assert "Seven days came too late." not in told[theirs.identity]


def test_a_promise_may_be_bold_and_hold_a_list_and_nothing_else(desk: Desk) -> None:
    """What is written small is drawn where the promise is read; tags and links stay the text that they are."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    words = "We answer **within two days**:\n\n- by mail\n- [here](https://e.org) <b>x</b>"
    assert (
        "<li>by mail</li>"
        in (desk.save_quietly(version, ours, theirs, organisation_text=words).json or {})["looks"][
            "organisation_text"
        ]
    )
    page = desk.browser.get(f"/versions/{version.uid}").text
    assert "<strong>within two days</strong>" in page
    assert "<li>[here](https://e.org) &lt;b&gt;x&lt;/b&gt;</li>" in page
    assert desk.clauses(version)[0].text == words


def test_a_topic_is_moved_where_it_was_seen(desk: Desk) -> None:
    """The buttons beside a topic move it by one; when somebody else moved it first, nothing moves."""
    version = desk.draft()
    ours = desk.clauses(version)[0]
    path = f"/versions/{version.uid}/commitments/{ours.uid}/move"
    assert desk.browser.post(path, to="2", seen="1").status_code == 303
    assert [clause.identity for clause in desk.clauses(version)][2] == ours.identity
    assert desk.browser.post(path, to="5", seen="1").status_code == 412
    assert [clause.identity for clause in desk.clauses(version)][2] == ours.identity
    assert "Moved from place 1 to place 2" in desk.browser.get(f"/versions/{version.uid}/edits").text


def test_owner_pace_and_theme_are_edited_beside_the_words(desk: Desk) -> None:
    """Each side's post and pace are fields of the topic; a topic goes under another theme, and a theme is renamed."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    with desk.site.installation.work(build.STEWARD, desk.site.place) as work:
        post = Post(unit_id=work.session.scalars(select(Unit.id)).one(), title="Chief of staff")
        work.session.add(post)
        work.session.flush()
        uid = post.uid
    answer = desk.save(
        version, ours, theirs, organisation_post=uid, physicians_cadence="monthly", indicator="A count"
    )
    assert answer.status_code == 303
    assert f'<option value="{uid}" selected>' in desk.browser.get(f"/versions/{version.uid}/edit").text
    now = desk.clauses(version)[:2]
    assert (now[1].cadence, now[0].cadence, now[0].indicator) == ("monthly", ours.cadence, "A count")
    themed = desk.browser.post(
        f"/versions/{version.uid}/commitments/{ours.uid}/theme", locale="en", theme="", label="Time"
    )
    assert themed.status_code == 303
    renamed = {
        "locale": "en",
        "theme": desk.clauses(version)[0].theme,
        "label": "Time to care",
        "seen": "Time",
    }
    assert desk.browser.post(f"/versions/{version.uid}/themes", **renamed).status_code == 303
    assert {clause.theme_label for clause in desk.clauses(version)[:2]} == {"Time to care"}
    assert desk.browser.post(f"/versions/{version.uid}/themes", **renamed | {"label": "x"}).status_code == 412


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


def test_a_topic_is_taken_over_from_the_library(desk: Desk) -> None:
    """What the draft says already isn't offered; a promise of an older agreement is found by a word, and comes with
    both sides, both languages and its origin."""
    older, version = desk.draft(), desk.draft()
    ours, theirs = desk.clauses(older)[:2]
    desk.save(older, ours, theirs, organisation_text="A zebra crosses.", physicians_text="I wave at it.")
    path = f"/versions/{version.uid}/library"
    assert "1 topic found" in desk.browser.get(path).text
    assert "Nothing found" in desk.browser.get(f"{path}?q=unicorn").text
    page = desk.browser.get(f"{path}?q=zebra+WAVE").text
    source = re.search(r'name="source" value="([^"]+)"', page)
    assert source
    before = len(desk.clauses(version))
    taken = desk.browser.post(path, source=source[1])
    assert (taken.status_code, taken.headers["Location"].split("#")[1]) == (303, "pair-15")
    added = desk.clauses(version)[before:]
    assert [clause.text for clause in added] == ["A zebra crosses.", "I wave at it."]
    assert [clause.theme for clause in added] == [ours.theme] * 2
    assert desk.clauses(version, "fr")[before].text == desk.clauses(older, "fr")[0].text
    assert "after the Ottawa model (1)" in desk.browser.get(f"/versions/{version.uid}/edits").text
    assert "Nothing found" in desk.browser.get(f"{path}?q=zebra").text
    assert desk.browser.post(path, source="template/none/none").status_code == 404


def test_advice_stands_beside_the_words_and_stops_nothing(desk: Desk) -> None:
    """A threatening word is pointed out with the reason, a missing side is counted, and both are saved all the same."""
    version = desk.draft()
    ours, theirs = desk.clauses(version)[:2]
    desk.save(version, ours, theirs, physicians_text="Physicians must comply.")
    desk.browser.post(f"/versions/{version.uid}/commitments/{ours.uid}/remove")
    page = desk.browser.get(f"/versions/{version.uid}/edit").text
    assert '<q lang="en">must</q>' in page
    assert page.count('<q lang="en">comply</q>') == 1
    assert "Instead: keep, honour." in page
    assert "1 topic has a promise on one side only." in page
    assert "Flesch–Kincaid" in page


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
    assert "Freeze and propose" not in desk.browser.get(f"{path}/propose").text
    with desk.site.installation.work(console(), desk.site.place) as work:
        build.read(work, version)
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
        f"/versions/{version.uid}{end}"
        for end in ("", "/edit", "/edits", "/library", "/consultation", "/propose", "/schedule")
    ]
    found = {
        path: desk.browser.get(f"{path}?lang={lang}").status_code for path in paths for lang in ("en", "fr")
    }
    assert set(found.values()) == {200}, found
