"""Documents reach nothing: neither this machine's files nor any network."""

import re
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import pikepdf

from reciproca.templates.pdf import fetcher, render_pdf

ROOT = Path(__file__).parents[2]
MADE = datetime(2026, 9, 1, tzinfo=UTC)


class Counting(BaseHTTPRequestHandler):
    """Counts what asks for anything."""

    asked: list[str] = []  # noqa: RUF012 -- one list for the one server of the test

    def do_GET(self) -> None:
        """Answer with a redirect to another path, as a trap would."""
        self.asked.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/again")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


def test_evil_page_opens_nothing(tmp_path: Path) -> None:
    """Protects hospital networks and files from words that somebody typed: no request is made, no file is embedded."""
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET-CONTENT")
    server = HTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    web = f"http://127.0.0.1:{server.server_port}"
    page = f"""<html lang="en"><head><title>x</title>
      <link rel="stylesheet" href="{web}/a.css"><link rel="attachment" href="{secret.as_uri()}">
      <link rel="attachment" href="{web}/b"><base href="{web}/base/">
      <style>@import url("{web}/c.css"); @import url("{secret.as_uri()}");
      @font-face {{ font-family: Evil; src: url("{web}/d.woff2") }}
      body {{ background: url("{web}/e.png"); list-style-image: url("{web}/f.png"); font-family: Evil }}</style></head>
      <body><img alt="" src="{web}/g.png"><img alt="" src="{secret.as_uri()}"><object data="{web}/h.svg"></object>
      <img alt="" src="https://bundled.invalid/fonts/../../pdf.py"><embed src="{web}/i">
      <svg xmlns="http://www.w3.org/2000/svg"><image href="{web}/j.png"/><use href="{web}/k.svg#x"/></svg>
      <img alt="" src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{web}/l.png'/%3E
      %3C/svg%3E"><link rel="stylesheet" href="data:text/css,@import url({web}/m.css);"><p background="{web}/n.png"></p>
      <a rel="attachment" href="{secret.as_uri()}">x</a>
      </body></html>"""
    try:
        pdf = render_pdf(page, identifier=bytes(16), made=MADE)
    finally:
        server.shutdown()
        server.server_close()
    assert Counting.asked == []
    with pikepdf.open(BytesIO(pdf)) as document:
        assert not list(document.attachments)
    assert b"SECRET-CONTENT" not in pdf


def test_only_bundled_fonts_and_data_addresses_are_served() -> None:
    """Protects the one opening in the wall: a name is a file of the fonts folder, or nothing."""
    own = fetcher()
    assert own.fetch("https://bundled.invalid/fonts/faces.css").status == 200
    for address in (
        "https://bundled.invalid/fonts/../pdf.py",
        "https://bundled.invalid/fonts/",
        "file:///etc/passwd",
        "https://bundled.invalid/fonts/%2e%2e/pdf.py",
        "http://127.0.0.1/",
        "ftp://127.0.0.1/",
        "faces.css",
    ):
        try:
            own.fetch(address)
        except ValueError:
            continue
        raise AssertionError(address)


def test_few_rooms_know_the_renderer() -> None:
    """Protects the wall itself: a style sheet or a page built elsewhere would be fetched for without it. The two that
    fill in what one layout left open read no page: they are handed one that the first has made."""
    rooms = [
        path.relative_to(ROOT).as_posix()
        for floor in ("core", "compacts", "plugins", "scheduler", "templates", "reciproca")
        for path in (ROOT / floor).rglob("*.py")
        if re.search(r"^\s*(import|from) weasyprint", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(rooms) == ["templates/forms.py", "templates/pdf.py", "templates/slots.py"]
