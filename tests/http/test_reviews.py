"""Reviews at the doors: what is sealed is sealed on the page and in the API, and every act has both."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from reciproca.compacts.reviewing.tables import ReviewState
from reciproca.plugins.types import Rating, Side
from tests.building.access import Browser
from tests.building.reviewing import ReviewedSite

SECRET = "Nobody was asked about the night rota"


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[ReviewedSite]:
    """A hospital whose first review is open."""
    with ReviewedSite(tmp_path / "home", database_url) as made:
        made.hospital.opened()
        yield made


def form_of(browser: Browser, site: ReviewedSite, **said: str) -> dict[str, str]:
    """The answers' form as the page offers it, every promise rated `rating`, the words in the first field."""
    page = browser.get(f"/reviews/{site.hospital.review().uid}").text
    ratings = {name: said.get("rating", "kept") for name in re.findall(r'name="(rating-[0-9a-f-]+)"', page)}
    revision = re.search(r'name="revision" value="(\d+)"', page)
    words = re.search(r'name="(words-[0-9a-f-]+)"', page)
    assert revision
    assert words
    side = re.search(r'name="side" value="(\w+)"', page)
    assert side
    return {**ratings, words[1]: said.get("words", ""), "revision": revision[1], "side": side[1]}


def answer(site: ReviewedSite, who: str, then: str = "send", **said: str) -> TestResponse:
    """Fill in and post the form of answers."""
    browser = site.browser(who)
    fields = form_of(browser, site, **said)
    return browser.post(f"/reviews/{site.hospital.review().uid}/answers", then=then, **fields)


def test_a_side_answers_on_its_page_and_reads_its_own_words_again(site: ReviewedSite) -> None:
    """Saving keeps what was typed, and the page offers it again."""
    assert answer(site, "pelletier", "save", words=SECRET).status_code == 303
    page = site.browser("pelletier").get(f"/reviews/{site.hospital.review().uid}").text
    assert SECRET in page
    assert len(re.findall(r'value="kept" checked', page)) == 28


@pytest.mark.parametrize("then", ["save", "send"])
def test_the_other_side_reads_nothing_before_the_seal_opens(site: ReviewedSite, then: str) -> None:
    """Neither page nor API shows the answers of one side to anybody else, saved or sent."""
    answer(site, "pelletier", then, rating="not_kept", words=SECRET)
    uid = site.hospital.review().uid
    for who in ("okafor", "doctor", "steward"):
        page = site.browser(who).get(f"/reviews/{uid}")
        assert page.status_code == 200
        assert SECRET not in page.text
        assert 'value="not_kept" checked' not in page.text
        read = site.app.test_client().get(f"/api/v1/reviews/{uid}", headers=site.bearer(who))
        assert read.json["is_sealed"]
        assert all(one["views"] == {} and one["rating"] is None for one in read.json["assessments"])
        assert SECRET not in read.text
        theirs = site.app.test_client().get(
            f"/api/v1/reviews/{uid}/answers?side=physicians", headers=site.bearer(who)
        )
        assert (theirs.status_code, SECRET in theirs.text) == (403, False)


def test_whether_a_side_has_begun_is_told_to_nobody(site: ReviewedSite) -> None:
    """A saved draft changes nothing that the other side can read, not even an ETag."""
    client, uid = site.app.test_client(), site.hospital.review().uid
    headers = site.bearer("okafor")
    before = client.get(f"/api/v1/reviews/{uid}", headers=headers)
    answer(site, "pelletier", "save", words=SECRET)
    after = client.get(f"/api/v1/reviews/{uid}", headers=headers)
    assert (after.data, after.headers["ETag"]) == (before.data, before.headers["ETag"])


def test_both_are_opened_at_once_with_what_differs_first(site: ReviewedSite) -> None:
    """When both have sent theirs, everybody reads both; what the two see differently stands first."""
    answer(site, "pelletier", rating="not_kept", words=SECRET)
    answer(site, "okafor")
    page = site.browser("doctor").get(f"/reviews/{site.hospital.review().uid}").text
    assert SECRET in page
    assert "The two sides see 28 promises differently" in page


