"""The blueprint that drafting's part of the API hangs on."""

from typing import Any

from flask_smorest import Blueprint

resources = Blueprint("drafting_api", __name__, url_prefix="/api/v1")
Answer = tuple[dict[str, Any], int, dict[str, str]]
"""Body, status, headers."""
