"""How a value type becomes JSON and comes back equal: what a plugin sees could always have travelled by wire."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Self, Union, cast, get_args, get_origin, get_type_hints

Texts = Mapping[str, str]  # one text per locale: {"en": …, "fr": …}


@dataclass(frozen=True, kw_only=True)
class Value:
    """Base of every value type: frozen, keyword-only, made of text, whole numbers, truth values, dates, enums,
    tuples, maps by text, and other values. `from_json` raises ValueError naming the field that doesn't fit."""

    def __post_init__(self) -> None:
        for name in (item.name for item in fields(self)):
            if isinstance(value := getattr(self, name), dict):
                object.__setattr__(self, name, MappingProxyType(dict(value)))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`; dates as ISO 8601 text, enums as their word."""
        return {item.name: _encode(getattr(self, item.name)) for item in fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The value that `data` describes. Fields with a default may be missing; unknown ones are refused."""
        if not isinstance(data, Mapping):
            raise ValueError(f"{cls.__name__}: expected an object, not {type(data).__name__}")
        _refuse_misfits(cls, data)
        hints = _hints(cast(Any, cls))
        return cls(
            **{name: _decode(hints[name], item, f"{cls.__name__}.{name}") for name, item in data.items()}
        )


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _refuse_misfits(cls: type[Value], data: Mapping[str, Any]) -> None:
    known = {item.name for item in fields(cls)}
    needed = {i.name for i in fields(cls) if i.default is MISSING and i.default_factory is MISSING}
    if unknown := sorted(set(data) - known):
        raise ValueError(f"{cls.__name__} has no field {', '.join(unknown)}")
    if missing := sorted(needed - set(data)):
        raise ValueError(f"{cls.__name__} lacks {', '.join(missing)}")


def _encode(value: Any) -> Any:
    if isinstance(value, Value):
        return value.to_json()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    return value


def _decode(kind: Any, data: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if data is None else _decode(_only(arguments), data, where)
    if origin is tuple:
        return tuple(_decode(arguments[0], item, where) for item in _expected(list, data, where))
    if origin is Mapping:
        items = _expected(Mapping, data, where).items()
        return {_expected(str, key, where): _decode(arguments[1], item, where) for key, item in items}
    return _decode_plain(kind, data, where)


def _decode_plain(kind: Any, data: Any, where: str) -> Any:
    if issubclass(kind, Value):
        return kind.from_json(data)
    if issubclass(kind, StrEnum):
        return kind(data)
    if kind is date:
        return data if type(data) is date else date.fromisoformat(_expected(str, data, where))
    if kind is int and isinstance(data, bool):
        raise ValueError(f"{where}: expected a whole number, not true or false")
    return _expected(kind, data, where)


def _only(arguments: tuple[Any, ...]) -> Any:
    return next(item for item in arguments if item is not type(None))


def _expected(kind: type, data: Any, where: str) -> Any:
    if not isinstance(data, kind):
        raise ValueError(f"{where}: expected {kind.__name__}, not {type(data).__name__}")
    return data
