"""What people are told when an office falls vacant, and when it is theirs."""

from collections.abc import Mapping
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
VACANT: Texts = MappingProxyType(
    {
        "en": "{name}, {office}, has left. What they owed is on your list until somebody takes over. Please name a "
        "successor on the page of the handover, which also says what is open.",
        "fr": "{name}, {office}, est parti ou partie. Ses tâches figurent sur votre liste jusqu’à ce qu’une personne "
        "prenne la relève. Veuillez nommer cette personne sur la page de relève, qui dit aussi ce qui reste ouvert.",
    }
)
TAKEN_OVER: Texts = MappingProxyType(
    {
        "en": "You are now {office}. What is open, with its dates, is on the page of the handover; you can take it "
        "along as one file.",
        "fr": "Vous êtes maintenant {office}. Ce qui reste ouvert, avec ses dates, figure sur la page de relève; vous "
        "pouvez l’emporter en un seul fichier.",
    }
)


def said(texts: Texts, office: Office, name: str = "") -> dict[str, str]:
    """The words in each language, about an office and whoever left it."""
    return {locale: text.format(office=OFFICES[office][locale], name=name) for locale, text in texts.items()}
