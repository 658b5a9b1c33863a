"""Who is asking, and what they may be. Reads before there is any `Work` take a session and span organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from reciproca.compacts.access.rules import SIDES, TURN_GRACE, is_alive, normal_address
from reciproca.compacts.access.tables import Account, ApiToken, BrowserSession, Grant, GuestVisit, Membership
from reciproca.compacts.people.queries import reference
from reciproca.compacts.people.staying import has_left
from reciproca.compacts.people.tables import Organisation, Person
from reciproca.core.db import ACROSS
from reciproca.core.errors import NotFound
from reciproca.core.i18n import _
from reciproca.core.identity import ANONYMOUS, Actor, OrganisationRef, Proof, Role
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work
from reciproca.templates.shell import initials

Identity = tuple[Actor, OrganisationRef | None]


@dataclass(frozen=True, kw_only=True)
class Who:
    """The actor as pages show them. `side` is `organisation`, `physicians` or empty (neither, or both);
    `person_uid` is empty for an account that is nobody of the roster."""

    name: str
    initials: str
    side: str
    email: str
    roles: tuple[Role, ...]
    person_uid: str = ""


@dataclass(frozen=True, kw_only=True)
class Member:
    """An account in an organisation; `name` is empty when it is nobody of the roster."""

    uid: str
    email: str
    name: str
    staff_id: str
    grants: tuple[Grant, ...]
    is_enabled: bool
    has_password: bool

    @property
    def roles(self) -> tuple[Role, ...]:
        """What they are."""
        return tuple(grant.role for grant in self.grants)


def held(now: datetime) -> ColumnElement[bool]:
    """That a grant counts at `now`."""
    return or_(Grant.ends_at.is_(None), Grant.ends_at > now)


def digest(secret: str) -> str:
    """What is stored of a secret that is random already: its SHA-256."""
    return sha256(secret.encode()).hexdigest()


# --- before there is any work ----------------------------------------------------------------------------------------


def by_nobody(session: Session) -> Identity:
    """A stranger; in the only organisation, if there is exactly one, so that pages carry its name."""
    found = session.scalars(select(Organisation).limit(2)).all()
    return ANONYMOUS, reference(found[0]) if len(found) == 1 else None


def session_of(session: Session, token: str, now: datetime) -> BrowserSession | None:
    """The living session whose cookie is `token`, or was until a moment ago."""
    value = digest(token)
    earlier = (BrowserSession.earlier_sha256 == value) & (BrowserSession.turned_at > now - TURN_GRACE)
    row = session.scalar(select(BrowserSession).where(or_(BrowserSession.token_sha256 == value, earlier)))
    if row and is_alive(created_at=row.created_at, last_seen_at=row.last_seen_at, now=now):
        return row
    return None


def by_cookie(session: Session, token: str, now: datetime) -> Identity | None:
    """Whoever's living session has the cookie `token`; None when there is none, or the account was disabled."""
    row = session_of(session, token, now)
    account = session.get(Account, row.account_id) if row else None
    if row is None or account is None or not account.is_enabled:
        return None
    is_current = row.token_sha256 == digest(token)
    proof = Proof(method=row.method, at=row.proved_at if is_current else None, session_uid=row.uid)
    return _identity(session, account, row.organisation_id, proof, now)


def guest_visit_of(session: Session, token: str, now: datetime) -> GuestVisit | None:
    """The visit, not over yet, of somebody without an account, whose cookie is `token`."""
    row = session.scalar(select(GuestVisit).filter_by(token_sha256=digest(token)), execution_options=ACROSS)
    return row if row and now < row.expires_at else None


def by_token(session: Session, token: str, now: datetime) -> Identity | None:
    """Whoever's API token this is; None when it is unknown, revoked or over, or the account was disabled."""
    asked = (
        select(ApiToken, Account)
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.sha256 == digest(token), ApiToken.revoked_at.is_(None))
    )
    found = session.execute(asked).one_or_none()
    if found is None:
        return None
    row, account = found
    if not account.is_enabled or (row.expires_at and row.expires_at <= now):
        return None
    proof = Proof(method="token", at=None, session_uid=None)
    return _identity(session, account, row.organisation_id, proof, now, scopes=frozenset(row.scopes))


