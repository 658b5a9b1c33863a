"""Tracked changes taken apart: each is one wording, and none of them loses a word of another's."""

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.exchange.rules import Part, Tracked, final_text, original_text, tracked_changes

PARTS = st.lists(
    st.builds(Part, text=st.text("abc ", min_size=1, max_size=6), mark=st.sampled_from(["", "+", "-"]),
              author=st.sampled_from(["Kim", "Lou"])), max_size=8,
)  # fmt: skip


def test_what_two_people_changed_side_by_side_is_two_changes() -> None:
    """One author's words put in and taken out in one place are one change; the next author's are another."""
    parts = [
        Part(text="We answer "),
        Part(text="in ten", mark="-", author="Kim"), Part(text="in two", mark="+", author="Kim"),
        Part(text=" working", mark="+", author="Lou"), Part(text=" days."),
    ]  # fmt: skip
    assert tracked_changes(parts) == [
        Tracked(author="Kim", wording="We answer in two days."),
        Tracked(author="Lou", wording="We answer in ten working days."),
    ]
    assert (original_text(parts), final_text(parts)) == (
        "We answer in ten days.",
        "We answer in two working days.",
    )


@given(PARTS)
def test_one_change_alone_is_the_whole_of_it(parts: list[Part]) -> None:
    """Where there is one change only, its wording is the text with all accepted; without any, nothing is said."""
    changes = tracked_changes(parts)
    if not any(part.mark for part in parts):
        assert changes == []
    if len(changes) == 1:
        assert changes[0].wording == final_text(parts)
