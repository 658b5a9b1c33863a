"""The API of exchange."""

from flask_smorest import Blueprint

from reciproca.compacts.exchange import tables  # noqa: F401 -- rows that the schema is made of

resources = Blueprint("exchange_api", __name__, url_prefix="/api/v1")
