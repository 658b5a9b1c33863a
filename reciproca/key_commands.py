"""`reciproca keys`: a new key for the seal, or a new certificate for the one that a provider holds."""

import click

from reciproca.core import settings
from reciproca.core.cli import Group, existing_home
from reciproca.core.errors import Conflict
from reciproca.core.keys import certify as certify_key
from reciproca.core.keys import renew_seal
from reciproca.core.outbox import try_again
from reciproca.core.seal_key import FILE
from reciproca.core.work import Installation
from reciproca.seal_keys import plugins_of, provider_of


@click.group(cls=Group)
def keys() -> None:
    """The keys of this installation."""


@keys.command(epilog="Example: reciproca keys renew")
@click.pass_context
def renew(context: click.Context) -> None:
    """Make a new key and certificate for the seal under the same root, and have every document tried again that could
    not be sealed. What was sealed before stays good. Restart the server afterwards."""
    installation: Installation = context.find_root().obj["open"](existing_home())
    if installation.keys.holder != FILE:
        raise Conflict(
            detail=f"The seal's key is held by {installation.keys.holder}, so it can't be made anew here. "
            "Nothing was changed.",
            remedy="Run `reciproca keys certify`: it gives that key a new certificate.",
        )
    chosen = installation.settings
    made = renew_seal(chosen.keys_folder, installation.clock, chosen.seal_key)
    click.echo(f"The seal's certificate is valid until {made.not_valid_after_utc:%Y-%m-%d}.")
    click.echo(
        f"{try_again(installation)} jobs are tried again. Restart the server, so that it uses the new key."
    )


@keys.command(epilog="Example: reciproca keys certify")
@click.pass_context
def certify(context: click.Context) -> None:
    """Have this installation's root certify the key that the chosen provider holds, for as long as a seal's certificate
    lasts. To be run once when RECIPROCA_SEAL_PROVIDER was set, and again before the certificate ends. What was sealed
    before stays good. Restart the server afterwards."""
    root, home = context.find_root().obj, existing_home()
    chosen = settings.load(home, root["environ"])
    provider = provider_of(chosen, plugins_of(chosen))
    if provider is None:
        raise Conflict(
            detail="The seal's key is a file of this installation, which has its certificate. Nothing was changed.",
            remedy="Run `reciproca keys renew`; or choose another holder with RECIPROCA_SEAL_PROVIDER.",
        )
    made = certify_key(chosen.keys_folder, chosen.clock(), provider)
    again = try_again(root["open"](home))
    click.echo(
        f"The certificate of the key that {provider.name} holds is valid until {made.not_valid_after_utc:%Y-%m-%d}."
    )
    click.echo(f"{again} jobs are tried again. Restart the server, so that it uses this certificate.")
