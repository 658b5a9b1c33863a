"""What the words of a roster mean here: categories, posts and languages by the names that people give them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reciproca.compacts.people.tables import folded
from reciproca.plugins.types import DateOrder, JurisdictionPack, RosterMapping

UNIT_POSTS = frozenset({"department_head", "division_head"})
"""Posts that every unit has one of; every other post of a jurisdiction is the whole organisation's."""
_ENGLISH_AND_FRENCH = {
    "en": ("en", "eng", "english", "anglais", "anglaise"),
    "fr": ("fr", "fra", "fre", "french", "francais", "francaise"),
}
Names = tuple[str, ...]
"""A unit by its names from below the organisation: ("Psychiatry", "Child and Adolescent"), () for the whole."""


@dataclass(frozen=True, kw_only=True)
class PostName:
    """A post as a roster names it: its unit, the jurisdiction's key for it ("" when it has none), its title."""

    unit: Names
    key: str
    title: str

    @property
    def identity(self) -> tuple[Names, str]:
        """What two spellings of one post have in common."""
        return unit_key(self.unit), self.key or folded(self.title)


@dataclass(frozen=True, kw_only=True)
class Customs:
    """What a place and an operator's mapping say about words: folded text → key."""

    date_order: DateOrder
    categories: Mapping[str, str]
    posts: Mapping[str, tuple[str, str]]
    locales: Mapping[str, str]
    locale: str

    def category(self, text: str) -> str | None:
        """The key of the member category that `text` names, or None."""
        return self.categories.get(folded(text))

    def post(self, text: str, unit: Names) -> PostName:
        """The post that `text` names for somebody in `unit`; a word that the jurisdiction doesn't know is a title."""
        key, title = self.posts.get(folded(text), ("", text))
        whole = key and key not in UNIT_POSTS
        return PostName(unit=() if whole else unit, key=key, title=title)


def customs_of(pack: JurisdictionPack, mapping: RosterMapping | None, locales: tuple[str, ...]) -> Customs:
    """The customs of `pack`, with what the operator's `mapping` adds. `locales`: the organisation's, by preference."""
    mapping = mapping or RosterMapping()
    return Customs(
        date_order=mapping.date_order or pack.date_order,
        categories=_categories(pack)
        | {folded(text): key for text, key in (mapping.categories or {}).items() if key},
        posts={
            folded(name): (post.key, title_of(post.label, locales))
            for post in pack.posts
            for name in (post.key, *post.label.values(), *post.synonyms)
        },
        locales={
            name: code for code in locales for name in (*_ENGLISH_AND_FRENCH.get(code, ()), code.lower())
        },
        locale=locales[0],
    )


def title_of(label: Mapping[str, str], locales: tuple[str, ...]) -> str:
    """The label in the first of `locales` that it has."""
    return next((label[code] for code in locales if code in label), next(iter(label.values())))


def unit_key(unit: Names) -> Names:
    """`unit` for comparing."""
    return tuple(folded(name) for name in unit)


def _categories(pack: JurisdictionPack) -> dict[str, str]:
    return {
        folded(name): category.key
        for category in pack.categories
        for name in (category.key, *category.label.values(), *category.synonyms)
    }
