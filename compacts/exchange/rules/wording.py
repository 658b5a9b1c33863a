"""Whose promise it is, told from a heading or from its first words, in English and French."""

import re

from reciproca.plugins.types import Side

_ORGANISATION = re.compile(
    r"\b(?:hospitals?|organi[sz]ations?|administrat(?:ion|ors?)|management|leadership|executives?|board"
    r"|health (?:system|authority|cent(?:re|er)|network)|medical cent(?:re|er)|corporation|trust|foundation|clinic"
    r"|hôpita(?:l|ux)|établissements?|direction|conseil d['’]administration|centre|réseau de santé)\b",
    re.IGNORECASE,
)
_PHYSICIANS = re.compile(
    r"\b(?:physicians?|doctors?|clinicians?|surgeons?|practitioners?|(?:medical|professional) (?:staff|association)"
    r"|médecins?|chirurgiens?|corps (?:médical|professoral)|personnel (?:médical|professionnel)|praticiens?)\b",
    re.IGNORECASE,
)
_EXPECTED = re.compile(
    r"\b(?:expects?|expected|count on|attend(?:re|ent)?|attendus?|compter sur)\b", re.IGNORECASE
)
_OURS = re.compile(r"^(?:we|our|us|nous|notre|nos)\b", re.IGNORECASE)
_MINE = re.compile(r"^(?:i|my|je|j['’]|mon|ma|mes)(?:\b|(?<=['’]))", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^(?:(?:the|our|each|every|as an?|all|le|la|les|l['’]|chaque|en tant que)\s*)?", re.IGNORECASE
)
_TOPIC = re.compile(r"^(?:topics?|subjects?|areas?|sujets?|domaines?|objets?)\b", re.IGNORECASE)
_THEME = re.compile(r"^(?:themes?|values?|principles?|thèmes?|valeurs?|principes?)\b", re.IGNORECASE)
_INDICATOR = re.compile(
    r"\b(?:indicators?|measures?|how we will know|indicateurs?|mesures?)\b", re.IGNORECASE
)
_NUMBER = re.compile(r"^(?:#|no\.?|n[o°]\.?|number|num[ée]ro|\(?\d{1,3}[.)]?)$", re.IGNORECASE)


def side_of_heading(text: str) -> Side | None:
    """Whose column or section a heading opens: who is named first, or of whom something is expected. None: neither."""
    expected = _EXPECTED.search(text)
    named = _named(text[expected.end() :]) if expected else None
    return named or _named(text) or _pronoun(text)


def side_of_promise(text: str) -> Side | None:
    """Who speaks, or is spoken of, in a promise's first words. None when they don't tell."""
    said = _pronoun(text)
    if said:
        return said
    start = text[_end(_SUBJECT, text) :]
    for side, pattern in ((Side.PHYSICIANS, _PHYSICIANS), (Side.ORGANISATION, _ORGANISATION)):
        if pattern.match(start):
            return side
    return _named(" ".join(start.split()[:3]))


def is_spoken(text: str) -> bool:
    """Whether somebody speaks in it: "we…", "I…"."""
    return _pronoun(text) is not None


def is_topic_heading(text: str) -> bool:
    """Whether a column's heading says that it names the topics."""
    return bool(_TOPIC.match(text))


def is_theme_heading(text: str) -> bool:
    """Whether a column's heading says that it names the themes."""
    return bool(_THEME.match(text))


def is_indicator_heading(text: str) -> bool:
    """Whether a column's heading says that it tells how one will know."""
    return bool(_INDICATOR.search(text))


def is_number(text: str) -> bool:
    """Whether a cell only counts the rows."""
    return bool(_NUMBER.match(text.strip()))


def _named(text: str) -> Side | None:
    found = [
        (match.start(), side)
        for side, pattern in ((Side.ORGANISATION, _ORGANISATION), (Side.PHYSICIANS, _PHYSICIANS))
        if (match := pattern.search(text))
    ]
    return min(found)[1] if found else None


def _pronoun(text: str) -> Side | None:
    if _OURS.match(text):
        return Side.ORGANISATION
    return Side.PHYSICIANS if _MINE.match(text) else None


def _end(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.match(text)
    return found.end() if found else 0
