"""The API of drafting."""

from flask_smorest import Blueprint

resources = Blueprint("drafting_api", __name__, url_prefix="/api/v1")
