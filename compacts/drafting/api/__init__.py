"""The API of drafting: every act of a version's life, and its exact texts."""

from reciproca.compacts.drafting.api import addenda, deciding, editing, reading, settling
from reciproca.compacts.drafting.api.blueprint import Answer, resources
from reciproca.compacts.drafting.api.showing import whole_version

__all__ = ["Answer", "addenda", "deciding", "editing", "reading", "resources", "settling", "whole_version"]
