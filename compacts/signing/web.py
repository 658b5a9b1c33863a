"""Pages of signing."""

from flask import Blueprint

pages = Blueprint("signing", __name__)