def account_behind(session: Session, *, token: str = "", cookie: str = "") -> Account | None:
    """Whose API token or whose session's cookie this is, whether or not it still counts: for what only prepares."""
    value = digest(token or cookie)
    if token:
        owner = select(Account).join(ApiToken, ApiToken.account_id == Account.id)
        return session.scalar(owner.where(ApiToken.sha256 == value))
    owner = select(Account).join(BrowserSession, BrowserSession.account_id == Account.id)
    return session.scalar(owner.where(BrowserSession.token_sha256 == value))


def by_operator(session: Session, email: str, place: OrganisationRef, now: datetime) -> Actor:
    """The member with the address `email`, for whom the operator acts at the machine's own terminal. NotFound."""
    account = account_of(session, email)
    found = None
    if account and account.is_enabled and membership_of(session, account.id, place.id):
        found = _identity(session, account, place.id, Proof(method="console"), now)
    if found is None:
        raise NotFound(
            detail=f"Nobody with the address {email} can act here. Nothing was changed.",
            remedy="See who can: reciproca user list.",
        )
    return found[0]


def _identity(
    session: Session,
    account: Account,
    organisation_id: int | None,
    proof: Proof,
    now: datetime,
    scopes: frozenset[str] | None = None,
) -> Identity | None:
    asked = (
        select(Membership, Organisation, Person)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .where(Membership.account_id == account.id, Membership.organisation_id == organisation_id)
    )
    found = session.execute(asked, execution_options=ACROSS).one_or_none()
    if found is None:
        return None
    membership, organisation, person = found
    granted = select(Grant.role).filter_by(organisation_id=organisation.id, membership_id=membership.id)
    roles = frozenset(session.scalars(granted.where(held(now)), execution_options=ACROSS))
    actor = Actor(
        uid=account.uid,
        person_id=membership.person_id,
        roles=roles,
        scopes=scopes,
        proof=proof,
        locale=account.locale or (person.locale if person else None),
    )
    return actor, reference(organisation)


def account_of(session: Session, email: str) -> Account | None:
    """The account with this address, however it was typed."""
    return session.scalar(select(Account).filter_by(email=normal_address(email)))


def membership_of(session: Session, account_id: int, organisation_id: int | None = None) -> Membership | None:
    """The account's membership in the organisation, or its oldest one when None."""
    found = select(Membership).filter_by(account_id=account_id).order_by(Membership.id).limit(1)
    if organisation_id is not None:
        found = found.filter_by(organisation_id=organisation_id)
    return session.scalar(found, execution_options=ACROSS)


# --- within work -----------------------------------------------------------------------------------------------------


def badge(work: Work) -> Who | None:
    """Who is signed in, for the frame of the page; None for a stranger and for the installation itself."""
    authorize(work, Action.ACCOUNT_USE)
    account = work.session.scalar(select(Account).filter_by(uid=work.actor.uid))
    if account is None:
        return None
    person = work.session.get(Person, work.actor.person_id) if work.actor.person_id else None
    name = person.name if person else account.email
    sides = {SIDES[role] for role in work.actor.roles if role in SIDES}
    return Who(
        name=name,
        initials=initials(name if person else name[:1]),
        email=account.email,
        side=sides.pop() if len(sides) == 1 else "",
        roles=tuple(sorted(work.actor.roles)),
        person_uid=person.uid if person else "",
    )


def members(work: Work) -> Sequence[Member]:
    """Every account of the organisation, by address. Two queries, however many there are."""
    authorize(work, Action.ACCOUNT_MANAGE)
    rows = work.session.execute(
        select(Account, Membership, Person)
        .join(Membership, Membership.account_id == Account.id)
        .outerjoin(Person, Person.id == Membership.person_id)
        .order_by(Account.email)
    ).all()
    grants: dict[int, list[Grant]] = {}
    for grant in work.session.scalars(select(Grant).where(held(work.now)).order_by(Grant.role)):
        grants.setdefault(grant.membership_id, []).append(grant)
    return [_member(account, person, grants.get(membership.id, [])) for account, membership, person in rows]


