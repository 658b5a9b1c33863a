"""The words that stand around a signature: from the jurisdiction's pack, and the few that are our own. Each has a
version, and a new one for every change, because evidence names it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from reciproca.compacts.signing.rules import Words
from reciproca.core.errors import Misconfigured
from reciproca.core.i18n import _
from reciproca.core.work import Work
from reciproca.plugins.types import JurisdictionPack, Wording

Texts = Mapping[str, str]

_ORGANISATION_INTENT = "organisation-intent-1"
_INTENT: Texts = MappingProxyType(
    {
        "en": "I have read this version. I sign it for the organisation, which means to keep what it promises in it.",
        "fr": "J’ai lu cette version. Je la signe au nom de l’organisation, qui compte tenir ce qu’elle y promet.",
    }
)
TALK: Texts = MappingProxyType(
    {
        "en": "Somebody whom you stand for asks to talk with you about this agreement. Only you can see who.",
        "fr": "Une personne que vous représentez demande à vous parler de cette entente. Vous seul pouvez voir qui.",
    }
)
DECLINED: Texts = MappingProxyType(
    {
        "en": "Somebody has told you why they do not sign this agreement. Only you can read it.",
        "fr": "Une personne vous a dit pourquoi elle ne signe pas cette entente. Vous seul pouvez le lire.",
    }
)
MISDIRECTED: Texts = MappingProxyType(
    {
        "en": "Somebody who got the invitation to sign this agreement says that they are not the person whom it is "
        "for. Please look at this person’s address on file. When it is corrected, they are invited again.",
        "fr": "La personne qui a reçu l’invitation à signer cette entente dit ne pas être celle à qui elle s’adresse. "
        "Veuillez vérifier l’adresse inscrite au dossier. Une fois corrigée, l’invitation part de nouveau.",
    }
)
YOU_WITHDREW: Texts = MappingProxyType(
    {
        "en": "You have withdrawn your signature. From now on you are not bound by it. What was recorded stays: "
        "that you signed, and that you withdrew.",
        "fr": "Vous avez retiré votre signature. Dès maintenant, elle ne vous lie plus. Ce qui a été consigné "
        "demeure : que vous avez signé, et que vous avez retiré votre signature.",
    }
)
SOMEBODY_WITHDREW: Texts = MappingProxyType(
    {
        "en": "Somebody has withdrawn their signature. The counts of the campaign say so; nobody is named.",
        "fr": "Une personne a retiré sa signature. Les nombres de la campagne en tiennent compte; personne n’est "
        "nommé.",
    }
)
ASKED_AGAIN: Texts = MappingProxyType(
    {
        "en": "You are invited to read this agreement and, if you want to, to sign it. An earlier invitation had "
        "reached somebody else.",
        "fr": "Vous êtes invité à lire cette entente et, si vous le souhaitez, à la signer. Une première invitation "
        "était parvenue à une autre personne.",
    }
)


DISPUTED: Texts = MappingProxyType(
    {
        "en": "Somebody says that a paper signature recorded for them is not theirs. It was set aside at once.",
        "fr": "Une personne dit qu’une signature sur papier enregistrée pour elle n’est pas la sienne. Elle a été "
        "mise de côté aussitôt.",
    }
)
VOID: Texts = MappingProxyType(
    {
        "en": "Both sides have declared this version void. You signed it: from now on it binds nobody, you and the "
        "organisation included. Why is written on its page. You need not do anything, and your record of having "
        "signed stays yours.",
        "fr": "Les deux parties ont déclaré cette version sans effet. Vous l’avez signée : dès maintenant, elle ne "
        "lie plus personne, ni vous ni l’organisation. La raison figure sur sa page. Vous n’avez rien à faire, et la "
        "preuve de votre signature vous reste.",
    }
)
_STILL_TO_SIGN: Texts = MappingProxyType(
    {
        "en": "{name} has signed for the organisation. More signatures are needed, and yours is one of those "
        "that would do.",
        "fr": "{name} a signé au nom de l’organisation. D’autres signatures sont nécessaires, et la vôtre "
        "conviendrait.",
    }
)
SIGNED_BEFORE: Texts = MappingProxyType(
    {
        "en": "Your signed version is {signed}; version {offered} is offered.",
        "fr": "Vous avez signé la version {signed}; la version {offered} vous est proposée.",
    }
)
COUNTS_UNTIL: Texts = MappingProxyType(
    {"en": "Your signature counts until {until}.", "fr": "Votre signature compte jusqu’au {until}."}
)
COUNTS_AFTER: Texts = MappingProxyType(
    {
        "en": "Your signature counts for {days} days after the new version comes into force.",
        "fr": "Votre signature compte pendant {days} jours après l’entrée en vigueur de la nouvelle version.",
    }
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What is shown before a signature in one language; `privacy` is plain text."""

    consent: Words
    intent: Words
    privacy: str


def words_for(work: Work, locale: str) -> Shown:
    """What a physician is shown in `locale`. Misconfigured when the jurisdiction has no pack."""
    pack = _pack(work)
    return Shown(
        consent=_words(pack.consent, locale),
        intent=_words(pack.intent, locale),
        privacy=_words(pack.privacy, locale).text,
    )


def organisation_intent(locale: str) -> Words:
    """What signing for the organisation says, in `locale`."""
    return Words(version=_ORGANISATION_INTENT, text=_INTENT.get(locale, _INTENT["en"]))


def still_to_sign(name: str) -> dict[str, str]:
    """That somebody called `name` has signed for the organisation, and others have to."""
    return {locale: text.format(name=name) for locale, text in _STILL_TO_SIGN.items()}


def titled(titles: Texts, number: int) -> dict[str, str]:
    """A version's name in each language ("version" is the same word in English and in French)."""
    return {locale: f"{title}, version {number}" for locale, title in titles.items()}


def _pack(work: Work) -> JurisdictionPack:
    found: JurisdictionPack | None = work.plugins.jurisdictions.get(work.organisation.jurisdiction)
    if found is None:
        raise Misconfigured(
            detail=f"There is no jurisdiction pack for {work.organisation.jurisdiction}.",
            remedy=_("Install the plugin that offers it."),
        )
    return found


def _words(wording: Wording, locale: str) -> Words:
    text = wording.text.get(locale) or next(iter(wording.text.values()))
    return Words(version=wording.version, text=text)
