"""What people are told when an office falls vacant, and when it is theirs."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from reciproca.compacts.handover.rules import Office

Texts = Mapping[str, str]

OFFICES: Mapping[Office, Texts] = {
    Office.STEWARD: {"en": "steward", "fr": "responsable de l’entente"},
    Office.CO_SPONSOR_ORGANISATION: {
        "en": "co-sponsor of the organisation’s side",
        "fr": "coparrain de la partie de l’établissement",
    },
    Office.CO_SPONSOR_PHYSICIANS: {
        "en": "co-sponsor of the physicians’ side",
        "fr": "coparrain de la partie des médecins",
    },
}
_LEFT: Texts = MappingProxyType(
    {"en": "{name}, {office}, has left.", "fr": "{name}, {office}, est parti ou partie."}
)
_SUCCESSORS: Texts = MappingProxyType(
    {
        "en": "What was owed by name is on your list until somebody takes over. Please name who does on the page of "
        "the handover, which also says what is open.",
        "fr": "Ce qui était dû par son nom figure sur votre liste jusqu’à la relève. Veuillez nommer cette "
        "personne sur la page de relève, qui dit aussi ce qui reste ouvert.",
    }
)
_TO_FILL: Texts = MappingProxyType(
    {"en": "Name who takes over ({office}): {title}", "fr": "Nommer la relève ({office})\u00a0: {title}"}
)
SIGNATORY: Texts = MappingProxyType(
    {"en": "who signs for the organisation", "fr": "signataire au nom de l’établissement"}
)
NO_SIGNATORY: Texts = MappingProxyType(
    {
        "en": "Nobody is left who may sign for the organisation; an administrator gives somebody that right.",
        "fr": "Plus personne ne peut signer au nom de l’établissement; l’administration donne ce droit.",
    }
)
MAY_SIGN: Texts = MappingProxyType(
    {
        "en": "You may sign for the organisation. What waits for its signature is on the page of the version.",
        "fr": "Vous pouvez signer au nom de l’établissement. Ce qui attend sa signature figure sur la page de la "
        "version.",
    }
)
_NOBODY_IN: Texts = MappingProxyType(
    {
        "en": "Nobody is in the post “{post}” any more.",
        "fr": "Plus personne n’occupe le poste «\u00a0{post}\u00a0».",
    }
)
_IN_POST: Texts = MappingProxyType(
    {
        "en": "You are now in the post “{post}”. What it owes, with its dates, is on your own page.",
        "fr": "Vous occupez maintenant le poste «\u00a0{post}\u00a0». Ce qu’il doit, avec les dates, "
        "figure sur votre page.",
    }
)
_TAKEN_OVER: Texts = MappingProxyType(
    {
        "en": "You are now {office}. What is open, with its dates, is on the page of the handover; you can take it "
        "along as one file.",
        "fr": "Vous êtes maintenant {office}. Ce qui reste ouvert, avec ses dates, figure sur la page de relève; vous "
        "pouvez l’emporter en un seul fichier.",
    }
)


def has_left(office: Office, name: str) -> Texts:
    """That whoever held an office has left."""
    return {locale: text.format(office=OFFICES[office][locale], name=name) for locale, text in _LEFT.items()}


def taken_over(office: Office) -> Texts:
    """That an office is theirs."""
    return {locale: text.format(office=OFFICES[office][locale]) for locale, text in _TAKEN_OVER.items()}


def everywhere(title: str) -> Texts:
    """The title of a post, which has one in all languages."""
    return dict.fromkeys(_TO_FILL, title)


def nobody_in(post: Texts) -> Texts:
    """That whoever was in a post has left."""
    return {locale: text.format(post=post[locale]) for locale, text in _NOBODY_IN.items()}


def in_post(post: Texts) -> Texts:
    """That somebody is in a post now."""
    return {locale: text.format(post=post[locale]) for locale, text in _IN_POST.items()}


def to_fill(office: Texts, titles: Texts) -> Texts:
    """What the duty of naming a successor is called, for an agreement of these titles."""
    first = next(iter(titles.values()), "")
    return {
        locale: text.format(office=office[locale], title=titles.get(locale, first))
        for locale, text in _TO_FILL.items()
    }


def together(*, vacancies: Sequence[Texts], others: Sequence[Texts]) -> Texts:
    """One message about all that fell vacant, and all else."""
    asking = [*vacancies, _SUCCESSORS] if vacancies else []
    return {locale: " ".join(one[locale] for one in (*asking, *others)) for locale in _SUCCESSORS}
