"""What must be true before a signature counts, each with its own calm words."""

from datetime import datetime, timedelta

from reciproca.compacts.drafting.rules import SIGNABLE
from reciproca.compacts.drafting.tables import VersionState
from reciproca.compacts.people.tables import folded
from reciproca.core.errors import Conflict, Fault, Forbidden, Invalid
from reciproca.core.i18n import _

CEREMONY_LIFE = timedelta(hours=2)
"""How long one may read between opening the page and signing; the password is asked at the very end."""

_READ_AGAIN = _("Open the page again, look at the text that it shows, and sign there.")


def require_signable(state: VersionState) -> None:
    """Conflict unless a version in `state` may be signed."""
    if state in SIGNABLE:
        return
    if state is VersionState.SUPERSEDED:
        raise Conflict(
            detail=_("A newer version has taken the place of this one. Nothing was changed."),
            remedy=_("You are asked again when the new one is offered to you."),
        )
    if state is VersionState.VOID:
        raise Conflict(
            detail=_("Both sides have declared this version void. Nothing was changed."),
            remedy=_("There is nothing to do. Why is on the page of the version."),
        )
    raise Conflict(
        detail=_(
            "This version can't be signed: it is not ratified by both sides, or no longer stands. "
            "Nothing was changed."
        ),
        remedy=_("There is nothing to do. You are told when a version is offered to you."),
    )


PAUSED = "paused"
"""The state of a campaign that the steward holds."""


def require_open_campaign(state: str, *, due_at: datetime, now: datetime) -> None:
    """Conflict when the campaign that asks is paused, has ended, or its last day is over (whether or not anybody closed
    it)."""
    if state == PAUSED:
        raise Conflict(
            detail=_("The steward has paused the signatures. Nothing was changed."),
            remedy=_("Come back when they go on: your invitation is kept."),
        )
    if state != "open" or due_at <= now:
        raise Conflict(
            detail=_("This invitation has ended. Nothing was changed."),
            remedy=_("If you want to sign, ask the steward for a new invitation."),
        )


def require_fresh(*, used_at: datetime | None, expires_at: datetime, now: datetime) -> None:
    """Conflict when this opening of the page has been used, or was long ago."""
    if used_at is not None:
        raise Conflict(detail=_("This form was sent already. Nothing was changed."), remedy=_READ_AGAIN)
    if expires_at <= now:
        raise Conflict(
            detail=_("This page was opened too long ago. Nothing was changed."), remedy=_READ_AGAIN
        )


def require_same_text(*, sent: str, shown: str, frozen: str) -> None:
    """Conflict unless the text that was sent for signature is the one that was shown, and the one that is frozen."""
    if not sent == shown == frozen:
        raise Conflict(
            detail=_("This form was for another text than the one that stands now. Nothing was changed."),
            remedy=_READ_AGAIN,
        )


def require_appointed(*, is_appointed: bool) -> None:
    """Forbidden for whoever is no member of the staff that is asked."""
    if not is_appointed:
        raise Forbidden(
            detail=_(
                "Today you are not on the list of the staff whom this agreement is for. Nothing was changed."
            ),
            remedy=_("If that is a mistake, ask the medical affairs office to correct the list."),
        )


def require_order(*, organisation_signs: str, has_signed: bool) -> None:
    """Conflict where the organisation has promised to sign first, and hasn't yet."""
    if organisation_signs == "first" and not has_signed:
        raise Conflict(
            detail=_("Here the organisation signs first, and it hasn’t yet. Nothing was changed."),
            remedy=_("Have somebody who may sign for the organisation do so; then everybody else can."),
        )


def require_one_side(*, signed_other: bool) -> None:
    """Forbidden for whoever signed the same version on the other side: nobody speaks for both."""
    if signed_other:
        raise Forbidden(
            detail=_("You have signed this version on the other side. Nothing was changed."),
            remedy=_("Ask somebody else to sign for this side."),
        )


def require_intent(
    *, name: str, typed: str, intends: bool, consents: bool, password: str | None, code: str | None = None
) -> None:
    """Invalid, with everything that is missing, unless the person has typed their name and a password or a code
    (proved later; None where it isn't asked for), and ticked what is asked."""
    faults = [
        fault
        for is_missing, fault in (
            (
                not same_name(name, typed),
                Fault(
                    field="name",
                    reason=_("This is not your name as it is on the staff list."),
                    remedy=_("Type it as it is shown; capitals and accents don't matter."),
                ),
            ),
            (
                not intends,
                Fault(field="intent", reason=_("Tick this if you mean it; without it nothing is signed.")),
            ),
            (
                not consents,
                Fault(field="consent", reason=_("Tick this to sign electronically, or ask for paper.")),
            ),
            (password == "", Fault(field="password", reason=_("Type your password."))),
            (code == "", Fault(field="code", reason=_("Type the code that was sent to you."))),
        )
        if is_missing
    ]
    if faults:
        raise Invalid(detail=_("Nothing was signed yet."), faults=faults)


def same_name(name: str, typed: str) -> bool:
    """Whether `typed` is `name`, whatever its capitals, accents, blanks and hyphens, with or without "Dr."."""
    wanted, given = _letters(name), _letters(typed)
    return bool(wanted) and given in {wanted, f"dr{wanted}", f"dre{wanted}"}


def _letters(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isalnum())
