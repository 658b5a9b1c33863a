"""Which lines of a roster stand against one another."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.people.rules.judging import (
    claimed_emails,
    keep,
    overlaps,
    without_address,
    without_duplicates,
)
from reciproca.compacts.people.rules.lines import Entry, Period

YEAR = Period(starts=date(2026, 7, 1), ends=date(2027, 6, 30))


def an_entry(
    line: int, staff_id: str = "P1", email: str | None = None, unit: str = "Surgery", period: Period = YEAR
) -> Entry:
    """A good line."""
    return Entry(
        line=line,
        staff_id=staff_id,
        family_name="Roy",
        given_name="Anna",
        email=email,
        second_email=None,
        locale=None,
        licences={},
        unit=(unit,),
        category="active",
        period=period,
        leave=None,
        posts=(),
    )


def test_a_line_that_says_the_same_again_is_counted_once() -> None:
    """A table that was pasted twice doesn't appoint anybody twice."""
    kept, notes = without_duplicates([an_entry(2), an_entry(3, "P2"), an_entry(4)])
    assert [entry.line for entry in kept] == [2, 3]
    assert [(note.line, note.subject) for note in notes] == [(4, "2")]


def test_two_units_at_once_are_no_contradiction_and_two_periods_in_one_unit_are() -> None:
    """A person may be appointed in two departments, but not twice in one for the same days."""
    later = Period(starts=date(2027, 6, 30), ends=None)
    after = Period(starts=date(2027, 7, 1), ends=None)
    entries = [
        an_entry(2),
        an_entry(3, unit="Medicine"),
        an_entry(4, unit="SURGERY", period=later),
        an_entry(5, period=after),
    ]
    assert [problem.line for problem in overlaps(entries, {})] == [4, 5]


def test_an_address_belongs_to_the_first_who_has_it() -> None:
    """Two staff identifiers with one address can't both be reached under it."""
    entries = [an_entry(2, "P1", "a@b.ca"), an_entry(3, "P2", "a@b.ca"), an_entry(4, "P3", "old@b.ca")]
    assert [problem.line for problem in claimed_emails(entries, {"P9": "old@b.ca"}, {})] == [3, 4]


def test_two_people_may_swap_addresses() -> None:
    """What a person gives up in the same table is free for another."""
    entries = [an_entry(2, "P1", "two@b.ca"), an_entry(3, "P2", "one@b.ca")]
    assert claimed_emails(entries, {"P1": "one@b.ca", "P2": "two@b.ca"}, {}) == []


def test_a_refused_line_keeps_its_address_from_others() -> None:
    """P2 can't leave b@ because c@ is taken; so P1 can't have b@ either."""
    entries = [an_entry(2, "P1", "b@b.ca"), an_entry(3, "P2", "c@b.ca")]
    refused = claimed_emails(entries, {"P1": "a@b.ca", "P2": "b@b.ca", "P3": "c@b.ca"}, {})
    assert sorted(problem.line for problem in refused) == [2, 3]


def test_who_has_an_address_on_file_is_not_warned_of() -> None:
    """A warning names only those whom no mail can reach, once each."""
    entries = [an_entry(2, "P1"), an_entry(3, "P2"), an_entry(4, "P2", unit="Medicine")]
    assert [problem.line for problem in without_address(entries, {"P1": "a@b.ca"}, {})] == [3]


_PEOPLE = st.sampled_from(["P1", "P2", "P3", "P4"])
_ADDRESSES = st.sampled_from(["a@b.ca", "b@b.ca", "c@b.ca", "d@b.ca"])


@given(st.lists(st.tuples(_PEOPLE, _ADDRESSES), max_size=8), st.dictionaries(_PEOPLE, _ADDRESSES))
def test_however_addresses_move_no_two_people_end_with_one(
    claims: list[tuple[str, str]], known: dict[str, str]
) -> None:
    """Whatever a table says, applying what is left of it gives every address to at most one person."""
    on_file = {staff: email for staff, email in known.items() if list(known.values()).count(email) == 1}
    entries = [an_entry(line, staff, email) for line, (staff, email) in enumerate(claims, 2)]
    final = dict(on_file)
    first: dict[str, str] = {}
    for entry in keep(entries, claimed_emails(entries, on_file, {})):
        first.setdefault(entry.staff_id, entry.email or "")
    final |= first
    assert len(set(final.values())) == len(final)
