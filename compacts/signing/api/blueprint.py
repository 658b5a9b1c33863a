"""The blueprint that all resources of signing hang from."""

from flask_smorest import Blueprint

resources = Blueprint(
    "signing_api", __name__, url_prefix="/api/v1", description="Signatures and their evidence"
)
