"""Pages of reviewing."""

from flask import Blueprint

pages = Blueprint("reviewing", __name__)
