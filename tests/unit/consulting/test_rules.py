"""Who may answer, what is shown of whom, which comments are alike: decisions without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.consulting import rules
from reciproca.compacts.consulting.rules import FLOOR, Caution, PointState, Viewer
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.rules.sides import side_by_roles
from reciproca.compacts.drafting.tables import Attribution
from reciproca.core.errors import Conflict, Invalid
from reciproca.core.identity import Role
from reciproca.plugins.types import Side

NOW = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
_WORDS = "rota clinic bed pager theatre biopsy leave parking budget nurse referral dictation"
WORDS = st.sampled_from(_WORDS.split())
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map(" ".join)
TREES = st.lists(st.integers(0, 30), min_size=1, max_size=12).map(
    lambda above: {unit: (None if unit == 0 else above[unit] % unit) for unit in range(len(above))}
)


@pytest.mark.parametrize(
    "reason",
    ["", " ", "Noted", "noted.", "OK", "ok!", "n/a", "N.A.", "-", "Merci", "Bien noté, merci !", "Thank you.", "…",
     "👍", "D'accord", "Thank you for your input", "Pris en compte.", "Acknowledged and considered", "Done",
     "Reviewed."],
)  # fmt: skip
def test_a_reason_that_says_nothing(reason: str) -> None:
    """Courtesy and receipts are no reasons, in English or French."""
    assert rules.says_nothing(reason)
    with pytest.raises(Invalid) as caught:
        rules.require_reason(reason)
    assert caught.value.faults[0].field == "reason"


@pytest.mark.parametrize(
    "reason",
    ["Three days now.", "The board decides on budgets.", "Nous passons à trois jours.", "Already in clause 4: rounds.",
     "The union agreement forbids it.", "Un délai de sept jours retarde les congés."],
)  # fmt: skip
def test_a_reason_that_says_something(reason: str) -> None:
    """A short reason is a reason."""
    rules.require_reason(reason)


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    """Right-to-left, combining and control characters included, and adding substance always helps."""
    rules.says_nothing(text)
    assert not rules.says_nothing(f"{text} theatre biopsy")


@given(st.dictionaries(st.integers(), TEXTS, max_size=40))
def test_groups_of_alike_comments_are_apart_and_alike(texts: dict[int, str]) -> None:
    """Each comment is in one group at most; in each, all are like the first; the largest comes first."""
    groups = rules.alike(texts)
    keys = [key for group in groups for key in group]
    assert len(keys) == len(set(keys))
    assert set(keys) <= texts.keys()
    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)
    for group in groups:
        words = [rules.content_words(texts[key]) for key in group]
        assert all(rules.overlap(words[0], other) >= 0.6 for other in words[1:])


@given(TEXTS, st.integers(2, 6))
def test_the_same_words_are_always_grouped(text: str, number: int) -> None:
    """Case, accents, marks and small words don't make two points of one."""
    shapes = ("{}", "{}!", "The {}", "{}.", "Please, the {}".replace("Please, ", ""), "LES {}")
    said = {n: shapes[n % len(shapes)].format(text if n % 2 else text.upper()) for n in range(number)}
    assert rules.alike(said) == [list(range(number))]


def test_nothing_is_like_a_text_without_words() -> None:
    """Two comments of marks or small words alone aren't one point."""
    assert rules.alike({1: "…", 2: "…", 3: "the", 4: "the"}) == []


@given(TREES, st.data())
def test_a_unit_is_named_for_five_people_or_more(parents: dict[int, int | None], data: st.DataObject) -> None:
    """Under each name that is shown stand the comments of at least five people, whatever the tree, and each unit's
    comments are shown under itself or one above it."""
    spoke = data.draw(st.dictionaries(st.sampled_from(sorted(parents)), st.integers(1, 9)))
    shown = rules.shown_units(spoke, parents)
    assert shown.keys() == spoke.keys()
    for name in set(shown.values()) - {None}:
        assert sum(spoke[unit] for unit, under in shown.items() if under == name) >= FLOOR
    for unit, under in shown.items():
        line: list[int | None] = [unit]
        while line[-1] is not None:
            line.append(parents[line[-1]])
        assert under in line
        assert spoke[unit] < FLOOR or under == unit


ROLES = st.frozensets(st.sampled_from([Role.STEWARD, Role.DRAFTER, Role.PHYSICIAN, Role.REVIEWER]))


