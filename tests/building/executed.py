"""Every kind of executed document, made as the product makes them: two hospitals, what people did there, and the files.

The first has seals on P-256 and an authority that stamps them; the organisation signs once. The second seals by RSA
without stamps, and its organisation signs each record; for an addendum three people sign once.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pikepdf
from sqlalchemy import select

from reciproca.compacts.access import actions as access
from reciproca.compacts.drafting import actions as drafting_actions
from reciproca.compacts.drafting.queries import compact_of, find_version
from reciproca.compacts.drafting.tables import Version
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.signing import actions
from reciproca.compacts.signing.actions.on_paper import Scan, accept_paper, record_papers
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.queries import find_campaign
from reciproca.compacts.signing.rules.signatories import Signatories
from reciproca.compacts.signing.tables import SealedDocument, Signature, SignatureRequest
from reciproca.core.clock import FixedClock
from reciproca.core.identity import Role, system
from reciproca.core.keys import Keys, renew_seal
from reciproca.core.work import Work
from reciproca.plugins.types import Side
from tests.building import drafting, guests, signing
from tests.building.access import Browser
from tests.building.authority import StampAuthority, a_stamp_authority, root_file
from tests.building.ceremony import Site, form
from tests.building.house import BEGINNING, RunningClock, an_app, an_installation
from tests.building.signing import Hospital

KINDS = (
    "by account, in English, both sides, B-T",
    "by account, withdrawn since",
    "by guest code, in French",
    "at a meeting",
    "recorded from paper, in French",
    "by account, in French, the organisation missing, RSA, B-B",
    "by account, each record countersigned, RSA, B-B",
    "an addendum, two of one group and one of another for the organisation, RSA, B-B",
)
"""The kinds, in the order of the signatures that they are of."""
SIGNATORIES = {"C1": "Carla Chief", "D1": "Dana Deputy", "B1": "Bo Board"}
"""Who signs the addendum for the organisation: the last is the chair."""
_WORDS = {
    "en": {"text": "We keep a quiet room.", "topic": "Rest", "theme": "Rest", "indicator": "Nights", "evidence": "Log"},
    "fr": {
        "text": "Une salle calme.",
        "topic": "Repos",
        "theme": "Repos",
        "indicator": "Nuits",
        "evidence": "Registre",
    },
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Executed:
    """One executed document: which kind, where its files are, and the hospital whose it is. `authority` has stamped its
    seal, if there was one."""

    kind: str
    hospital: Hospital
    signature: str
    pdf: Path
    bundle: Path
    authority: StampAuthority | None

    @property
    def keys(self) -> Keys:
        """The keys of its hospital."""
        return self.hospital.installation.keys


@contextmanager
def every_kind(folder: Path) -> Iterator[list[Executed]]:
    """Every kind of document, with the hospitals as long as the block runs."""
    with a_stamp_authority(clock=RunningClock(BEGINNING)) as authority:
        first, second = _stamped(folder / "first", authority), _by_rsa(folder / "second")
        made = [*_made(first, _first(first), authority), *_made(second, _second(second), None)]
    assert len(made) == len(KINDS)
    yield [replace(one, kind=kind) for one, kind in zip(made, KINDS, strict=True)]
    for hospital in (first, second):
        hospital.installation.database.dispose()


def _stamped(home: Path, authority: StampAuthority) -> Hospital:
    clock = authority.clock
    assert isinstance(clock, FixedClock)
    made = an_installation(home, f"sqlite:///{home}.db", clock)
    settings = replace(made.settings, timestamp_url=authority.url, timestamp_root=root_file(home, authority))
    return signing.a_hospital(replace(made, settings=settings), physicians=5)


def _by_rsa(home: Path) -> Hospital:
    made = an_installation(home, f"sqlite:///{home}.db", RunningClock(BEGINNING))
    renew_seal(made.settings.keys_folder, made.clock, "rsa2048")
    renewed = replace(made, keys=Keys.load(made.settings.keys_folder))
    return signing.a_hospital(renewed, physicians=2, organisation_signs="each")


def _first(hospital: Hospital) -> list[str]:
    guests.a_guest(hospital, "P3")
    guests.a_guest(hospital, "P4", second=None)
    guests.work_off(hospital)  # the invitations go out
    with hospital.installation.work(system("test"), hospital.place) as work:
        by = {"basis": "By-law 3.1", "until": date(2026, 12, 31)}
        access.grant_role(work, email="c1@riverbend.example", role=Role.SIGNATORY, **by)  # type: ignore[arg-type]  # basis and until
    signing.organisation_signed(hospital)
    site = Site(
        hospital=hospital,
        app=an_app(hospital.installation),
        clock=hospital.installation.clock,  # type: ignore[arg-type]  # it is the one given
    )
    given = [signing.signed(hospital, "P1"), signing.signed(hospital, "P2")]
    with hospital.installation.work(hospital.actor("P2"), hospital.place) as work:
        uid = hospital.requests["P2"]
        actions.withdraw_signature(work, request_uid=uid, password=signing.PASSWORD, reason="private")
    given.append(_new(hospital, lambda: _as_guest(site)))
    given.append(_new(hospital, lambda: _at_meeting(site)))
    return [*given, _on_paper(hospital, "P5")]


def _second(hospital: Hospital) -> list[str]:
    given = [signing.signed(hospital, "P1", "fr"), signing.signed(hospital, "P2")]
    signing.organisation_signed(hospital, signatures=given[1:])
    with hospital.installation.work(drafting.STEWARD, hospital.place) as work:
        version = _an_addendum(work, find_version(work, uid=hospital.version))
        _several_sign(work, version)
        signing.a_campaign(work, version)
        asked = select(SignatureRequest.uid).join(Person, Person.id == SignatureRequest.person_id)
        request = work.session.scalars(
            asked.filter(SignatureRequest.version_id == version.id, Person.staff_id == "P1")
        ).one()
        added = replace(hospital, requests={"P1": request}, version=version.uid)
    signed = signing.signed(added, "P1")
    for staff_id, name in SIGNATORIES.items():
        signing.organisation_signed(added, staff_id, name)
    return [*given, signed]


def _an_addendum(work: Work, main: Version) -> Version:
    unit = work.session.scalars(select(Unit.uid).filter_by(kind="department")).one()
    titles = {"en": "For Emergency", "fr": "Pour l’urgence"}
    version = drafting_actions.start_addendum(work, version_uid=main.uid, unit_uid=unit, titles=titles)
    add = drafting_actions.add_commitment
    ours = add(work, version_uid=version.uid, side=Side.ORGANISATION, theme="", pair=None, words=_WORDS)
    add(work, version_uid=version.uid, side=Side.PHYSICIANS, theme="", pair=ours.pair, words=_WORDS)
    return drafting.in_force(work, version)


def _several_sign(work: Work, version: Version) -> None:
    """Two who may sign for the organisation, and whoever holds the post of chair, sign the version once."""
    compact, root = compact_of(work, version=version), work.session.get_one(Unit, 1)
    compact.organisation_signs = "once"
    chair = Post(unit_id=root.id, title="Chair of the board")
    work.session.add(chair)
    for staff_id, name in SIGNATORIES.items():
        if staff_id != "C1":
            person = signing.a_person(work, staff_id, name, root, Role.SIGNATORY, category="")
    work.session.flush()
    work.session.add(Holding(post_id=chair.id, person_id=person.id, is_deputy=False))
    groups = [Signatories(name="Executive", needs=2), Signatories(name="Board", posts=(chair.uid,))]
    actions.arrange_signatories(work, compact_uid=compact.uid, groups=groups)


def _new(hospital: Hospital, act: Callable[[], None]) -> str:
    """The signature that somebody gave at a browser."""
    act()
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        return work.session.scalars(select(Signature.uid).order_by(Signature.id.desc()).limit(1)).one()


def _as_guest(site: Site) -> None:
    browser = Browser(site.app)
    browser.post(f"/invited/{guests.token(site.hospital, 'P3')}/code", locale="fr")
    filled = form(browser.get("/invited/sign"), "P3", code=guests.code(site.hospital))
    _send(browser, filled)


def _at_meeting(site: Site) -> None:
    shown = site.browser("S1").post(f"/compacts/{site.hospital.compact}/meeting", staff_id="P4", how="badge")
    path = re.search(r"/invited/here/[A-Z2-7]{52}", shown.text)
    assert path
    phone = Browser(site.app)
    phone.post(path[0])
    _send(phone, form(phone.get("/invited/sign"), "P4"))


def _send(browser: Browser, filled: dict[str, str]) -> None:
    sent = {name: value for name, value in filled.items() if name not in {"password", "locale"}}
    assert browser.post("/invited/sign", **sent).location == "/invited/done"


def _on_paper(hospital: Hospital, staff_id: str) -> str:
    home = hospital.installation
    with pikepdf.new() as paper:
        paper.add_blank_page()
        path = home.settings.home / "paper.pdf"
        paper.save(path, deterministic_id=True)
    with home.work(hospital.actor("S1"), hospital.place) as work:
        campaign = find_campaign(work, uid=hospital.campaign)
        scans = [Scan(staff_id=staff_id, data=path.read_bytes())]
        (scan,) = record_papers(work, campaign=campaign, scans=scans, signed_on=work.today(), locale="fr")
        uid = scan.uid
    with home.work(hospital.actor("X1", Role.CREDENTIALING_OFFICER), hospital.place) as work:
        return accept_paper(work, uid=uid).uid


def _made(hospital: Hospital, signatures: list[str], authority: StampAuthority | None) -> Iterator[Executed]:
    hospital.seal()
    folder = hospital.installation.settings.home / FOLDER
    with hospital.installation.work(system("test"), hospital.place, write=False) as work:
        asked = select(Signature.uid, SealedDocument).join(
            SealedDocument, SealedDocument.signature_id == Signature.id
        )
        found = {uid: (folder / row.pdf, folder / row.bundle) for uid, row in work.session.execute(asked)}
    for uid in signatures:
        pdf, bundle = found[uid]
        yield Executed(kind="", hospital=hospital, signature=uid, pdf=pdf, bundle=bundle, authority=authority)
