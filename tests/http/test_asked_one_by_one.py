"""The pages on which physicians are asked one by one, and those who run the review choose it and read what all said."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reciproca.core.identity import Role
from reciproca.plugins.types import Rating, Side
from tests.building.access import Browser, an_account
from tests.building.polling import say, shares, speak, with_physicians
from tests.building.reviewing import ReviewedSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[ReviewedSite]:
    """A hospital with twenty physicians, of whom two can sign in. Its first review has opened: its steward had them
    asked one by one."""
    with ReviewedSite(tmp_path / "home", f"sqlite:///{tmp_path / 'test.db'}") as made:
        with_physicians(made.hospital, 20)
        made.hospital.tick()
        for one in range(2):
            an_account(
                made.installation, made.hospital.place, f"d{one}@riverbend.example", roles=[Role.PHYSICIAN]
            )
        path = f"/reviews/{made.hospital.review().uid}/asking"
        assert made.browser("steward").post(path, asks_physicians="true").status_code == 303
        made.hospital.tick(made.hospital.review().opens_on)
        yield made


def mine(site: ReviewedSite, one: int) -> tuple[Browser, str]:
    """Physician number `one`, signed in, and the path of what they are asked."""
    return site.browser(f"d{one}"), f"/asked/{shares(site.hospital)[one].uid}"


def test_seven_questions_are_answered_and_kept(site: ReviewedSite) -> None:
    """Protects three minutes on a phone: at most seven questions with four answers each, one answer is enough, and what
    was said is there when the page is opened again."""
    browser, path = mine(site, 0)
    text = browser.get(path).text
    names = sorted({part.split('"')[0] for part in text.split('name="rating-')[1:]})
    assert (len(names), text.count('type="radio"')) == (7, 28)
    assert browser.post(path, **{f"rating-{names[0]}": "not_kept"}).status_code == 303
    again = browser.get(path).text
    assert again.count(" checked") == 1
    assert 'value="not_kept" checked' in " ".join(again.split())


@pytest.mark.parametrize("typed", [{}, {"rating-x": "kept"}, {"rating-x": "excellent"}, {"else": "1"}])
def test_a_wrong_form_changes_nothing_and_says_why(site: ReviewedSite, typed: dict[str, str]) -> None:
    """Protects the answers that are kept already."""
    browser, path = mine(site, 0)
    answered = browser.post(path, **typed)
    assert answered.status_code == 422
    assert "Nothing was changed" in answered.text or 'role="alert"' in answered.text
    assert " checked" not in browser.get(path).text


def test_anothers_questions_are_not_there(site: ReviewedSite) -> None:
    """Protects each physician's answers from colleagues, from those who run the review, and from strangers."""
    _browser, path = mine(site, 0)
    for who in ("d1", "steward", "okafor", "pelletier"):
        assert site.browser(who).get(path).status_code in {403, 404}
        assert site.browser(who).post(path).status_code in {403, 404, 422}
    assert site.app.test_client().get(path).status_code in {302, 303, 401}


def test_the_same_by_the_api(site: ReviewedSite) -> None:
    """Protects programs: what the page does, with the same refusals."""
    _browser, path = mine(site, 0)
    client, token = site.app.test_client(), site.bearer("d0")
    asked = client.get(f"/api/v1{path}", headers=token).get_json()["questions"]
    said = {"ratings": {asked[0]["uid"]: "partly_kept"}}
    kept = client.put(f"/api/v1{path}", headers=token, json=said).get_json()
    assert [one["said"] for one in kept["questions"]] == ["partly_kept", *[None] * 6]
    assert client.put(f"/api/v1{path}", headers=token, json={"ratings": {"x": "kept"}}).status_code == 422
    assert client.get(f"/api/v1{path}", headers=site.bearer("d1")).status_code == 404


def test_no_door_tells_what_is_said_while_it_is_sealed(site: ReviewedSite) -> None:
    """Protects the seal: the page and the API of the review tell those who run it only how many are asked."""
    for share in shares(site.hospital):
        say(site.hospital, share, Rating.NOT_KEPT)
    uid = site.hospital.review().uid
    for who in ("steward", "okafor", "pelletier"):
        page = site.browser(who).get(f"/reviews/{uid}").text
        assert "20 physicians are asked one by one" in page
        assert "Not kept" not in page.split('<form method="post" action="/reviews')[0]
        told = site.app.test_client().get(f"/api/v1/reviews/{uid}", headers=site.bearer(who)).get_json()
        assert {(one["rating"], one["heard"]) for one in told["assessments"]} == {(None, None)}


def test_the_page_says_what_all_said_or_that_they_were_too_few(site: ReviewedSite) -> None:
    """Protects the readers from a verdict of four: fails when the page says how it was kept, or of how many."""
    for share in shares(site.hospital)[:4]:
        say(site.hospital, share, Rating.NOT_KEPT)
    for side in Side:
        speak(site.hospital, side)
    site.hospital.tick(site.hospital.review().seal_opens_on)
    page = site.browser("doctor").get(f"/reviews/{site.hospital.review().uid}").text
    assert page.count("Too few answers to say") == 14
    assert "Fewer than five answered." in page
    assert "Not kept" not in page


def test_the_first_page_leads_there_until_it_is_answered(site: ReviewedSite) -> None:
    """Protects whoever deletes the mail: the questions wait on one's own page, as something that one may answer."""
    browser, path = mine(site, 0)
    home = browser.get("/").text
    assert f'href="{path}"' in home
    assert "You can answer until" in home
    say(site.hospital, shares(site.hospital)[0], Rating.KEPT)
    assert path not in browser.get("/").text