@given(ROLES, st.sampled_from(Side), st.sampled_from(Side))
def test_a_confidential_name_is_for_the_steward_and_the_own_drafters(
    roles: frozenset[Role], viewer: Side, author: Side
) -> None:
    """What is said before writing: nobody else of either side sees it."""
    look = Viewer(person_id=1, side=viewer, roles=roles)
    may = look.may_name(Attribution.CONFIDENTIAL, author_id=2, side=author)
    assert may is (Role.STEWARD in roles or (Role.DRAFTER in roles and viewer is author))
    assert not look.may_name(Attribution.UNIT, author_id=2, side=author)
    assert look.may_name(Attribution.NAMED, author_id=2, side=author)
    assert all(look.may_name(kind, author_id=1, side=author) for kind in Attribution)


@given(st.sets(st.sampled_from(Side), min_size=1), st.sets(st.sampled_from(Side)), st.sampled_from(Side))
def test_a_decline_needs_eyes_of_each_commenting_side(
    commenters: set[Side], seen: set[Side], answerer: Side
) -> None:
    """Whoever answers counts for their own side and for no other."""
    if commenters <= seen | {answerer}:
        rules.require_seen(commenters, seen, answerer)
        return
    with pytest.raises(Conflict) as caught:
        rules.require_seen(commenters, seen, answerer)
    assert {fault.reason for fault in caught.value.faults} == {
        side.value for side in commenters - seen - {answerer}
    }


@given(st.sampled_from([*Disposition, None]), st.integers(0, 3), st.integers(0, 3))
def test_the_state_of_a_point(disposition: Disposition | None, living: int, objections: int) -> None:
    """Open means: it has no answer, and somebody still wants one."""
    state = rules.state_of(disposition=disposition, living=living, objections=min(objections, living))
    assert (state is PointState.WITHDRAWN) is (living == 0)
    assert (state is PointState.OPEN) is (living > 0 and disposition is None)
    assert (state is PointState.OBJECTED) is bool(living and disposition and min(objections, living))


def test_an_objection_opens_a_comment_until_the_next_answer() -> None:
    """Also in the same instant: an objection comes after its answer, and the next answer after the objection."""
    accepted = Disposition.ACCEPTED
    assert rules.is_open(disposition=None, answered_at=None, objected_at=None)
    assert not rules.is_open(disposition=accepted, answered_at=NOW, objected_at=None)
    assert rules.is_open(disposition=accepted, answered_at=NOW, objected_at=NOW)
    assert not rules.is_open(
        disposition=accepted, answered_at=NOW + timedelta(microseconds=1), objected_at=NOW
    )


def test_one_physician_standing_for_all_draws_a_caution() -> None:
    """One who is asked, or one who spoke; a round in which nobody has spoken yet isn't judged."""
    asked, spoke = Caution.ONE_PHYSICIAN_ASKED, Caution.ONE_PHYSICIAN_SPOKE
    assert list(rules.round_warnings(physicians_asked=1)) == [asked]
    assert list(rules.round_warnings(physicians_asked=2)) == []
    assert list(rules.round_warnings(physicians_asked=40, physicians_spoke=1)) == [spoke]
    assert list(rules.round_warnings(physicians_asked=40, physicians_spoke=0)) == []


@given(
    st.sampled_from(Disposition), st.booleans(), st.sampled_from([None, "x"]), st.sampled_from([None, "i"])
)
def test_an_answer_fits_what_it_does(
    disposition: Disposition, adopts: bool, words: str | None, identity: str | None
) -> None:
    """Taking a wording is accepting it, other words are a change, and a change names its promise."""
    fits = (
        (not adopts or disposition is Disposition.ACCEPTED)
        and (words is None or disposition is Disposition.CHANGED)
        and (identity is not None or disposition is not Disposition.CHANGED)
    )
    if fits:
        rules.require_wording(disposition, adopts=adopts, words=words, identity=identity)
    else:
        with pytest.raises(Invalid):
            rules.require_wording(disposition, adopts=adopts, words=words, identity=identity)


@given(st.frozensets(st.sampled_from(Role)))
def test_everybody_stands_on_one_side(roles: frozenset[Role]) -> None:
    """A physician stands with the physicians whatever office they hold, unless somebody says otherwise by name."""
    physicians = {Role.PHYSICIAN, Role.CO_SPONSOR_PHYSICIANS, Role.RATIFIER_PHYSICIANS}
    assert (side_by_roles(roles) is Side.PHYSICIANS) is bool(roles & physicians)
