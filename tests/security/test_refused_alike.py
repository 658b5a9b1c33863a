"""What may not be signed is refused by every door alike, with the same words, and leaves nothing but a line of the
audit: a version in the wrong state, an invitation that has ended, a page that is stale or somebody else's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement, select, true, update
from structlog.testing import capture_logs

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting.rules import SIGNABLE
from reciproca.compacts.drafting.tables import Compact, Version, VersionState
from reciproca.compacts.people.tables import Appointment, Person
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.tables import Campaign, Ceremony, RequestState, Signature, SignatureRequest
from reciproca.core.db import Base
from reciproca.core.errors import ReciprocaError
from reciproca.core.identity import Actor, Proof, console
from reciproca.core.outbox import drain_all
from reciproca.plugins.events import Event
from reciproca.plugins.registry import Registry
from reciproca.scheduler.telling import tell
from tests.building import guests
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form
from tests.building.house import BEGINNING
from tests.plugins.samples import a_plugin, a_point

Form = dict[str, str]
DOORS = ("page", "api", "plugin", "console")


@dataclass(frozen=True, kw_only=True)
class Case:
    """What is otherwise than it should be: a column of `table`, or what the form says; the answer in every door."""

    table: type[Base] = Version
    instead: dict[str, Any] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    status: int = 409
    said: str


def _not_to_be_signed(state: VersionState) -> Case:
    own = {VersionState.SUPERSEDED: "A newer version", VersionState.VOID: "declared this version void"}
    said = own.get(state, "This version can't be signed")
    return Case(instead={"state": state}, said=said)


def _ended(state: RequestState, said: str) -> Case:
    return Case(table=SignatureRequest, instead={"state": state}, said=said)


# every state of a version that isn't SIGNABLE is here by itself, one that is added later too
COMMON = {f"version {state}": _not_to_be_signed(state) for state in VersionState if state not in SIGNABLE} | {
    "page of two hours ago": Case(
        table=Ceremony, instead={"expires_at": BEGINNING}, said="opened too long ago"
    ),
    "page that was used": Case(table=Ceremony, instead={"used_at": BEGINNING}, said="was sent already"),
    "page of the other side": Case(
        table=Ceremony, instead={"role": "reader"}, said="doesn't belong to a page that you opened"
    ),
    "no such page": Case(form={"nonce": "f" * 64}, said="doesn't belong to a page that you opened"),
    "another text": Case(form={"text_sha256": "0" * 64}, said="for another text"),
}
PHYSICIAN = COMMON | {
    "declined": _ended(RequestState.DECLINED, "You have declined"),
    "expired": _ended(RequestState.EXPIRED, "has ended without an answer"),
    "taken back": _ended(RequestState.CANCELLED, "was taken back"),
    "superseded": _ended(RequestState.SUPERSEDED, "A newer version"),
    "withdrawn": _ended(RequestState.WITHDRAWN, "You have withdrawn"),
    "signed": _ended(RequestState.SIGNED, "You have signed this version already"),
    "not their turn": _ended(RequestState.CREATED, "Others are asked first"),
    "not opened": _ended(RequestState.SENT, "Open the agreement before you sign it"),
    "campaign closed": Case(table=Campaign, instead={"state": "closed"}, said="invitation has ended"),
    "campaign paused": Case(table=Campaign, instead={"state": "paused"}, said="has paused"),
    "last day over": Case(table=Campaign, instead={"due_at": BEGINNING}, said="invitation has ended"),
    "organisation first": Case(
        table=Compact, instead={"organisation_signs": "first"}, said="the organisation signs first"
    ),
    "not appointed": Case(
        table=Appointment,
        instead={"starts": BEGINNING.date() + timedelta(days=1)},
        status=403,
        said="not on the list of the staff",
    ),
}
ORGANISATION = COMMON | {
    "another list": Case(
        table=Compact, instead={"organisation_signs": "each"}, said="The list has changed"
    ),
}  # fmt: skip


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """Three physicians who are asked to sign what is in force."""
    with a_site(tmp_path / "home", database_url) as made:
        yield made


class Doors:
    """Every way in, for one who may sign, each with what it needs beforehand: nothing of that is a trace."""

    def __init__(self, site: Site, staff_id: str) -> None:
        self.site, self.staff_id, self.browser = site, staff_id, site.browser(staff_id)
        hospital = site.hospital
        with hospital.installation.work(console(), hospital.place) as work:
            email = f"{staff_id.lower()}@riverbend.example"
            self.token = access.create_token(work, email=email, scopes=("*",)).secret
        is_physician = staff_id != "C1"
        self.address = (
            f"/sign/{hospital.requests[staff_id]}"
            if is_physician
            else f"/versions/{hospital.version}/organisation-signature"
        )
        self.resource = (
            f"/requests/{hospital.requests[staff_id]}/signatures"
            if is_physician
            else f"/versions/{hospital.version}/organisation-signatures"
        )
        self.more = {"consent": "1"} if is_physician else {}
        self.csrf = self.browser.token()

    def page(self, form: Form) -> tuple[int, str]:
        """The form of the page."""
        sent = {**form, **self.more, "intent": "1", "password": build.PASSWORD}
        answer = self.browser.client.post(self.address, data={**sent, "_csrf": self.csrf})
        return answer.status_code, answer.text.replace("&#39;", "'")

    def api(self, form: Form) -> tuple[int, str]:
        """A program with a token."""
        answer = self.site.app.test_client().post(
            f"/api/v1{self.resource}",
            json={**form, **self.more, "intent": True, "password": build.PASSWORD},
            headers={"Authorization": f"Bearer {self.token}"},
        )
        return answer.status_code, answer.json["detail"]

    def plugin(self, form: Form) -> tuple[int, str]:
        """A plugin's code in this process, which acts in the person's name with all that they may do."""
        own = self.site.hospital.actor(self.staff_id)
        proof = Proof(method="plugin")
        return self._act(
            Actor(uid="plugin:hasty", person_id=own.person_id, roles=own.roles, proof=proof), form
        )

    def console(self, form: Form) -> tuple[int, str]:
        """What commands act as."""
        return self._act(console(), form)

    def _act(self, actor: Actor, form: Form) -> tuple[int, str]:
        asked: dict[str, Any] = {**form, "intent": True, "password": build.PASSWORD}
        hospital = self.site.hospital
        try:
            with hospital.installation.work(actor, hospital.place) as work:
                if self.staff_id == "C1":
                    actions.sign_for_organisation(work, version_uid=hospital.version, **asked)
                else:
                    actions.sign(work, request_uid=hospital.requests[self.staff_id], consent=True, **asked)
        except ReciprocaError as refusal:
            return refusal.status, refusal.detail
        return 200, ""


def test_no_physician_signs_out_of_order_by_any_door(site: Site) -> None:
    """Twenty-odd ways to be wrong, four doors: the same refusal, nothing changed, one line of the audit each."""
    page, doors = _opened(site), Doors(site, "P1")
    found = {name: _tried(doors, case, page) for name, case in PHYSICIAN.items()}
    wanted = {name: _wanted(case, "signature.give") for name, case in PHYSICIAN.items()}
    wanted["signed"]["page"] = (303, True, "signature.give", "conflict")  # kindly led to their own copy
    assert found == wanted


def test_no_guest_signs_out_of_order(site: Site) -> None:
    """The same for who has no account, with the code in hand: it isn't even used up."""
    guests.a_guest(site.hospital, "P1")
    browser = Browser(site.app)
    browser.post(f"/invited/{guests.token(site.hospital, 'P1')}/code")
    page = form(browser.get("/invited/sign"), code=guests.code(site.hospital))
    page = {name: value for name, value in page.items() if name not in {"password", "locale"}}
    found = {}
    for name, case in PHYSICIAN.items():
        with _otherwise(site, case, page):
            before = _rows(site)
            with capture_logs() as logged:
                answer = browser.post("/invited/sign", **{**page, **case.form})
            acts = [one["act"] for one in logged if one["event"] == "audit.refused"]
            is_said = case.said in answer.text.replace("&#39;", "'")
            found[name] = (answer.status_code, is_said, acts, len(before ^ _rows(site)))
    wanted = {name: (case.status, True, ["signature.give"], 0) for name, case in PHYSICIAN.items()}
    wanted["signed"] = (303, False, ["signature.give"], 0)  # kindly led to their own copy
    assert found == wanted
    assert browser.post("/invited/sign", **page).location == "/invited/done"


