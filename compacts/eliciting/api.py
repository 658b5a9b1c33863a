"""The API of eliciting."""

from flask_smorest import Blueprint

from reciproca.compacts.eliciting import tables  # noqa: F401 -- rows that the schema is made of

resources = Blueprint("eliciting_api", __name__, url_prefix="/api/v1")
