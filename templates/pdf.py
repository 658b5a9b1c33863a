"""HTML to PDF: archival and accessible at once (PDF/A-3a and PDF/UA-1), the same bytes for the same input.

WeasyPrint may fetch nothing but the product's own fonts and data: addresses: no disk, no network, no redirects.
It is imported when the first document is made: that costs half a second, and without its system libraries the web
application must still start.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf

from reciproca.core.errors import Misconfigured
from reciproca.templates.loader import STATIC

BUNDLED = "https://bundled.invalid/fonts/"
"""Where a document finds its fonts: a name that can't exist on any network (RFC 6761), answered from our own files."""

_SETTING_UP = "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_ACCESSIBLE = """\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>part of PDF/UA</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file inside the document: its name, its bytes, and what it is."""

    name: str
    data: bytes
    description: str


def render_pdf(html: str, *, attached: Sequence[Attached] = (), identifier: bytes, made: datetime) -> bytes:
    """`html` as PDF/A-3a + PDF/UA-1 with `attached` inside. `identifier` (16 bytes) and `made` take the place of what
    WeasyPrint would draw at random or from the clock; with the page's own dcterms dates, equal input gives equal
    bytes."""
    pdf = page_of(html).write_pdf(
        pdf_variant="pdf/a-3a",
        pdf_identifier=identifier,
        attachments=attachments(attached, made),
        presentational_hints=False,
    )
    return say_accessible(pdf)


def page_of(html: str) -> Any:
    """WeasyPrint's own view of `html`, which can reach nothing but our fonts."""
    return _weasyprint().HTML(string=html, base_url=BUNDLED, url_fetcher=fetcher())


def attachments(attached: Sequence[Attached], made: datetime) -> list[Any]:
    """`attached` as WeasyPrint takes it."""
    weasyprint = _weasyprint()
    return [
        weasyprint.Attachment(
            string=item.data,
            name=item.name,
            description=item.description,
            relationship="Source",
            created=made,
            modified=made,
        )
        for item in attached
    ]


def render_plain(html: str) -> bytes:
    """`html` as a PDF without tags or attachments: something to be laid over the pages of another."""
    page = _weasyprint().HTML(string=html, base_url=BUNDLED, url_fetcher=fetcher())
    plain: bytes = page.write_pdf()
    return plain


def fetcher() -> Any:
    """The only way that WeasyPrint reaches anything: the bundled fonts by name, and data: addresses."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- see the module's docstring

    class OwnFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Refuses every address that isn't ours."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            """The file at `url`; ValueError for anything that isn't a bundled font or a data: address."""
            parts = urlsplit(url)
            if parts.scheme == "data":
                return super().fetch(url, headers)
            name = url.removeprefix(BUNDLED)
            path = STATIC / "fonts" / name
            if name == url or "/" in name or not path.is_file():
                raise ValueError("documents may use nothing but their own fonts")
            if path.suffix == ".css":
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "text/css"})
            return URLFetcherResponse(url, _unpacked(path), {"Content-Type": "font/ttf"})

    return OwnFiles(allowed_protocols=("data",), allow_redirects=False)


@cache
def _unpacked(font: Path) -> bytes:
    """A bundled font as WeasyPrint needs it. It would unpack all of them again for each document, which took three
    quarters of the time of making one."""
    from fontTools.ttLib import woff2  # noqa: PLC0415 -- see the module's docstring

    out = BytesIO()
    woff2.decompress(BytesIO(font.read_bytes()), out)
    return out.getvalue()


def check_libraries() -> str:
    """Why documents can't be made on this machine; empty when they can."""
    try:
        _weasyprint()
    except Misconfigured as error:
        return error.detail
    return ""


def _weasyprint() -> Any:
    try:
        import weasyprint  # noqa: PLC0415 -- see the module's docstring
    except OSError as error:
        raise Misconfigured(
            detail=f"PDF documents can't be made here: a system library is missing ({error}).",
            remedy=f"Run: {_SETTING_UP}",
        ) from error
    return weasyprint


def say_accessible(pdf: bytes) -> bytes:
    """WeasyPrint declares one standard; the second one is written into its metadata before anything is signed."""
    with pikepdf.open(BytesIO(pdf)) as document:
        metadata = document.Root.Metadata
        packet = metadata.read_bytes().decode()
        end = packet.rindex("</rdf:RDF>")
        metadata.write((packet[:end] + _ACCESSIBLE + packet[end:]).encode())
        out = BytesIO()
        document.save(out, static_id=False, deterministic_id=True, linearize=False)
    return out.getvalue()
