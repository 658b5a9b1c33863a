"""The API of access."""

from flask_smorest import Blueprint

resources = Blueprint("access_api", __name__, url_prefix="/api/v1")
