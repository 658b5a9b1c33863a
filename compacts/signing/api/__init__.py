"""The API of signing: campaigns, invitations, signatures and evidence; who signs for the organisation; meetings, papers
and talks."""

from reciproca.compacts.signing.api import in_person, previews, signatories, signatures
from reciproca.compacts.signing.api.blueprint import resources

__all__ = ["in_person", "previews", "resources", "signatories", "signatures"]
