"""The API of signing."""

from flask_smorest import Blueprint

resources = Blueprint("signing_api", __name__, url_prefix="/api/v1")
