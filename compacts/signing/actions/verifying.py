"""Checking a file that somebody sends to the server because their browser can't: it is looked at, and not kept."""

from cryptography.hazmat.primitives.serialization import Encoding

from reciproca.compacts.access.actions.limits import admit, count
from reciproca.compacts.signing.verification.files import verify_bytes
from reciproca.compacts.signing.verification.report import Verdict
from reciproca.core.rights import Action, authorize
from reciproca.core.work import Work


def verify_upload(
    work: Work, *, name: str, data: bytes, address: str, clocks: bytes | None = None
) -> Verdict:
    """What is to be said of `data`, trusting this installation's own root, and the time-stamp authority of the
    certificates `clocks`. `address` is who asks. TooMany."""
    authorize(work, Action.DOCUMENT_VERIFY)
    tries = (("verify_address", address),)
    admit(work, tries=tries)
    count(work, tries=tries)
    return verify_bytes(data, work.keys.root.public_bytes(Encoding.PEM), name=name, authority=clocks)
