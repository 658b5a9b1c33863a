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
    {"en": "Name who takes over ({office}): {title}", "fr": "Nommer la relève ({office}) : {title}"}
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


def to_fill(office: Texts, titles: Texts) -> Texts:
    """What the duty of naming a successor is called, for an agreement of these titles."""
    first = next(iter(titles.values()), "")
    return {
        locale: text.format(office=office[locale], title=titles.get(locale, first))
        for locale, text in _TO_FILL.items()
    }


def asking_for_successors(said: Sequence[Texts]) -> Texts:
    """One message about all that fell vacant."""
    return {
        locale: " ".join([*(one[locale] for one in said), ending]) for locale, ending in _SUCCESSORS.items()
    }
