"""Commands of access: accounts and tokens."""

from datetime import datetime, timedelta
from typing import Any

import click

from reciproca.compacts.access import actions, queries
from reciproca.compacts.access.actions.entering import mail_link
from reciproca.compacts.access.tables import Grant
from reciproca.compacts.people.queries import find_organisation
from reciproca.core.cli import Group, existing_home, print_json
from reciproca.core.identity import Role, console

ROLES = click.Choice([role.value for role in Role if role not in {Role.THEMSELF, Role.SYSTEM}])
organisation_option = click.option("--organisation", metavar="UID", help="Which one, if there are several.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.group(cls=Group)
def user() -> None:
    """Accounts and what they may do.

    Example: reciproca user add anna.roy@hospital.example --role steward
    """


@user.command()
@click.argument("email")
@click.option("--role", "roles", type=ROLES, multiple=True, help="A role; may be given several times.")
@click.option("--staff-id", help="The roster's person; without it, whoever has the same address.")
@organisation_option
def add(email: str, roles: tuple[str, ...], staff_id: str | None, organisation: str | None) -> None:
    """Open an account, and mail its owner a sign-in link, by which they set their password.

    Example: reciproca user add anna.roy@hospital.example --role steward --role physician
    """
    with _working(organisation) as work:
        made = actions.add_account(work, email=email, roles=[Role(role) for role in roles], staff_id=staff_id)
        mail_link(work, account=made)
    click.echo(f"Opened an account for {made.email}; a sign-in link is on its way.")


@user.command("open")
@click.option("--role", type=ROLES, default="physician", show_default=True, help="What they are.")
@organisation_option
def open_all(role: str, organisation: str | None) -> None:
    """Open an account for everybody of the roster who has an address and none yet. Nobody is mailed.

    Example: reciproca user open
    """
    with _working(organisation) as work:
        number = actions.open_accounts(work, role=Role(role))
    click.echo(f"Opened {number} accounts.")


@user.command("list")
@organisation_option
@json_option
def list_members(organisation: str | None, as_json: bool) -> None:
    """List accounts, by address.

    Example: reciproca user list --json
    """
    with _working(organisation, write=False) as work:
        found = queries.members(work)
    if as_json:
        print_json([_member(member) for member in found])
        return
    for member in found:
        held = ", ".join(_held(grant) for grant in member.grants) or "-"
        click.echo(f"{member.email}  {held}{'' if member.is_enabled else '  (disabled)'}")


@user.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@click.option("--basis", default="", help="By what: a by-law, a resolution, somebody's delegation.")
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; without it, until taken back."
)
@organisation_option
def grant(email: str, role: str, basis: str, until: datetime | None, organisation: str | None) -> None:
    """Give an account a role; or the same role on another basis, or for longer. What somebody signs for the
    organisation names the basis.

    Example: reciproca user grant anna.roy@hospital.example signatory --basis "By-law 3.1" --until 2027-06-30
    """
    day = until.date() if until else None
    with _working(organisation) as work:
        actions.grant_role(work, email=email, role=Role(role), basis=basis, until=day)
    click.echo(f"{email} is now {role}.")


@user.command()
@click.argument("email")
@click.argument("role", type=ROLES)
@organisation_option
def withdraw(email: str, role: str, organisation: str | None) -> None:
    """Take a role back.

    Example: reciproca user withdraw anna.roy@hospital.example steward
    """
    with _working(organisation) as work:
        actions.withdraw_role(work, email=email, role=Role(role))
    click.echo(f"{email} is no longer {role}.")


@user.command()
@click.argument("email")
@organisation_option
def disable(email: str, organisation: str | None) -> None:
    """Shut an account at once, sessions and tokens included.

    Example: reciproca user disable anna.roy@hospital.example
    """
    with _working(organisation) as work:
        actions.disable_account(work, email=email)
    click.echo(f"{email} can't sign in any more.")


