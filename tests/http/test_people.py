"""Looking people up, on pages and by the API."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.people.reading import post_names
from reciproca.compacts.people.tables import Leave, Person, Post
from reciproca.core.identity import Role, console
from tests.building.access import ANNA, Browser
from tests.building.people import RIVERBEND, Hospital, a_roster


@pytest.fixture
def hospital(tmp_path: Path, database_url: str) -> Iterator[Hospital]:
    """Riverbend with its roster, and Anna as its credentialing officer."""
    with Hospital(tmp_path / "home", database_url) as made:
        made.account(ANNA, Role.CREDENTIALING_OFFICER)
        made.take_in(RIVERBEND.read_bytes(), partial=True)
        yield made


@pytest.fixture
def browser(hospital: Hospital) -> Browser:
    """Anna's browser."""
    made = hospital.browser()
    assert made.sign_in().status_code == 303
    return made


def uid_of(hospital: Hospital, staff_id: str) -> str:
    """The uid of a person."""
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        return work.session.scalars(select(Person.uid).filter_by(staff_id=staff_id)).one()


def test_the_list_is_paged_searched_and_narrowed_to_a_unit(hospital: Hospital, browser: Browser) -> None:
    """Somebody is found by name, with or without accents; nobody is lost between pages."""
    first = browser.get("/people").text
    assert ("204 people on file" in first, "1 to 50 of 204" in first, 'rel="next"' in first) == (
        True,
        True,
        True,
    )
    assert "201 to 204 of 204" in browser.get("/people?page=5").text
    found = browser.get("/people?search=suilleabhain+MEI").text
    assert ("1 person found" in found, "Ó Súilleabháin, Mei" in found) == (True, True)
    assert "Nobody was found" in browser.get("/people?search=zzzz").text
    assert browser.get("/people?page=0").status_code == 422
    assert browser.get("/people?shoe=44").status_code == 422


TWICE = a_roster(
    ("T1", "Twice", "Ada", "t1@riverbend.example", "Pathology", "", "Active", "2024-07-01", "2025-06-30"),
    ("T1", "Twice", "Ada", "t1@riverbend.example", "Genetics", "", "Active", "2025-07-01", "2031-06-30"),
    ("T2", "Twice", "Bea", "t2@riverbend.example", "Pathology", "", "Active", "2024-07-01", "2025-06-30"),
)


def test_a_renewed_person_is_listed_once_with_what_lasts(hospital: Hospital, browser: Browser) -> None:
    """An ended appointment does not stand beside its renewal in the list, nor draws its holder into the old unit;
    the person's own page keeps both, and who has nothing left is said to have ended."""
    assert hospital.take_in(TWICE).applied
    page = browser.get("/people?search=twice").text
    ada, bea = page.split("Twice, Ada")[1].split("Twice, Bea")
    assert (ada.count("Genetics"), ada.count("Pathology"), "2031" in ada) == (1, 0, True)
    assert "ended" in bea
    assert "2025" in bea
    pathology = re.search(r'value="([0-9a-f-]{36})">Pathology', page)
    assert pathology is not None
    narrowed = browser.get(f"/people?search=twice&unit={pathology[1]}").text
    assert "Nobody was found" in narrowed
    own = browser.get(f"/people/{uid_of(hospital, 'T1')}").text
    assert ("Pathology" in own, "Genetics" in own) == (True, True)


def test_a_name_that_is_markup_or_a_formula_is_only_text(hospital: Hospital, browser: Browser) -> None:
    """What stands in a roster can't act in the page, and not in a spreadsheet made from it."""
    page = browser.get(f"/people/{uid_of(hospital, 'TR90010')}").text
    assert "=HYPERLINK(&#34;http://x.example&#34;" in page
    table = browser.get("/people/roster.csv")
    assert (table.mimetype, "'=HYPERLINK" in table.text, table.text.startswith("\ufeffstaff_id")) == (
        "text/csv",
        True,
        True,
    )


def test_a_person_has_a_page_with_everything_on_file(hospital: Hospital, browser: Browser) -> None:
    """Appointments, and what the form of a licence number says, never that a licence is valid."""
    page = browser.get(f"/people/{uid_of(hospital, 'TR00103')}").text
    assert [
        word in page for word in ("Mei Ó Súilleabháin", "Emergency Medicine", "Palliative Care", "87069")
    ] == [True] * 4
    assert "Please compare" in browser.get(f"/people/{uid_of(hospital, 'TR90012')}").text
    assert "sign only on paper" in browser.get(f"/people/{uid_of(hospital, 'TR90013')}").text
    assert browser.get("/people/00000000-0000-7000-8000-000000000000").status_code == 404


