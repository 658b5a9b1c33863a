"""The languages of a version: what is missing or older is seen, and nothing is proposed before each is confirmed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.drafting import actions, queries
from reciproca.compacts.drafting.queries import RenditionView
from reciproca.compacts.drafting.rules.renditions import Fit, in_order
from reciproca.compacts.drafting.tables import CommitmentText, Version, VersionState
from reciproca.compacts.people.tables import Person
from reciproca.core.clock import FixedClock
from reciproca.core.errors import Conflict, Forbidden, Invalid, Stale
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation, Work
from tests.building import drafting as build
from tests.building.access import a_person
from tests.building.house import an_installation

House = tuple[Installation, OrganisationRef, FixedClock]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A bilingual hospital on a clock that the test moves."""
    clock = FixedClock()
    installation = an_installation(tmp_path / "home", database_url, clock)
    yield installation, build.a_place(installation), clock
    installation.database.dispose()


def _views(work: Work, version: Version) -> dict[str, RenditionView]:
    return {view.locale: view for view in queries.rendition_views(work, version=version)}


def _named(work: Work) -> Work:
    person = work.session.scalars(select(Person)).first() or a_person(work)
    return replace(work, actor=replace(build.STEWARD, person_id=person.id))


def _confirm(work: Work, version: Version, locale: str) -> None:
    digest = _views(work, version)[locale].sha256
    actions.confirm_rendition(_named(work), version_uid=version.uid, locale=locale, sha256=digest)


def _refusal(work: Work, version: Version) -> list[str]:
    with pytest.raises(Invalid) as refused:
        actions.propose(work, version_uid=version.uid)
    return [fault.field for fault in refused.value.faults]


def test_nothing_is_proposed_before_each_language_is_confirmed_as_it_is(house: House) -> None:
    """One language unconfirmed, or changed since, or older than the other, keeps the version from being proposed."""
    installation, place, clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.consulted(work, build.a_draft(work))
        assert _refusal(work, version) == ["languages.en", "languages.fr"]
        _confirm(work, version, "en")
        assert _refusal(work, version) == ["languages.fr"]
        _confirm(work, version, "fr")
        assert _views(work, version)["fr"].reviewer == "Anna Roy"
        actions.revise(work, version_uid=version.uid)
    clock.move_to(clock.now() + timedelta(hours=1))
    with installation.work(build.STEWARD, place) as work:
        first = _views(work, version)["en"].units[0].clause
        actions.edit_commitment(work, commitment_uid=first.uid, locale="en", words={"text": "We answer."})
        assert _refusal(work, version) == ["languages.en", "languages.fr"]
        _confirm(work, version, "en")
        older = _views(work, version)["fr"]
        assert (older.is_confirmed, older.is_ready) == (True, False)
        assert [(unit.clause.uid, unit.standing.than) for unit in older.of(Fit.OLDER)] == [
            (first.uid, ["en"])
        ]
        assert _refusal(work, version) == ["languages.fr"]
    clock.move_to(clock.now() + timedelta(hours=1))
    with installation.work(build.STEWARD, place) as work:
        _confirm(work, version, "fr")
        read = {locale: view.sha256 for locale, view in _views(work, version).items()}
        proposed = actions.propose(work, version_uid=version.uid)
        assert proposed.state is VersionState.PROPOSED
        frozen = queries.renditions(work, version_ids=[proposed.id])
        assert {row.locale: row.sha256 for row in frozen} == read
        with pytest.raises(Conflict):
            _confirm(work, version, "fr")


def test_what_is_confirmed_was_read_whole_by_somebody_named(house: House) -> None:
    """Refused: words that changed meanwhile, missing words, a language not declared, and a reviewer without a name."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        seen, first = _views(work, version)["fr"].sha256, _views(work, version)["fr"].units[0].clause

        def confirm(by: Work, locale: str = "fr", reviewer: str | None = None) -> None:
            actions.confirm_rendition(
                by, version_uid=version.uid, locale=locale, sha256=seen, reviewer=reviewer
            )

        with pytest.raises(Forbidden):
            confirm(work)
        with pytest.raises(Forbidden):
            confirm(work, reviewer=_named(work) and "P1")
        with pytest.raises(Invalid) as refused:
            confirm(_named(work), "de")
        assert [fault.field for fault in refused.value.faults] == ["locale"]
        actions.edit_commitment(work, commitment_uid=first.uid, locale="fr", words={"text": "Autrement."})
        with pytest.raises(Stale):
            confirm(_named(work))
        actions.edit_commitment(work, commitment_uid=first.uid, locale="fr", words={"text": ""})
        with pytest.raises(Invalid) as refused:
            _confirm(work, version, "fr")
        assert [fault.field for fault in refused.value.faults] == [f"commitments.{first.uid}.fr"]
        assert _views(work, version)["fr"].check is None


def test_a_machine_s_words_are_marked_until_somebody_has_read_them(house: House) -> None:
    """A machine's words undo the confirmation, even where they are the same; reading them takes the mark away."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        _confirm(work, version, "fr")
        text = work.session.scalars(select(CommitmentText).filter_by(locale="fr")).first()
        assert text is not None
        text.is_machine = True
        work.session.flush()
        marked = _views(work, version)["fr"]
        assert (len(marked.of(Fit.MACHINE)), marked.is_confirmed) == (1, False)
        _confirm(work, version, "fr")
        assert _views(work, version)["fr"].is_ready


def test_the_language_that_decides_is_part_of_what_is_proposed(house: House) -> None:
    """It is one of the organisation's or none, and stands once both sides have a text before them."""
    installation, place, _clock = house
    with installation.work(build.STEWARD, place) as work:
        version = build.a_draft(work)
        compact = queries.compact_of(work, version=version).uid
        assert actions.declare_authoritative(work, compact_uid=compact, locale="fr").authoritative == "fr"
        with pytest.raises(Invalid):
            actions.declare_authoritative(work, compact_uid=compact, locale="de")
        assert actions.declare_authoritative(work, compact_uid=compact, locale=None).authoritative is None
        build.proposed(work, version)
        with pytest.raises(Conflict):
            actions.declare_authoritative(work, compact_uid=compact, locale="fr")


def test_the_jurisdiction_says_which_language_comes_first() -> None:
    """French stands first where the law wants it, whatever the organisation declared first."""
    assert in_order(["en", "fr", "iu"], ("fr", "en")) == ["fr", "en", "iu"]
