"""Several people sign for the organisation: groups side by side, so many of each, and with the last of them it has."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting.tables import Compact
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.people.tables import Holding, Person, Post, Unit
from reciproca.compacts.signing.actions import arrange_signatories
from reciproca.compacts.signing.gathering import gather
from reciproca.compacts.signing.rules.signatories import Signatories
from reciproca.compacts.signing.tables import Signature
from reciproca.core.errors import Conflict, Forbidden, Invalid
from reciproca.core.identity import Role, system
from tests.building import drafting
from tests.building import signing as build
from tests.building.access import Browser
from tests.building.ceremony import Site, a_site, form

PEOPLE = {"C1": "Carla Chief", "B1": "Bo Board", "B2": "Bea Board", "B3": "Ben Board"}


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """The chief executive signs, and two of the board's three; the chief sits on the board too."""
    with a_site(tmp_path / "home", database_url) as made:
        with made.hospital.installation.work(system("test"), made.hospital.place) as work:
            root = work.session.scalars(select(Unit).order_by(Unit.id)).first()
            assert root is not None
            for staff_id in ("B1", "B2", "B3"):
                build.a_person(work, staff_id, PEOPLE[staff_id], root, Role.SIGNATORY, category="")
            posts = {"executive": ["C1"], "board": ["B1", "B2", "B3", "C1"]}
            people = dict(work.session.execute(select(Person.staff_id, Person.id)).all())
            groups = []
            for (title, holders), needs in zip(posts.items(), (1, 2), strict=True):
                post = Post(unit_id=root.id, title=title)
                work.session.add(post)
                work.session.flush()
                work.session.add_all(
                    Holding(post_id=post.id, person_id=people[one], is_deputy=False) for one in holders
                )
                groups.append(Signatories(name=title.title(), needs=needs, posts=(post.uid,)))
            steward = drafting.as_actor(work, drafting.STEWARD)
            arrange_signatories(steward, compact_uid=made.hospital.compact, groups=groups)
        yield made


def _signs(site: Site, staff_id: str) -> int:
    browser: Browser = site.browser(staff_id)
    address = f"/versions/{site.hospital.version}/organisation-signature"
    opened = browser.post(f"{address}/open", locale="en")
    if opened.status_code != 303:
        return opened.status_code
    sent = form(browser.get(address), name=PEOPLE[staff_id])
    del sent["consent"]
    return browser.post(address, **sent).status_code


def _beside(site: Site, signature: str) -> list[dict[str, Any]]:
    """What the records of the organisation's signatures say that stand in a physician's document, made now."""
    with site.hospital.installation.work(system("sealer"), site.hospital.place, write=False) as work:
        gathered = gather(work, signature)
    assert gathered is not None
    return [one for one in gathered.parts.records if one["role"] == "organisation"]


def test_it_has_signed_with_the_last_of_them(site: Site) -> None:
    """In any order, each by themselves; until then nothing says so, no document shows it, and who may still sign is
    told. The chief takes the executive's place, which nobody else can."""
    physician = build.signed(site.hospital, "P1")
    assert _signs(site, "B1") == 303
    assert _beside(site, physician) == []
    assert _signs(site, "C1") == 303
    page = site.browser("B2").get(f"/versions/{site.hospital.version}/organisation-signature").text
    assert "Executive" in page
    assert "1 of 2" in page
    assert "Signed by Bo Board, Carla Chief." in page
    assert _beside(site, physician) == []
    assert _signs(site, "B3") == 303
    records = _beside(site, physician)
    assert [(one["name_as_signed"], one["quorum"]["group"]) for one in records] == [
        ("Bo Board", "Board"), ("Carla Chief", "Executive"), ("Ben Board", "Board"),
    ]  # fmt: skip
    assert _signs(site, "B2") == 409  # it is done
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        asked = select(Person.staff_id).join(Notice, Notice.person_id == Person.id)
        told = list(work.session.scalars(asked.where(Notice.kind == "message").order_by(Notice.id)))
    assert sorted(told) == ["B2", "B2", "B3", "B3", "C1"]  # after B1: all others; after C1: the board's
    assert site.leaves("organisation.signed") == 3


def test_nobody_signs_twice_or_for_others(site: Site) -> None:
    """Who has signed is refused, and so is who holds none of the posts; what was half signed can't be rearranged."""
    assert _signs(site, "B1") == 303
    assert _signs(site, "B1") == 409
    with site.hospital.installation.work(system("test"), site.hospital.place) as work:
        root = work.session.scalars(select(Unit).order_by(Unit.id)).first()
        assert root is not None
        build.a_person(work, "N1", "Nora Nobody", root, Role.SIGNATORY, category="")
    with pytest.raises(Forbidden):
        build.organisation_signed(site.hospital, "N1")
    assert _signs(site, "B2") == 303
    assert _signs(site, "B3") == 403  # the board has its two
    with (
        pytest.raises(Conflict),
        site.hospital.installation.work(drafting.STEWARD, site.hospital.place) as work,
    ):
        arrange_signatories(work, compact_uid=site.hospital.compact, groups=())
    assert site.count(of=Signature) == 2


def test_the_steward_arranges_it_on_a_page(site: Site) -> None:
    """What is there is shown in the form; a fault keeps what was typed and changes nothing; no names: one signs."""
    steward, address = site.browser("S1"), f"/compacts/{site.hospital.compact}/signatories"
    page = steward.get(address)
    assert "Executive: 1 person" in page.text
    assert "Board: 2 people" in page.text
    revision = _revision(page.text)
    wrong = steward.post(address, revision=revision, name_0="Board", needs_0="2", name_1="board", needs_1="1")
    assert wrong.status_code == 422
    assert "a name of its own" in wrong.text
    many = steward.post(address, revision=revision, name_0="Board", needs_0="9", name_1="Chief", needs_1="1")
    assert many.status_code == 422
    assert "nine people" in many.text
    assert _kept(site) == [("Executive", 1), ("Board", 2)]
    assert steward.post(address, revision=revision, name_0="Board", needs_0="3", name_1="").status_code == 303
    assert _kept(site) == [("Board", 3)]
    assert steward.post(address, revision=revision, name_0="").status_code == 412  # somebody was quicker
    assert site.browser("C1").get(address).status_code == 403
    fresh = _revision(steward.get(address).text)
    assert steward.post(address, revision=fresh, name_0="", needs_0="1").status_code == 303
    assert _kept(site) == []
    assert _signs(site, "C1") == 303
    assert _signs(site, "B1") == 409


def test_posts_are_on_file_and_records_are_signed_one_by_one(site: Site) -> None:
    """Groups of nobody's posts are refused; so are groups where each record is signed by itself."""
    unknown = Signatories(name="Board", posts=("00000000-0000-0000-0000-000000000000",))
    with site.hospital.installation.work(drafting.STEWARD, site.hospital.place) as work:
        with pytest.raises(Invalid):
            arrange_signatories(work, compact_uid=site.hospital.compact, groups=[unknown])
        compact = work.session.scalars(select(Compact).filter_by(uid=site.hospital.compact)).one()
        compact.organisation_signs = "each"
        work.session.flush()
        with pytest.raises(Conflict):
            arrange_signatories(work, compact_uid=site.hospital.compact, groups=[Signatories(name="Board")])


def _revision(page: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page)
    assert found
    return found[1]


def _kept(site: Site) -> list[tuple[str, int]]:
    with site.hospital.installation.work(system("test"), site.hospital.place, write=False) as work:
        compact = work.session.scalars(select(Compact).filter_by(uid=site.hospital.compact)).one()
        return [(one["name"], one["needs"]) for one in compact.signatories]
