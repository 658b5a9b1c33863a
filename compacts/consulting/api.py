"""The API of consulting."""

from flask_smorest import Blueprint

from reciproca.compacts.consulting import tables  # noqa: F401 -- rows that the schema is made of

resources = Blueprint("consulting_api", __name__, url_prefix="/api/v1")
