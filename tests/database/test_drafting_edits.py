"""Every change to a draft is written down, can be taken back, and explains the words as they stand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from reciproca.compacts.drafting import actions, queries, rules
from reciproca.compacts.drafting.tables import Commitment, CommitmentText, Edit, EditKind, Version
from reciproca.compacts.people.tables import Post, Unit
from reciproca.core.errors import Conflict, ReciprocaError, Stale
from reciproca.core.identity import OrganisationRef
from reciproca.core.work import Installation, Work
from reciproca.plugins.types import Cadence, Side
from tests.building import drafting as build
from tests.building.house import an_installation

CONTENT = (
    "identity", "side", "key", "theme", "position", "cadence", "text", "topic", "theme_label", "indicator", "evidence",
)  # fmt: skip
Draft = tuple[Installation, OrganisationRef, str]


@pytest.fixture
def draft(tmp_path: Path, database_url: str) -> Iterator[Draft]:
    """An installation with a draft from the template, and a post."""
    installation = an_installation(tmp_path / "home", database_url)
    place = build.a_place(installation)
    with installation.work(build.STEWARD, place) as work:
        unit = work.session.scalars(select(Unit.id)).first() or 0
        work.session.add(Post(unit_id=unit, title="Chief of staff"))
        uid = build.a_draft(work).uid
    yield installation, place, uid
    installation.database.dispose()


def whole(work: Work, uid: str) -> dict[str, Any]:
    """Everything that a draft says and how it stands; the rows' own numbers left out."""
    version = queries.find_version(work, uid=uid)
    posts = {row.id: row.owner_post_id for row in _rows(work, version)}
    ids = {row.uid: row.id for row in _rows(work, version)}
    return {
        locale: [
            {name: getattr(clause, name) for name in CONTENT} | {"post": posts[ids[clause.uid]]}
            for clause in text.clauses
        ]
        for locale, text in queries.version_texts(work, version=version).items()
    }


def _rows(work: Work, version: Version) -> list[Commitment]:
    asked = select(Commitment).filter_by(version_id=version.id).order_by(Commitment.position, Commitment.id)
    return list(work.session.scalars(asked, execution_options={"populate_existing": True}))


def _commitments(work: Work, uid: str) -> list[Commitment]:
    return _rows(work, queries.find_version(work, uid=uid))


def _topic(work: Work, uid: str, pick: int) -> tuple[str, dict[str, str]]:
    """A topic's key, and what a form of it would have seen."""
    text = queries.version_texts(work, version=queries.find_version(work, uid=uid))["en"]
    rows = rules.topics(text.clauses)
    topic = rows[pick % len(rows)]
    first = topic.clauses[0]
    seen = {"topic": first.topic, "indicator": first.indicator, "evidence": first.evidence}
    return topic.key, seen | {f"{each.side}_text": each.text for each in topic.clauses}


def edit(work: Work, uid: str, pick: int, words: str) -> None:
    """Say something otherwise in French."""
    row = _commitments(work, uid)[pick % len(_commitments(work, uid))]
    actions.edit_commitment(work, commitment_uid=row.uid, locale="fr", words={"text": words})


def save(work: Work, uid: str, pick: int, words: str) -> None:
    """Save a topic with another heading."""
    key, seen = _topic(work, uid, pick)
    actions.save_topic(
        work, version_uid=uid, key=key, locale="en", seen=seen, wished={**seen, "topic": words}
    )


def move(work: Work, uid: str, pick: int, _words: str) -> None:
    """Move a topic elsewhere."""
    rows = _commitments(work, uid)
    last = max(row.position for row in rows)
    actions.move_commitment(work, commitment_uid=rows[pick % len(rows)].uid, to=pick % last + 1)


def remove(work: Work, uid: str, pick: int, _words: str) -> None:
    """Take a promise out."""
    rows = _commitments(work, uid)
    actions.remove_commitment(work, commitment_uid=rows[pick % len(rows)].uid)


def drop(work: Work, uid: str, pick: int, _words: str) -> None:
    """Take a whole topic out."""
    rows = _commitments(work, uid)
    place = rows[pick % len(rows)].position
    for row in [row for row in rows if row.position == place]:
        actions.remove_commitment(work, commitment_uid=row.uid)


def add(work: Work, uid: str, _pick: int, words: str) -> None:
    """Begin a topic under a theme of that name."""
    said = {"en": {"text": words, "topic": words, "theme": words}}
    actions.add_commitment(work, version_uid=uid, side=Side.PHYSICIANS, theme="", words=said)


