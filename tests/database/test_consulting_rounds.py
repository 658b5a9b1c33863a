"""What holds for a whole round of consultation, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reciproca.compacts.consulting import actions, queries
from reciproca.compacts.consulting.tables import Comment, Disposition, Point
from reciproca.compacts.drafting.actions import propose, remove_commitment, revise
from reciproca.compacts.drafting.queries import find_version, version_texts
from reciproca.compacts.drafting.tables import Attribution, VersionState
from reciproca.compacts.notices.tables import Notice
from reciproca.compacts.notices.words import Kind
from reciproca.core.errors import Conflict, Forbidden, Invalid, NotFound
from reciproca.core.ledger.tables import LedgerLeaf
from reciproca.plugins.types import Side
from tests.building.consulting import SAID, close_round, open_round
from tests.building.drafting import STEWARD, read
from tests.building.hearing import House, a_house, a_round, answered, clause, mine, points, remark

ACCEPTED, CHANGED, DECLINED = Disposition.ACCEPTED, Disposition.CHANGED, Disposition.DECLINED


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[House]:
    """A hospital whose people can speak."""
    house = a_house(tmp_path / "home", database_url)
    yield house
    house.installation.database.dispose()


def test_late_comments_join_the_next_round(house: House) -> None:
    """After the last day, and between rounds, nobody is turned away: it waits, and keeps how it was to be shown."""
    version = a_round(house, Attribution.CONFIDENTIAL)
    house.installation.clock.advance(timedelta(days=2))  # type: ignore[attr-defined]  # a fixed clock
    after_the_day = remark(house, "anna", version, "After the last day.")
    with house.by("steward") as work:
        close_round(work, version)
        assert [view.title for view in points(work, version)] == []
        assert [view.title for view in points(work, version, number=0)] == ["After the last day."]
        open_round(work, version)
        (view,) = points(work, version)
        assert view.comments[0].uid == after_the_day
    with house.by("ben", write=False) as work:
        assert points(work, version)[0].comments[0].speaker.name == ""


def test_a_round_closes_with_everything_answered_and_tells_each_commenter_once(house: House) -> None:
    """An open comment holds it open; then everybody who spoke gets one message, however much they said."""
    version = a_round(house)
    uids = [remark(house, who, version, f"{who} {n}") for who in ("anna", "ben") for n in range(2)]
    taken_back = remark(house, "chloe", version)
    with house.by("chloe") as work:
        actions.withdraw_comment(work, comment_uid=taken_back)
    with pytest.raises(Conflict), house.by("steward") as work:
        close_round(work, version)
    answered(house, "manager", version, *uids)
    with house.by("steward") as work:
        close_round(work, version)
        told = select(Notice.person_id).filter_by(kind=str(Kind.CONSULTATION_CLOSED))
        assert sorted(work.session.scalars(told)) == sorted(
            house.actors[who].person_id for who in ("anna", "ben")
        )
    with pytest.raises(Conflict), house.by("steward") as work:
        close_round(work, version)


def test_nothing_is_proposed_while_a_comment_waits(house: House) -> None:
    """A late comment has no round to hold open, so it is the proposal that waits for its answer."""
    version = a_round(house)
    with house.by("steward") as work:
        close_round(work, version)
        read(work, find_version(work, uid=version))
    late = remark(house, "anna", version)
    with pytest.raises(Conflict), house.by("steward") as work:
        propose(work, version_uid=version)
    answered(house, "manager", version, late)
    with house.by("steward") as work:
        assert propose(work, version_uid=version).state is VersionState.PROPOSED
    with pytest.raises(Conflict), house.by("anna") as work:
        actions.say(work, version_uid=version, text="Too late.", locale="en")


def test_a_promise_removed_since_may_still_be_spoken_of(house: House) -> None:
    """What is written while somebody removes the clause is kept, under what is no longer in the text."""
    version = a_round(house)
    about = clause(house, version)
    early = remark(house, "ben", version, "Keep this one.", identity=about.identity)
    answered(house, "manager", version, early)
    with house.by("steward") as work:
        close_round(work, version)
        revise(work, version_uid=version)
        remove_commitment(work, commitment_uid=about.uid)
    remark(house, "anna", version, "I miss it.", identity=about.identity, wording="Keep it.", base=about.text)
    with house.by("steward") as work:
        open_round(work, version)
        page = queries.round_page(work, version=find_version(work, uid=version))
        assert [(one.identity, one.is_removed) for one in page.clauses] == [(about.identity, True)]
    with pytest.raises(Conflict):
        answered(
            house, "manager", version, page.points[0].comments[0].uid, adopt=page.points[0].comments[0].uid
        )
    with pytest.raises(Invalid), house.by("anna") as work:
        actions.say(work, version_uid=version, text="?", locale="en", identity="0" * 36)


def test_a_confidential_name_is_known_to_the_steward_and_the_own_side_s_drafters(house: House) -> None:
    """What was promised before writing holds for every reader, in replies too, and the uid betrays no time."""
    version = a_round(house, Attribution.CONFIDENTIAL)
    uid = remark(house, "anna", version)
    with house.by("anna") as work:
        actions.reply(work, comment_uid=uid, text="I add this.")
    seen = {}
    for who in ("anna", "ben", "doctor", "manager", "steward"):
        with house.by(who, write=False) as work:
            comment, _version = queries.find_comment(work, uid=uid)
            seen[who] = {comment.speaker.name, comment.replies[0].speaker.name}
    assert seen == {
        "anna": {"Anna Roy"},
        "ben": {""},
        "doctor": {"Anna Roy"},
        "manager": {""},
        "steward": {"Anna Roy"},
    }
    assert uid[14] == "4"
    with house.by("ben", write=False) as work:
        assert points(work, version)[0].uid[14] == "4"


def test_a_round_says_everything_before_it_opens(house: House) -> None:
    """Purpose, limits, rule, who decides and how the effect is measured: each is needed, and so is a known language."""
    uid = a_round(house)
    with house.by("steward") as work:
        close_round(work, uid)
        for name in SAID:
            with pytest.raises(Invalid) as caught:
                actions.open_consultation(
                    work,
                    version_uid=uid,
                    closes_on=work.today(),
                    attribution=Attribution.NAMED,
                    **{**SAID, name: " "},
                )
            assert [fault.field for fault in caught.value.faults] == [name]
        with pytest.raises(Invalid):
            open_round(work, uid, audience={"locales": ["xx"]})
        with pytest.raises(Invalid):
            open_round(work, uid, closes_on=work.today() - timedelta(days=1))


def test_rates_tell_what_became_of_each_side_s_comments(house: House) -> None:
    """Accepted, changed, declined and waiting, side by side, for everybody."""
    version = a_round(house)
    for who, disposition in (("anna", ACCEPTED), ("ben", DECLINED), ("leader", ACCEPTED)):
        uid = remark(house, who, version)
        answered(house, "doctor", version, uid, disposition=disposition)
    remark(house, "board", version)
    with house.by("chloe", write=False) as work:
        rates = queries.rates(work, version=find_version(work, uid=version))[1]
    assert rates[Side.PHYSICIANS] == queries.Rates(accepted=1, declined=1)
    assert rates[Side.ORGANISATION] == queries.Rates(accepted=1, waiting=1)
    assert rates[Side.PHYSICIANS].share(DECLINED) == 0.5


def test_answers_are_on_the_ledger_and_comments_are_not(house: House) -> None:
    """A decision leaves its leaf; a thought that was said doesn't."""
    version = a_round(house)
    with house.by("steward", write=False) as work:
        before = work.session.scalars(select(LedgerLeaf.entry)).all()
    uid = remark(house, "anna", version)
    with house.by("anna") as work:
        actions.edit_comment(work, comment_uid=uid, text="Otherwise.")
        actions.reply(work, comment_uid=uid, text="More.")
    answered(house, "manager", version, uid)
    with house.by("steward", write=False) as work:
        (leaf,) = work.session.scalars(select(LedgerLeaf.entry)).all()[len(before) :]
        assert b"point.answered" in leaf