def test_a_page_of_somebody_else_signs_nothing(site: Site) -> None:
    """What another person opened is no step-up of this one, whatever page of their own is open beside it."""
    doors, page = Doors(site, "P1"), _opened(site, "P2")
    build.opened(site.hospital, "P1")
    case = Case(said="doesn't belong to a page that you opened")
    assert _tried(doors, case, page) == _wanted(case, "signature.give")


def test_the_organisation_signs_nothing_out_of_order_by_any_door(site: Site) -> None:
    """The same for who signs for the organisation, and once it has signed."""
    hospital, doors = site.hospital, Doors(site, "C1")
    with hospital.installation.work(hospital.actor("C1"), hospital.place) as work:
        opened = actions.open_organisation_ceremony(work, version_uid=hospital.version, locale="en")
        page = {"nonce": opened.nonce, "text_sha256": opened.text_sha256, "name": "Carla Chief"}
    found = {name: _tried(doors, case, page) for name, case in ORGANISATION.items()}
    assert found == {name: _wanted(case, "organisation.sign") for name, case in ORGANISATION.items()}
    build.organisation_signed(hospital)
    case = Case(said="The organisation has signed this version already")
    assert _tried(doors, case, page) == _wanted(case, "organisation.sign")


def test_a_plugin_that_is_told_of_a_signature_gives_none(site: Site) -> None:
    """A hook that is told of somebody's signature, answers with another and tries to give it, with an open page and the
    right password: it has no account to step up with, its answer is nobody's, and nothing is written."""
    doors, page, tries = Doors(site, "P1"), _opened(site), list[tuple[int, str]]()

    def hook(event: Event) -> dict[str, str]:
        tries.append(doors.plugin(page))
        return {"signature": site.hospital.requests["P1"], "at": event.at}

    a_plugin("hasty", event_recorded=hook)
    plugins = Registry.load(bundled=(), points=[a_point("hasty")])
    build.signed(site.hospital, "P2")
    before = site.count(of=Signature)
    with capture_logs() as logged:
        drain_all(replace(site.hospital.installation, plugins=plugins), {"event": tell})
    assert {status for status, _said in tries} == {404}
    assert [line["act"] for line in logged if line["event"] == "audit.refused"] == ["signature.give"] * len(
        tries
    )
    assert (site.count(of=Signature), site.state("P1")) == (before, RequestState.VIEWED)


