"""The draft goes out as a DOCX, is edited, and comes back: nothing is lost, each tracked change is one wording."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.access.tables import Membership
from reciproca.compacts.consulting.tables import Comment
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.actions import edit_commitment
from reciproca.compacts.drafting.rules import Clause
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building.access import ANNA, Browser, Site, a_person
from tests.building.drafting import a_draft
from tests.building.word import docx, libreoffice

Edit = Callable[[str], str]


class Desk:
    """A draft of the bundled template at a hospital where Anna drafts."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with site.installation.work(system("test"), site.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
            person = a_person(work)
            self.uid = a_draft(work).uid
        site.account(ANNA, Role.DRAFTER)
        with site.installation.work(system("test"), site.place) as work:
            work.session.scalars(select(Membership)).one().person_id = person.id
        self.client, self.bearer = site.app.test_client(), site.bearer(ANNA)

    def clauses(self, locale: str = "en") -> list[Clause]:
        """The promises as the draft says them now."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            version = work.session.scalars(select(Version).filter_by(uid=self.uid)).one()
            return queries.version_texts(work, version=version, locales=[locale])[locale].clauses

    def take(self, locale: str = "en") -> bytes:
        """The draft as a DOCX."""
        answer = self.client.get(
            f"/api/v1/versions/{self.uid}/documents/draft.docx?locale={locale}", headers=self.bearer
        )
        assert answer.status_code == 200, answer.text
        return answer.data

    def bring(self, data: bytes, locale: str = "en", status: int = 201) -> Any:
        """The answer to an edited file."""
        answer = self.client.post(
            f"/api/v1/versions/{self.uid}/returns?locale={locale}", data=data, headers=self.bearer
        )
        assert answer.status_code == status, answer.text
        return answer.get_json()

    def wordings(self) -> list[tuple[str, str | None, str | None]]:
        """Proposed wordings as they are stored: identity, base, wording."""
        with self.site.installation.work(system("test"), self.site.place, write=False) as work:
            rows = work.session.scalars(select(Comment).order_by(Comment.id))
            return [(row.identity or "", row.base, row.wording) for row in rows]


@pytest.fixture
def desk(tmp_path: Path, database_url: str) -> Iterator[Desk]:
    """Anna's desk."""
    with Site(tmp_path / "home", database_url) as site:
        yield Desk(site)


def edited(data: bytes, *edits: Edit) -> bytes:
    """The DOCX with the XML of its body changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "word/document.xml":
                text = body.decode()
                for edit in edits:
                    text = edit(text)
                body = text.encode()
            new.writestr(entry, body)
    return out.getvalue()


def says(old: str, new: str) -> Edit:
    """A change that was accepted: the words are simply others."""
    return lambda xml: _once(xml, f"<w:t>{escape(old)}</w:t>", f"<w:t>{escape(new)}</w:t>")


def tracks(words: str, *pieces: tuple[str, str], author: str = "Kim") -> Edit:
    """Tracked changes inside one run of words: pieces are ("", kept), ("+", put in), ("-", taken out)."""
    runs = {
        "": '<w:r><w:t xml:space="preserve">{0}</w:t></w:r>',
        "+": '<w:ins w:id="9{1}" w:author="{2}" w:date="2026-09-01T10:00:00Z"><w:r>'
        '<w:t xml:space="preserve">{0}</w:t></w:r></w:ins>',
        "-": '<w:del w:id="9{1}" w:author="{2}" w:date="2026-09-01T10:00:00Z"><w:r>'
        '<w:delText xml:space="preserve">{0}</w:delText></w:r></w:del>',
    }
    new = "".join(
        runs[mark].format(escape(text), number, author) for number, (mark, text) in enumerate(pieces)
    )
    return lambda xml: _once(xml, f"<w:r><w:t>{escape(words)}</w:t></w:r>", new)


def _once(xml: str, old: str, new: str) -> str:
    assert xml.count(old) == 1, (old, xml.count(old))
    return xml.replace(old, new)


def through_libreoffice(data: bytes, folder: Path) -> bytes:
    """The file as LibreOffice opens and saves it."""
    file = folder / "draft.docx"
    file.write_bytes(data)
    return libreoffice(file).read_bytes()


def test_accepted_and_tracked_changes_come_back_through_libreoffice(desk: Desk, tmp_path: Path) -> None:
    """Opened and saved by LibreOffice: accepted changes are edited in, each tracked change is one proposed wording."""
    one, two, three, *_rest = desk.clauses()
    head, tail = two.text.split(" ", 1)
    begin, *_middle, end = three.text.split(" ")
    middle = three.text.removeprefix(begin).removesuffix(end)
    file = edited(
        desk.take(),
        says(one.text, "We answer every question within two working days."),
        tracks(two.text, ("-", head), ("+", "Always"), ("", f" {tail}")),
        tracks(
            three.text, ("-", begin), ("+", "First"), ("", middle), ("+", "indeed "), ("", end), author="Lou"
        ),
    )
    found = desk.bring(through_libreoffice(file, tmp_path))
    assert [change["wording"] for change in found["edited"]] == [
        "We answer every question within two working days."
    ]
    assert [(change["what"], change["author"]) for change in found["said"]] == [
        ("tracked", "Kim"), ("tracked", "Lou"), ("tracked", "Lou"),
    ]  # fmt: skip
    now = {clause.identity: clause.text for clause in desk.clauses()}
    assert now[one.identity] == "We answer every question within two working days."
    assert (now[two.identity], now[three.identity]) == (two.text, three.text)
    assert desk.wordings() == [
        (two.identity, two.text, f"Always {tail}"),
        (three.identity, three.text, f"First{middle}{end}"),
        (three.identity, three.text, f"{begin}{middle}indeed {end}"),
    ]


def test_a_file_that_nobody_edited_says_nothing(desk: Desk, tmp_path: Path) -> None:
    """Every promise in both languages survives LibreOffice's own writing; the same edits twice are said once."""
    for locale in ("en", "fr"):
        again = through_libreoffice(desk.take(locale), tmp_path)
        assert desk.bring(again, locale) == {"edited": [], "said": [], "known": 0}
    one = desk.clauses()[0]
    file = edited(desk.take(), tracks(one.text, ("", one.text), ("+", " Always.")))
    assert len(desk.bring(file)["said"]) == 1
    assert desk.bring(file) == {"edited": [], "said": [], "known": 1}


