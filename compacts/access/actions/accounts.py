"""Accounts and what they may be: opened for people, granted roles, given passwords, disabled."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from reciproca.compacts.access import passwords
from reciproca.compacts.access.actions.limits import admit, count_when_refused
from reciproca.compacts.access.actions.sessions import end_sessions
from reciproca.compacts.access.queries import account_of, find_account, held, own_account
from reciproca.compacts.access.rules import UNGRANTED, check_password, normal_address
from reciproca.compacts.access.tables import Account, Grant, Membership
from reciproca.compacts.people.tables import Person
from reciproca.core.canonical import clean_text
from reciproca.core.clock import instant_of
from reciproca.core.errors import Conflict, Fault, Invalid, NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import Role
from reciproca.core.ledger.entry import instant
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def add_account(
    work: Work,
    *,
    email: str,
    roles: Sequence[Role] = (),
    password: str | None = None,
    staff_id: str | None = None,
) -> Account:
    """An account here with `roles`, linked to the roster's person with `staff_id`, or with the same address.

    Without a password its owner sets one after coming by a mailed link. Conflict when the address has one already;
    NotFound when the staff id is nobody's; Invalid when the password is weak."""
    authorize(work, Action.ACCOUNT_MANAGE)
    address = normal_address(email)
    if account_of(work.session, address):
        raise Conflict(
            detail=_("That address has an account already. Nothing was changed."),
            remedy=_("Grant it a role instead: reciproca user grant ADDRESS ROLE."),
        )
    if password is not None:
        check_password(password, words=_guessable(work, address))
    person = _person(work, address, staff_id)
    account = Account(
        email=address,
        is_enabled=True,
        created_at=work.now,
        locale=None,
        password_hash=passwords.hashed(password) if password is not None else None,
    )
    work.session.add(account)
    work.session.flush()
    membership = Membership(account_id=account.id, person_id=person.id if person else None)
    work.session.add(membership)
    work.session.flush()
    work.act("account.opened", about=account.uid, record={"person": person.uid if person else None})
    for role in dict.fromkeys(roles):
        _grant(work, account, membership, role)
    return account


def open_accounts(work: Work, *, role: Role = Role.PHYSICIAN) -> int:
    """Accounts with `role` for everybody of the roster who has an address and no account. Returns how many."""
    authorize(work, Action.ACCOUNT_MANAGE)
    here = select(Membership.person_id).where(Membership.person_id.is_not(None))
    known = select(Account.email)
    people = work.session.scalars(
        select(Person)
        .where(Person.email.is_not(None), Person.id.not_in(here), Person.email.not_in(known))
        .order_by(Person.id)
    ).all()
    for person in people:
        add_account(work, email=str(person.email), roles=(role,), staff_id=person.staff_id)
    return len(people)


def grant_role(work: Work, *, email: str, role: Role, basis: str = "", until: date | None = None) -> None:
    """Give the account with that address a role here, by `basis` (a by-law, a resolution, a delegation) and to the end
    of the local day `until`; or the same role on another basis, or for longer. Conflict when it has it just so;
    NotFound when it isn't here; Invalid for a day that is over."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account, membership = find_account(work, email=email)
    ends_at = _end_of(work, until) if until else None
    there = work.session.scalars(
        select(Grant).filter_by(membership_id=membership.id, role=role)
    ).one_or_none()
    if there is None:
        _grant(work, account, membership, role, clean_text(basis), ends_at)
        return
    if (there.basis, there.ends_at) == (clean_text(basis), ends_at):
        raise Conflict(detail=_("This account has that role already. Nothing was changed."))
    there.basis, there.ends_at, there.granted_at = clean_text(basis), ends_at, work.now
    _record_grant(work, account, there)


def withdraw_role(work: Work, *, email: str, role: Role) -> None:
    """Take a role back. NotFound when the account hasn't got it; Conflict for the last administrator's."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account, membership = find_account(work, email=email)
    if role is Role.ADMINISTRATOR:
        _refuse_last_administrator(work, account)
    gone = delete(Grant).where(
        Grant.membership_id == membership.id,
        Grant.role == role,
        Grant.organisation_id == membership.organisation_id,
    )
    if not work.session.scalars(gone.returning(Grant.id)).all():
        raise NotFound(detail=_("This account hasn't got that role. Nothing was changed."))
    work.act("right.withdrawn", about=account.uid, record={"role": role.value})