def test_sending_with_a_gap_names_it_and_keeps_what_was_typed(site: ReviewedSite) -> None:
    """A missing rating is shown beside its promise, with status 422, and nothing is sent."""
    browser = site.browser("okafor")
    fields = form_of(browser, site, words=SECRET)
    missing = next(name for name in fields if name.startswith("rating-"))
    refused = browser.post(
        f"/reviews/{site.hospital.review().uid}/answers", then="send",
        **{name: value for name, value in fields.items() if name != missing},
    )  # fmt: skip
    assert refused.status_code == 422
    assert f'href="#{missing}"' in refused.text
    assert SECRET in refused.text
    assert "Hasn’t sent its answers yet" in browser.get(f"/reviews/{site.hospital.review().uid}").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rating", "excellent"),
        ("words", "x" * 2001),
        ("words", "bell \x07"),
        ("surplus", "1"),
        ("side", "both"),
    ],
)
def test_a_bad_form_changes_nothing(site: ReviewedSite, field: str, value: str) -> None:
    """Unknown words, over-long text, control characters, surplus fields and unknown sides are refused with 422."""
    browser = site.browser("okafor")
    fields = form_of(browser, site)
    name = next((name for name in fields if name.startswith(f"{field}-")), field)
    refused = browser.post(f"/reviews/{site.hospital.review().uid}/answers", **{**fields, name: value})
    assert refused.status_code == 422
    assert 'value="kept" checked' not in browser.get(f"/reviews/{site.hospital.review().uid}").text


def test_words_without_a_rating_are_not_lost(site: ReviewedSite) -> None:
    """Who writes why, and forgets the rating, is told so and finds their words in the form."""
    browser = site.browser("okafor")
    fields = {
        name: value for name, value in form_of(browser, site, words=SECRET).items() if "rating" not in name
    }
    refused = browser.post(f"/reviews/{site.hospital.review().uid}/answers", then="save", **fields)
    assert (refused.status_code, SECRET in refused.text) == (422, True)


def test_nobody_but_the_co_sponsors_can_answer(site: ReviewedSite) -> None:
    """A physician, a steward and the other side's co-sponsor are refused, whatever they send."""
    uid = site.hospital.review().uid
    for who, side in (("doctor", "physicians"), ("steward", "organisation"), ("pelletier", "organisation")):
        sent = site.browser(who).post(f"/reviews/{uid}/answers", side=side, then="save")
        assert sent.status_code == 403


