"""The API of reviewing."""

from flask_smorest import Blueprint

resources = Blueprint("reviewing_api", __name__, url_prefix="/api/v1")
