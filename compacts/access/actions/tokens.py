"""Bearer tokens of the API: made once, shown once, scoped to actions, never wider than the one who makes them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from reciproca.compacts.access.queries import account_of, digest, membership_of, own_account
from reciproca.compacts.access.rules import TOKEN_LIFE
from reciproca.compacts.access.tables import Account, ApiToken
from reciproca.core.errors import Fault, Forbidden, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.rights import Action, authorize, is_allowed
from reciproca.core.work import Work

PREFIX = "rcp_"
EVERYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token just made. `secret` is what the bearer sends; it is nowhere else."""

    row: ApiToken
    secret: str


def create_token(
    work: Work, *, email: str, scopes: Sequence[str], label: str = "", life: timedelta = TOKEN_LIFE
) -> NewToken:
    """A token for the account with that address: one's own, or anybody's for the operator at the machine.

    `scopes` are names of actions (`compact.read`), or "*". Invalid for an unknown one; Forbidden when it would allow
    more than the token that asks; NotFound when the account isn't here."""
    authorize(work, Action.TOKEN_CREATE, person_id=work.actor.person_id)
    account = _owner(work, email)
    wanted = sorted(set(scopes))
    _check(work, wanted)
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        account_id=account.id,
        organisation_id=work.organisation.id,
        sha256=digest(secret),
        scopes=wanted,
        label=label.strip() or _("API token"),
        created_at=work.now,
        expires_at=work.now + life,
        revoked_at=None,
    )
    work.session.add(row)
    work.session.flush()
    work.act("token.created", about=row.uid, record={"account": account.uid, "scopes": wanted})
    return NewToken(row=row, secret=secret)


def revoke_token(work: Work, *, uid: str) -> None:
    """Make a token worthless at once: one's own, or anybody's here for those who manage accounts. NotFound."""
    authorize(work, Action.ACCOUNT_USE)
    found = select(ApiToken).filter_by(uid=uid, organisation_id=work.organisation.id, revoked_at=None)
    if not is_allowed(work, Action.ACCOUNT_MANAGE):
        authorize(work, Action.TOKEN_CREATE, person_id=work.actor.person_id)
        found = found.filter_by(account_id=own_account(work).id)
    row = work.session.scalar(found)
    if row is None:
        raise NotFound(detail=_("There is no such token, or it was revoked already."))
    row.revoked_at = work.now
    work.act("token.revoked", about=row.uid, record={})


def _owner(work: Work, email: str) -> Account:
    account = account_of(work.session, email)
    if account is None or membership_of(work.session, account.id, work.organisation.id) is None:
        raise NotFound(detail=_("Nobody here has an account with that address. Nothing was changed."))
    if account.uid != work.actor.uid and Role.SYSTEM not in work.actor.roles:
        raise Forbidden(
            detail=_("A token speaks for its owner, so nobody makes one for somebody else."),
            remedy=_("They can make their own on their account page."),
        )
    return account


def _check(work: Work, wanted: Sequence[str]) -> None:
    known = {action.value for action in Action} | {EVERYTHING}
    if not wanted or set(wanted) - known:
        raise Invalid(
            detail=_("A token needs scopes, and these must be actions. Nothing was made."),
            remedy=_("Use names as in the table of rights (compact.read), or * for everything."),
            faults=tuple(Fault(field="scopes", reason=scope) for scope in sorted(set(wanted) - known)),
        )
    held = work.actor.scopes
    if held is not None and EVERYTHING not in held and set(wanted) - held:
        raise Forbidden(detail=_("A token can't make one that may do more than itself. Nothing was made."))