def pace(work: Work, uid: str, pick: int, _words: str) -> None:
    """Look at a promise at another pace."""
    row = _commitments(work, uid)[pick % len(_commitments(work, uid))]
    actions.change_pace(work, commitment_uid=row.uid, cadence=list(Cadence)[pick % 4])


def owner(work: Work, uid: str, pick: int, _words: str) -> None:
    """Let somebody else, or nobody, look after a promise."""
    row = _commitments(work, uid)[pick % len(_commitments(work, uid))]
    post = work.session.scalars(select(Post.uid)).one() if row.owner_post_id is None else None
    actions.change_owner(work, commitment_uid=row.uid, post_uid=post)


def theme(work: Work, uid: str, pick: int, words: str) -> None:
    """Let a topic stand under another theme."""
    row = _commitments(work, uid)[pick % len(_commitments(work, uid))]
    actions.change_theme(work, commitment_uid=row.uid, label=words, locale="en")


def rename(work: Work, uid: str, pick: int, words: str) -> None:
    """Call a theme otherwise."""
    text = queries.version_texts(work, version=queries.find_version(work, uid=uid))["en"]
    clause = text.clauses[pick % len(text.clauses)]
    actions.rename_theme(
        work, version_uid=uid, theme=clause.theme, locale="en", label=words, seen=clause.theme_label
    )


def adopt(work: Work, uid: str, pick: int, words: str) -> None:
    """Take in a wording that was written against the words as they are (now and then: as they were)."""
    version = queries.find_version(work, uid=uid)
    clause = queries.version_texts(work, version=version)["en"].clauses[0]
    base = clause.text if pick % 3 else "Words of yesterday."
    actions.adopt_wording(
        work, version_uid=uid, identity=clause.identity, locale="en", wording=words, base=base, why="Agreed."
    )


Act = Callable[[Work, str, int, str], None]
ACTS: tuple[Act, ...] = (edit, save, move, remove, drop, add, pace, owner, theme, rename, adopt)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: str(act.__name__))
def test_undoing_restores_exactly_and_undoing_that_does_it_again(draft: Draft, act: Act) -> None:
    """Each kind of change, taken back edit by edit, leaves the draft as it was; taken back again, as it became."""
    installation, place, uid = draft
    with installation.work(build.STEWARD, place) as work:
        before = whole(work, uid)
        act(work, uid, 5, "We answer within two days.")
        after = whole(work, uid)
        assert after != before
        _assert_columns(work, uid)
        made = list(work.session.scalars(select(Edit.uid).order_by(Edit.id.desc())))
        undone = [actions.undo(work, version_uid=uid, edit_uid=each).uid for each in made]
        assert whole(work, uid) == before
        for each in reversed(undone):
            actions.undo(work, version_uid=uid, edit_uid=each)
        assert whole(work, uid) == after


def test_what_was_changed_since_is_not_undone(draft: Draft) -> None:
    """Undoing an older edit than the last one of the same words is refused, and so is undoing one twice."""
    installation, place, uid = draft
    with installation.work(build.STEWARD, place) as work:
        edit(work, uid, 0, "First.")
        edit(work, uid, 0, "Second.")
        first, second = work.session.scalars(select(Edit.uid).order_by(Edit.id))
        now = whole(work, uid)
        with pytest.raises(Conflict), work.attempt():
            actions.undo(work, version_uid=uid, edit_uid=first)
        assert whole(work, uid) == now
        actions.undo(work, version_uid=uid, edit_uid=second)
        edit(work, uid, 0, "Second.")
        with pytest.raises(Conflict), work.attempt():
            actions.undo(work, version_uid=uid, edit_uid=second)
        again = work.session.scalars(select(Edit.uid).order_by(Edit.id.desc())).first()
        actions.undo(work, version_uid=uid, edit_uid=again or "")
        actions.undo(work, version_uid=uid, edit_uid=first)


def test_two_who_save_one_topic_overwrite_only_what_they_saw(draft: Draft) -> None:
    """Of two forms opened at once, the second saves what the first left alone, and is told of what it didn't."""
    installation, place, uid = draft
    with installation.work(build.STEWARD, place) as work:
        key, seen = _topic(work, uid, 0)
        mine = {**seen, "organisation_text": "Mine.", "topic": "Heading"}
        theirs = {**seen, "organisation_text": "Theirs.", "physicians_text": "Theirs too."}
        saved = {"version_uid": uid, "key": key, "locale": "en", "seen": seen}
        assert actions.save_topic(work, **saved, wished=mine) == 2  # type: ignore[arg-type]  # mixed values
        with pytest.raises(Stale) as caught, work.attempt():
            actions.save_topic(work, **saved, wished=theirs)  # type: ignore[arg-type]  # mixed values
        assert [fault.field for fault in caught.value.faults] == ["organisation_text"]
        assert _topic(work, uid, 0)[1] == mine
        kept = {**theirs, "organisation_text": seen["organisation_text"]}
        assert actions.save_topic(work, **saved, wished=kept) == 1  # type: ignore[arg-type]  # mixed values
        assert _topic(work, uid, 0)[1] == {**mine, "physicians_text": "Theirs too."}


