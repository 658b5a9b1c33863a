"""Which comments say much the same: a proposal to people, who group them themselves."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from reciproca.compacts.people.tables import folded

K = TypeVar("K", bound=Hashable)
ALIKE = 0.6
"""Shared words over all words (Jaccard) from which two comments are alike."""
_CANDIDATES = 12
_WORD = re.compile(r"[^\W_]+")
_SMALL_WORDS = """
a an and are as at be by for from has have in is it its not of on or our should that the their this to us was we will
with you your au aux avec ce ces cette dans de des du elle en est et il la le les leur nos notre nous ne ou par pas pour
qu que qui sa se ses son sont sur un une vos votre vous
"""
_EMPTY_WORDS = frozenset(_SMALL_WORDS.split())


def content_words(text: str) -> frozenset[str]:
    """The words that carry the sense of `text`: without case, accents, marks and the small words of both languages."""
    found = _WORD.findall(folded(text))
    return frozenset(word for word in found if word not in _EMPTY_WORDS and not word.isdigit())


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1; nothing is like a text without words."""
    return len(one & other) / len(one | other) if one and other else 0.0


def alike(texts: Mapping[K, str]) -> list[list[K]]:
    """Keys of `texts` in groups of two or more that say much the same, each key at most once, largest group first.

    Each text is held against the first of each group with which it shares its rarest words, never against all."""
    words = {key: content_words(text) for key, text in texts.items()}
    spread = Counter(word for each in words.values() for word in each)
    leaders: defaultdict[str, list[K]] = defaultdict(list)
    groups: dict[K, list[K]] = {}
    for key, each in words.items():
        leader = _closest(each, _candidates(each, spread, leaders), words)
        if leader is None:
            groups[key] = [key]
            for word in each:
                leaders[word].append(key)
        else:
            groups[leader].append(key)
    return sorted((group for group in groups.values() if len(group) > 1), key=len, reverse=True)


def _candidates(
    each: frozenset[str], spread: Mapping[str, int], leaders: Mapping[str, Sequence[K]]
) -> list[K]:
    rarest = sorted(each, key=lambda word: (spread[word], word))
    found: Counter[K] = Counter()
    for word in rarest[: len(rarest) // 2 + 1]:  # alike texts share more than half of their words
        found.update(leaders.get(word, ())[:_CANDIDATES])
    return [key for key, _count in found.most_common(_CANDIDATES)]


def _closest(each: frozenset[str], candidates: Sequence[K], words: Mapping[K, frozenset[str]]) -> K | None:
    found = [(overlap(each, words[key]), key) for key in candidates]
    shared, key = max(found, key=lambda one: one[0], default=(0.0, None))
    return key if shared >= ALIKE else None
