"""Every page of the product, as the people of the sample hospital open it: whole, accessible, in both languages."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from reciproca.app import create_app
from reciproca.compacts.access.rules import personal_token
from reciproca.compacts.bounces.actions import report
from reciproca.compacts.drafting.actions import (
    create_compact,
    propose,
    record_ratification,
)
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Commitment, Compact, Version, VersionState
from reciproca.compacts.eliciting.actions import close_elicitation, make_strand, open_elicitation, write_list
from reciproca.compacts.eliciting.tables import Elicitation, Wish
from reciproca.compacts.exchange.actions import import_draft
from reciproca.compacts.exchange.queries import read_document
from reciproca.compacts.notices.tables import Delivery
from reciproca.compacts.people.actions import send_roster
from reciproca.compacts.people.queries import find_organisation
from reciproca.compacts.people.tables import Person, RosterFile
from reciproca.compacts.polling.actions import open_poll
from reciproca.compacts.polling.tables import Asked
from reciproca.compacts.reviewing.tables import Review
from reciproca.compacts.signing.queries import audience
from reciproca.compacts.signing.tables import SignatureRequest
from reciproca.compacts.webhooks.actions import add_endpoint, disable, send_test
from reciproca.compacts.webhooks.tables import WebhookEndpoint
from reciproca.core import settings
from reciproca.core.clock import FixedClock, SystemClock
from reciproca.core.identity import console
from reciproca.core.work import Installation
from reciproca.demo.cast import SAMPLE_PHYSICIANS
from reciproca.demo.stage import Stage
from reciproca.opening import HANDLERS, open_installation
from reciproca.plugins.types import LegalEffect, Side
from tests import nu
from tests.browser.pages import Visit, rules, visits
from tests.browser.test_signing import ARGUMENTS, Quiet
from tests.building import story
from tests.building.consulting import close_round, open_round
from tests.building.drafting import read

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
STEWARD, BOARD = "helen.abara@riverbend.example", "marc.tremblay@riverbend.example"
ASSOCIATION = "kwame.obrien@riverbend.example"
LOOKS = (("light", "en"), ("dark", "fr"))
_PLAIN = str.maketrans("/<>():", "------")


@dataclass
class Found:
    """What is wrong, by kind; and the pages as they were sent, for the HTML checker."""

    wrong: list[str] = field(default_factory=list)
    saved: list[Path] = field(default_factory=list)


@pytest.fixture
def installation(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Installation]:
    """The sample hospital's home, copied, with an agreement in each state that has a page of its own."""
    home = story.a_copy(story.the_home(tmp_path_factory), tmp_path / "home")
    opened = open_installation(settings.load(home, {"RECIPROCA_LOG_LEVEL": "error"}))
    _go_on(opened)
    yield opened
    opened.database.dispose()


def _go_on(installation: Installation) -> None:
    with installation.database.transaction(write=False) as session:
        place = find_organisation(session, None)
    clock = FixedClock(SystemClock().now())
    stage = Stage(installation=installation, clock=clock, place=place, handlers=HANDLERS)
    with stage.acting(STEWARD) as work:
        found = read_document(
            work, pasted="Why we wrote this.\nHospital\tPhysicians\nWe listen.\tI listen.\n"
        )
        import_draft(work, reading=found, locale="en", title="Brought in")
        send_roster(work, name="staff.csv", data=b"Staff ID,Surname,Given name\nX1,Roy,Anna\n,Nobody,Ann\n")
        for _ in range(2):
            create_compact(
                work, template_key="ottawa-14", legal_effect=LegalEffect.NONE, review_cycle="annual"
            )
        last = work.session.scalars(select(Version.uid).order_by(Version.id.desc())).first() or ""
        open_round(work, last)
        close_round(work, last)
        read(work, find_version(work, uid=last))
        propose(work, version_uid=last)
    _ask_before_the_text(stage)
    _tell_by_webhook(stage)
    _let_mail_come_back(stage)
    _ask_one_by_one(stage)
    for email, side in ((ASSOCIATION, Side.PHYSICIANS), (BOARD, Side.ORGANISATION)):
        with stage.acting(email) as work:
            record_ratification(
                work, version_uid=last, side=side, body="Body", decided_on=work.today(), is_ratified=True,
                votes_for=9, minute_reference="4",
            )  # fmt: skip