def test_leave_is_set_on_the_page_and_mistakes_are_shown_beside_the_field(
    hospital: Hospital, browser: Browser
) -> None:
    """A slip keeps what was typed; a page that is out of date is refused; the second click changes nothing more."""
    uid = uid_of(hospital, "TR00103")
    wrong = browser.post(f"/people/{uid}/leave", starts="2026-09-31", ends="2026-10-01", revision="1")
    assert (
        wrong.status_code,
        "Write it like 2026-07-01" in wrong.text,
        'value="2026-10-01"' in wrong.text,
    ) == (422, True, True)
    assert (
        browser.post(f"/people/{uid}/leave", starts="2026-09-02", ends="2026-09-01", revision="1").status_code
        == 422
    )
    for _click in range(2):
        done = browser.post(
            f"/people/{uid}/leave", starts="2026-09-01", ends="2026-09-30", revision="1", _key="k"
        )
        assert (done.status_code, done.location) == (303, f"/people/{uid}")
    assert browser.post(f"/people/{uid}/leave", starts="2027-01-01", revision="1").status_code == 412
    assert "On leave until" in browser.get(f"/people/{uid}").text
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        same = select(Leave.ends).where(Leave.starts == date(2026, 9, 1))
        assert work.session.scalars(same).all() == [date(2026, 9, 30)]


def test_pages_are_said_in_french_to_who_reads_french(hospital: Hospital, browser: Browser) -> None:
    """Categories and days are in the reader's language."""
    browser.client.set_cookie("locale", "fr")
    page = browser.get(f"/people/{uid_of(hospital, 'TR00103')}").text
    assert ("Actif" in page, "1 juill. 2026" in page) == (True, True)


def test_a_post_is_named_in_the_readers_language(hospital: Hospital) -> None:
    """A post is stored under one title; a French page names it in French, and leaves a title of one's own as it is."""
    with hospital.installation.work(console(), hospital.place, write=False) as work:
        stored = set(work.session.scalars(select(Post.title)))
        french, english = post_names(work, "fr"), post_names(work, "en")
    assert stored <= set(french)
    assert (french["Chief of staff"], english["Chief of staff"]) == ("Médecin-chef", "Chief of staff")
    assert "Keeper of the minutes" not in french


def test_a_physician_sees_neither_the_list_nor_others(hospital: Hospital) -> None:
    """Who else is on the roster is the staff office's business."""
    hospital.account("ben@riverbend.example", Role.PHYSICIAN)
    browser = hospital.browser()
    browser.sign_in("ben@riverbend.example")
    paths = ("/people", "/people/import", "/people/roster.csv", f"/people/{uid_of(hospital, 'TR00103')}")
    assert [browser.get(path).status_code for path in paths] == [403, 403, 403, 403]


def test_the_api_tells_of_people_units_and_the_organisation(hospital: Hospital) -> None:
    """What pages show, programs can read; the cursor leads through everybody once."""
    client, headers = hospital.app.test_client(), hospital.bearer(ANNA)

    def get(path: str) -> dict[str, object]:
        response = client.get(f"/api/v1{path}", headers=headers)
        assert response.status_code == 200, response.text
        return dict(response.json) if isinstance(response.json, dict) else {"list": response.json}

    assert get("/organisation") == {"uid": hospital.place.uid, "name": "Riverbend Hospital", "jurisdiction": "CA-ON",
                                    "zone": "America/Toronto", "locales": ["en", "fr"]}  # fmt: skip
    units = get("/units")["list"]
    assert isinstance(units, list)
    assert (units[0]["path"], units[0]["parent"], units[0]["people"]) == ("Riverbend Hospital", None, 204)
    seen: list[str] = []
    page = get("/people?limit=200")
    while True:
        assert isinstance(page["people"], list)
        seen += [person["uid"] for person in page["people"]]
        if not page["next"]:
            break
        page = get(f"/people?limit=200&after={page['next']}")
    assert (len(seen), len(set(seen)), page["total"]) == (204, 204, 204)
    person = client.get(f"/api/v1/people/{uid_of(hospital, 'TR00103')}", headers=headers)
    assert (person.headers["ETag"], person.json and person.json["email"]) == (
        '"1"',
        "mei.osuilleabhain@riverbend.example",
    )
    asked = ("?limit=0", "?x=1", "/none")
    answers = [client.get(f"/api/v1/people{query}", headers=headers).status_code for query in asked]
    assert answers == [422, 422, 404]
    assert client.get("/api/v1/people").status_code == 401
