"""Pages of access."""

from flask import Blueprint

pages = Blueprint("access", __name__)
