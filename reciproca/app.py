"""The web application, as a list of what it is made of. The command line is `command_line.py`'s."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from reciproca.compacts.access import api as access_api
from reciproca.compacts.access import web as access_web
from reciproca.compacts.bounces import api as bounces_api
from reciproca.compacts.bounces import web as bounces_web
from reciproca.compacts.calendar import api as calendar_api
from reciproca.compacts.calendar import web as calendar_web
from reciproca.compacts.closures import api as closures_api
from reciproca.compacts.closures import web as closures_web
from reciproca.compacts.consulting import api as consulting_api
from reciproca.compacts.consulting import web as consulting_web
from reciproca.compacts.drafting import api as drafting_api
from reciproca.compacts.drafting import web as drafting_web
from reciproca.compacts.eliciting import api as eliciting_api
from reciproca.compacts.eliciting import web as eliciting_web
from reciproca.compacts.escalating import api as escalating_api
from reciproca.compacts.escalating import web as escalating_web
from reciproca.compacts.exchange import api as exchange_api
from reciproca.compacts.exchange import web as exchange_web
from reciproca.compacts.handover import api as handover_api
from reciproca.compacts.handover import web as handover_web
from reciproca.compacts.notices import api as notices_api
from reciproca.compacts.notices import web as notices_web
from reciproca.compacts.obligations import api as obligations_api
from reciproca.compacts.obligations import web as obligations_web
from reciproca.compacts.overview import api as overview_api
from reciproca.compacts.overview import web as overview_web
from reciproca.compacts.people import api as people_api
from reciproca.compacts.people import web as people_web
from reciproca.compacts.polling import api as polling_api
from reciproca.compacts.polling import web as polling_web
from reciproca.compacts.preferences import api as preferences_api
from reciproca.compacts.preferences import web as preferences_web
from reciproca.compacts.proving import api as proving_api
from reciproca.compacts.reminding import api as reminding_api
from reciproca.compacts.reminding import web as reminding_web
from reciproca.compacts.reviewing import api as reviewing_api
from reciproca.compacts.reviewing import web as reviewing_web
from reciproca.compacts.signing import api as signing_api
from reciproca.compacts.signing import web as signing_web
from reciproca.compacts.webhooks import api as webhooks_api
from reciproca.compacts.webhooks import web as webhooks_web
from reciproca.core import http, schema
from reciproca.core.i18n import Catalogues
from reciproca.core.settings import Settings
from reciproca.core.work import Installation
from reciproca.metrics import measure
from reciproca.opening import open_installation
from reciproca.seal_keys import require_able
from reciproca.shell import make_shell, render_error
from reciproca.templates import loader
from reciproca.templates.web import remember_language

PAGES = (
    access_web.pages,
    overview_web.pages,
    people_web.pages,
    drafting_web.pages,
    eliciting_web.pages,
    polling_web.pages,
    consulting_web.pages,
    exchange_web.pages,
    signing_web.pages,
    reviewing_web.pages,
    handover_web.pages,
    calendar_web.pages,
    closures_web.pages,
    reminding_web.pages,
    preferences_web.pages,
    escalating_web.pages,
    webhooks_web.pages,
    bounces_web.pages,
    notices_web.pages,
    notices_web.people_pages,
    obligations_web.pages,
)
RESOURCES = (
    access_api.resources,
    people_api.resources,
    drafting_api.resources,
    eliciting_api.resources,
    polling_api.resources,
    consulting_api.resources,
    exchange_api.resources,
    signing_api.resources,
    reviewing_api.resources,
    proving_api.resources,
    overview_api.resources,
    handover_api.resources,
    calendar_api.resources,
    closures_api.resources,
    reminding_api.resources,
    preferences_api.resources,
    escalating_api.resources,
    webhooks_api.resources,
    bounces_api.resources,
    notices_api.resources,
    obligations_api.resources,
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
    measure(app)
    if chosen.proxies:  # whoever could write these headers otherwise would choose an address for themselves
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=chosen.proxies, x_proto=chosen.proxies)  # type: ignore[method-assign]  # Flask's own way to wrap it
    return app


def _is_migrated(installation: Installation) -> str | None:
    if schema.current(installation.database) == schema.expected():
        return None
    return "the database is not at this release's schema: run `reciproca db upgrade`"
