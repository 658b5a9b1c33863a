"""What people say of a draft, and the answers that they get, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.consulting import actions, queries
from reciproca.compacts.consulting.rules import PointState
from reciproca.compacts.consulting.tables import Disposition, Point
from reciproca.compacts.drafting.queries import find_version
from reciproca.compacts.drafting.tables import Edit
from reciproca.core.errors import Conflict, Forbidden, Invalid, NotFound, Stale
from reciproca.plugins.types import Side
from tests.building.consulting import close_round
from tests.building.hearing import REASON, House, a_house, a_round, answered, clause, mine, points, remark

ACCEPTED, CHANGED, DECLINED = Disposition.ACCEPTED, Disposition.CHANGED, Disposition.DECLINED


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose people can speak."""
    house = a_house(tmp_path / "home", database_url)
    yield house
    house.installation.database.dispose()


def test_alike_comments_get_one_answer_that_each_author_sees(house: House) -> None:
    """Many say the same; one act answers them, and each finds it beside their own words."""
    version = a_round(house)
    said = {who: remark(house, who, version) for who in ("anna", "ben", "leader")}
    with house.by("manager", write=False) as work:
        (found,) = queries.suggest(work, version=find_version(work, uid=version))
        assert set(found.comment_uids) == set(said.values())
    point = answered(house, "manager", version, *said.values(), title="A week is too long")
    for who, uid in said.items():
        (own,) = mine(house, who)
        assert (own.comment.uid, own.comment.point, own.together) == (uid, point, 3)
        assert (own.disposition, own.reason, own.may_edit, own.may_object) == (
            ACCEPTED,
            REASON,
            False,
            True,
        )
    with house.by("ben", write=False) as work:
        (view,) = points(work, version)
        assert (view.state, view.said) == (PointState.ANSWERED, {Side.PHYSICIANS: 2, Side.ORGANISATION: 1})
        assert work.session.scalars(select(Point)).one().uid == point


def test_a_group_made_first_is_answered_as_one_point(house: House) -> None:
    """Grouping and answering may be two acts; comments come in one by one until the answer."""
    version = a_round(house)
    first, second, third = (remark(house, who, version) for who in ("anna", "ben", "chloe"))
    with house.by("manager") as work:
        point = actions.group(work, version_uid=version, comment_uids=[first, second], title="The week").uid
    with house.by("doctor") as work:
        assert actions.group(work, version_uid=version, comment_uids=[third], point_uid=point).uid == point
    with house.by("manager", write=False) as work:
        (view,) = points(work, version, first=2)
        assert (view.title, view.count, len(view.comments)) == ("The week", 3, 2)
    with house.by("manager") as work:
        done = actions.answer(work, version_uid=version, point_uid=point, disposition=ACCEPTED, reason=REASON)
        assert done.uid == point
    with pytest.raises(Conflict), house.by("doctor") as work:
        actions.group(work, version_uid=version, comment_uids=[first])


def test_part_of_a_group_may_get_its_own_answer(house: House) -> None:
    """A comment that was grouped wrongly leaves for a point of its own; the others still wait."""
    version = a_round(house)
    first, second = (remark(house, who, version) for who in ("anna", "ben"))
    with house.by("manager") as work:
        actions.group(work, version_uid=version, comment_uids=[first, second])
    answered(house, "manager", version, first)
    with house.by("manager", write=False) as work:
        assert [view.state for view in points(work, version)] == [PointState.OPEN, PointState.ANSWERED]
    assert mine(house, "ben")[0].disposition is None


@pytest.mark.parametrize("reason", ["Noted.", "", "n/a", "Bien reçu, merci!", "OK – considered."])
def test_a_reason_that_says_nothing_is_refused(house: House, reason: str) -> None:
    """A bare "noted" answers nobody, in either language, and the comment still waits."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    with pytest.raises(Invalid) as caught:
        answered(house, "manager", version, uid, reason=reason)
    assert [fault.field for fault in caught.value.faults] == ["reason"]
    assert mine(house, "anna")[0].disposition is None


def test_declining_needs_somebody_of_the_commenters_own_side(house: House) -> None:
    """The organisation can't wave a physician's wish away before one who drafts for the physicians has seen it."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    with pytest.raises(Conflict) as caught:
        answered(house, "manager", version, uid, disposition=DECLINED)
    assert [(fault.field, fault.reason) for fault in caught.value.faults] == [("sights", "physicians")]
    with house.by("doctor") as work:
        assert [actions.see(work, version_uid=version, comment_uids=[uid]) for _ in range(2)] == [1, 0]
    with house.by("manager", write=False) as work:
        (view,) = points(work, version)
        assert (view.seen_by, view.unseen_by) == ({Side.PHYSICIANS}, frozenset())
    answered(house, "manager", version, uid, disposition=DECLINED)


