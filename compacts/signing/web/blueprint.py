"""The blueprint that signing's pages hang on."""

from flask import Blueprint

pages = Blueprint("signing", __name__)
