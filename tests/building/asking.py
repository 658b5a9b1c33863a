"""A hospital whose steward asks both sides before there is a text, for tests."""

from sqlalchemy import inspect, select, text
from werkzeug.test import TestResponse

from reciproca.compacts.eliciting.tables import Elicitation, Strand, Wish
from tests.building import drafting
from tests.building.talking import Table, email

ASKED = {"question": "What do you give, what do you hope to get?", "closes_on": "2026-09-15"}


class Asking(Table):
    """People of both sides, and their blind lists."""

    @property
    def compact(self) -> str:
        """The agreement's uid."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            return str(work.session.execute(text("SELECT uid FROM compact")).scalar_one())

    def rows(self, table: type[Elicitation | Strand | Wish]) -> list[dict[str, object]]:
        """Every row of a table, as it is stored."""
        with self.site.installation.work(drafting.STEWARD, self.site.place, write=False) as work:
            found = work.session.scalars(select(table).order_by(table.id))
            return [{key.key: getattr(row, key.key) for key in inspect(table).column_attrs} for row in found]

    def open(self, status: int = 303, **asked: str) -> str:
        """Ask both sides; the round's address."""
        sent = self.post("steward", f"/compacts/{self.compact}/elicitations", status, **{**ASKED, **asked})
        return sent.headers.get("Location", "")

    def write(self, who: str, gives: str, gets: str = "", status: int = 303, locale: str = "en") -> str:
        """Keep somebody's lines; what they see afterwards."""
        sent = self.post(who, f"{self.round}/list", status, gives=gives, gets=gets, locale=locale)
        return sent.text

    @property
    def round(self) -> str:
        """The newest round's address."""
        return f"/elicitations/{self.rows(Elicitation)[-1]['uid']}"

    def close(self, status: int = 303) -> str:
        """Close it; what the steward sees."""
        return self.post("steward", f"{self.round}/close", status).text

    def see(self, who: str, path: str = "") -> str:
        """The round, or a page under it, as somebody sees it."""
        answer = self.at(who).client.get(f"{self.round}{path}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer.text[answer.text.index("<main") :]

    def api(self, method: str, path: str, who: str, body: object = None, **headers: str) -> TestResponse:
        """One request of somebody's program."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {**self.site.bearer(email(who)), **named}
        return self.site.app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=sent)
