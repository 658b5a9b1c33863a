"""The exact text of a version: what is frozen and hashed, and whether anything is missing from it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from reciproca.core.canonical import canonical, clean_text
from reciproca.plugins.types import Side

SCHEMA = "text/1"
_WORDS = ("topic", "theme_label", "text", "indicator", "evidence")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One commitment in one language. `uid` and `revision` are its row's; everything else is its content."""

    uid: str
    revision: int
    identity: str
    side: Side
    pair: str | None
    theme: str
    theme_label: str
    position: int
    topic: str
    text: str
    indicator: str
    evidence: str
    cadence: str
    owner: str | None = None

    @property
    def key(self) -> str:
        """What it shares with its answer on the other side; its own identity when it has none."""
        return self.pair or self.identity


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The sentences on what signing is and is not, and what happens if one does nothing."""

    what: str
    if_nothing: str


@dataclass(frozen=True, kw_only=True)
class VersionText:
    """Everything that a version says in one language. `clauses` in order; `sides` names both sides by `Side`."""

    locale: str
    organisation_uid: str
    organisation: str
    compact_uid: str
    title: str
    version_uid: str
    number: int
    change_class: str
    legal_effect: str
    notice: Notice
    sides: Mapping[str, str]
    clauses: Sequence[Clause]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that keeps a version from being proposed: `kind` says what, `clause` and `locale` where."""

    kind: str
    side: Side | None = None
    locale: str = ""
    uid: str = ""
    topic: str = ""


def canonical_text(text: VersionText) -> bytes:
    """RFC 8785 JSON of `text` (schema "text/1"), every string in NFC with LF: the bytes that are hashed and signed."""
    return canonical(_clean(text_json(text)))


def text_json(text: VersionText) -> dict[str, Any]:
    """`text` as plain data. Owners are left out: who looks after a promise may change while the promise stands."""
    themes = {clause.theme: clause.theme_label for clause in text.clauses}
    return {
        "schema": SCHEMA,
        "locale": text.locale,
        "organisation": {"uid": text.organisation_uid, "name": text.organisation},
        "compact": {"uid": text.compact_uid, "title": text.title},
        "version": {"uid": text.version_uid, "number": text.number, "change_class": text.change_class},
        "legal_effect": {"key": text.legal_effect, **asdict(text.notice)},
        "sides": dict(text.sides),
        "themes": [{"key": key, "label": label} for key, label in themes.items()],
        "commitments": [_clause_json(clause) for clause in text.clauses],
    }


def gaps(texts: Sequence[VersionText]) -> list[Gap]:
    """What keeps these renditions of one version from being proposed: an empty side, missing words or sentences."""
    missing = [
        Gap(kind="empty_side", side=side)
        for side in Side
        if not any(clause.side is side for text in texts for clause in text.clauses)
    ]
    for text in texts:
        missing += [] if text.title else [Gap(kind="no_title", locale=text.locale)]
        missing += (
            [] if text.notice.what and text.notice.if_nothing else [Gap(kind="no_notice", locale=text.locale)]
        )
        missing += [
            Gap(kind="no_words", side=clause.side, locale=text.locale, uid=clause.uid, topic=clause.topic)
            for clause in text.clauses
            if not all(getattr(clause, name) for name in _WORDS)
        ]
    return missing


def _clause_json(clause: Clause) -> dict[str, Any]:
    return {
        "identity": clause.identity,
        "side": clause.side.value,
        "pair": clause.pair,
        "position": clause.position,
        "theme": clause.theme,
        "theme_label": clause.theme_label,
        "topic": clause.topic,
        "text": clause.text,
        "indicator": clause.indicator,
        "evidence": clause.evidence,
        "cadence": clause.cadence,
    }


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
