"""A document that the product did not make becomes a draft: by page, API and command; what found no place is kept."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner
from docx.document import Document
from sqlalchemy import select

from reciproca.command_line import command_line
from reciproca.compacts.drafting import queries
from reciproca.compacts.drafting.tables import Leftover, Version
from reciproca.compacts.people.tables import Unit
from reciproca.core.identity import Role, system
from tests.building.access import ANNA, BEN, Browser, Site
from tests.building.word import promises

PAIRS = promises()
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def saved(document: Document) -> bytes:
    """The bytes of a document of python-docx."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def a_table() -> bytes:
    """A two-column Word table under a title, with a paragraph before and after it."""
    document = docx.Document()
    document.add_heading("Our agreement", 0)
    document.add_paragraph("Why we wrote this.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "The hospital promises", "Physicians promise"
    for ours, theirs in PAIRS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = ours, theirs
    document.add_paragraph("Agreed in May.")
    return saved(document)


def lists() -> bytes:
    """Headings that name a side, themes under them, and a list under each."""
    document = docx.Document()
    document.add_heading("Our agreement", 0)
    document.add_paragraph("Why we wrote this.")
    for heading, side in (("What the hospital promises", 0), ("What physicians promise", 1)):
        document.add_heading(heading, 1)
        for theme, part in (("Respect", PAIRS[:7]), ("Safety", PAIRS[7:])):
            document.add_heading(theme, 2)
            for pair in part:
                document.add_paragraph(pair[side], style="List Bullet")
    document.add_paragraph("Agreed in May.")
    return saved(document)


KEPT = [("Why we wrote this.", "before"), ("Agreed in May.", "between")]


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital with Anna, who drafts, and Ben, who may not."""
    with Site(tmp_path / "home", database_url) as made:
        with made.installation.work(system("test"), made.place) as work:
            work.session.add(Unit(kind="hospital", name="Riverbend", path="Riverbend"))
        made.account(ANNA, Role.DRAFTER, Role.STEWARD)
        made.account(BEN, Role.PHYSICIAN)
        yield made


@pytest.fixture
def browser(site: Site) -> Browser:
    """Anna's browser."""
    made = site.browser()
    assert made.sign_in().status_code == 303
    return made


def drafted(site: Site) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The pairs of the newest version and what found no place in it."""
    with site.installation.work(system("test"), site.place, write=False) as work:
        version = work.session.scalars(select(Version).order_by(Version.id.desc())).first()
        assert version
        clauses = queries.version_texts(work, version=version, locales=["en"])["en"].clauses
        kept = work.session.scalars(
            select(Leftover).filter_by(version_id=version.id).order_by(Leftover.position)
        )
        by_key: dict[str, dict[str, str]] = {}
        for clause in clauses:
            by_key.setdefault(clause.key, {})[clause.side.value] = clause.text
        pairs = [(one.get("organisation", ""), one.get("physicians", "")) for one in by_key.values()]
        return pairs, [(piece.text, piece.reason) for piece in kept]


def look(browser: Browser, data: bytes = b"", **fields: str) -> str:
    """The preview of a document."""
    sent = {"_csrf": browser.token(), "locale": "en", **fields, "file": (io.BytesIO(data), "agreement.docx")}
    answer = browser.client.post("/compacts/import", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 200, answer.text
    return answer.text


def carried(page: str) -> dict[str, str]:
    """What the form under a preview sends unless somebody changes it."""
    fields = re.findall(r'<input[^>]*? name="([\w-]+)"[^>]*? value="([^"]*)"', page)
    blank = {"is_swapped": "", "unit_uid": "", "compact_uid": "", "legal_effect": "none"}
    return blank | {
        name: html.unescape(value)
        for name, value in fields
        if name in {"reading", "locale", "title", "_key"} or name.startswith("place-")
    }


@pytest.mark.parametrize("make", [a_table, lists])
def test_a_word_document_becomes_fourteen_pairs_in_one_pass(
    site: Site, browser: Browser, make: object
) -> None:
    """Table or lists: one look, one press; what found no place is listed with the agreement until it is settled."""
    assert callable(make)
    page = look(browser, make())
    assert "14 topics" in page
    assert "2 pieces found no place" in page
    assert [text in page for text, _why in KEPT] == [True, True]
    made = browser.post("/compacts/import/draft", **carried(page))
    assert made.status_code == 303, made.text
    assert drafted(site) == (PAIRS, KEPT)
    compact = browser.get(made.location).text
    assert "2 pieces of the document found no place" in compact
    here = re.findall(r'href="(/versions/[^"/]+/leftovers)"', compact)[0]
    assert browser.post(f"{here}/1", side="organisation").status_code == 303
    assert browser.post(f"{here}/1", side="organisation").status_code == 409
    assert browser.post(f"{here}/2").status_code == 303
    assert "found no place" not in browser.get(made.location).text
    assert drafted(site) == ([*PAIRS, ("Why we wrote this.", "")], KEPT)


def test_columns_are_turned_and_promises_paired_before_anything_is_made(site: Site, browser: Browser) -> None:
    """The person puts right what the document doesn't say; two promises in one place are refused, nothing is lost."""
    page = look(browser, pasted="Answer quickly.\tAsk clearly.\nListen.\tSpeak.\n")
    assert "Nothing in it says whose column is whose" in page
    form = carried(page)
    refused = browser.post("/compacts/import/draft", **{**form, "place-1": "2"})
    assert refused.status_code == 422
    assert "Choose a topic where no other promise of this side stands." in refused.text
    turned = {**form, "is_swapped": "true", "place-1": "2", "place-2": "1"}
    assert browser.post("/compacts/import/draft", **turned).status_code == 303
    assert drafted(site)[0] == [("Ask clearly.", "Listen."), ("Speak.", "Answer quickly.")]


def test_the_next_version_of_an_agreement_keeps_who_said_what(site: Site, browser: Browser) -> None:
    """A document of an agreement that is here already becomes its next version, where none is on its way."""
    first = browser.post("/compacts/import/draft", **carried(look(browser, a_table()))).location
    again = carried(look(browser, a_table()))
    refused = browser.post(
        "/compacts/import/draft", **{**again, "_key": "2", "compact_uid": first.rpartition("/")[2]}
    )
    assert refused.status_code == 409
    assert "14 topics" in refused.text


def repacked(method: int) -> bytes:
    """A readable document whose parts are packed in another way."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(a_table())) as before,
        zipfile.ZipFile(out, "w", compression=method) as after,
    ):
        for entry in before.infolist():
            after.writestr(entry.filename, before.read(entry))
    return out.getvalue()


def damaged() -> bytes:
    """A document whose text can't be unpacked: its first block is of a kind that deflate doesn't have."""
    data = bytearray(a_table())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        entry = package.getinfo("word/document.xml")
    begins = entry.header_offset + 30 + len(entry.filename) + data[entry.header_offset + 28]
    data[begins] = 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "pasted", "said"),
    [
        (repacked(zipfile.ZIP_LZMA), "", "It isn’t a .docx file."),
        (damaged(), "", "It is damaged."),
        (b"%PDF-1.7 \xff", "", "It isn’t a .docx file."),
        (b"\xd0\xcf\x11\xe0old", "", "an old form of word processors"),
        (b"", "", "There is nothing in it."),
        (b"", "Only a paragraph.", "There is neither a table of two columns"),
        (b"", "".join(f"We {n}.\tI {n}.\n" for n in range(201)), "more than 200 topics"),
    ],
)
def test_a_bad_document_is_refused_beside_its_field(
    browser: Browser, data: bytes, pasted: str, said: str
) -> None:
    """One sentence says what is wrong, and what was pasted stays in the form."""
    sent = {"_csrf": browser.token(), "locale": "en", "pasted": pasted}
    files = {"file": (io.BytesIO(data), "agreement.docx")} if data else {}
    answer = browser.client.post(
        "/compacts/import", data={**sent, **files}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422
    assert said.replace("’", "'") in answer.text.replace("’", "'").replace("&#39;", "'")
    assert pasted[:40] in answer.text


def test_two_hundred_pages_and_strange_writing_are_taken_whole(site: Site, browser: Browser) -> None:
    """A promise longer than the editor takes keeps its end among the pieces; joiners and Arabic stay as they are."""
    arabic = "نحن نصغي إلى كل سؤال e\u0301"
    long = "We answer. " * 40_000
    page = look(browser, pasted=f"Hospital\tPhysicians\n{arabic}\tI listen.\n{long}\tI wait.\n")
    assert browser.post("/compacts/import/draft", **carried(page)).status_code == 303
    pairs, kept = drafted(site)
    assert pairs[0] == ("نحن نصغي إلى كل سؤال é", "I listen.")
    assert (pairs[1][0].rstrip("…") + " " + kept[0][0]).split() == long.split()
    assert [why for _text, why in kept] == ["long"]


def test_who_may_not_draft_is_refused(site: Site) -> None:
    """The right is asked at every door."""
    ben = site.browser()
    ben.sign_in(BEN)
    assert ben.get("/compacts/import").status_code == 403
    answer = site.app.test_client().post(
        "/api/v1/compacts/imports", data=a_table(), content_type=WORD, headers=site.bearer(BEN)
    )
    assert answer.status_code == 403


def test_the_api_and_the_command_do_the_same(site: Site) -> None:
    """A script looks first (nothing is changed), then makes the draft; so does a person at a terminal."""
    client, bearer = site.app.test_client(), site.bearer(ANNA)
    looked = client.post(
        "/api/v1/compacts/imports?dry_run=true", data=lists(), content_type=WORD, headers=bearer
    )
    assert (looked.status_code, len(looked.get_json()["reading"]["pairs"])) == (200, 14)
    made = client.post("/api/v1/compacts/imports?locale=en", data=lists(), content_type=WORD, headers=bearer)
    assert made.status_code == 201, made.text
    uid = made.get_json()["version"]
    assert drafted(site) == (PAIRS, KEPT)
    pieces = f"/api/v1/versions/{uid}/leftovers"
    assert [one["text"] for one in client.get(pieces, headers=bearer).get_json()] == [
        text for text, _ in KEPT
    ]
    placed = client.post(f"{pieces}/1/settlements", json={"side": "physicians"}, headers=bearer)
    assert placed.status_code == 201, placed.text
    for wrong in ("locale=de", "nothing=1"):
        answer = client.post(f"/api/v1/compacts/imports?{wrong}", data=lists(), headers=bearer)
        assert answer.status_code == 422
    file = site.installation.settings.home / "agreement.docx"
    file.write_bytes(a_table())
    environ = {"RECIPROCA_DATABASE_URL": site.installation.settings.url}
    words = ["--home", str(site.installation.settings.home), "compact", "import", str(file), "--json"]
    result = CliRunner().invoke(command_line(environ), words)
    assert result.exit_code == 0, result.output
    assert len(json.loads(result.stdout)["reading"]["pairs"]) == 14
    assert drafted(site) == (PAIRS, KEPT)