def own_grant(work: Work, *, role: Role) -> Grant | None:
    """By what the actor holds `role` here today; None for who has it otherwise (the installation itself)."""
    authorize(work, Action.ACCOUNT_USE)
    mine = (
        select(Grant)
        .join(Membership, Membership.id == Grant.membership_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Account.uid == work.actor.uid, Grant.role == role, held(work.now))
    )
    return work.session.scalars(mine).one_or_none()


def speaks_for(work: Work) -> tuple[str, str]:
    """Name and address of who answers for the organisation's mails: its steward of longest standing who is still here
    and can be written to; ("", "") where there is none. ORGANISATION_READ, because whoever writes mails asks."""
    authorize(work, Action.ORGANISATION_READ)
    asked = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .join(Grant, Grant.membership_id == Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Grant.role == Role.STEWARD, held(work.now), Account.is_enabled, ~has_left(work.today()))
        .where(Person.email.is_not(None))
        .order_by(Grant.granted_at, Grant.id)
        .limit(1)
    )
    person = work.session.scalars(asked).first()
    return (person.name, person.email or "") if person else ("", "")


def _member(account: Account, person: Person | None, grants: Sequence[Grant]) -> Member:
    return Member(
        uid=account.uid,
        email=account.email,
        grants=tuple(grants),
        is_enabled=account.is_enabled,
        has_password=account.password_hash is not None,
        name=person.name if person else "",
        staff_id=person.staff_id if person else "",
    )


def guests_among(work: Work, *, people: Sequence[Person]) -> frozenset[int]:
    """Ids of those of `people` whose mails carry personal links: who has no account, or one without a password and a
    second contact that a code can go to. One query."""
    authorize(work, Action.ACCOUNT_USE)
    asked = (
        select(Membership.person_id, Account.password_hash.is_not(None))
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.person_id.in_([person.id for person in people]), Account.is_enabled.is_(True))
    )
    known = dict(work.session.execute(asked).all())
    return frozenset(
        person.id
        for person in people
        if person.id not in known or (not known[person.id] and person.second_email)
    )


def find_account(work: Work, *, email: str) -> tuple[Account, Membership]:
    """The account with this address and its membership here. NotFound."""
    authorize(work, Action.ACCOUNT_MANAGE)
    account = account_of(work.session, email)
    membership = work.session.scalar(select(Membership).filter_by(account_id=account.id)) if account else None
    if account is None or membership is None:
        raise NotFound(
            detail=_("Nobody here has an account with that address. Nothing was changed."),
            remedy=_("See the addresses with `reciproca user list`."),
        )
    return account, membership


def own_account(work: Work) -> Account:
    """The actor's account. NotFound for a stranger and for the installation itself."""
    authorize(work, Action.ACCOUNT_USE)
    account = work.session.scalar(select(Account).filter_by(uid=work.actor.uid))
    if account is None:
        raise NotFound(detail=_("You have no account here."), remedy=_("Sign in first."))
    return account


def own_sessions(work: Work) -> Sequence[BrowserSession]:
    """The actor's living sessions, the newest first."""
    authorize(work, Action.ACCOUNT_USE)
    rows = work.session.scalars(
        select(BrowserSession)
        .filter_by(account_id=own_account(work).id)
        .order_by(BrowserSession.created_at.desc())
    )
    return [
        row
        for row in rows
        if is_alive(created_at=row.created_at, last_seen_at=row.last_seen_at, now=work.now)
    ]


def own_tokens(work: Work) -> Sequence[ApiToken]:
    """The actor's tokens in this organisation that still count, the newest first."""
    authorize(work, Action.ACCOUNT_USE)
    return _tokens(work, own_account(work))


def tokens_of(work: Work, *, email: str) -> Sequence[ApiToken]:
    """The tokens of somebody here that still count, the newest first."""
    authorize(work, Action.ACCOUNT_MANAGE)
    return _tokens(work, find_account(work, email=email)[0])


def _tokens(work: Work, account: Account) -> Sequence[ApiToken]:
    rows = work.session.scalars(
        select(ApiToken)
        .filter_by(account_id=account.id, organisation_id=work.organisation.id, revoked_at=None)
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > work.now))
        .order_by(ApiToken.created_at.desc(), ApiToken.id.desc())
    )
    return rows.all()
