"""The files inside a sealed PDF. Asked only once the seal and its certificate are known to be good."""

from io import BytesIO

import pikepdf

from reciproca.compacts.signing.verification.report import Altered, Damaged

NAMES = {"text.json", "evidence.json"}


def read_attachments(data: bytes) -> dict[str, bytes]:
    """The two files that every sealed document holds, by name. Raises Altered when there are others."""
    try:
        with pikepdf.open(BytesIO(data)) as document:
            _check_fields(document)
            files = {name: bytes(spec.get_file().read_bytes()) for name, spec in document.attachments.items()}
    except (pikepdf.PdfError, LookupError, ValueError, TypeError, AttributeError, RuntimeError) as error:
        raise Damaged("this is sealed, but can't be read as one of our documents") from error
    if set(files) != NAMES:
        raise Altered("the files inside are not those that are sealed here")
    return files


def _check_fields(document: pikepdf.Pdf) -> None:
    """Two seals can't both be the last one; a form could show other words than were signed."""
    if len(document.Root.AcroForm.Fields) != 1:
        raise Altered("it has more fields than its seal")
