"""The API of overview."""

from flask_smorest import Blueprint

resources = Blueprint("overview_api", __name__, url_prefix="/api/v1")
