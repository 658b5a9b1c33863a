"""The blueprint that exchange's pages hang on."""

from flask import Blueprint

pages = Blueprint("exchange", __name__)