def _tell_by_webhook(stage: Stage) -> None:
    """Two webhooks: one with a message that waits, and one that is disabled."""
    with stage.installation.work(console(), stage.place) as work:
        for path in ("a", "b"):
            made = add_endpoint(work, url=f"https://8.8.8.8/hooks/{path * 200}", events=["version.in_force"])
            send_test(work, uid=made.row.uid)
        disable(work, uid=made.row.uid)


def _let_mail_come_back(stage: Stage) -> None:
    """The steward's own mail came back for good, and another's because their mailbox was full."""
    with stage.installation.work(console(), stage.place) as work:
        everything = select(Delivery).join(Person, Person.id == Delivery.person_id)
        found = work.session.scalars(everything.order_by(Person.email != STEWARD, Delivery.id.desc())).all()
        other = next(row for row in found if row.person_id != found[0].person_id)
        for row, status in ((found[0], "5.1.1"), (other, "5.2.2")):
            row.outcome = "handed_over"
            work.session.flush()
            report(work, delivery=row, status=status, said=f"550 {status} {'not-a-mailbox' * 12}")


def _ask_one_by_one(stage: Stage) -> None:
    """Everybody whom the agreement in force is for is asked about a few of its promises."""
    with stage.acting(STEWARD) as work:
        review = work.session.scalars(select(Review).order_by(Review.number.desc())).first()
        assert review
        compact = work.session.get_one(Compact, review.compact_id)
        in_force = select(Version).filter_by(compact_id=compact.id, state=VersionState.IN_FORCE)
        version = work.session.scalars(in_force).one()
        promises = select(Commitment).filter_by(version_id=version.id, side=Side.ORGANISATION)
        open_poll(
            work, subject_uid=review.uid, version=version, commitments=work.session.scalars(promises).all(),
            people=audience(work, compact=compact).asked, turn=1, last_day=work.today() + timedelta(days=20),
        )  # fmt: skip


def _ask_before_the_text(stage: Stage) -> None:
    """A blind round that is closed, with a theme that a promise answers, and one that is open."""
    with stage.acting(STEWARD) as work:
        uid = work.session.scalars(select(Compact.uid).order_by(Compact.id.desc())).first() or ""
        asked = {"compact_uid": uid, "question": "What do you give, what do you hope to get?"}
        first = open_elicitation(work, **asked, closes_on=work.today())
        gives, gets = ["Answers within a day", "Beds before noon"], ["Time for teaching"]
    with stage.acting(ASSOCIATION) as work:
        write_list(work, elicitation_uid=first.uid, gives=gives, gets=gets, locale="en")
    with stage.acting(STEWARD) as work:
        close_elicitation(work, elicitation_uid=first.uid)
        line = work.session.scalars(select(Wish.uid).filter_by(text=gives[0])).one()
        make_strand(work, elicitation_uid=first.uid, title="Reaching each other", wish_uids=[line])
        open_elicitation(work, **asked, closes_on=work.today())


