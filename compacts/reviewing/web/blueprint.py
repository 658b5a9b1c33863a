"""The blueprint that reviewing's pages hang on."""

from flask import Blueprint

pages = Blueprint("reviewing", __name__)
