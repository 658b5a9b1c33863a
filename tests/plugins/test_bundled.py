"""The bundled plugins live by the same rules as a third party's, and their words are whole in both languages."""

import ast
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from reciproca.plugins import bundled
from reciproca.plugins.loading import BUNDLED, OFFERS
from reciproca.plugins.registry import Registry
from reciproca.plugins.specs import PHASES
from reciproca.plugins.types import CompactTemplate, JurisdictionPack, LegalEffect, Side
from reciproca.plugins.values import Value

FOLDER = Path(bundled.__file__).resolve().parent
PUBLIC = {"reciproca", "reciproca.plugins.types", "reciproca.plugins.events", "reciproca.plugins.storage"}
HOOKS = {hook.__name__ for hooks in PHASES.values() for hook in hooks}


@pytest.fixture(scope="module")
def registry() -> Registry:
    return Registry.load(points=())


@pytest.fixture(scope="module")
def template(registry: Registry) -> CompactTemplate:
    return registry.templates["ottawa-14"]


@pytest.fixture(scope="module")
def pack(registry: Registry) -> JurisdictionPack:
    return registry.jurisdictions["CA-ON"]


def test_all_are_loaded_and_named_as_they_say(registry: Registry) -> None:
    """The literal tuple is the whole list, and each plugin goes by the name that it gives itself."""
    assert [record.name for record in registry.records] == [name for name, _ in BUNDLED]
    assert all(record.state == "loaded" and record.info for record in registry.records)
    assert [record.info.name for record in registry.records if record.info] == [name for name, _ in BUNDLED]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_they_import_only_what_a_third_party_may(path: Path) -> None:
    """What our own plugins need is public, so that anybody could have written them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        ours = {name for name in names if name and name.split(".")[0] in {"reciproca", "core", "compacts"}}
        assert {name for name in ours if not name.startswith("reciproca.plugins.bundled")} <= PUBLIC


def test_each_offer_answers_the_questions_about_it() -> None:
    """Whoever offers a key also implements the hook that is asked about it."""
    asked = {
        "review_cycles": "next_openings",
        "identifier_schemes": "check_identifiers",
        "roster_formats": "read_roster",
        "delivery_channels": "deliver",
        "seal_keys": "seal_signatures",
    }
    assert set(asked) <= set(OFFERS) <= HOOKS
    for name, module in BUNDLED:
        for offer, question in asked.items():
            assert hasattr(module, offer) == hasattr(module, question), (name, offer)


def test_fourteen_topics_each_with_a_promise_of_both_sides(template: CompactTemplate) -> None:
    """Reciprocity is the product: no topic leaves one side without a promise, in either language."""
    assert len(template.pairs) == 14
    assert {pair.theme for pair in template.pairs} == {theme.key for theme in template.themes}
    for theme in template.themes:
        assert 3 <= len([pair for pair in template.pairs if pair.theme == theme.key]) <= 4
    for pair in template.pairs:
        for text in (pair.organisation, pair.physicians):
            assert sorted(text) == ["en", "fr"]
            assert all(20 < len(words) <= 220 and words.endswith(".") for words in text.values())


def test_promises_speak_for_their_side(template: CompactTemplate) -> None:
    """A reader always knows who promises: we, the hospital; I, the physician."""
    assert set(template.sides) == set(Side)
    for pair in template.pairs:
        assert " we " in f" {pair.organisation['en'].lower()}"
        assert " i " in f" {pair.physicians['en'].lower()}"
        assert " nous " in f" {pair.organisation['fr'].lower()}"
        words = pair.physicians["fr"].lower().replace("j’", "je ")
        assert " je " in f" {words}"


def test_no_promise_is_said_twice_and_keys_are_unique(template: CompactTemplate) -> None:
    """Fourteen topics are fourteen, not thirteen and a copy."""
    texts = [
        text[locale]
        for pair in template.pairs
        for text in (pair.organisation, pair.physicians)
        for locale in text
    ]
    assert len(set(texts)) == len(texts) == 56
    assert len({pair.key for pair in template.pairs}) == 14


def test_posts_of_the_template_exist_in_ontario(template: CompactTemplate, pack: JurisdictionPack) -> None:
    """Every proposed owner is a post that the pack knows by name."""
    proposed = {post for pair in template.pairs for post in (pair.organisation_post, pair.physicians_post)}
    assert proposed <= {post.key for post in pack.posts}


def test_the_templates_words_pass_ontarios_own_warnings(
    template: CompactTemplate, pack: JurisdictionPack
) -> None:
    """What we warn others of, we don't write."""
    text = json.dumps(template.to_json(), ensure_ascii=False).casefold()
    assert [term.term for term in pack.warned_terms if f" {term.term} " in text] == []


def test_ontario_says_for_every_legal_effect_what_it_is_and_what_silence_means(
    pack: JurisdictionPack,
) -> None:
    """No signing surface is ever without its sentence, in any language of the pack."""
    assert set(pack.effects) == set(LegalEffect)
    for notice in pack.effects.values():
        assert set(notice.what) == set(notice.if_nothing) == set(pack.locales)
        assert all(words.startswith("If you do nothing") for words in (notice.if_nothing["en"],))


def test_every_text_is_given_in_every_language(template: CompactTemplate, pack: JurisdictionPack) -> None:
    """Nobody meets a half-translated page: each text has exactly the pack's languages."""
    for texts in [*_texts(template), *_texts(pack)]:
        assert set(texts) == set(pack.locales)
        assert all(words.strip() == words != "" for words in texts.values())


def test_ontarios_facts_name_their_sources_and_days(pack: JurisdictionPack) -> None:
    """A confirmed fact has a source that was checked on a day; the pack says when to look again."""
    known = {source.key for source in pack.sources}
    for fact in pack.facts:
        assert set(fact.sources) <= known
        assert fact.sources or not fact.confirmed
    assert all(source.checked < pack.review_by for source in pack.sources)
    assert not any(item.confirmed for item in pack.retention)
    assert ZoneInfo(pack.zone).key == pack.zone


def test_no_word_of_a_roster_means_two_categories_or_posts(pack: JurisdictionPack) -> None:
    """A roster's cell is read as one category, or as none."""
    for items in (pack.categories, pack.posts):
        words = [
            (word.casefold(), item.key)
            for item in items
            for word in {item.key, *item.label.values(), *item.synonyms}
        ]
        meanings: dict[str, set[str]] = {}
        for word, key in words:
            meanings.setdefault(word, set()).add(key)
        assert {word: keys for word, keys in meanings.items() if len(keys) > 1} == {}


def test_the_packs_schemes_are_offered(registry: Registry, pack: JurisdictionPack) -> None:
    """Each identifier that Ontario asks for has a validator."""
    assert set(pack.identifier_schemes) <= set(registry.identifier_schemes)


def _texts(value: Value) -> list[dict[str, str]]:
    """Every map from locale to text inside `value`."""

    def walk(data: object) -> list[dict[str, str]]:
        if (
            isinstance(data, dict)
            and data
            and all(isinstance(v, str) for v in data.values())
            and "en" in data
        ):
            return [data]
        children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
        return [found for child in children for found in walk(child)]

    return walk(value.to_json())
