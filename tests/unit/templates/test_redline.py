"""The word diff: nothing lost, nothing invented, numbers whole."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from reciproca.templates.redline import DELETED, INSERTED, KEPT, Part, changed, redline

WORDS = st.lists(st.sampled_from(["we", "answer", "within", "60", "30", "days", ",", ".", "l’équipe", "1,5"]))


def test_a_number_changes_whole() -> None:
    """Protects a promise from a misleading "6 to 3": digits are never cut."""
    assert redline("within 60 days.", "within 30 days.") == [
        Part(KEPT, "within "),
        Part(DELETED, "60"),
        Part(INSERTED, "30"),
        Part(KEPT, " days."),
    ]


def test_a_rewritten_phrase_is_one_change() -> None:
    """Protects reading: a new phrase is shown at once, not word by word."""
    parts = redline("We test small.", "We test small, and stop what does not work.")
    assert [part.kind for part in parts] == [KEPT, INSERTED, KEPT]


def test_a_blank_between_two_changes_joins_them() -> None:
    """Protects reading: neighbouring words that both changed are one deletion and one insertion."""
    parts = redline("within sixty working days", "within thirty calendar days")
    assert parts[1:3] == [Part(DELETED, "sixty working"), Part(INSERTED, "thirty calendar")]


def test_equal_texts_show_no_change() -> None:
    """Protects the count of changed pairs from false alarms."""
    assert not changed(redline("We listen.", "We listen."))
    assert redline("", "") == []


@given(WORDS, WORDS)
def test_both_wordings_can_be_had_back(old: list[str], new: list[str]) -> None:
    """Protects truth: the parts hold exactly the two wordings, deletions before insertions."""
    before, after = " ".join(old), " ".join(new)
    parts = redline(before, after)
    assert "".join(part.text for part in parts if part.kind != INSERTED) == before
    assert "".join(part.text for part in parts if part.kind != DELETED) == after
    assert all(one.kind != two.kind for one, two in itertools.pairwise(parts))
