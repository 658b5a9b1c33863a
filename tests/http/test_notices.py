"""One's own messages: page, API and command line."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reciproca.command_line import command_line
from reciproca.compacts.notices.actions import notify, notify_all
from reciproca.compacts.notices.words import Kind
from reciproca.core.identity import Role, system
from reciproca.scheduler.ticks import sweep_all, tick
from tests.building.access import ANNA, BEN, Browser, Site, a_person
from tests.building.obligations import owed_by

TEST = system("test")
TITLE = {"en": "Our <agreement>", "fr": "Notre <entente>"}


class Messages(Site):
    """A hospital whose Anna and Ben are of the roster and can sign in."""

    def __init__(self, home: Path, url: str) -> None:
        super().__init__(home, url)
        self.home = home
        with self.installation.work(TEST, self.place) as work:
            self.anna = a_person(work).id
            self.ben = a_person(work, BEN, "P2", given="Ben", family="Côté", locale="fr").id
        self.account(ANNA, Role.ADMINISTRATOR)
        self.account(BEN)

    def tell(self, person_id: int, times: int = 1, **data: Any) -> None:
        """Have a person told something, now."""
        for _time in range(times):
            with self.installation.work(TEST, self.place) as work:
                notify(work, kind=Kind.VERSION_IN_FORCE, person_id=person_id, data={"title": TITLE, **data})

    def as_(self, email: str) -> Browser:
        """A browser of somebody who has signed in."""
        browser = self.browser()
        browser.sign_in(email)
        return browser


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Messages]:
    """A hospital where messages can be written and read."""
    with Messages(tmp_path / "home", database_url) as made:
        yield made


def test_one_reads_ones_own_messages_in_ones_own_language(site: Messages) -> None:
    """The page shows what is said, escaped, to whom it is said and to nobody else."""
    site.tell(site.ben, path="/compacts/1")
    assert "Notre &lt;entente&gt;" in site.as_(BEN).get("/messages").text
    assert "entente" not in site.as_(ANNA).get("/messages").text


def test_a_stranger_is_sent_to_sign_in(site: Messages) -> None:
    """Messages are shown to nobody who hasn't said who they are."""
    answer = site.browser().get("/messages")
    assert (answer.status_code, "/auth/sign-in" in answer.headers["Location"]) == (302, True)
    assert site.app.test_client().get("/api/v1/notices").status_code == 401


def test_opening_a_message_marks_it_and_leads_to_its_page(site: Messages) -> None:
    """One press: it is read, and one is where it is about. Looking at the list changes nothing."""
    site.tell(site.anna, path="/compacts/1")
    anna = site.as_(ANNA)
    anna.get("/messages")
    (notice,) = api(site)["notices"]
    assert notice["read_at"] is None
    answer = anna.post(f"/messages/{notice['uid']}/open")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/compacts/1")
    (notice,) = api(site)["notices"]
    assert datetime.fromisoformat(notice["read_at"]) == site.clock.now()


def test_anothers_message_is_not_there(site: Messages) -> None:
    """Knowing a message's address opens nothing and marks nothing."""
    site.tell(site.ben)
    (notice,) = api(site, BEN)["notices"]
    assert site.as_(ANNA).post(f"/messages/{notice['uid']}/open").status_code == 404
    headers = site.bearer(ANNA)
    assert (
        site.app.test_client().post(f"/api/v1/notices/{notice['uid']}/read", headers=headers).status_code
        == 404
    )
    assert api(site, BEN)["unread"] == 1


def test_all_can_be_marked_as_read(site: Messages) -> None:
    """One button reads all of one's own messages, and nobody else's."""
    site.tell(site.anna, 3)
    site.tell(site.ben)
    assert site.as_(ANNA).post("/messages/read").status_code == 303
    assert (api(site)["unread"], api(site, BEN)["unread"]) == (0, 1)


@pytest.mark.parametrize("path", ["/messages/read", "/messages/{uid}/open"])
def test_a_form_with_more_fields_is_refused(site: Messages, path: str) -> None:
    """What wasn't asked for is refused, and nothing is marked."""
    site.tell(site.anna)
    (notice,) = api(site)["notices"]
    assert site.as_(ANNA).post(path.format(uid=notice["uid"]), extra="1").status_code == 422
    assert api(site)["unread"] == 1


def test_messages_come_by_pages(site: Messages) -> None:
    """Page after page, every message once, the newest first."""
    for number in range(7):
        site.tell(site.anna, path=f"/{number}")
    seen, after = [], None
    while True:
        found = api(site, limit=3, **({"after": after} if after else {}))
        seen += [notice["path"] for notice in found["notices"]]
        if (after := found["next"]) is None:
            break
    assert sorted(seen) == [f"/{number}" for number in range(7)]
    assert len(seen) == 7
    site.tell(site.anna, 30)
    page = site.as_(ANNA).get("/messages").text
    older = page.split('rel="next" href="')[1].split('"')[0]
    assert site.as_(ANNA).get(older).text.count("<form") < page.count("<form")