@user.command()
@click.argument("email")
@organisation_option
def enable(email: str, organisation: str | None) -> None:
    """Open a shut account again.

    Example: reciproca user enable anna.roy@hospital.example
    """
    with _working(organisation) as work:
        actions.enable_account(work, email=email)
    click.echo(f"{email} can sign in again.")


@user.command()
@click.argument("email")
@organisation_option
def reset(email: str, organisation: str | None) -> None:
    """Forget somebody's password, and mail them a link by which they set another. Nobody else sees the link.

    Example: reciproca user reset anna.roy@hospital.example
    """
    with _working(organisation) as work:
        mail_link(work, account=actions.clear_password(work, email=email))
    click.echo(f"{email} has no password now; a sign-in link is on its way.")


@click.group(cls=Group)
def token() -> None:
    """Bearer tokens of the API.

    Example: reciproca token create --as anna.roy@hospital.example --scope compact.read
    """


@token.command()
@click.option("--as", "email", required=True, metavar="EMAIL", help="Whom the token speaks for.")
@click.option(
    "--scope", "scopes", required=True, multiple=True, help="An action (compact.read), or *; repeatable."
)
@click.option("--label", default="", help="What it is for.")
@click.option(
    "--days", default=365, show_default=True, type=click.IntRange(1, 3650), help="How long it counts."
)
@organisation_option
@json_option
def create(
    email: str, scopes: tuple[str, ...], label: str, days: int, organisation: str | None, as_json: bool
) -> None:
    """Make a token and print it, this once.

    Example: reciproca token create --as anna.roy@hospital.example --scope compact.read --scope balance.read
    """
    with _working(organisation) as work:
        life = timedelta(days=days)
        made = actions.create_token(work, email=email, scopes=scopes, label=label, life=life)
    if as_json:
        print_json({"uid": made.row.uid, "token": made.secret, "scopes": made.row.scopes})
    else:
        click.echo(made.secret)


@token.command("list")
@click.option("--as", "email", required=True, metavar="EMAIL", help="Whose tokens.")
@organisation_option
@json_option
def list_tokens(email: str, organisation: str | None, as_json: bool) -> None:
    """List somebody's tokens that still count; their secrets are kept nowhere.

    Example: reciproca token list --as anna.roy@hospital.example
    """
    with _working(organisation, write=False) as work:
        rows = [
            {
                "uid": row.uid,
                "label": row.label,
                "scopes": row.scopes,
                "expires_at": row.expires_at.isoformat() if row.expires_at else None,
            }
            for row in queries.tokens_of(work, email=email)
        ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['uid']}  {row['label']}  {' '.join(row['scopes'] or ())}")


@token.command()
@click.argument("uid")
@organisation_option
def revoke(uid: str, organisation: str | None) -> None:
    """Make a token worthless at once.

    Example: reciproca token revoke 0199c2f4-7d1e-7a52-b3c4-5d6e7f809a1b
    """
    with _working(organisation) as work:
        actions.revoke_token(work, uid=uid)
    click.echo("Revoked.")


def _working(organisation: str | None, *, write: bool = True) -> Any:
    """Work at the machine's own terminal, for the organisation named or the only one."""
    installation = click.get_current_context().find_root().obj["open"](existing_home())
    return installation.work(
        lambda session: (console(), find_organisation(session, organisation)), write=write
    )


def _held(grant: Grant) -> str:
    by = f" by {grant.basis}" if grant.basis else ""
    return f"{grant.role}{by}{f' until {grant.ends_at:%Y-%m-%d %H:%M} UTC' if grant.ends_at else ''}"


def _member(member: queries.Member) -> dict[str, Any]:
    return {
        "uid": member.uid,
        "email": member.email,
        "name": member.name,
        "staff_id": member.staff_id,
        "roles": list(member.roles),
        "grants": [
            {
                "role": grant.role,
                "basis": grant.basis,
                "ends_at": grant.ends_at.isoformat() if grant.ends_at else None,
            }
            for grant in member.grants
        ],
        "is_enabled": member.is_enabled,
        "has_password": member.has_password,
    }


commands: tuple[click.Command, ...] = (user, token)