def disable_account(work: Work, *, email: str) -> None:
    """Shut an account: its sessions and tokens are dead at once. What it signed stays signed."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account, _membership = find_account(work, email=email)
    _refuse_last_administrator(work, account)
    account.is_enabled = False
    account.revision += 1
    end_sessions(work, account=account)
    work.act("account.disabled", about=account.uid, record={})


def enable_account(work: Work, *, email: str) -> None:
    """Open a shut account again."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account, _membership = find_account(work, email=email)
    account.is_enabled = True
    account.revision += 1
    work.act("account.enabled", about=account.uid, record={})


def clear_password(work: Work, *, email: str) -> Account:
    """Forget somebody's password and end all sessions; they set a new one after coming by a mailed link."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account, _membership = find_account(work, email=email)
    account.password_hash = None
    account.revision += 1
    end_sessions(work, account=account)
    work.act("account.password_cleared", about=account.uid, record={})
    return account


def set_password(work: Work, *, new: str, current: str | None = None) -> None:
    """The actor's own password: the first one, or another one for who knows the `current` one.

    A mailed link suffices for the first one only. The other sessions end. Invalid, TooMany."""
    authorize(work, Action.ACCOUNT_USE)
    account = own_account(work)
    if account.password_hash is not None:
        _refuse_unless_known(work, account, current or "")
    check_password(new, words=_guessable(work, account.email))
    account.password_hash = passwords.hashed(new)
    account.revision += 1
    end_sessions(work, account=account, spare=work.actor.proof.session_uid)
    work.act("account.password_set", about=account.uid, record={"is_first": current is None})


def choose_language(work: Work, *, locale: str) -> None:
    """The language that the actor wants to read. Invalid when the organisation doesn't speak it."""
    authorize(work, Action.ACCOUNT_USE)
    if locale not in work.organisation.locales:
        raise Invalid(
            detail=_("This language is not offered here. Nothing was changed."),
            faults=(Fault(field="locale", reason=_("This language is not offered here.")),),
        )
    account = own_account(work)
    account.locale = locale
    account.revision += 1


def _grant(
    work: Work,
    account: Account,
    membership: Membership,
    role: Role,
    basis: str = "",
    ends_at: datetime | None = None,
) -> None:
    if role in UNGRANTED:
        raise Invalid(detail=_("Nobody can be given that role. Nothing was changed."))
    made = Grant(membership_id=membership.id, role=role, granted_at=work.now, basis=basis, ends_at=ends_at)
    work.session.add(made)
    _record_grant(work, account, made)


def _record_grant(work: Work, account: Account, grant: Grant) -> None:
    record = {
        "role": grant.role.value,
        "basis": grant.basis,
        "ends_at": instant(grant.ends_at) if grant.ends_at else None,
    }
    work.act("right.granted", about=account.uid, record=record)


def _end_of(work: Work, day: date) -> datetime:
    if day < work.today():
        raise Invalid(
            detail=_("Nothing was changed."),
            faults=(
                Fault(field="until", reason=_("That day is over."), remedy=_("Choose today or a later day.")),
            ),
        )
    return instant_of(day + timedelta(days=1), 0, 0, work.organisation.zone)


def _person(work: Work, address: str, staff_id: str | None) -> Person | None:
    known = Person.staff_id == staff_id if staff_id else Person.email == address
    person = work.session.scalar(select(Person).where(known))
    if person is None and staff_id:
        raise NotFound(detail=_("Nobody of the roster has that staff id. Nothing was changed."))
    return person


def _guessable(work: Work, address: str) -> tuple[str, ...]:
    return (work.organisation.name, address, *address.split("@"))


def _refuse_unless_known(work: Work, account: Account, current: str) -> None:
    tries = (("account", account.email),)
    admit(work, tries=tries)
    if not passwords.is_right(account.password_hash, current):
        count_when_refused(work, tries=tries)
        reason, remedy = _("This is not your present password."), _("Type it again; capitals matter.")
        raise Invalid(
            detail=reason, remedy=remedy, faults=(Fault(field="current", reason=reason, remedy=remedy),)
        )


def _refuse_last_administrator(work: Work, account: Account) -> None:
    enabled = (
        select(Membership.id).join(Account, Account.id == Membership.account_id).where(Account.is_enabled)
    )
    administrators = work.session.scalars(
        select(Membership.account_id)
        .join(Grant, Grant.membership_id == Membership.id)
        .where(Grant.role == Role.ADMINISTRATOR, Membership.id.in_(enabled), held(work.now))
    ).all()
    if list(administrators) == [account.id]:
        raise Conflict(
            detail=_("This is the last administrator. Nothing was changed."),
            remedy=_("Make another one first: reciproca user grant ADDRESS administrator."),
        )
