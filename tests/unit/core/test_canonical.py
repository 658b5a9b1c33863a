"""The exact bytes that a signature covers."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.core.canonical import canonical, clean_text, digest, sha256

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


@given(VALUES)
def test_what_is_written_reads_back_the_same(value: object) -> None:
    """Canonical JSON is JSON, and loses nothing."""
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(TEXT, NUMBERS, max_size=6), st.randoms())
def test_the_order_in_which_things_were_said_does_not_matter(value: dict[str, int], chance: object) -> None:
    """Two programs that agree on the content agree on the bytes."""
    items = list(value.items())
    chance.shuffle(items)  # type: ignore[attr-defined] -- Hypothesis hands in a random.Random
    assert canonical(dict(items)) == canonical(value)


def test_the_published_example_is_met() -> None:
    """RFC 8785 §3.2.3: keys sort by UTF-16 code units, text keeps its characters, nothing is blank."""
    value = {
        "€": "Euro Sign",
        "\r": "Carriage Return",
        "1": "One",
        "\u0080": "Control",
        "ö": "o",
        "😀": "Smile",
    }
    assert list(json.loads(canonical(value))) == ["\r", "1", "\u0080", "ö", "€", "😀"]
    assert (
        canonical({"b": [1, {"d": None, "c": True}], "a": "é"})
        == '{"a":"é","b":[1,{"c":true,"d":null}]}'.encode()
    )


@pytest.mark.parametrize("value", [1.0, [1, 2.5], {"a": {"b": [0.1]}}, (1.5,)])
def test_a_float_is_refused_wherever_it_hides(value: object) -> None:
    """Nothing here is measured, and floats are where JSON writers differ."""
    with pytest.raises(TypeError):
        canonical(value)


def test_a_digest_is_that_of_the_canonical_bytes() -> None:
    """Anybody can recompute it with another tool: printf '{"a":1}' | sha256sum."""
    expected = "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
    assert (digest({"a": 1}), sha256(b'{"a":1}')) == (expected, expected)


@given(TEXT)
def test_cleaning_text_twice_is_cleaning_it_once(text: str) -> None:
    """Stored text is NFC with LF, without blanks around it, and stays as it is."""
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert "\r" not in cleaned


def test_line_ends_of_every_machine_become_one() -> None:
    """The same text typed anywhere has the same digest."""
    assert {clean_text(text) for text in ("a\nb", "a\r\nb", "a\rb", " a\nb\r\n")} == {"a\nb"}
