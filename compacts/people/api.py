"""The API of people."""

from flask_smorest import Blueprint

resources = Blueprint("people_api", __name__, url_prefix="/api/v1")
