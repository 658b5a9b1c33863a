"""Opening a file that a stranger made: limits first, then its parts, then their XML without anything from outside."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from xml.etree import ElementTree as ET

from reciproca.core.errors import Fault, Invalid
from reciproca.core.i18n import _

FILE_LIMIT = 8 * 1024 * 1024
PART_LIMIT = 24 * 1024 * 1024
WHOLE_LIMIT = 64 * 1024 * 1024
PARTS = 2000
DEPTH = 256
_OLD = b"\xd0\xcf\x11\xe0"
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The only two ways in which a DOCX may pack its parts (ECMA-376-2, Annex B)."""

_UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)
"""What `zipfile` raises, one for each way of being no readable package: not one, packed or encrypted in a way that it
doesn't know, locked, cut off, with places outside the file, with names that are none."""


def refuse(reason: str, remedy: str) -> Invalid:
    """What is wrong with a file, and what to do about it."""
    return Invalid(
        detail=_("This file can't be read. Nothing was changed."),
        faults=[Fault(field="file", reason=reason, remedy=remedy)],
    )


def open_package(data: bytes, wanted: tuple[str, ...]) -> Mapping[str, bytes]:
    """The parts of a DOCX whose names begin with one of `wanted`. Invalid for what isn't one, holds macros, or is
    larger unpacked than any agreement."""
    if len(data) > FILE_LIMIT:
        raise refuse(_("The file is larger than 8 MB."), _("Take the pictures out, and send it again."))
    if data.startswith(_OLD):
        raise refuse(
            _("It is in an old form of word processors, or locked by a password."),
            _("Save it as .docx without a password."),
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _parts(package, wanted)
    except zlib.error as error:
        raise refuse(_("It is damaged."), _("Save it once more, and send it again.")) from error
    except _UNREADABLE as error:
        raise refuse(_("It isn't a .docx file."), _("Save it as .docx in your word processor.")) from error


def parse(data: bytes) -> ET.Element:
    """The root of an XML part. Invalid when it is damaged, declares entities or is nested beyond reason."""
    parser = ET.XMLParser(target=_Careful())  # noqa: S314 -- its target refuses every declaration
    try:
        parser.feed(data)
        root: ET.Element = parser.close()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise refuse(_("It is damaged."), _("Save it once more, and send it again.")) from error
    return root


class _Careful(ET.TreeBuilder):
    """Builds a tree, and stops at a document type declaration (where entities come from) or at great depth."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        """Nothing that a word processor or a translator's tool writes has one."""
        raise refuse(
            _("It declares entities, which could fetch other files."),
            _("Save it once more in your word processor, and send that."),
        )

    def start(self, tag: str, attrs: dict[str, str], /) -> ET.Element:
        """One element deeper."""
        self.depth += 1
        if self.depth > DEPTH:
            raise refuse(
                _("It is nested too deeply."), _("Copy its text into a new document, and send that.")
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> ET.Element:
        """And back."""
        self.depth -= 1
        return super().end(tag)


def _parts(package: zipfile.ZipFile, wanted: tuple[str, ...]) -> Mapping[str, bytes]:
    entries = package.infolist()
    if len(entries) > PARTS or sum(entry.file_size for entry in entries) > WHOLE_LIMIT:
        raise refuse(
            _("Unpacked, it is far larger than any agreement."),
            _("Copy its text into a new document, and send that."),
        )
    if any(entry.compress_type not in _PACKED for entry in entries):
        raise refuse(_("It isn't a .docx file."), _("Save it as .docx in your word processor."))
    if any(entry.filename.lower().endswith(("vbaproject.bin", "vbadata.xml")) for entry in entries):
        raise refuse(_("It holds macros."), _("Save it as .docx, which has none."))
    found: dict[str, bytes] = {}
    left = WHOLE_LIMIT
    for entry in entries:
        if entry.filename.startswith(wanted) and not entry.is_dir():
            found[entry.filename] = _read(package, entry, min(left, PART_LIMIT))
            left -= len(found[entry.filename])
    if "word/document.xml" not in found:
        raise refuse(_("It isn't a .docx file."), _("Save it as .docx in your word processor."))
    return found


def _read(package: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes:
    """What an entry holds, whatever size its directory claims."""
    with package.open(entry) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise refuse(
            _("Unpacked, it is far larger than any agreement."),
            _("Copy its text into a new document, and send that."),
        )
    return data
