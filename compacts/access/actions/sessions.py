"""Sessions of browsers: opened at sign-in, turned when a password is given again, ended by whoever holds them."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select

from reciproca.compacts.access import passwords
from reciproca.compacts.access.actions.limits import Tries, admit, count_when_refused, is_over
from reciproca.compacts.access.queries import digest, own_account
from reciproca.compacts.access.rules import ABSOLUTE, IDLE
from reciproca.compacts.access.tables import Account, BrowserSession, OneTimeCode
from reciproca.core.errors import Fault, Invalid, NotFound, Unauthenticated
from reciproca.core.i18n import _
from reciproca.core.identity import Proof
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

HANDED_TO_THE_DOOR = "session_token"
"""Where the door finds the new value of the cookie, in the database session's `info`."""


def open_session(work: Work, *, account: Account, organisation_id: int, method: str) -> BrowserSession:
    """A new session, never an old one: its cookie's value is handed to the door. Clears away what is long over."""
    authorize(work, Action.SIGN_IN)
    _clear_away(work)
    now = work.now
    row = BrowserSession(
        account_id=account.id,
        organisation_id=organisation_id,
        token_sha256=_new_value(work),
        method=method,
        created_at=now,
        turned_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE,
        proved_at=now if method == "password" else None,
    )
    work.session.add(row)
    work.session.flush()
    return row


def prove_by_password(work: Work, *, password: str) -> Proof:
    """Step up: the actor gives the password again, and the session (if it is one) gets a new cookie.

    Returns the proof for the one act that asked for it. Invalid when the password is wrong or was never set (a mailed
    link alone proves nothing); TooMany when it was wrong too often."""
    authorize(work, Action.ACCOUNT_USE)
    account = _signed_in(work)
    if account.password_hash is None:
        raise not_proved(
            "password",
            _("You have not set a password yet."),
            _("Set one on your account page, then come back to this page."),
        )
    tries = _tries(account)
    admit(work, tries=tries)
    if not passwords.is_right(account.password_hash, password):
        count_when_refused(work, tries=tries)
        raise not_proved("password", _("This is not your password."), _("Type it again; capitals matter."))
    if work.actor.proof.session_uid:
        _turn(work, work.actor.proof.session_uid)
    return Proof(method="password", at=work.now, session_uid=work.actor.proof.session_uid)


def hash_to_prove(work: Work, *, account: Account) -> str | None:
    """What the password of `account` will be compared with; None when there is none, or no more tries are admitted."""
    authorize(work, Action.SIGN_IN)
    return None if is_over(work, tries=_tries(account)) else account.password_hash


def _tries(account: Account) -> Tries:
    """Not the door's: a stranger's wrong guesses must not stop a signature."""
    return (("step_up", account.uid),)


def sign_out(work: Work) -> None:
    """End the session that asks. Nothing happens when it is over already."""
    authorize(work, Action.ACCOUNT_USE)
    work.session.execute(delete(BrowserSession).where(BrowserSession.uid == work.actor.proof.session_uid))


def end_session(work: Work, *, uid: str) -> None:
    """End one of the actor's own sessions. NotFound when it is nobody's, or somebody else's."""
    authorize(work, Action.ACCOUNT_USE)
    account = own_account(work)
    gone = delete(BrowserSession).where(BrowserSession.uid == uid, BrowserSession.account_id == account.id)
    if not work.session.scalars(gone.returning(BrowserSession.id)).all():
        raise NotFound(detail=_("That session is over already."), remedy=_("Look at the list again."))


def end_sessions(work: Work, *, account: Account, spare: str | None = None) -> None:
    """End every session of `account`, at once; `spare` is the uid of one to leave."""
    authorize(work, Action.ACCOUNT_USE)
    ended = delete(BrowserSession).where(BrowserSession.account_id == account.id)
    work.session.execute(ended.where(BrowserSession.uid != spare) if spare else ended)


def _signed_in(work: Work) -> Account:
    if work.actor.is_anonymous:
        raise Unauthenticated(remedy=_("Sign in, then try again."))
    return own_account(work)


def _turn(work: Work, uid: str) -> None:
    row = work.session.scalars(select(BrowserSession).filter_by(uid=uid)).one()
    row.earlier_sha256, row.token_sha256 = row.token_sha256, _new_value(work)
    row.turned_at = row.proved_at = row.last_seen_at = work.now


def _new_value(work: Work) -> str:
    token = secrets.token_urlsafe(32)
    work.session.info[HANDED_TO_THE_DOOR] = token
    return digest(token)


def _clear_away(work: Work) -> None:
    now: datetime = work.now
    over = (BrowserSession.expires_at <= now) | (BrowserSession.last_seen_at <= now - IDLE)
    work.session.execute(delete(BrowserSession).where(over))
    work.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at <= now - ABSOLUTE))


def not_proved(field: str, reason: str, remedy: str) -> Invalid:
    """What is said when what was typed into `field` shows nothing."""
    return Invalid(
        detail=reason,
        remedy=remedy,
        faults=(Fault(field=field, reason=reason, remedy=remedy),),
    )