def test_a_drafter_of_the_same_side_may_decline_at_once_but_not_for_the_other(house: House) -> None:
    """Who answers has seen it; a comment of the other side in the same answer still needs its own pair of eyes."""
    version = a_round(house)
    ours, theirs = remark(house, "anna", version), remark(house, "leader", version)
    with pytest.raises(Conflict):
        answered(house, "doctor", version, ours, theirs, disposition=DECLINED)
    answered(house, "doctor", version, ours, disposition=DECLINED)
    with house.by("manager") as work:
        actions.see(work, version_uid=version, comment_uids=[theirs])
    answered(house, "doctor", version, theirs, disposition=DECLINED)


def test_what_was_seen_of_a_group_is_what_was_seen_of_all_its_parts(house: House) -> None:
    """Having seen one comment isn't having seen another that is grouped with it later."""
    version = a_round(house)
    first, second = (remark(house, who, version) for who in ("anna", "ben"))
    with house.by("doctor") as work:
        actions.see(work, version_uid=version, comment_uids=[first])
    with house.by("manager") as work:
        point = actions.group(work, version_uid=version, comment_uids=[first, second])
    with pytest.raises(Conflict), house.by("manager") as work:
        actions.answer(work, version_uid=version, point_uid=point.uid, disposition=DECLINED, reason=REASON)
    with house.by("doctor") as work:
        actions.see(work, version_uid=version, point_uids=[point.uid])
    with house.by("manager") as work:
        actions.answer(work, version_uid=version, point_uid=point.uid, disposition=DECLINED, reason=REASON)


def test_a_proposed_wording_is_taken_into_the_text_at_once(house: House) -> None:
    """Accepting it changes the draft, remembers why, and shows its author what changed."""
    version = a_round(house)
    about = clause(house, version)
    uid = remark(house, "anna", version, identity=about.identity, wording="We answer within three days.")
    answered(house, "manager", version, uid, adopt=uid)
    assert clause(house, version).text == "We answer within three days."
    (own,) = mine(house, "anna")
    (change,) = own.changes
    assert (change.before, change.after, change.why) == (about.text, "We answer within three days.", REASON)
    assert own.comment.is_adopted
    with house.by("ben", write=False) as work:
        (told,) = queries.you_said(work, version=find_version(work, uid=version)).points
        assert (told.disposition, told.reason, list(told.changes)) == (ACCEPTED, REASON, [change])


def test_other_words_make_the_answer_changed(house: House) -> None:
    """The drafters may find a third wording; the answer names the promise, and the draft says it."""
    version = a_round(house)
    about = clause(house, version)
    uid = remark(house, "anna", version, identity=about.identity, wording="Never.")
    words = {"wording": "Within two days.", "locale": "en", "base": about.text}
    for wrong in (
        {"disposition": ACCEPTED, **words},
        {"disposition": CHANGED, "adopt": uid},
        {"disposition": CHANGED, "wording": "x"},
    ):
        with pytest.raises(Invalid):
            answered(house, "manager", version, uid, **wrong)
    answered(house, "manager", version, uid, disposition=CHANGED, **words)
    assert clause(house, version).text == "Within two days."


def test_changed_names_a_promise(house: House) -> None:
    """A comment on the whole text that changes something says which promise that is."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    with pytest.raises(Invalid) as caught:
        answered(house, "manager", version, uid, disposition=CHANGED)
    assert [fault.field for fault in caught.value.faults] == ["identity"]
    answered(house, "manager", version, uid, disposition=CHANGED, identity=clause(house, version).identity)


def test_words_that_changed_meanwhile_are_shown_and_nothing_is_lost(house: House) -> None:
    """A second wording for the same promise was written against older words: the conflict tells the new ones."""
    version = a_round(house)
    about = clause(house, version)
    first, second = (
        remark(house, who, version, identity=about.identity, wording=f"As {who} says.")
        for who in ("anna", "ben")
    )
    answered(house, "manager", version, first, adopt=first)
    with pytest.raises(Conflict) as caught:
        answered(house, "doctor", version, second, adopt=second)
    assert [(fault.field, fault.reason) for fault in caught.value.faults] == [("base", "As anna says.")]
    assert clause(house, version).text == "As anna says."
    assert mine(house, "ben")[0].disposition is None
    with house.by("manager", write=False) as work:
        assert len(list(work.session.scalars(select(Edit).filter_by(identity=about.identity)))) == 1


def test_an_author_edits_or_takes_back_until_the_answer(house: House) -> None:
    """Words are the author's own until somebody has answered them; nobody else can touch them."""
    version = a_round(house)
    uid, other = remark(house, "anna", version), remark(house, "anna", version, "Something else.")
    with house.by("anna") as work:
        assert actions.edit_comment(work, comment_uid=uid, text="Two days!", revision=1).revision == 2
    with pytest.raises(Stale), house.by("anna") as work:
        actions.edit_comment(work, comment_uid=uid, text="Lost?", revision=1)
    with pytest.raises(Forbidden), house.by("ben") as work:
        actions.edit_comment(work, comment_uid=uid, text="Not mine.")
    with house.by("anna") as work:
        actions.withdraw_comment(work, comment_uid=other)
        actions.withdraw_comment(work, comment_uid=other)
    with house.by("ben", write=False) as work:
        assert [view.comments[0].text for view in points(work, version)] == ["Two days!"]
        with pytest.raises(NotFound):
            queries.find_comment(work, uid=other)
    answered(house, "manager", version, uid)
    with pytest.raises(Conflict), house.by("anna") as work:
        actions.withdraw_comment(work, comment_uid=uid)
    with pytest.raises(Conflict), house.by("anna") as work:
        actions.edit_comment(work, comment_uid=uid, text="x")
    with pytest.raises(Conflict), house.by("manager") as work:
        actions.answer(work, version_uid=version, comment_uids=[other], disposition=ACCEPTED, reason=REASON)


