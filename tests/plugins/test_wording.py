"""Advice on words: what is found, what is left alone, how a text reads, and that advice never stops anything."""

import pytest

from reciproca.plugins.bundled import ontario, wording
from reciproca.plugins.registry import Registry
from reciproca.plugins.types import Draft, DraftCommitment, LegalEffect, Severity, Side
from tests.plugins.samples import a_plugin, a_point, raises


def a_draft(*, legal_effect: LegalEffect = LegalEffect.NONE, **text: str) -> Draft:
    """A draft of one promise."""
    promise = DraftCommitment(key="access", side=Side.ORGANISATION, theme="care", text=text)
    return Draft(jurisdiction="CA-ON", legal_effect=legal_effect, locales=tuple(text), commitments=(promise,))


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en", "Physicians must answer within two days.", [("coercive", "must")]),
        ("en", "Failure to answer is a breach.", [("coercive", "failure to"), ("contractual", "breach")]),
        ("en", "We pay a stipend of $50 and bonuses.", [("pay", "bonuses"), ("pay", "stipend")]),
        ("en", "I refer all patients to this hospital.", [("referral", "refer all patients to")]),
        ("en", "We answer. Mustard is served.", []),
        ("fr", "Le médecin doit répondre, sous peine de sanctions.",
         [("coercive", "doit"), ("coercive", "sanctions"), ("coercive", "sous peine de")]),
        ("fr", "Nous versons des honoraires.", [("pay", "honoraires")]),
        ("fr-CA", "Nous pouvons résilier l’entente.", [("contractual", "résilier")]),
        ("de", "Sie müssen.", []),
    ],
)  # fmt: skip
def test_words_that_say_too_much_are_found_whole(
    locale: str, text: str, expected: list[tuple[str, str]]
) -> None:
    """Each kind in each language, as whole words, beside the clause that says them."""
    found = wording.wording_findings(a_draft(**{locale: text}))
    assert sorted((each.kind, each.subject) for each in found) == expected
    assert {(each.key, each.side, each.locale) for each in found} <= {("access", Side.ORGANISATION, locale)}


def test_a_contract_may_speak_as_one() -> None:
    """Where signing makes a contract, its language isn't advised against."""
    draft = a_draft(en="Either is liable.", legal_effect=LegalEffect.CONTRACT)
    assert wording.wording_findings(draft) == []


def test_a_text_reads_by_its_languages_formula() -> None:
    """Known numbers: the formula worked out by hand on a sentence whose words and syllables one can count."""
    english = wording.measure("We talk with you. " * 4, "en")
    assert english
    assert str(english) == "Flesch–Kincaid -2.2"
    french = wording.measure("Je vous dis tout ici. " * 3, "fr")
    assert french
    assert str(french) == "Kandel–Moles 113.6"
    assert wording.measure("Too short to say.", "en") is None
    hard = "Multidisciplinary organisational accountability considerations necessitate comprehensive interprofessional"
    found = wording.wording_findings(a_draft(en=f"{hard} {hard} {hard}."))
    assert [each.kind for each in found] == ["grade", "whole"]


def test_a_plugin_that_fails_at_advising_takes_nobodys_advice_away() -> None:
    """Its name is told; the others' findings are there."""
    a_plugin("one", wording_findings=raises(RuntimeError("boom")))
    registry = Registry.load(points=[a_point("one")])
    found, failed = registry.wording_findings(a_draft(en="You must."))
    assert ([(plugin, each.subject) for plugin, each in found], failed) == ([("wording", "must")], ("one",))


def test_a_pack_alone_can_make_a_word_stop_a_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warned term is advice; where the pack says that it blocks, the proposal is stopped."""
    draft = a_draft(en="Every employee answers.")
    assert [problem.severity for problem in ontario.draft_problems(draft)] == [Severity.WARNING]
    (pack,) = ontario.jurisdiction_packs()
    values = pack.to_json()
    values["warned_terms"] = [{**term, "blocks": True} for term in values["warned_terms"]]
    monkeypatch.setattr(ontario, "_pack", lambda: type(pack).from_json(values))
    assert [problem.severity for problem in ontario.draft_problems(draft)] == [Severity.ERROR]
