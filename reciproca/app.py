"""The composition root: the one module that knows everybody. Reads as a list of what the product is made of."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from reciproca import commands
from reciproca.compacts.access import api as access_api
from reciproca.compacts.access import cli as access_cli
from reciproca.compacts.access import guest_mail
from reciproca.compacts.access import mail as access_mail
from reciproca.compacts.access import web as access_web
from reciproca.compacts.calendar import api as calendar_api
from reciproca.compacts.calendar import web as calendar_web
from reciproca.compacts.consulting import api as consulting_api
from reciproca.compacts.consulting import cli as consulting_cli
from reciproca.compacts.consulting import web as consulting_web
from reciproca.compacts.drafting import api as drafting_api
from reciproca.compacts.drafting import cli as drafting_cli
from reciproca.compacts.drafting import web as drafting_web
from reciproca.compacts.eliciting import api as eliciting_api
from reciproca.compacts.eliciting import cli as eliciting_cli
from reciproca.compacts.eliciting import web as eliciting_web
from reciproca.compacts.exchange import api as exchange_api
from reciproca.compacts.exchange import cli as exchange_cli
from reciproca.compacts.exchange import web as exchange_web
from reciproca.compacts.handover import api as handover_api
from reciproca.compacts.handover import cli as handover_cli
from reciproca.compacts.handover import web as handover_web
from reciproca.compacts.notices import api as notices_api
from reciproca.compacts.notices import cli as notices_cli
from reciproca.compacts.notices import web as notices_web
from reciproca.compacts.overview import api as overview_api
from reciproca.compacts.overview import web as overview_web
from reciproca.compacts.people import api as people_api
from reciproca.compacts.people import cli as people_cli
from reciproca.compacts.people import web as people_web
from reciproca.compacts.proving import api as proving_api
from reciproca.compacts.proving import warning
from reciproca.compacts.reactions import REACTIONS
from reciproca.compacts.reviewing import api as reviewing_api
from reciproca.compacts.reviewing import web as reviewing_web
from reciproca.compacts.signing import api as signing_api
from reciproca.compacts.signing import cli as signing_cli
from reciproca.compacts.signing import gathering
from reciproca.compacts.signing import web as signing_web
from reciproca.core import http, log, schema, settings
from reciproca.core.cli import Group
from reciproca.core.clock import Clock
from reciproca.core.db import Database
from reciproca.core.i18n import Catalogues
from reciproca.core.keys import Keys
from reciproca.core.outbox import Handler
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.demo import commands as demo_commands
from reciproca.scheduler import cli as scheduler_cli
from reciproca.scheduler.telling import tell_plugins
from reciproca.seal_keys import plugins_of, provider_of, require_able
from reciproca.shell import make_shell, render_error
from reciproca.templates import loader
from reciproca.templates.web import remember_language

PAGES = (
    access_web.pages,
    overview_web.pages,
    people_web.pages,
    drafting_web.pages,
    eliciting_web.pages,
    consulting_web.pages,
    exchange_web.pages,
    signing_web.pages,
    reviewing_web.pages,
    handover_web.pages,
    calendar_web.pages,
    notices_web.pages,
)
RESOURCES = (
    access_api.resources,
    people_api.resources,
    drafting_api.resources,
    eliciting_api.resources,
    consulting_api.resources,
    exchange_api.resources,
    signing_api.resources,
    reviewing_api.resources,
    proving_api.resources,
    overview_api.resources,
    handover_api.resources,
    calendar_api.resources,
    notices_api.resources,
)
COMMANDS = (
    *commands.commands,
    demo_commands.demo,
    *people_cli.commands,
    *access_cli.commands,
    *drafting_cli.commands,
    *eliciting_cli.commands,
    *consulting_cli.commands,
    *exchange_cli.commands,
    *signing_cli.commands,
    *handover_cli.commands,
    *notices_cli.commands,
    *scheduler_cli.commands,
)


HANDLERS: Mapping[str, Handler] = {
    "event": tell_plugins,
    "sign_in_link": access_mail.send_link,
    "guest_code": guest_mail.send_code,
    warning.KIND: warning.send_warning,
    "seal": gathering.seal_document,
    "seal_version": gathering.seal_version,
    "remove_documents": gathering.remove_documents,
    "stamp": gathering.seal_document,
}


def open_installation(chosen: Settings, *, clock: Clock | None = None) -> Installation:
    """The installation that `chosen` describes. `clock` is for the story that the demo tells."""
    log.configure(chosen.log_level)
    plugins = plugins_of(chosen)
    return Installation(
        settings=chosen,
        clock=clock or chosen.clock(),
        database=Database(chosen.url),
        keys=Keys.load(chosen.keys_folder, provider_of(chosen, plugins)),
        plugins=plugins,
        reactions=REACTIONS,
    )


def create_app(chosen: Settings, *, installation: Installation | None = None) -> Flask:
    """The WSGI application. Misconfigured when who holds the seal's key can't sign."""
    opened = installation or open_installation(chosen)
    require_able(opened)
    app = http.build(
        opened,
        authenticate=access_web.authenticate,
        foresee=access_web.weigh_password,
        render_error=render_error,
        pages=PAGES,
        resources=RESOURCES,
        checks=(_is_migrated,),
        static_folder=str(loader.STATIC),
    )
    catalogues = Catalogues.load(loader.TRANSLATIONS)
    app.extensions.update(
        catalogues=catalogues, environment=loader.environment(catalogues), make_shell=make_shell
    )
    app.after_request(remember_language)
    if chosen.proxies:  # whoever could write these headers otherwise would choose an address for themselves
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies)  # type: ignore[method-assign]  # Flask's own way to wrap it
    return app


def command_line(environ: Mapping[str, str]) -> click.Group:
    """The `reciproca` command."""

    @click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
    @click.option(
        "--home", type=click.Path(path_type=Path, file_okay=False), help="The installation's folder."
    )
    @click.version_option(package_name="reciproca")
    @click.pass_context
    def reciproca(context: click.Context, home: Path | None) -> None:
        """Physician engagement compacts that stay alive: co-written, signed, sealed, reviewed and followed up."""
        context.obj = {
            "home": home, "environ": environ, "open": _opener(environ), "create_app": create_app, "handlers": HANDLERS,
        }  # fmt: skip

    for command in COMMANDS:
        reciproca.add_command(command)
    return reciproca


def main() -> None:
    """Entry point of the `reciproca` command."""
    sys.exit(command_line(os.environ)())


def _opener(environ: Mapping[str, str]) -> "commands.Open":
    def open_it(home: Path, clock: Clock | None = None) -> Installation:
        found = open_installation(settings.load(home, environ), clock=clock)
        click.get_current_context().find_root().call_on_close(found.database.dispose)
        return found

    return open_it


def _is_migrated(installation: Installation) -> str | None:
    if schema.current(installation.database) == schema.expected():
        return None
    return "the database is not at this release's schema: run `reciproca db upgrade`"
