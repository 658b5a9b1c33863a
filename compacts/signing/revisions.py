"""An archive revision: what is put after a sealed document, so that its time can be shown when keys have grown old.

It holds certificates, lists of withdrawn ones (a document security store) and a time stamp over the whole file so far
(a document time stamp), and nothing else: ISO 32000-2 §12.8.4.3 and §12.8.5, ETSI EN 319 142-1 §5.4. Nobody but
the authority signs it; so there is one way to write it, from the file before and those parts, and who verifies writes
it once more with these lines.
"""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

_OBJECT = rb"(?:(?!endobj)[\s\S])*?"
_REPEATED = re.compile(
    rb"%%EOF\n(?P<root>\d{1,9}) 0 obj\n<<\n(?P<catalog>" + _OBJECT + rb"\n/AcroForm (?P<form>\d{1,9}) 0 R\n" + _OBJECT
    + rb")>>\nendobj\n(?P<page>\d{1,9}) 0 obj\n<<\n(?P<leaf>" + _OBJECT
    + rb"/Annots \[ (?:\d{1,9} 0 R )*)(?P<field>\d{1,9}) 0 R \]\n>>\nendobj\n"
)  # fmt: skip
_TABLE = re.compile(
    rb"\d{1,9} 0 obj\n<<\n/W \[ 1 8 2 \]\n/Type /XRef\n/Filter /FlateDecode\n"
    rb"(?P<names>/Info \d{1,9} 0 R\n/Root \d{1,9} 0 R\n)"
    rb"/Size (?P<size>\d{1,9})\n(?P<id>/ID \[ <[0-9a-f]{32}> <[0-9a-f]{32}> \]\n)/Prev "
)
_END = re.compile(rb"startxref\n(\d{1,9})\n%%EOF\n\Z")
_RANGE = 48
"""Bytes kept for what a stamp says it covers."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the next revision of a file stands on: the file's `length`, where its table of objects begins (`table`), the
    next free number of an object (`size`), what its trailer repeats, and the three objects that each revision writes
    anew: catalog, first page and form. `fields`, `certificates` and `lists` are numbers of objects that are there."""

    length: int
    table: int
    size: int
    names: bytes
    identifier: bytes
    root: int
    catalog: bytes
    page: int
    leaf: bytes
    form: int
    fields: tuple[int, ...]
    certificates: tuple[int, ...] = ()
    lists: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A revision whose stamp has no digits yet; they stand between angle brackets at `begins` and `ends` of the whole
    file. `after` is the ground for the next one."""

    data: bytes
    begins: int
    ends: int
    after: Ground


def ground_of(sealed: bytes, digits: int) -> Ground:
    """What the first archive revision of a document stands on; `digits` is where its seal's are. `sealed` ends where
    the seal's revision does. ValueError when it isn't written as ours are."""
    repeated = _REPEATED.match(sealed, sealed.rindex(b"%%EOF\n", 0, digits))
    end = _END.search(sealed, max(0, len(sealed) - 40))
    table = _TABLE.match(sealed, int(end[1])) if end else None
    if not (repeated and end and table):
        raise ValueError("not a document that an archive stamp can be put on")
    return Ground(
        length=len(sealed),
        table=int(end[1]),
        size=int(table["size"]),
        names=table["names"],
        identifier=table["id"],
        root=int(repeated["root"]),
        catalog=repeated["catalog"],
        page=int(repeated["page"]),
        leaf=repeated["leaf"],
        form=int(repeated["form"]),
        fields=(int(repeated["field"]),),
    )


def lay_out(ground: Ground, certificates: Sequence[bytes], lists: Sequence[bytes], room: int) -> Laid:
    """The revision that adds these `certificates` and `lists` (DER), with `room` digits for its stamp."""
    store, first = ground.size, ground.size + 1
    middle = first + len(certificates)
    field = middle + len(lists)
    after = replace(
        ground,
        fields=(*ground.fields, field),
        certificates=(*ground.certificates, *range(first, middle)),
        lists=(*ground.lists, *range(middle, field)),
    )
    objects = [
        (ground.root, _object(ground.root, ground.catalog + b"/DSS %d 0 R\n" % store)),
        (ground.page, _object(ground.page, ground.leaf + b"%s ]\n" % _all(after.fields))),
        (ground.form, _object(ground.form, b"/Fields [ %s ]\n/SigFlags 3\n" % _all(after.fields))),
        (store, _object(store, _store(after))),
        *((place, _stream(place, der)) for place, der in enumerate((*certificates, *lists), first)),
        (field, _object(field, _field(len(ground.fields), ground.page, field + 1))),
        (field + 1, _object(field + 1, _stamp(room))),
    ]
    data, places = b"", {}
    for number, written in objects:
        places[number] = ground.length + len(data)
        data += written
    table = ground.length + len(data)
    data += _table(ground, {**places, field + 2: table})
    begins = (
        ground.length + data.index(b"/Contents <", places[field + 1] - ground.length) + len(b"/Contents ")
    )
    ends, whole = begins + room + 2, ground.length + len(data)
    covered = b"[0 %d %d %d]" % (begins, ends, whole - ends)
    at = ends - ground.length + len(b"\n/ByteRange ")
    data = b"".join((data[:at], covered.ljust(_RANGE), data[at + _RANGE :]))
    after = replace(after, length=whole, table=table, size=field + 3)
    return Laid(data=data, begins=begins, ends=ends, after=after)


def _store(after: Ground) -> bytes:
    return b"/Type /DSS\n/Certs [ %s ]\n/CRLs [ %s ]\n" % (_all(after.certificates), _all(after.lists))


def _field(number: int, page: int, stamp: int) -> bytes:
    return (
        b"/FT /Sig\n/T (Archive %d)\n/Type /Annot\n/Subtype /Widget\n/F 132\n/Rect [ 0 0 0 0 ]\n/P %d 0 R\n/V %d 0 R\n"
        % (number, page, stamp)
    )


def _stamp(room: int) -> bytes:
    return b"".join(
        (
            b"/Contents <", b"0" * room, b">\n/ByteRange ", b" " * _RANGE,
            b"\n/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter /ETSI.RFC3161\n",
        )
    )  # fmt: skip


def _table(ground: Ground, places: dict[int, int]) -> bytes:
    """The table of objects (ISO 32000-1 §7.5.8), its own place among them."""
    numbers = sorted(places)
    runs = [
        [number for _, number in run] for _, run in groupby(enumerate(numbers), lambda one: one[1] - one[0])
    ]
    index = b" ".join(b"%d %d" % (run[0], len(run)) for run in runs)
    rows = b"".join(struct.pack(">BQH", 1, places[number], 0) for number in numbers)
    entries = b"/W [ 1 8 2 ]\n/Type /XRef\n%s/Size %d\n%s/Prev %d\n/Index [ %s ]\n" % (
        ground.names, numbers[-1] + 1, ground.identifier, ground.table, index,
    )  # fmt: skip
    return _stream(numbers[-1], rows, entries) + b"startxref\n%d\n%%%%EOF\n" % places[numbers[-1]]


def _object(number: int, entries: bytes, stream: bytes = b"") -> bytes:
    return b"%d 0 obj\n<<\n%s>>\n%sendobj\n" % (number, entries, stream)


def _stream(number: int, data: bytes, entries: bytes = b"") -> bytes:
    return _object(number, entries + b"/Length %d\n" % len(data), b"stream\n%s\nendstream\n" % data)


def _all(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