def test_what_changed_here_meanwhile_is_never_overwritten(desk: Desk) -> None:
    """The draft moved on: what the file left alone stays, what it changed is proposed against the words of now."""
    one, two, *_rest = desk.clauses()
    file = edited(desk.take(), says(two.text, "Theirs."))
    with desk.site.installation.work(system("test"), desk.site.place) as work:
        drafter = replace(work, actor=replace(work.actor, roles=frozenset({Role.DRAFTER})))
        for clause in (one, two):
            edit_commitment(drafter, commitment_uid=clause.uid, locale="en", words={"text": "Ours."})
    found = desk.bring(file)
    assert (found["edited"], [change["what"] for change in found["said"]]) == ([], ["accepted"])
    assert [clause.text for clause in desk.clauses()[:2]] == ["Ours.", "Ours."]
    assert desk.wordings() == [(two.identity, "Ours.", "Theirs.")]


def test_rows_that_were_added_or_taken_out_are_said_too(desk: Desk) -> None:
    """A row without its mark is found by its words; one taken out, and one put in, are told in words."""
    one, two, three, *_rest = desk.clauses()

    def unmarked(xml: str) -> str:
        return re.sub(rf'<w:bookmarkStart [^>]*w:name="[ct]({one.identity.replace("-", "")})_\w+"/>', "", xml)

    def without(xml: str) -> str:
        rows = re.findall(r"<w:tr>.*?</w:tr>", xml, re.DOTALL)
        row = next(row for row in rows if f">{escape(three.text)}<" in row)
        return xml.replace(
            row, re.sub(r"<w:bookmark[^>]*>", "", row).replace(escape(three.text), "Quite new.")
        )

    found = desk.bring(edited(desk.take(), unmarked, without))
    told = [(change["what"], change["wording"] or change["base"]) for change in found["said"]]
    assert ("added", "Quite new.") in told
    assert ("removed", three.text) in told
    assert {what for what, _words in told} == {"added", "removed"}
    assert two.text in {clause.text for clause in desk.clauses()}


@pytest.mark.parametrize(
    ("data", "locale", "said"),
    [
        (b"nothing", "en", "It isn't a .docx file."),
        (docx("<w:p/>"), "en", "It doesn't hold the table of topics that left here."),
        (None, "fr", "It is in another language."),
        (None, "de", "Choose one of the organisation's languages."),
    ],
)
def test_a_file_that_is_not_this_draft_is_refused(
    desk: Desk, data: bytes | None, locale: str, said: str
) -> None:
    """Another file, another language: one sentence, and nothing changes."""
    answer = desk.bring(desk.take() if data is None else data, locale, status=422)
    assert [fault["reason"] for fault in answer["errors"]] == [said]
    assert desk.wordings() == []


def test_the_file_of_another_version_is_refused(desk: Desk) -> None:
    """A file comes back where it left."""
    file = desk.take()
    with desk.site.installation.work(system("test"), desk.site.place) as work:
        desk.uid = a_draft(work).uid
    assert desk.bring(file, status=422)["errors"][0]["reason"] == "It is of another version."


def test_by_page(desk: Desk) -> None:
    """The page hands the file out and shows what became of it."""
    browser: Browser = desk.site.browser()
    browser.sign_in()
    here = f"/versions/{desk.uid}"
    taken = browser.get(f"{here}/draft.docx?locale=en")
    one = desk.clauses()[0]
    file = edited(taken.data, tracks(one.text, ("", one.text), ("+", " Always.")))
    fields = {"_csrf": browser.token(), "locale": "en", "file": (io.BytesIO(file), "draft.docx")}
    answer = browser.client.post(f"{here}/return", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    assert "1 thing was proposed" in answer.text
    assert browser.post(f"{here}/return", locale="en").status_code == 422


def test_at_the_terminal(desk: Desk, tmp_path: Path) -> None:
    """The operator brings a file back for somebody who edited it: it is said in that person's name."""
    settings = desk.site.installation.settings
    environ = {"RECIPROCA_HOME": str(settings.home), "RECIPROCA_DATABASE_URL": settings.url}
    one = desk.clauses()[0]
    file = tmp_path / "draft.docx"
    file.write_bytes(edited(desk.take(), tracks(one.text, ("", one.text), ("+", " Always."))))
    words = ["compact", "bring-back", desk.uid, str(file), "--by", ANNA, "--json"]
    done = CliRunner().invoke(command_line(environ), words)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (len(told["said"]), told["edited"], told["known"]) == (1, [], 0)
    assert desk.bring(file.read_bytes())["known"] == 1
