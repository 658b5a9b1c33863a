"""The entry's one exact form."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reciproca.core.canonical import canonical
from reciproca.core.ledger import entry

ENTRY: dict[str, Any] = {
    "v": 1,
    "type": "signature.given",
    "at": "2026-09-01T14:00:00.000000Z",
    "tenant": "t",
    "actor": "a",
    "object": "o",
    "table": "ledger_record",
    "uid": "u",
    "commit": "c",
    "after": 0,
}
GOOD = entry.encode(ENTRY)


@given(
    st.dictionaries(st.sampled_from(sorted(entry.FIELDS)), st.text() | st.integers(-(2**53) + 1, 2**53 - 1))
)
def test_entries_are_canonical_json(value: dict[str, Any]) -> None:
    """The quick way of writing gives the bytes of RFC 8785 for all that an entry can hold."""
    assert entry.encode(value) == canonical(value)


def test_an_entry_is_read_back() -> None:
    """Reading is the inverse of writing."""
    assert entry.decode(GOOD) == ENTRY
    assert entry.readable(GOOD) == ENTRY


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 9000,
        GOOD + b" ",
        b" " + GOOD,
        GOOD.replace(b":", b": "),
        GOOD[:-1] + b',"v":1}',
        GOOD.replace(b'"u"', b'"\\u0075"'),
        GOOD.replace(b'"v":1', b'"v":1.0'),
        GOOD.replace(b'"v":1', b'"v":2'),
        GOOD.replace(b'"v":1', b'"v":true'),
        GOOD.replace(b'"after":0', b'"after":false'),
        GOOD.replace(b'"after":0', b'"after":"0"'),
        GOOD.replace(b'"actor":"a"', b'"actor":null'),
        entry.encode(ENTRY | {"more": "x"}),
        entry.encode(ENTRY | {"uid": "u\x00"}),
    ],
)
def test_any_other_form_is_refused(data: bytes) -> None:
    """One meaning has one text: blanks, escapes, other numbers, doubled or unknown fields are all refused."""
    assert entry.readable(data) is None


def test_instants_sort_as_text() -> None:
    """Fixed width and UTC, wherever the clock stood."""
    at = datetime(2026, 9, 1, 10, 0, tzinfo=timezone(timedelta(hours=-4)))
    assert entry.instant(at) == "2026-09-01T14:00:00.000000Z"
