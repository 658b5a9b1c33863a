"""The blueprint that consulting's pages hang on."""

from flask import Blueprint

pages = Blueprint("consulting", __name__)
