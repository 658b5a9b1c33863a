"""One sentence says what signing is and is not, and what happens if one does nothing: the same on each surface."""

import email
import email.policy
import html
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.queries.words import notice_of
from reciproca.compacts.people.tables import Person
from reciproca.compacts.signing.gathering import FOLDER
from reciproca.compacts.signing.tables import SealedDocument
from reciproca.core.clock import FixedClock
from reciproca.core.identity import system
from reciproca.plugins.types import LegalEffect
from reciproca.scheduler.ticks import send_due, sweep_all
from tests.building import signing as build
from tests.building.ceremony import Site, form, opened, path
from tests.building.house import BEGINNING, an_app, an_installation

LOCALES = ("en", "fr")
EVERY = [(effect, locale) for effect in LegalEffect for locale in LOCALES]


@dataclass(frozen=True, kw_only=True)
class Said:
    """A site, the language in which it is read, and the two sentences that its jurisdiction has for the effect."""

    site: Site
    locale: str
    sentences: tuple[str, str]


@pytest.fixture(params=EVERY, ids=[f"{effect.value}-{locale}" for effect, locale in EVERY])
def said(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Said]:
    """Three physicians who are asked to sign an agreement with that effect."""
    effect, locale = request.param
    clock = FixedClock(BEGINNING)
    installation = an_installation(tmp_path / "home", f"sqlite:///{tmp_path / 'db'}", clock)
    hospital = build.a_hospital(installation, legal_effect=effect)
    with installation.work(system("test"), hospital.place, write=False) as work:
        notice = notice_of(work, effect=effect, locale=locale)
    site = Site(hospital=hospital, app=an_app(installation), clock=clock)
    yield Said(site=site, locale=locale, sentences=(notice.what, notice.if_nothing))
    installation.database.dispose()


def _squeezed(text: str) -> str:
    """`text` without blanks and the hyphens that only a line end needs."""
    return re.sub(r"[\s\u00ad]", "", unicodedata.normalize("NFKC", text))


def _words(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def _lacking(said: Said, surfaces: dict[str, str]) -> list[str]:
    return [
        f"{name}: {sentence}"
        for name, words in surfaces.items()
        for sentence in said.sentences
        if _squeezed(sentence) not in _squeezed(words)
    ]


def _mail(site: Site, lang: str) -> str:
    """The words of the invitation as it is mailed to P1, who reads `lang`."""
    home, place = site.hospital.installation, site.hospital.place
    with home.work(system("test"), place) as work:
        work.session.scalars(select(Person).filter_by(staff_id="P1")).one().locale = lang
    sweep_all(home, place)
    send_due(home, (place,))
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in (home.settings.home / "mail").glob("*.eml")
    ]
    bodies = [one.get_body(("plain",)) for one in mails if "p1@" in str(one["To"])]
    (mine,) = [words for body in bodies if body and path(site) in (words := str(body.get_content()))]
    return mine


def _document(site: Site) -> str:
    """The words of the sealed document."""
    home = site.hospital.installation
    with home.work(system("test"), site.hospital.place, write=False) as work:
        name = work.session.scalars(select(SealedDocument.pdf)).one()
    command = ["pdftotext", str(home.settings.home / FOLDER / name), "-"]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def test_every_surface_says_what_signing_is_and_what_silence_means(said: Said) -> None:
    """The invitation, the signing form, the other answers, the organisation's page, the mail, the sealed document."""
    assert all(said.sentences)
    site, lang = said.site, said.locale
    me, chief = site.browser("P1"), site.browser("C1")
    address = f"/versions/{site.hospital.version}/organisation-signature"
    surfaces = {
        "invitation": _words(me.get(f"{path(site)}?lang={lang}").text),
        "other answers": _words(me.get(f"{path(site)}/other?lang={lang}").text),
        "form": _words(opened(site, me, locale=lang).text),
        "organisation": _words(chief.get(f"{address}?lang={lang}").text),
        "mail": _mail(site, lang),
    }
    assert _lacking(said, surfaces) == []
    signed = me.post(path(site), **form(opened(site, me, locale=lang)))
    assert signed.status_code == 303
    site.hospital.seal()
    assert _lacking(said, {"document": _document(site)}) == []
