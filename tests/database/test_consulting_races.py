"""Two people at the same moment: what they said and decided is kept, and one of them is told, on both databases."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from threading import Barrier

import pytest

from reciproca.compacts.consulting import actions, queries
from reciproca.compacts.consulting.tables import Disposition
from reciproca.compacts.drafting.queries import find_version
from reciproca.core.errors import Busy, Conflict
from reciproca.core.work import Work
from tests.building.consulting import close_round, open_round
from tests.building.hearing import REASON, House, a_house, a_round, answered, clause, mine, points, remark

Act = Callable[[Work], object]


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose people can speak."""
    house = a_house(tmp_path / "home", database_url)
    yield house
    house.installation.database.dispose()


def _at_once(house: House, *doing: tuple[str, Act]) -> list[str]:
    """Each does something at the same moment; the names of what came of it, sorted."""
    start = Barrier(len(doing))

    def do(who: str, act: Act) -> str:
        start.wait()
        try:
            with house.by(who) as work:
                act(work)
        except (Conflict, Busy) as error:
            return type(error).__name__
        return "done"

    with ThreadPoolExecutor(len(doing)) as pool:
        return sorted(pool.map(lambda each: do(*each), doing))


def test_two_people_decide_the_same_wording_at_once(house: House) -> None:
    """One decides, the other is told that it is answered; the text holds one decision, not a mixture."""
    version = a_round(house)
    about = clause(house, version)
    uid = remark(house, "anna", version, identity=about.identity, wording="Within three days.")

    def adopt(work: Work) -> object:
        return actions.answer(
            work,
            version_uid=version,
            comment_uids=[uid],
            disposition=Disposition.ACCEPTED,
            reason=REASON,
            adopt=uid,
        )

    def reword(work: Work) -> object:
        return actions.answer(
            work, version_uid=version, comment_uids=[uid], disposition=Disposition.CHANGED, reason=REASON,
            wording="Within two days.", locale="en", base=about.text,
        )  # fmt: skip

    assert _at_once(house, ("manager", adopt), ("doctor", reword)) == ["Conflict", "done"]
    (own,) = mine(house, "anna")
    words = "Within three days." if own.comment.is_adopted else "Within two days."
    assert (clause(house, version).text, [change.after for change in own.changes]) == (words, [words])


def test_two_wordings_of_one_promise_are_not_both_taken(house: House) -> None:
    """Two comments, two deciders, one promise: the second is shown the words as they are now."""
    version = a_round(house)
    about = clause(house, version)
    said = {
        who: remark(house, who, version, identity=about.identity, wording=f"As {who} says.")
        for who in ("anna", "ben")
    }

    def adopting(uid: str) -> Act:
        return lambda work: actions.answer(
            work,
            version_uid=version,
            comment_uids=[uid],
            disposition=Disposition.ACCEPTED,
            reason=REASON,
            adopt=uid,
        )

    deciding = [(who, adopting(uid)) for who, uid in zip(("manager", "doctor"), said.values(), strict=True)]
    assert _at_once(house, *deciding) == ["Conflict", "done"]
    answers = {who: mine(house, who)[0].disposition for who in said}
    (winner,) = [who for who, disposition in answers.items() if disposition]
    assert clause(house, version).text == f"As {winner} says."


def test_a_round_is_closed_once(house: House) -> None:
    """Two people close it at once, or one after the other: one does, the other is told."""
    version = a_round(house)
    both = [("steward", lambda work: close_round(work, version))] * 2
    assert _at_once(house, *both) == ["Conflict", "done"]
    with pytest.raises(Conflict), house.by("steward") as work:
        close_round(work, version)


def test_two_rounds_are_not_opened_at_once(house: House) -> None:
    """There is one next round, whoever opens it."""
    version = a_round(house)
    with house.by("steward") as work:
        close_round(work, version)
    assert _at_once(house, *[("steward", lambda work: open_round(work, version))] * 2) == ["Conflict", "done"]


def test_a_comment_that_is_on_its_way_holds_the_round_open(house: House) -> None:
    """What somebody is just sending can't end in a closed round without an answer."""
    version = a_round(house)
    with ThreadPoolExecutor(1) as pool:
        with house.by("anna") as work:
            actions.say(work, version_uid=version, text="Wait for me.", locale="en")
            closing: Future[None] = pool.submit(_close, house, version)
            wait([closing], timeout=0.5)
        with pytest.raises(Conflict):
            closing.result()
    with house.by("steward", write=False) as work:
        assert queries.open_count(work, version=find_version(work, uid=version)) == 1


def test_a_comment_that_meets_a_closing_round_waits_for_the_next(house: House) -> None:
    """Whoever presses the button while the round is being closed is late, and isn't lost in a closed round."""
    version = a_round(house)
    with ThreadPoolExecutor(1) as pool:
        with house.by("steward") as work:
            close_round(work, version)
            saying: Future[str] = pool.submit(remark, house, "anna", version)
            wait([saying], timeout=0.5)
        uid = saying.result()
    with house.by("steward", write=False) as work:
        assert [view.comments[0].uid for view in points(work, version, number=0)] == [uid]


def _close(house: House, version: str) -> None:
    with house.by("steward") as work:
        close_round(work, version)


def test_comments_don_t_wait_for_each_other(house: House) -> None:
    """Many speak at the same moment; each of them is heard once."""
    version = a_round(house)

    def saying(number: int) -> Act:
        return lambda work: actions.say(work, version_uid=version, text=f"Point {number}", locale="en")

    assert _at_once(house, *[("anna", saying(number)) for number in range(8)]) == ["done"] * 8
    with house.by("steward", write=False) as work:
        assert sorted(view.title for view in points(work, version)) == [
            f"Point {number}" for number in range(8)
        ]


def test_taking_back_and_answering_at_once_ends_in_one_of_both(house: House) -> None:
    """Either the comment is gone and nobody answered it, or it stays with its answer."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    done = _at_once(
        house,
        ("anna", lambda work: actions.withdraw_comment(work, comment_uid=uid)),
        ("manager", lambda work: actions.answer(
            work, version_uid=version, comment_uids=[uid], disposition=Disposition.ACCEPTED, reason=REASON)),
    )  # fmt: skip
    assert done == ["Conflict", "done"]
    (own,) = mine(house, "anna")
    assert own.is_withdrawn is (own.disposition is None)


def test_two_groups_of_the_same_comments_at_once(house: House) -> None:
    """However two people group, each comment is in one point, and each point has its comments."""
    version = a_round(house)
    uids = [remark(house, who, version, who) for who in ("anna", "ben", "chloe")]
    done = _at_once(
        house,
        ("manager", lambda work: actions.group(work, version_uid=version, comment_uids=uids[:2])),
        ("doctor", lambda work: actions.group(work, version_uid=version, comment_uids=uids[1:])),
    )
    assert "done" in done
    with house.by("steward", write=False) as work:
        assert sum(view.count for view in points(work, version)) == 3
    answered(house, "manager", version, *uids)
