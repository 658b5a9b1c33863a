"""The blueprint that drafting's pages hang on."""

from flask import Blueprint

pages = Blueprint("drafting", __name__)
