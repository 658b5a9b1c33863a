"""DOCX files for tests as raw XML (so that no reader of ours is held against its own twin), and LibreOffice."""

import io
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"""
STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles {NS}>
<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>"""


def docx(body: str, **parts: str | bytes) -> bytes:
    """A DOCX with `body` (XML) and other parts of word/ by their names without .xml."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", TYPES)
        package.writestr("_rels/.rels", RELS)
        package.writestr("word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>")
        for name, data in {"styles": STYLES, **parts}.items():
            package.writestr(f"word/{name}.xml", data)
    return out.getvalue()


def p(text: str, style: str = "", *, item: bool = False) -> str:
    """A paragraph."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>' if item else ""
    return f"<w:p><w:pPr>{named}{numbered}</w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>"


def tc(*content: str, span: int = 1, merge: str = "") -> str:
    """A cell of paragraphs (XML)."""
    wide = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return f"<w:tc><w:tcPr>{wide}{merge}</w:tcPr>{''.join(content) or '<w:p/>'}</w:tc>"


def tr(*cells: str) -> str:
    """A row of cells."""
    return f"<w:tr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def promises(count: int = 14) -> list[tuple[str, str]]:
    """So many promises of both sides."""
    return [
        (
            f"We will answer question {n} within {n} working days.",
            f"I will raise concern {n} where it can be solved.",
        )
        for n in range(1, count + 1)
    ]


def two_columns(pairs: Sequence[tuple[str, str]]) -> str:
    """A Word table with a heading row, and two merged rows that head a theme."""
    rows = [tr(tc(p("The hospital’s promises")), tc(p("The physicians’ promises")))]
    for number, (ours, theirs) in enumerate(pairs):
        if number in {0, 7}:
            rows.append(tr(tc(p("Respect" if number == 0 else "Safety"), span=2)))
        rows.append(tr(tc(p(ours)), tc(p(theirs))))
    return tbl(*rows)


def libreoffice(source: Path, wanted: str = "docx") -> Path:
    """`source` as LibreOffice saves it. Skips where there is none."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("needs LibreOffice (Debian: libreoffice-writer-nogui)")
    folder = source.parent / "saved"
    profile = (source.parent / "profile").as_uri()
    filters = ["--infilter=writer_web_HTML"] if source.suffix == ".html" else []
    target = f"{wanted}:MS Word 2007 XML" if wanted == "docx" else wanted
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", "--headless", *filters, "--convert-to", target,
         "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return folder / f"{source.stem}.{wanted}"
