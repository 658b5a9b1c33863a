"""Coming in: by password, by a mailed link, or as the first administrator with the code that `init` printed."""

from dataclasses import replace

from sqlalchemy import select, update

from reciproca.compacts.access import passwords
from reciproca.compacts.access.actions.accounts import add_account
from reciproca.compacts.access.actions.limits import Tries, admit, count, count_when_refused, is_over
from reciproca.compacts.access.actions.sessions import open_session
from reciproca.compacts.access.queries import account_of, digest, membership_of
from reciproca.compacts.access.rules import FIRST_CODE_LIFE, LINK_LIFE, code_of, normal_address, typed_code
from reciproca.compacts.access.tables import Account, Membership, OneTimeCode
from reciproca.core import ids
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Role, system
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work

FIRST, LINK = "first_administrator", "sign_in"
LENGTHS = {FIRST: 20, LINK: 52}
"""Characters of each code: 100 bits for one that is typed, 256 for one that is clicked."""


def sign_in(work: Work, *, email: str, password: str, address: str) -> Account:
    """Open a session for whoever knows the password. `address` is where the request came from.

    Invalid, in the same words and the same time whoever there is or isn't; TooMany after many wrong ones."""
    authorize(work, Action.SIGN_IN)
    tries: Tries = (("account", normal_address(email)), ("address", address))
    admit(work, tries=tries)
    account, membership = _known(work, email)
    if not passwords.is_right(account.password_hash if account else None, password) or not (
        account and membership
    ):
        count_when_refused(work, tries=tries)
        raise _wrong(
            _("The address or the password is not right."),
            "email",
            _("Type both again, or have a link mailed to you."),
        )
    if account.password_hash and passwords.is_outdated(account.password_hash):
        account.password_hash = passwords.hashed(password)
    open_session(work, account=account, organisation_id=membership.organisation_id, method="password")
    return account


def ask_link(work: Work, *, email: str, address: str) -> None:
    """Have a sign-in link mailed, if somebody here has that address. The answer never says whether."""
    authorize(work, Action.SIGN_IN)
    admit(work, tries=(("link_address", address),))
    count(work, tries=(("link_address", address),))
    account, membership = _known(work, email)
    if account and membership:
        _mail_link(work, account)


def mail_link(work: Work, *, account: Account) -> None:
    """Have a sign-in link mailed to `account`; nobody but its reader ever sees it."""
    authorize(work, Action.ACCOUNT_MANAGE)
    _mail_link(work, account)


def use_link(work: Work, *, code: str, address: str) -> Account:
    """Open a session by a mailed link: it identifies, and never suffices to sign. Each works once, for half an hour."""
    authorize(work, Action.SIGN_IN)
    row = _use(work, LINK, code, address)
    account = work.session.get_one(Account, row.account_id)
    membership = membership_of(work.session, account.id)
    if not account.is_enabled or membership is None:
        raise _spent()
    others = (
        update(OneTimeCode)
        .filter_by(account_id=account.id, purpose=LINK, used_at=None)
        .values(used_at=work.now)
    )
    work.session.execute(others)
    open_session(work, account=account, organisation_id=membership.organisation_id, method="link")
    return account


def make_first_code(work: Work) -> str:
    """A code that makes the first administrator, to be shown once: five groups of four."""
    authorize(work, Action.INSTALLATION_OPERATE)
    _row, code = _new_code(work, FIRST)
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def use_first_code(work: Work, *, code: str, email: str, password: str, address: str) -> Account:
    """Make the first administrator of the only organisation, and open a session. The code works once."""
    authorize(work, Action.SIGN_IN)
    if work.place is None:
        raise Conflict(
            detail=_("There is no organisation to administer yet. Nothing was changed."),
            remedy=_("Create one first: reciproca init --organisation NAME."),
        )
    _use(work, FIRST, typed_code(code), address)
    by_code = replace(work, actor=system("first-code"))
    account = add_account(by_code, email=email, roles=(Role.ADMINISTRATOR,), password=password)
    open_session(work, account=account, organisation_id=work.organisation.id, method="password")
    return account


def enter(work: Work, *, account_uid: str, method: str) -> Account:
    """Open a session for an account without asking anything: for the sign-in lines of a sample hospital only."""
    authorize(work, Action.INSTALLATION_OPERATE)
    account = work.session.scalar(select(Account).filter_by(uid=account_uid, is_enabled=True))
    membership = membership_of(work.session, account.id) if account else None
    if account is None or membership is None:
        raise NotFound
    open_session(work, account=account, organisation_id=membership.organisation_id, method=method)
    return account


def _known(work: Work, email: str) -> tuple[Account | None, Membership | None]:
    account = account_of(work.session, email)
    if account is None or not account.is_enabled:
        return None, None
    return account, membership_of(work.session, account.id)


def _mail_link(work: Work, account: Account) -> None:
    tries: Tries = (("link", account.email),)
    if is_over(work, tries=tries):
        return
    count(work, tries=tries)
    row, _code = _new_code(work, LINK, account)
    work.enqueue("sign_in_link", {"uid": row.uid})  # never the code itself: whoever sends it derives it again


def _new_code(work: Work, purpose: str, account: Account | None = None) -> tuple[OneTimeCode, str]:
    uid = ids.time_ordered(work.clock)
    code = code_of(work.keys.secret, uid, length=LENGTHS[purpose])
    life = LINK_LIFE if purpose == LINK else FIRST_CODE_LIFE
    row = OneTimeCode(
        uid=uid,
        purpose=purpose,
        sha256=digest(code),
        account_id=account.id if account else None,
        created_at=work.now,
        expires_at=work.now + life,
        used_at=None,
    )
    work.session.add(row)
    return row, code


def _use(work: Work, purpose: str, code: str, address: str) -> OneTimeCode:
    tries: Tries = (("address", address),)
    admit(work, tries=tries)
    fresh = (OneTimeCode.used_at.is_(None)) & (OneTimeCode.expires_at > work.now)
    used = (
        update(OneTimeCode)
        .filter_by(purpose=purpose, sha256=digest(code))
        .where(fresh)
        .values(used_at=work.now)
        .returning(OneTimeCode)
    )
    row = work.session.scalars(used).one_or_none()
    if row is None:
        count_when_refused(work, tries=tries)
        raise _spent()
    return row


def _spent() -> Invalid:
    return _wrong(
        _("This code or link is not known, was used already, or is too old."), "code", _("Ask for a new one.")
    )


def _wrong(reason: str, field: str, remedy: str) -> Invalid:
    return Invalid(detail=reason, remedy=remedy, faults=(Fault(field=field, reason=reason, remedy=remedy),))
