"""What webhooks are told of, and what goes wrong with them, in words."""

from collections.abc import Mapping, Sequence

from reciproca.compacts.access.mail import catalogues
from reciproca.compacts.webhooks.rules import TEST
from reciproca.core.i18n import _

EVENT_WORDS: Mapping[str, str] = {
    "version.proposed": _("A version was put to both sides"),
    "version.ratified": _("A version was adopted by both sides"),
    "version.scheduled": _("A version was given its first day"),
    "version.in_force": _("A version came into force"),
    "version.superseded": _("A version was replaced by another"),
    "version.suspended": _("A version was suspended"),
    "version.resumed": _("A suspended version counts again"),
    "version.ended": _("A version ended"),
    "campaign.opened": _("Signing was opened"),
    "request.opened": _("A person was invited to sign"),
    "signature.given": _("A person signed"),
    "signature.withdrawn": _("A signature was withdrawn"),
    "signature.countersigned": _("The organisation signed one person’s record too"),
    "organisation.signed": _("The organisation signed a version"),
    "document.archived": _("A document got an archive stamp"),
    "review.opened": _("A review began"),
    "review.closed": _("A review was closed"),
    "action.agreed": _("An action was agreed in a review"),
    "roster.imported": _("A roster was taken in"),
    "plugin.failed": _("A plugin failed"),
    TEST: _("A test"),
}
URL_FAULTS: Mapping[str, str] = {
    "form": _("This is not a whole address. Write it like https://records.hospital.example/hooks."),
    "user": _("Leave name and password out of the address; every message is signed instead."),
    "scheme": _("The address must begin with https://. Without the s, only this machine itself can be told."),
    "private": _(
        "This address is not a public one. Whoever runs the machine can allow your own network by the setting "
        "RECIPROCA_WEBHOOK_NETWORKS."
    ),
}
GONE_TITLE = _("The webhook to %(to)s was disabled")
GONE_TEXT = _(
    "The other system answered that its address is gone for good (410), so nothing is sent there any more. If it "
    "should still be told, enable the webhook on its page, or add its new address."
)


def in_languages(text: str, locales: Sequence[str], **values: str) -> dict[str, str]:
    """A text in each language, with what is filled in."""
    said = {locale: catalogues().translator(locale).gettext(text) for locale in locales}
    return {locale: one % values if values else one for locale, one in said.items()}