def api(site: ReviewedSite, who: str, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    """POST as `who`, and what comes back."""
    answered = site.app.test_client().post(f"/api/v1{path}", json=body, headers=site.bearer(who))
    assert answered.status_code == status, answered.text
    found: dict[str, Any] = answered.json
    return found


def test_a_review_can_be_lived_by_api_alone(site: ReviewedSite) -> None:
    """Answers, sending, an action, findings, responses, closing: each act is in the API."""
    review = site.hospital.review()
    here = f"/reviews/{review.uid}"
    uids = [one["commitment"] for one in api_get(site, here)["assessments"]]
    for who, side, rating in (("okafor", "organisation", "kept"), ("pelletier", "physicians", "partly_kept")):
        said = [{"commitment": uid, "rating": rating, "words": "As we saw it"} for uid in uids]
        kept = api(site, who, f"{here}/answers", {"side": side, "answers": said}, 200)
        assert (len(kept["answers"]), kept["submitted_at"]) == (28, None)
        api(site, who, f"{here}/submissions", {"side": side})
    proposal = {
        "side": "physicians",
        "owner_side": "organisation",
        "title": "Publish the rota",
        "due_on": "2027-12-01",
    }
    proposed = api(site, "pelletier", f"{here}/actions", proposal)
    action = proposed["actions"][0]
    assert (proposed["state"], action["state"]) == ("dialogue", "proposed")
    api(site, "pelletier", f"/actions/{action['uid']}/acceptances", {}, 403)
    accepted = api(site, "okafor", f"/actions/{action['uid']}/acceptances", {})
    assert accepted["actions"][0]["state"] == "accepted"
    api(site, "steward", f"{here}/findings", {"findings": "Most of it was kept."})
    for who, side in (("okafor", "organisation"), ("pelletier", "physicians")):
        api(site, who, f"{here}/responses", {"side": side, "agrees": True})
    told = {"is_done": True, "why": "Out since November", "told_to": "Everybody"}
    outcome = api(site, "okafor", f"/actions/{action['uid']}/outcomes", told)
    assert outcome["actions"][0]["outcome"]["is_done"]
    closed = api(site, "steward", f"{here}/closings", {})
    assert (closed["state"], {one["state"] for one in closed["assessments"]}) == (
        "closed_agreed",
        {"published"},
    )
    assert {one["rating"] for one in closed["assessments"] if one["side"] == "organisation"} == {
        "partly_kept"
    }


def api_get(site: ReviewedSite, path: str) -> dict[str, Any]:
    """GET as the steward."""
    found: dict[str, Any] = site.app.test_client().get(f"/api/v1{path}", headers=site.bearer("steward")).json
    return found


def test_a_stale_form_is_refused_with_its_etag(site: ReviewedSite) -> None:
    """An If-Match of an earlier revision changes nothing."""
    uid = site.hospital.review().uid
    headers = site.bearer("okafor")
    client = site.app.test_client()
    body = {"side": "organisation", "answers": []}
    first = client.post(f"/api/v1/reviews/{uid}/answers", json=body, headers={**headers, "If-Match": '"1"'})
    second = client.post(f"/api/v1/reviews/{uid}/answers", json=body, headers={**headers, "If-Match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 412)


def test_a_whole_review_is_walked_by_its_pages(site: ReviewedSite) -> None:
    """Action, findings, responses and the close, each by its form; then the list says how it ended."""
    for who in ("okafor", "pelletier"):
        answer(site, who)
    here = f"/reviews/{site.hospital.review().uid}"
    okafor, pelletier, steward = (site.browser(who) for who in ("okafor", "pelletier", "steward"))
    proposal = {"side": "organisation", "title": "Publish the rota", "due_on": "2027-12-01"}
    assert okafor.post(f"{here}/actions", owner_side="organisation", **proposal).status_code == 303
    early = steward.post(f"{here}/closings")
    assert early.status_code == 409
    assert steward.post(f"{here}/findings", findings="Most of it was kept.").status_code == 303
    for browser, side in ((okafor, "organisation"), (pelletier, "physicians")):
        assert browser.post(f"{here}/responses", side=side, agrees="true").status_code == 303
    assert steward.post(f"{here}/closings").status_code == 303
    assert site.hospital.review().state is ReviewState.CLOSED_AGREED
    assert "Closed in agreement" in steward.get("/reviews").text


def test_one_silent_side_is_said_on_the_page(site: ReviewedSite) -> None:
    """Who gave no answer, and by when, stands beside what the other side said."""
    site.hospital.answered(Side.PHYSICIANS, Rating.NOT_KEPT, SECRET)
    site.hospital.tick(site.hospital.review().seal_opens_on)
    page = site.browser("okafor").get(f"/reviews/{site.hospital.review().uid}").text
    assert "Gave no answer by September 22, 2027" in page
    assert SECRET in page


def test_a_planned_review_shows_its_day(site: ReviewedSite) -> None:
    """Before it opens, a review shows its days and no form."""
    site.hospital.answered(Side.ORGANISATION)
    site.hospital.answered(Side.PHYSICIANS)
    site.hospital.closed()
    site.hospital.tick()
    page = site.browser("okafor").get(f"/reviews/{site.hospital.review().uid}")
    assert (page.status_code, "The review opens on September 1, 2028" in page.text) == (200, True)


def test_what_is_not_there_is_not_found(site: ReviewedSite) -> None:
    """A made-up address is a page that says so."""
    assert site.browser("okafor").get("/reviews/019f0000-0000-7000-8000-000000000000").status_code == 404
