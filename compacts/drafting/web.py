"""Pages of drafting."""

from flask import Blueprint

pages = Blueprint("drafting", __name__)