def test_several_people_are_told_once_each(site: Messages) -> None:
    """Somebody who is named twice gets one message."""
    with site.installation.work(TEST, site.place) as work:
        people = [site.anna, site.ben, site.anna]
        notify_all(work, kind=Kind.REVIEW_CLOSED, person_ids=people, data={"title": TITLE})
    assert [len(api(site, email)["notices"]) for email in (ANNA, BEN)] == [1, 1]


def test_a_reminder_is_a_message_too(site: Messages) -> None:
    """What the sweep writes stands on the page of messages, with its day and the way to its page."""
    with site.installation.work(TEST, site.place) as work:
        from reciproca.compacts.people.tables import Person

        owed_by(work, work.session.get_one(Person, site.anna))
    site.clock.move_to(datetime(2026, 10, 8, 14, 0, tzinfo=UTC))
    sweep_all(site.installation, site.place)
    (notice,) = api(site)["notices"]
    assert notice["heading"] == "Due October 15, 2026: Answer within 30 days"
    assert (notice["kind"], notice["path"]) == ("reminder", "/reviews/1")


@pytest.mark.parametrize(
    ("query", "status"), [("limit=0", 422), ("limit=x", 422), ("what=1", 422), ("limit=200", 200)]
)
def test_odd_questions_are_refused(site: Messages, query: str, status: int) -> None:
    """A wrong or unknown parameter is a clear error."""
    assert site.app.test_client().get(f"/api/v1/notices?{query}", headers=site.bearer()).status_code == status


# --- the command line ------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Messages]:
    """The same with its database in its home, where the command finds it."""
    folder = tmp_path / "home"
    with Messages(folder, f"sqlite:///{folder / 'reciproca.sqlite3'}") as made:
        yield made


def test_the_operator_sees_what_truly_became_of_mail(home: Messages) -> None:
    """`mail list` and `mail show` say: written to the drop, to whom, what, and never more."""
    home.tell(home.ben, path="/compacts/1")
    tick(home.installation, {})
    (row,) = json.loads(run(home, "mail", "list", "--json").output)
    assert (row["to"], row["kind"], row["state"], row["attempts"]) == (BEN, "version.in_force", "written", 1)
    for named in (row["id"], row["reference"]):
        shown = json.loads(run(home, "mail", "show", named, "--json").output)
        assert "Notre <entente>" in shown["subject"]
        assert "http://127.0.0.1:8000/compacts/1" in shown["text"]
    assert BEN in run(home, "mail", "list").output
    assert "Notre" in run(home, "mail", "show", row["id"]).output


def test_a_mail_that_is_not_there(home: Messages) -> None:
    """An unknown name ends in 4, a path out of the folder leads nowhere."""
    (home.home / "secret.eml").write_text("Subject: secret\n\nsecret")
    for name in ("unknown", "../secret.eml"):
        found = run(home, "mail", "show", name)
        assert (found.exit_code, "secret\n" in found.output) == (4, False)


def test_tick_reports_and_can_be_repeated(home: Messages) -> None:
    """`tick --at` sends what is due at that instant, once, and says so as one document."""
    home.tell(home.anna)
    first = json.loads(run(home, "tick", "--at", "2026-09-01T10:00:00-04:00", "--json").output)
    again = json.loads(run(home, "tick", "--at", "2026-09-01T10:00:00-04:00", "--json").output)
    assert first["at"] == "2026-09-01T14:00:00+00:00"
    assert (first["deliveries"], again["deliveries"]) == ({"written": 1}, {})
    assert "deliveries" not in run(home, "tick").output


def test_tick_refuses_the_future_where_people_live(home: Messages) -> None:
    """An instant to come is refused, unless it is meant or this is a demo."""
    words = ("tick", "--at", "2999-01-01T00:00:00+00:00")
    assert run(home, *words).exit_code == 6
    assert run(home, *words, "--yes").exit_code == 0
    (home.home / "demo.json").write_text("{}")
    assert run(home, *words).exit_code == 0


@pytest.mark.parametrize("text", ["tomorrow", "2026-09-01T10:00:00", "2026-09-01", ""])
def test_tick_wants_an_instant_with_its_offset(home: Messages, text: str) -> None:
    """A time without a place is refused with how to write it."""
    found = run(home, "tick", "--at", text)
    assert (found.exit_code, "-05:00" in found.output) == (2, True)


def api(site: Messages, email: str = ANNA, **query: Any) -> Any:
    """What the API tells somebody of their messages."""
    return (
        site.app.test_client()
        .get("/api/v1/notices", query_string=query, headers=site.bearer(email))
        .get_json()
    )


def run(site: Messages, *words: str) -> Result:
    """A command at the machine's own terminal."""
    return CliRunner().invoke(
        command_line({"RECIPROCA_LOG_LEVEL": "error"}), [*words, "--home", str(site.home)]
    )
