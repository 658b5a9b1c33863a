"""Who takes which place where several sign for the organisation."""

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.signing.rules.signatories import Signatories, missing, place

GROUPS = st.lists(
    st.builds(
        Signatories,
        name=st.text(max_size=3),
        needs=st.integers(1, 3),
        posts=st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple),
    ),
    min_size=1,
    max_size=4,
)


def test_who_could_take_two_places_takes_the_one_that_fewest_can() -> None:
    """So the chair doesn't fill the place of somebody who may sign for nothing else."""
    groups = [
        Signatories(name="any"),
        Signatories(name="two", posts=("a", "b")),
        Signatories(name="one", posts=("a",)),
    ]
    assert place(groups, [], {"a"}) == 2
    assert place(groups, [2], {"a"}) == 1
    assert place(groups, [2, 1], {"a"}) == 0
    assert place(groups, [], {"c"}) == 0
    assert place(groups, [0], {"c"}) is None


@given(groups=GROUPS, people=st.lists(st.frozensets(st.sampled_from("abc")), max_size=20))
def test_nobody_signs_for_a_group_that_is_complete_or_isn_t_theirs(
    groups: list[Signatories], people: list[frozenset[str]]
) -> None:
    """Whoever comes, in any order: no group ever has more than it needs."""
    signed_for: list[int] = []
    for posts in people:
        number = place(groups, signed_for, posts)
        if number is not None:
            assert not groups[number].posts or set(groups[number].posts) & posts
            signed_for.append(number)
    for number, group in enumerate(groups):
        assert signed_for.count(number) + missing(groups, signed_for).get(number, 0) == group.needs
