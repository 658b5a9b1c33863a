"""What the difference says of two versions: nothing is lost, and what only changed places isn't called new."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.rules import Clause, Kind
from reciproca.plugins.types import Side
from reciproca.templates.redline import DELETED, INSERTED, redline

CLAUSE = Clause(
    uid="c1", revision=1, identity="i1", side=Side.ORGANISATION, pair=None, theme="care", theme_label="Care",
    position=1, topic="Quality", text="We answer every safety report within fourteen days.", indicator="", evidence="",
    cadence="yearly",
)  # fmt: skip
CONTENT = ("identity", "side", "pair", "theme", "topic", "text", "indicator", "evidence", "cadence")
WORDS = st.lists(
    st.sampled_from(["we", "answer", "report", "safety", "meeting", "listen", "nightly"]), max_size=8
)


@st.composite
def versions(draw: st.DrawFn) -> list[Clause]:
    """A version: some of nine commitments, in any order, each in any words."""
    identities = draw(st.permutations(range(9)))[: draw(st.integers(0, 9))]
    return [
        replace(
            CLAUSE,
            identity=f"i{n}",
            side=draw(st.sampled_from(list(Side))),
            topic=f"topic {draw(st.integers(0, 2))}",
            text=" ".join(draw(WORDS)),
            position=position,
        )
        for position, n in enumerate(identities, 1)
    ]


@given(versions(), versions())
def test_the_difference_applied_to_the_old_gives_the_new(before: list[Clause], after: list[Clause]) -> None:
    """Told from the old clauses and what changed, the new version comes out: content, and order."""
    found = rules.difference(before, after)
    assert [_content(clause) for clause in rules.replay(found)] == [_content(clause) for clause in after]


@given(versions(), versions())
def test_every_clause_of_both_is_in_it_once(before: list[Clause], after: list[Clause]) -> None:
    """No promise of either version is missing from the difference, and none is there twice."""
    found = rules.difference(before, after)
    assert sorted(c.before.identity for c in found.changes if c.before) == sorted(c.identity for c in before)
    assert [c.after.identity for c in found.changes if c.after] == [c.identity for c in after]


@given(versions(), versions())
def test_the_words_of_each_change_lead_from_old_to_new(before: list[Clause], after: list[Clause]) -> None:
    """What a reader sees struck out and put in is just what changed."""
    for change in rules.difference(before, after).changes:
        old, new = (clause.text if clause else "" for clause in (change.before, change.after))
        parts = redline(old, new)
        assert "".join(part.text for part in parts if part.kind != INSERTED) == old
        assert "".join(part.text for part in parts if part.kind != DELETED) == new


def test_a_topic_that_changed_places_is_moved_and_the_others_stay() -> None:
    """The fewest moves that explain the new order: one topic went to the end."""
    before = _numbered("a", "b", "c", "d")
    found = rules.difference(before, _numbered("b", "c", "d", "a"))
    assert {change.identity: change.moved for change in found.shown} == {"a": (1, 4)}
    assert found.count == 0


def test_two_promises_made_one_are_merged() -> None:
    """The one that went is shown with the one that took its words; split, the other way round."""
    listen = replace(CLAUSE, identity="listen", text="We listen to every physician each quarter.")
    answer = replace(CLAUSE, identity="answer", text="We answer written questions within fourteen days.")
    both = replace(listen, text=f"{listen.text} {answer.text}")
    merged = rules.difference([listen, answer], [both])
    assert [(c.kind, c.joined and c.joined.identity) for c in merged.changes] == [
        (Kind.CHANGED, None),
        (Kind.REMOVED, "listen"),
    ]
    divided = rules.difference([both], [listen, answer])
    assert [(c.kind, c.joined and c.joined.identity) for c in divided.changes] == [
        (Kind.CHANGED, None),
        (Kind.ADDED, "listen"),
    ]


def test_a_promise_typed_anew_is_a_reworded_one() -> None:
    """Retyped or imported in nearly the same words, it isn't one promise removed and another added."""
    anew = replace(CLAUSE, identity="i2", text=CLAUSE.text.replace("fourteen", "thirty"))
    other_side = replace(anew, side=Side.PHYSICIANS)
    assert [change.kind for change in rules.difference([CLAUSE], [anew]).changes] == [Kind.CHANGED]
    assert [change.kind for change in rules.difference([CLAUSE], [other_side]).changes] == [
        Kind.ADDED,
        Kind.REMOVED,
    ]


def _numbered(*identities: str) -> list[Clause]:
    return [
        replace(CLAUSE, identity=key, text=key, position=place) for place, key in enumerate(identities, 1)
    ]


def _content(clause: Clause) -> tuple[object, ...]:
    return tuple(getattr(clause, name) for name in CONTENT)
