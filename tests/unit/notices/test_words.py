"""What notices say: every kind can be said in every language, in words that suit what it is about."""

from datetime import UTC, date, datetime

import pytest

from reciproca.compacts.notices.words import Facts, Kind, Said, Stage, facts_of, in_locale, say, stage_of
from reciproca.core.i18n import Catalogues
from reciproca.templates import loader

TITLE = {"en": "100% of answers", "fr": "100 % des réponses"}
DATA = {
    "title": TITLE,
    "due": "2026-10-15",
    "path": "/x",
    "sentence": {"en": "This is no law."},
    "text": {"en": "Hi"},
    "meeting": {
        "uid": "m",
        "sequence": 0,
        "starts": "2026-10-30T17:30",
        "zone": "America/Toronto",
        "minutes": 60,
        "place": "Room 4",
        "link": "https://meet.example/1",
        "agenda": "Rota",
    },
}
CATALOGUES = Catalogues.load(loader.TRANSLATIONS)


def said(facts: Facts, locale: str = "en") -> Said:
    return say(facts, CATALOGUES.translator(locale), "Riverbend")


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("kind", Kind)
def test_every_kind_can_be_said(kind: Kind, locale: str) -> None:
    """No kind lacks words, none leaves a placeholder behind, and all carry the sentence that must go with them."""
    facts = facts_of(kind, DATA)
    if kind is Kind.REMINDER:
        facts = Facts(kind=kind, title=TITLE, stage=Stage.DUE, due=facts.due, sentence=facts.sentence)
    words = said(facts, locale)
    assert "%(" not in repr(words)
    assert in_locale(TITLE, locale) in words.heading
    assert words.paragraphs[-1] == "This is no law."
    assert words.button
    assert words.why.endswith(".")


@pytest.mark.parametrize("stage", Stage)
def test_every_reminder_names_the_day(stage: Stage) -> None:
    """A reminder says what and by when."""
    facts = Facts(kind=Kind.REMINDER, title=TITLE, stage=stage, due=date(2026, 10, 15))
    assert "October 15, 2026" in repr(said(facts))


def test_an_invitation_is_never_called_due_or_late() -> None:
    """An invitation may be left unanswered: its words never say that something is owed."""
    at, due_at = datetime(2026, 10, 16, tzinfo=UTC), datetime(2026, 10, 15, tzinfo=UTC)
    stages = {stage_of("invitation", step=step, written_at=at, due_at=due_at) for step in (0, 1, 2)}
    assert stages == {Stage.INVITED, Stage.STILL_OPEN}
    for stage in stages:
        text = repr(said(Facts(kind=Kind.REMINDER, title=TITLE, stage=stage, due=date(2026, 10, 15)))).lower()
        assert not any(word in text for word in (" due ", "late", "owe", "must", "overdue"))
    assert stage_of("duty", step=0, written_at=at, due_at=due_at) is Stage.LATE
    assert stage_of("duty", step=0, written_at=due_at, due_at=due_at) is Stage.DUE


def test_a_title_without_the_language_is_shown_in_another() -> None:
    """A missing translation leaves no message without its subject."""
    assert in_locale({"fr": "Bonjour"}, "en") == "Bonjour"
    assert in_locale({}, "en") == ""


def test_what_cannot_be_said_is_refused_when_it_is_written() -> None:
    """A notice of an unknown kind, or without a title, never reaches the table."""
    with pytest.raises(ValueError, match="unheard"):
        facts_of("unheard", DATA)
    with pytest.raises(KeyError):
        facts_of(Kind.MESSAGE, {})