def test_a_topic_removed_meanwhile_is_told_to_whoever_saves_it(draft: Draft) -> None:
    """Nobody's words are written into nothing."""
    installation, place, uid = draft
    with installation.work(build.STEWARD, place) as work:
        key, seen = _topic(work, uid, 0)
        remove(work, uid, 0, "")
        with pytest.raises(Stale), work.attempt():
            actions.save_topic(
                work, version_uid=uid, key=key, locale="en", seen=seen,
                wished={**seen, "organisation_text": "Late.", "physicians_text": "Late."},
            )  # fmt: skip


STEPS = st.tuples(
    st.sampled_from([*ACTS, None, None, None]),
    st.integers(0, 40),
    st.sampled_from(["We answer.", "We listen."]),
)


@settings(
    max_examples=15, deadline=None, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(steps=st.lists(STEPS, min_size=5, max_size=25))
def test_no_order_of_changing_accepting_and_undoing_corrupts_a_clause(
    draft: Draft, steps: list[tuple[Act | None, int, str]]
) -> None:
    """What is refused changes nothing; what is done keeps the columns whole, and the edits lead to the words."""
    installation, place, _uid = draft
    with installation.work(build.STEWARD, place) as work:
        uid = build.a_draft(work).uid
        begun = _stored(work, uid)
        for act, pick, words in steps:
            now = whole(work, uid)
            try:
                with work.attempt():
                    (act or _undo_any)(work, uid, pick, words)
            except ReciprocaError:
                assert whole(work, uid) == now
            _assert_columns(work, uid)
        assert _replayed(work, uid, begun) == _stored(work, uid)


def _undo_any(work: Work, uid: str, pick: int, _words: str) -> None:
    version = queries.find_version(work, uid=uid)
    made = list(
        work.session.scalars(select(Edit.uid).filter_by(version_id=version.id).order_by(Edit.id.desc()))
    )
    if made:
        actions.undo(work, version_uid=uid, edit_uid=made[pick % min(6, len(made))])


def _assert_columns(work: Work, uid: str) -> None:
    """Topics numbered without a gap, one promise of each side under each, and words in every language."""
    rows = _commitments(work, uid)
    assert sorted({row.position for row in rows}) == list(range(1, len({row.position for row in rows}) + 1))
    keys = [(row.side, row.pair or row.identity) for row in rows]
    assert len(set(keys)) == len(keys)
    counted = select(func.count()).where(CommitmentText.commitment_id.in_([row.id for row in rows]))
    assert work.session.scalar(counted) == 2 * len(rows)


Stored = dict[str, dict[str, dict[str, str]]]


def _stored(work: Work, uid: str) -> Stored:
    """Every promise's words by identity and language, without the theme, which moves."""
    found: Stored = {}
    for locale, text in queries.version_texts(work, version=queries.find_version(work, uid=uid)).items():
        for clause in text.clauses:
            said = {name: getattr(clause, name) for name in ("text", "topic", "indicator", "evidence")}
            found.setdefault(clause.identity, {})[locale] = said
    return found


def _replayed(work: Work, uid: str, begun: Stored) -> Stored:
    """The words to which the edits lead, one after the other, from how the draft began."""
    version = queries.find_version(work, uid=uid)
    words = {key: {at: dict(said) for at, said in each.items()} for key, each in begun.items()}
    for made in work.session.scalars(select(Edit).filter_by(version_id=version.id).order_by(Edit.id)):
        if made.kind is EditKind.REMOVED:
            del words[made.identity]
        elif made.kind is EditKind.ADDED:
            said = (made.after or {})["words"]
            words[made.identity] = {
                at: {name: text for name, text in each.items() if name != "theme"}
                for at, each in said.items()
            }
        elif made.kind is EditKind.WORDS:
            now = words[made.identity][made.locale or ""]
            assert {name: now[name] for name in made.before or {} if name != "theme"} == {
                name: text for name, text in (made.before or {}).items() if name != "theme"
            }
            now |= {name: text for name, text in (made.after or {}).items() if name != "theme"}
    return words