def test_the_audits_line_tells_no_decliner_from_others(site: Site) -> None:
    """Of who declined it says just what it says of who let the page grow old; it holds no name and no words."""
    page, doors, lines = _opened(site), Doors(site, "P1"), []
    for name in ("declined", "page of two hours ago"):
        with _otherwise(site, PHYSICIAN[name], page), capture_logs() as logged:
            doors.page(page)
        lines.append(next(line for line in logged if line["event"] == "audit.refused"))
    assert lines[0] == lines[1]
    assert set(lines[0]) == {
        "event", "stream", "log_level", "act", "about", "actor", "proof", "organisation", "code",
    }  # fmt: skip
    assert not any(word in str(lines) for word in ("declined", "Anna", "riverbend.example"))


def _opened(site: Site, staff_id: str = "P1") -> Form:
    return {**build.opened(site.hospital, staff_id), "name": build.NAMES[0]}


def _wanted(case: Case, act: str) -> dict[str, tuple[object, ...]]:
    """By door: status, whether the words are said, the audit's act and code; and how many rows changed."""
    refused = (case.status, True, act, {409: "conflict", 403: "forbidden"}[case.status])
    return {
        **dict.fromkeys(DOORS, refused),
        "console": (403, False, act, "forbidden"),
        "rows changed": (0,),
    }


def _tried(doors: Doors, case: Case, page: Form) -> dict[str, tuple[object, ...]]:
    found: dict[str, tuple[object, ...]] = {}
    with _otherwise(doors.site, case, page):
        before = _rows(doors.site)
        for name in DOORS:
            with capture_logs() as logged:
                status, text = getattr(doors, name)({**page, **case.form})
            ((act, code),) = [(one["act"], one["code"]) for one in logged if one["event"] == "audit.refused"]
            found[name] = (status, case.said in text or status == 303, act, code)
        found["rows changed"] = (len(before ^ _rows(doors.site)),)
    return found


def _rows(site: Site) -> set[tuple[str, str]]:
    """Every row of every table."""
    with site.hospital.installation.database.engine.connect() as connection:
        return {
            (table.name, str(tuple(row)))
            for table in Base.metadata.sorted_tables
            for row in connection.execute(select(table))
        }


@contextmanager
def _otherwise(site: Site, case: Case, page: Form) -> Iterator[None]:
    """What the case says, for as long as the block runs; then as it was."""
    which: dict[type[Base], ColumnElement[bool]] = {
        Ceremony: Ceremony.nonce == page["nonce"],
        SignatureRequest: SignatureRequest.uid == site.hospital.requests["P1"],
        Appointment: Appointment.person_id
        == select(Person.id).where(Person.staff_id == "P1").scalar_subquery(),
    }
    names = list(case.instead)
    columns = [getattr(case.table, name) for name in names]
    where = which.get(case.table, true())
    engine = site.hospital.installation.database.engine
    with engine.begin() as connection:
        before = connection.execute(select(*columns).where(where)).one() if names else ()
        if names:
            connection.execute(update(case.table).where(where).values(case.instead))
    yield
    with engine.begin() as connection:
        if names:
            connection.execute(update(case.table).where(where).values(dict(zip(names, before, strict=True))))