def test_that_was_not_my_point_is_said_once_and_answered_again(house: House) -> None:
    """The objection makes the comment wait again, and the round with it; the others keep their answer."""
    version = a_round(house)
    first, second = (remark(house, who, version) for who in ("anna", "ben"))
    with pytest.raises(Conflict), house.by("anna") as work:
        actions.object_once(work, comment_uid=first, objection="Not yet answered.")
    point = answered(house, "manager", version, first, second)
    with house.by("anna") as work:
        actions.object_once(work, comment_uid=first, objection="I meant the weekend.")
    with pytest.raises(Conflict), house.by("anna") as work:
        actions.object_once(work, comment_uid=first, objection="And again.")
    with pytest.raises(Conflict), house.by("steward") as work:
        close_round(work, version)
    with house.by("manager", write=False) as work:
        (view,) = points(work, version, state=PointState.OBJECTED)
        assert (view.uid, [one.objection for one in view.comments]) == (point, ["I meant the weekend.", None])
    again = answered(house, "manager", version, first, disposition=ACCEPTED, reason="Weekends now count too.")
    assert [(own.comment.point, own.reason) for own in (*mine(house, "anna"), *mine(house, "ben"))] == [
        (again, "Weekends now count too."),
        (point, REASON),
    ]
    assert not mine(house, "anna")[0].may_object
    with house.by("steward") as work:
        close_round(work, version)


def test_a_thread_is_kept_with_its_comment(house: House) -> None:
    """Both sides talk below a comment; each turn says who, for which side."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    for who, text in (("manager", "Would five days do?"), ("anna", "Three.")):
        with house.by(who) as work:
            actions.reply(work, comment_uid=uid, text=text)
    with house.by("ben", write=False) as work:
        comment, _version = queries.find_comment(work, uid=uid)
    assert [(one.speaker.side, one.speaker.name, one.text) for one in comment.replies] == [
        (Side.ORGANISATION, "Manager Roy", "Would five days do?"),
        (Side.PHYSICIANS, "Anna Roy", "Three."),
    ]


def test_words_that_were_taken_back_name_no_point(house: House) -> None:
    """A point that was named by somebody's first words follows when they edit them, and drops them when they go."""
    version = a_round(house)
    first, second = remark(house, "anna", version, "Secret."), remark(house, "ben", version, "Open.")
    with house.by("manager") as work:
        actions.group(work, version_uid=version, comment_uids=[first, second])
    with house.by("anna") as work:
        actions.edit_comment(work, comment_uid=first, text="Less secret.")
        assert [view.title for view in points(work, version)] == ["Less secret."]
        actions.withdraw_comment(work, comment_uid=first)
        assert [view.title for view in points(work, version)] == ["Open."]
    with house.by("ben") as work:
        actions.withdraw_comment(work, comment_uid=second)
        assert [view.title for view in points(work, version, state=PointState.WITHDRAWN)] == [""]


def test_answering_a_point_again_reaches_those_whom_it_missed(house: House) -> None:
    """The second answer goes to whoever objected; a point that nobody objected to has its answer."""
    version = a_round(house)
    first, second = (remark(house, who, version) for who in ("anna", "ben"))
    point = answered(house, "manager", version, first, second)
    with pytest.raises(Conflict), house.by("manager") as work:
        actions.answer(work, version_uid=version, point_uid=point, disposition=ACCEPTED, reason=REASON)
    with house.by("anna") as work:
        actions.object_once(work, comment_uid=first, objection="I meant the weekend.")
    with house.by("manager") as work:
        actions.answer(
            work, version_uid=version, point_uid=point, disposition=ACCEPTED, reason="Weekends now count."
        )
    assert [mine(house, who)[0].reason for who in ("anna", "ben")] == ["Weekends now count.", REASON]