def uids(installation: Installation) -> dict[str, list[str]]:
    """What fills the parameters of addresses, by the address's beginning."""
    with installation.database.transaction(write=False) as session:
        place = find_organisation(session, None)
    with installation.work(console(), place, write=False) as work:
        tables = {
            "/compacts/": Compact,
            "/versions/": Version,
            "/reviews/": Review,
            "/elicitations/": Elicitation,
            "/webhooks/": WebhookEndpoint,
        }
        found = {
            beginning: list(work.session.scalars(select(table.uid))) for beginning, table in tables.items()
        }
        found["/people/"] = list(work.session.scalars(select(Person.uid).limit(3)))
        asked = select(SignatureRequest.uid).join(Person, Person.id == SignatureRequest.person_id)
        sample = [part.staff_id for part in SAMPLE_PHYSICIANS]
        promises = select(Version.uid, Commitment.identity).join(
            Commitment, Commitment.version_id == Version.id
        )
        rows = work.session.execute(promises.limit(2))
        found["/versions/<uid>/promises/"] = [f"{row.uid} {row.identity}" for row in rows]
        found["/sign/"] = list(work.session.scalars(asked.where(Person.staff_id.in_(sample))))
        shares = select(Asked.uid).join(Person, Person.id == Asked.person_id)
        found["/asked/"] = list(work.session.scalars(shares.where(Person.staff_id.in_(sample))))
        found["/people/import/"] = list(work.session.scalars(select(RosterFile.uid)))
        people = work.session.execute(asked.add_columns(Person.email).where(Person.staff_id.in_(sample)))
        secret = installation.keys.secret
        found["/invited/"] = [personal_token(secret, about=uid, address=email) for uid, email in people]
        own = work.session.execute(select(Person.uid, Person.email).where(Person.email.is_not(None)).limit(1))
        found["/courtesy/"] = [personal_token(secret, about=uid, address=email or "") for uid, email in own]
    return {**found, "/auth/link/": ["A" * 52]}


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of its own."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing; run ./dev setup (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.mark.parametrize("roles", [1, pytest.param(2, marks=pytest.mark.deep)])
def test_every_page_is_whole_for_whoever_may_open_it(
    installation: Installation, tmp_path: Path, roles: int
) -> None:
    """Protects every page: it opens, in English and French, light and dark, without a fault for axe, the HTML checker
    or the content policy, and without sideways scrolling on the narrowest phone. A page that nobody visits fails.
    Each is visited by the first of the `roles` who may; in the ordinary run in one of the looks, by turns."""
    app = create_app(installation.settings, installation=installation)
    told = story.told(installation.settings.home)
    entries = {"": ""} | {line["email"]: line["url"] for line in told["sign_in"]}
    chosen = list(visits(app, entries, uids(installation), roles_each=roles))
    assert sorted(set(rules(app)) - {visit.rule for visit in chosen}) == []
    found = Found()
    with served(app) as address, chromium() as browser:
        for role in {visit.role: None for visit in chosen}:
            _look(
                browser,
                address,
                entries[role],
                [
                    (visit, _looks(visit, number, roles))
                    for number, visit in enumerate(chosen)
                    if visit.role == role
                ],
                found,
                tmp_path,
            )
    assert found.wrong == []
    assert "\n".join(nu.errors(found.saved)) == ""


def _looks(visit: Visit, number: int, roles: int) -> tuple[tuple[str, str], ...]:
    """In which colours and languages a page is looked at."""
    if roles == 1:
        return (LOOKS[number % len(LOOKS)],)
    return LOOKS if visit.is_first else LOOKS[-1:]


def _look(
    browser: Browser,
    address: str,
    entry: str,
    chosen: list[tuple[Visit, tuple[tuple[str, str], ...]]],
    found: Found,
    folder: Path,
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.on(
        "console", lambda message: message.type == "error" and found.wrong.append(f"console: {message.text}")
    )
    if entry:
        page.goto(address + entry)
    for visit, looks in chosen:
        for scheme, language in looks:
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # a literal in LOOKS
            answer = page.goto(f"{address}{visit.path}?lang={language}")
            assert answer is not None
            assert answer.status == 200, visit
            found.wrong += [
                f"{visit.rule} ({visit.role}, {scheme}, {language}): {fault}" for fault in _faults(page)
            ]
            path = folder / f"{len(found.saved)}{visit.rule.translate(_PLAIN)}.html"
            path.write_bytes(answer.body())
            found.saved.append(path)
    context.close()


def _faults(page: Page) -> Iterator[str]:
    if page.locator("h1").count() != 1:
        yield "not one first heading"
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        yield "scrolls sideways at 320"
    for violation in Axe().run(page, options=AXE).response["violations"]:
        yield f"{violation['id']}: {violation['nodes'][0]['target']}"
