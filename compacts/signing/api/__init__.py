"""The API of signing: campaigns, invitations, signatures and evidence; meetings, papers and talks."""

from reciproca.compacts.signing.api import in_person, signatures
from reciproca.compacts.signing.api.blueprint import resources

__all__ = ["in_person", "resources", "signatures"]
