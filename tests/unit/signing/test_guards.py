"""What a signature needs: the name in one's own writing, the text that was shown, a page that is still fresh."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.drafting.rules import SIGNABLE
from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.signing import rules
from reciproca.compacts.signing.rules import PHYSICIAN, Act, Words
from reciproca.core.canonical import canonical, sha256
from reciproca.core.errors import Conflict, Invalid

NOW = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Marie-Ève O’Súilleabháin", "marie eve o'suilleabhain"),
        ("Zoë Łucja Wójcik", "ZOE LUCJA WOJCIK"),
        ("Ben Côté", "Dr Ben Cote"),
        ("Ben Côté", "Dre. Ben Côté"),
        ("Ana  Núñez ", "ana nuñez"),
    ],
)
def test_a_name_may_be_typed_plainly(name: str, typed: str) -> None:
    """No keyboard keeps anybody from signing with their own name."""
    assert rules.same_name(name, typed)


@pytest.mark.parametrize("typed", ["", " ", "Ben", "Ben Cote Roy", "Doctor", "Drben"])
def test_another_name_is_not_ones_own(typed: str) -> None:
    """A part of the name, more than the name, or none at all is refused."""
    assert not rules.same_name("Ben Côté", typed)


def test_a_person_without_letters_in_their_name_signs_nothing() -> None:
    """An empty name on the list matches no typed name, least of all an empty one."""
    assert not rules.same_name("--", "")


def test_everything_that_is_missing_is_said_at_once() -> None:
    """Nobody has to send the form four times to learn four things."""
    with pytest.raises(Invalid) as refused:
        rules.require_intent(name="Ben Côté", typed="", intends=False, consents=False, password="")
    assert [fault.field for fault in refused.value.faults] == ["name", "intent", "consent", "password"]


@pytest.mark.parametrize("state", sorted(VersionState))
def test_only_what_both_sides_ratified_can_be_signed(state: VersionState) -> None:
    """Ratified, with its day, or in force: nothing else."""
    if state in SIGNABLE:
        rules.require_signable(state)
        return
    with pytest.raises(Conflict):
        rules.require_signable(state)


@given(st.timedeltas(timedelta(0), timedelta(days=3)), st.booleans())
def test_a_page_serves_once_and_for_two_hours(age: timedelta, is_used: bool) -> None:
    """A used page signs nothing, nor one that was opened too long ago."""
    opened = NOW - age
    asked: dict[str, Any] = {
        "used_at": opened if is_used else None,
        "expires_at": opened + rules.CEREMONY_LIFE,
    }
    if not is_used and age < rules.CEREMONY_LIFE:
        rules.require_fresh(**asked, now=NOW)
        return
    with pytest.raises(Conflict):
        rules.require_fresh(**asked, now=NOW)


def test_the_record_holds_nothing_that_has_no_exact_form() -> None:
    """Text and whole numbers only, so that the same record has the same bytes everywhere; no address, no device."""
    record = Act(
        role=PHYSICIAN,
        organisation={"uid": "o", "name": "Riverbend"},
        compact="c",
        version={"uid": "v", "number": 1},
        locale="en",
        text_sha256="0" * 64,
        person="p",
        name_as_signed="Ben Côté",
        capacity=rules.MEMBER,
        signed_at="2026-09-01T14:00:00.000000Z",
        zone="America/Toronto",
        meaning=Words(version="1", text="I mean it."),
        consent=Words(version="1", text="I agree."),
        effect={"key": "none"},
        authentication={"method": "password"},
        ceremony={"uid": "x"},
        appointments=({"unit": "u", "category": "active"},),
    ).to_json()
    canonical(record)
    assert record["consent"]["sha256"] == sha256(b"I agree.")
    assert not {"address", "ip", "user_agent", "device"} & set(record)
    assert "renditions" not in record