def test_who_may_not_speak_or_answer(house: House) -> None:
    """An auditor only reads, a physician doesn't answer, and an account without a person can't be answered."""
    version = a_round(house)
    uid = remark(house, "anna", version)
    with pytest.raises(Forbidden), house.by(STEWARD) as work:
        actions.say(work, version_uid=version, text="Who am I?", locale="en")
    with pytest.raises(Forbidden):
        answered(house, "anna", version, uid)
    with pytest.raises(NotFound), house.by("anna") as work:
        actions.say(work, version_uid="0" * 36, text="?", locale="en")
    with pytest.raises(Invalid), house.by("anna") as work:
        actions.say(work, version_uid=version, text=" ", locale="en")
    with pytest.raises(Invalid), house.by("anna") as work:
        actions.say(work, version_uid=version, text="?", locale="xx")
    assert len(mine(house, "anna")) == 1


def test_every_comment_has_its_point(house: House) -> None:
    """Whatever is grouped, answered and taken back, no point is left without a comment, and none without a point."""
    version = a_round(house)
    uids = [remark(house, who, version, f"{who}") for who in ("anna", "ben", "chloe", "leader")]
    with house.by("manager") as work:
        actions.group(work, version_uid=version, comment_uids=uids[:3])
        actions.group(work, version_uid=version, comment_uids=uids[2:])
    answered(house, "manager", version, *uids[:3])
    with house.by("manager", write=False) as work:
        held = set(work.session.scalars(select(Comment.point_id)))
        assert held == set(work.session.scalars(select(Point.id)))
        assert version_texts(work, version=find_version(work, uid=version))
