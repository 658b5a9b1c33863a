"""Stepping up: only the actor's own password proves, it is asked anew each time, and the session turns with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.access import actions, queries
from reciproca.compacts.access.rules import code_of
from reciproca.compacts.access.tables import BrowserSession, OneTimeCode
from reciproca.core.errors import Invalid, ReciprocaError, TooMany, Unauthenticated
from reciproca.core.identity import ANONYMOUS, Actor, Proof
from reciproca.core.work import Work
from tests.building.access import ANNA, BEN, PASSWORD, Browser, Site, a_hospital


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[Site]:
    """A hospital where Anna has a password and Ben has none."""
    with Site(tmp_path / "home", database_url) as made:
        made.account(ANNA)
        made.account(BEN, password=None)
        yield made


def actor(site: Site, token: str) -> Actor | None:
    """Whoever has the session cookie `token`."""
    with site.installation.database.transaction(write=False) as session:
        found = queries.by_cookie(session, token, site.clock.now())
    return found[0] if found else None


def signed_in(site: Site, email: str = ANNA) -> tuple[Browser, str]:
    """A browser and its session cookie."""
    browser = site.browser()
    browser.sign_in(email)
    return browser, browser.cookie() or ""


def proved(site: Site, token: str, password: str = PASSWORD) -> tuple[Proof, str]:
    """The proof that `password` gives the owner of `token`, and the session's new cookie."""
    who = actor(site, token)
    assert who
    with site.installation.work(who, site.place) as work:
        return actions.prove(work, password=password), str(work.session.info["session_token"])


def test_the_right_password_proves_now(site: Site) -> None:
    """The proof says how, when, and in which session."""
    _browser, token = signed_in(site)
    site.clock.advance(timedelta(hours=1))
    proof, _new = proved(site, token)
    with site.installation.database.transaction(write=False) as session:
        uid = session.scalars(select(BrowserSession.uid)).one()
    assert proof == Proof(method="password", at=site.clock.now(), session_uid=uid)


def test_the_session_turns_and_the_old_cookie_proves_nothing(site: Site) -> None:
    """After a step-up there is a new cookie; the old one still identifies for a minute, then it is dead."""
    _browser, old = signed_in(site)
    _proof, new = proved(site, old)
    before, after = actor(site, old), actor(site, new)
    assert (before and before.proof.at, after and after.proof.at) == (None, site.clock.now())
    site.clock.advance(timedelta(minutes=1))
    assert (actor(site, old), actor(site, new) is not None) == (None, True)


def test_a_mailed_link_never_proves(site: Site) -> None:
    """Who came by a link is known by the method `link`, without a proof, and can't step up without a password."""
    with site.installation.work(ANONYMOUS, site.place) as work:
        actions.ask_link(work, email=BEN, address="x")
        code = _code(work)
    with site.installation.work(ANONYMOUS, site.place) as work:
        actions.use_link(work, code=code, address="x")
        token = str(work.session.info["session_token"])
    who = actor(site, token)
    assert who
    assert (who.proof.method, who.proof.at) == ("link", None)
    with pytest.raises(Invalid, match="not set a password"), site.installation.work(who, site.place) as work:
        actions.prove(work, password="")


def _code(work: Work) -> str:
    work.session.flush()
    return code_of(work.keys.secret, work.session.scalars(select(OneTimeCode.uid)).one(), length=52)


def test_a_wrong_password_is_counted_although_everything_else_is_undone(site: Site) -> None:
    """Ten wrong step-ups, and the right one waits too: an unlocked computer is no place to guess."""
    _browser, token = signed_in(site)
    who = actor(site, token)
    assert who
    raised: list[type[ReciprocaError]] = []
    for password in ["wrong wrong wrong wrong"] * 10 + [PASSWORD]:
        try:
            with site.installation.work(who, site.place) as work:
                actions.prove(work, password=password)
        except ReciprocaError as error:
            raised.append(type(error))
    assert raised == [Invalid] * 10 + [TooMany]


def test_another_persons_password_proves_nothing(site: Site) -> None:
    """It is the actor's own password that is asked for."""
    site.account("carl@riverbend.example", password="seven quiet umbrellas")
    _browser, token = signed_in(site)
    with pytest.raises(Invalid):
        proved(site, token, "seven quiet umbrellas")


def test_a_stranger_has_nothing_to_prove(site: Site) -> None:
    """Without a session one is asked to sign in."""
    with pytest.raises(Unauthenticated), site.installation.work(ANONYMOUS, site.place) as work:
        actions.prove(work, password=PASSWORD)


def test_a_session_is_nobody_where_there_is_no_membership(site: Site) -> None:
    """Roles come from a membership in the session's own organisation; without one, one is a stranger."""
    _browser, token = signed_in(site)
    elsewhere = a_hospital(site.installation, "Lakeside Hospital")
    with site.installation.database.transaction() as session:
        session.scalars(select(BrowserSession)).one().organisation_id = elsewhere.id
    assert actor(site, token) is None
