"""Pages of access, and who is asking."""

from flask import Blueprint

from reciproca.compacts.access.web import account, entering
from reciproca.compacts.access.web.identity import authenticate, hand_over, weigh_password

pages = Blueprint("access", __name__, url_prefix="/auth")
pages.register_blueprint(entering.pages)
pages.register_blueprint(account.pages)
pages.after_app_request(hand_over)

__all__ = ["authenticate", "pages", "weigh_password"]
