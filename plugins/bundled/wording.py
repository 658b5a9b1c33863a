"""Advice on words, in English and French: threats, the language of contracts, pay and referrals; and how a text reads.

English reading grade: Flesch–Kincaid, 0.39 × words per sentence + 11.8 × syllables per word − 15.59 (J. P. Kincaid,
R. P. Fishburne, R. L. Rogers and B. S. Chissom, Research Branch Report 8-75, Naval Technical Training, 1975).
French reading ease: Kandel and Moles's form of Flesch's scale, 207 − 1.015 × words per sentence − 73.6 × syllables per
word; 100 is easiest (L. Kandel and A. Moles, "Application de l'indice de Flesch à la langue française", 1958).
Syllables are counted as groups of written vowels, a silent last e left out: near enough for advice, not for research.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from reciproca import hookimpl
from reciproca.plugins.types import N_, Draft, DraftCommitment, LegalEffect, PluginInfo, WordingFinding

REASONS: Mapping[str, str] = {
    "coercive": N_(
        "This sounds like an order or a threat. A promise says what one will do, of one’s own accord."
    ),
    "contractual": N_("This is the language of contracts. It may say more in law than both sides mean."),
    "pay": N_("This is about money. Pay belongs in its own agreement, where it is reviewed for that."),
    "referral": N_(
        "This is about where patients are sent. Promising that can break laws on referrals and on choice."
    ),
    "grade": N_("This is hard to read. Shorter sentences and everyday words are read to the end."),
    "whole": N_("How the whole text reads in this language."),
}
TERMS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "en": {
        "coercive": (
            "must", "shall", "mandatory", "compulsory", "required to", "failure to", "comply", "compliance",
            "enforced?", "disciplinary", "sanctions?", "penalt(?:y|ies)", "obey", "non-compliance",
            "consequences of not",
        ),
        "contractual": (
            "hereby", "herein", "hereinafter", "thereof", "whereas", "notwithstanding", "in consideration of",
            "breach(?:es|ed)?", "covenants?", "indemnif(?:y|ies|ied)", "liable", "liquidated damages", "null and void",
            "the part(?:y|ies) (?:of|to)", "terminate(?:s|d)? this", "binding",
        ),
        "pay": (
            "salar(?:y|ies)", "compensation", "remuneration", "bonus(?:es)?", "stipends?", "honorari(?:um|a)",
            "incentive payments?", "fee schedules?", "overtime pay",
        ),
        "referral": (
            "refer(?:s|red)? (?:all |their |our )?patients to", "volume of referrals", "admit (?:all )?patients only",
        ),
    },
    "fr": {
        "coercive": (
            "doit", "doivent", "obligatoires?", "obligatoirement", "sous peine de", "sanctions?", "disciplinaires?",
            "se conformer", "à défaut de quoi", "est tenue? de", "sont tenue?s de", "pénalités?",
        ),
        "contractual": (
            "par les présentes", "aux présentes", "ci-après", "attendu que", "nonobstant", "en contrepartie de",
            "manquements? contractuels?", "résilier", "résiliation", "indemniser", "dommages-intérêts",
            "nulle? et sans effet", "force exécutoire",
        ),
        "pay": (
            "salaires?", "rémunérations?", "primes?", "honoraires", "indemnités? de garde", "avantages? financiers?",
        ),
        "referral": (
            "adresser (?:tous )?(?:ses|leurs|nos) patients à", "volume d[’']aiguillage",
            "orienter (?:ses|leurs) patients vers",
        ),
    },
}  # fmt: skip
HARD_GRADE, HARD_EASE, FEWEST_WORDS = 14.0, 40.0, 12
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüœæ]+", re.IGNORECASE)
_SILENT = re.compile(r"(?<=[^aeiouyéèêlœ])es?$", re.IGNORECASE)
_PATTERNS = {
    locale: {
        kind: re.compile(rf"(?<!\w)(?:{'|'.join(terms)})(?!\w)", re.IGNORECASE)
        for kind, terms in kinds.items()
    }
    for locale, kinds in TERMS.items()
}


class Measure(NamedTuple):
    """How a text reads: what is measured, the number to one place, and whether it is hard."""

    name: str
    value: float
    is_hard: bool

    def __str__(self) -> str:
        return f"{self.name} {self.value:.1f}"


@hookimpl
def plugin_info() -> PluginInfo:
    """Say who this is."""
    return PluginInfo(
        name="wording",
        version="1.0",
        api_version="1.0",
        summary="Advice on words and reading, English and French",
    )


@hookimpl
def wording_findings(draft: Draft) -> list[WordingFinding]:
    """What words say more than they should, which promises are hard to read, and how each language reads as a whole."""
    locales = [locale for locale in draft.locales if locale[:2] in TERMS]
    return [
        *(each for locale in locales for item in draft.commitments for each in _advice(draft, item, locale)),
        *(each for locale in locales for each in _whole(draft, locale)),
    ]


def measure(text: str, language: str) -> Measure | None:
    """How `text` reads in "en" or "fr"; None where there is too little of it to say."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text)
    if len(words) < FEWEST_WORDS:
        return None
    long = len(words) / max(1, len(re.findall(r"[.!?…]+(?=\s|$)", text)))
    heavy = sum(_syllables(word) for word in words) / len(words)
    if language == "fr":
        ease = 207 - 1.015 * long - 73.6 * heavy
        return Measure("Kandel–Moles", ease, ease < HARD_EASE)
    grade = 0.39 * long + 11.8 * heavy - 15.59
    return Measure("Flesch–Kincaid", grade, grade > HARD_GRADE)


def _advice(draft: Draft, item: DraftCommitment, locale: str) -> Iterator[WordingFinding]:
    text, language = item.text.get(locale, ""), locale[:2]
    for kind, pattern in _PATTERNS[language].items():
        if kind == "contractual" and draft.legal_effect is LegalEffect.CONTRACT:
            continue
        for found in {match[0].lower() for match in pattern.finditer(text)}:
            yield _finding(kind, locale, found, item)
    read = measure(text, language)
    if read and read.is_hard:
        yield _finding("grade", locale, str(read), item)


def _whole(draft: Draft, locale: str) -> Iterator[WordingFinding]:
    read = measure("\n".join(item.text.get(locale, "") for item in draft.commitments), locale[:2])
    if read:
        yield WordingFinding(locale=locale, kind="whole", reason=REASONS["whole"], subject=str(read))


def _finding(kind: str, locale: str, subject: str, item: DraftCommitment) -> WordingFinding:
    return WordingFinding(
        locale=locale, kind=kind, reason=REASONS[kind], key=item.key, side=item.side, subject=subject
    )


def _syllables(word: str) -> int:
    groups = len(_VOWELS.findall(word))
    return max(1, groups - bool(_SILENT.search(word)))
