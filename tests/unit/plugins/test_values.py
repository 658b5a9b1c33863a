"""Value types: frozen, and equal after a journey through JSON."""

import dataclasses
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reciproca.plugins import types
from reciproca.plugins.events import EVENTS, Event, SignatureGiven, from_wire
from reciproca.plugins.types import Opening, Problem, RosterMapping, RosterRow, Theme, Value

VALUES = [
    kind
    for kind in (getattr(types, name) for name in types.__all__)
    if isinstance(kind, type) and issubclass(kind, Value) and kind is not Value
]


def _any(kind: type[Value]) -> st.SearchStrategy[Value]:
    """Any value of `kind`, those of its fields that have a default included."""
    return st.builds(kind, **{item.name: ... for item in dataclasses.fields(kind)})


for known in (*VALUES, *EVENTS):
    st.register_type_strategy(known, _any)


@pytest.mark.parametrize("kind", [*VALUES, *EVENTS], ids=lambda kind: kind.__name__)
@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_every_value_survives_json(kind: type[Value], data: st.DataObject) -> None:
    """Whatever a plugin is shown could have travelled by wire: nothing is lost or changed on the way."""
    value = data.draw(_any(kind))
    assert kind.from_json(json.loads(json.dumps(value.to_json()))) == value


@pytest.mark.parametrize("kind", [*VALUES, *EVENTS], ids=lambda kind: kind.__name__)
def test_every_value_is_frozen_and_keyword_only(kind: type[Value]) -> None:
    """A field can be added later without breaking a plugin, and no plugin changes what another sees."""
    params = kind.__dataclass_params__  # type: ignore[attr-defined]  # a dataclass has it; the type stub has not
    assert params.frozen
    assert all(item.kw_only for item in dataclasses.fields(kind))


def test_maps_inside_values_cannot_be_changed() -> None:
    """A text of a bundled template can't be changed by whoever reads it."""
    theme = Theme(key="care", label={"en": "Care"})
    with pytest.raises(TypeError):
        theme.label["en"] = "Changed"  # type: ignore[index]  # that it can't be is the point


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        (Theme, {"key": "a"}, "lacks label"),
        (Theme, {"key": "a", "label": {}, "colour": "red"}, "no field colour"),
        (Theme, {"key": 1, "label": {}}, "Theme.key"),
        (Theme, {"key": "a", "label": {"en": 1}}, "Theme.label"),
        (Theme, [], "expected an object"),
        (Problem, {"severity": "grave", "reason": "x"}, "grave"),
        (Problem, {"severity": "error", "reason": "x", "line": True}, "Problem.line"),
        (Opening, {"number": 1, "opens": "2026-02-30", "seal_opens": "2026-03-01"}, "day"),
        (RosterMapping, {"columns": "staff_id"}, "RosterMapping.columns"),
    ],
)
def test_data_that_does_not_fit_is_refused_by_name(
    kind: type[Value], data: dict[str, object], words: str
) -> None:
    """A mistake in a data file is named, not carried along."""
    with pytest.raises(ValueError, match=words):
        kind.from_json(data)


def test_missing_optional_fields_take_their_default() -> None:
    """A mapping file may say only what is needed."""
    assert RosterMapping.from_json({"columns": {"Nom": "family_name"}}) == RosterMapping(
        columns={"Nom": "family_name"}
    )


def test_every_event_has_its_own_name_in_past_tense_and_comes_back() -> None:
    """Names on the wire are unique, and an outbox row becomes the same event again."""
    assert len({event.wire for event in EVENTS}) == len(EVENTS) == 20
    event = SignatureGiven(
        organisation="o", at="2026-09-01T14:00:00Z", compact="c", version="v", signature="s", person="p"
    )
    assert from_wire(event.wire, json.loads(json.dumps(event.to_json()))) == event
    with pytest.raises(ValueError, match="unknown event"):
        from_wire("signature.refused", {})


def test_no_event_carries_more_than_identifiers_numbers_and_days() -> None:
    """An event can't leak a name, a mail address or a text: its fields are uids, counts, days and codes."""
    allowed = {
        "organisation", "at", "compact", "version", "digest", "effective", "by", "campaign", "requests", "request",
        "person", "signature", "review", "number", "seal_opens", "agreed", "action", "due", "added", "changed",
        "unchanged", "plugin", "hook", "cause", "why", "until",
    }  # fmt: skip
    assert {item.name for event in EVENTS for item in dataclasses.fields(event)} <= allowed
    assert Event.schema == 1


def test_row_cells_keep_text_as_written() -> None:
    """A cell that looks like a number or a formula stays the text that it was."""
    row = RosterRow(line=2, cells={"staff_id": "007", "family_name": "=1+1"})
    assert RosterRow.from_json(row.to_json()).cells == {"staff_id": "007", "family_name": "=1+1"}
