"""The exact bytes of a text, what is missing from it, and what changed between two."""

import json
import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reciproca.compacts.drafting import rules
from reciproca.compacts.drafting.rules import Clause, Kind, Notice, VersionText
from reciproca.plugins.types import Side

CLAUSE = Clause(
    uid="c1", revision=1, identity="i1", side=Side.ORGANISATION, pair="quality", theme="care", theme_label="Care",
    position=1, topic="Quality", text="We answer within 14 days.", indicator="Share answered", evidence="Extract",
    cadence="yearly",
)  # fmt: skip
ANSWER = replace(CLAUSE, uid="c2", identity="i2", side=Side.PHYSICIANS, text="I report in the week.")
TEXT = VersionText(
    locale="en", organisation_uid="o", organisation="Riverbend", compact_uid="k", title="Agreement", version_uid="v",
    number=1, change_class="material", legal_effect="none", notice=Notice(what="It is this.", if_nothing="Nothing."),
    sides={"organisation": "The hospital", "physicians": "The physicians"}, clauses=[CLAUSE, ANSWER],
)  # fmt: skip
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def _clauses(words: dict[str, str]) -> list[Clause]:
    return [
        replace(CLAUSE, identity=key, pair=key, text=text, position=n)
        for n, (key, text) in enumerate(words.items())
    ]


@given(LETTERS.filter(lambda words: "\r" not in words))
def test_the_same_words_give_the_same_bytes_however_they_were_typed(words: str) -> None:
    """Composed or decomposed accents and either kind of line end are one text with one fingerprint."""
    typed = f"é{words}\r\nx"
    forms = [typed, unicodedata.normalize("NFD", typed), typed.replace("\r\n", "\n")]
    assert (
        len({rules.canonical_text(replace(TEXT, clauses=[replace(CLAUSE, text=form)])) for form in forms})
        == 1
    )


def test_every_part_of_the_content_is_in_the_bytes() -> None:
    """Whatever a signer reads can't change without the fingerprint changing."""
    plain = rules.canonical_text(TEXT)
    others = [
        replace(TEXT, clauses=[replace(CLAUSE, **{name: value}), ANSWER]) for name, value in _ALTERED.items()
    ]
    others += [replace(TEXT, title="Other"), replace(TEXT, notice=Notice(what="x", if_nothing="y"))]
    others += [
        replace(TEXT, legal_effect="policy"),
        replace(TEXT, number=2),
        replace(TEXT, change_class="minor"),
    ]
    seen = [rules.canonical_text(text) for text in others]
    assert plain not in seen
    assert len(set(seen)) == len(seen)


_ALTERED = {
    "identity": "i9", "side": Side.PHYSICIANS, "pair": "other", "theme": "voice", "theme_label": "Voice",
    "position": 9, "topic": "Safety", "text": "We answer within 10 days.", "indicator": "Count", "evidence": "Log",
    "cadence": "monthly",
}  # fmt: skip


def test_the_bytes_are_canonical_json_with_the_sentence_on_legal_effect() -> None:
    """The text says what it is and is not, and can be read back by anybody."""
    said = json.loads(rules.canonical_text(TEXT))
    assert said["schema"] == "text/1"
    assert said["legal_effect"] == {"key": "none", "what": "It is this.", "if_nothing": "Nothing."}
    assert [item["text"] for item in said["commitments"]] == [CLAUSE.text, ANSWER.text]
    assert said["themes"] == [{"key": "care", "label": "Care"}]


def test_an_empty_side_is_a_gap_and_so_is_a_missing_language() -> None:
    """An agreement in which one side promises nothing isn't one, in any language."""
    assert rules.gaps([TEXT]) == []
    one_sided = rules.gaps([replace(TEXT, clauses=[CLAUSE])])
    assert [(gap.kind, gap.side) for gap in one_sided] == [("empty_side", Side.PHYSICIANS)]
    french = replace(TEXT, locale="fr", clauses=[replace(CLAUSE, text=""), ANSWER])
    assert [(gap.kind, gap.locale, gap.uid) for gap in rules.gaps([TEXT, french])] == [
        ("no_words", "fr", "c1")
    ]
    unsaid = replace(TEXT, title="", notice=Notice(what="", if_nothing=""))
    assert [gap.kind for gap in rules.gaps([unsaid])] == ["no_title", "no_notice"]


@given(st.dictionaries(LETTERS, LETTERS, max_size=6), st.dictionaries(LETTERS, LETTERS, max_size=6))
def test_a_difference_accounts_for_every_commitment_once(
    before: dict[str, str], after: dict[str, str]
) -> None:
    """Nothing is lost between two versions: each identity is added, removed, changed or kept, and says so truly."""
    found = {
        change.identity: change for change in rules.difference(_clauses(before), _clauses(after)).changes
    }
    assert found.keys() == before.keys() | after.keys()
    assert {key for key, change in found.items() if change.kind is Kind.ADDED} == after.keys() - before.keys()
    assert {
        key for key, change in found.items() if change.kind is Kind.REMOVED
    } == before.keys() - after.keys()
    for key in before.keys() & after.keys():
        assert (found[key].kind is Kind.CHANGED) == (before[key] != after[key])


def test_topics_pair_both_sides_and_name_the_lonely_ones() -> None:
    """Two promises under one key stand side by side; one alone is shown as unanswered."""
    alone = replace(CLAUSE, uid="c3", identity="i3", pair="night", position=2, topic="Night")
    rows = rules.topics([alone, ANSWER, CLAUSE])
    assert [(row.number, row.title, row.organisation, row.physicians) for row in rows] == [
        (1, "Quality", CLAUSE, ANSWER),
        (2, "Night", alone, None),
    ]
    assert rules.unpaired(rows) == [rows[1]]


def test_a_side_is_thin_below_half_of_the_other() -> None:
    """Drafters are told when one column has become a code of conduct for the other."""
    ours = [replace(CLAUSE, identity=f"i{n}") for n in range(3)]
    assert rules.thin_sides([*ours, ANSWER]) == [Side.PHYSICIANS]
    assert rules.thin_sides([*ours[:2], ANSWER]) == []
