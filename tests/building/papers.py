"""Papers as a scanner sends them."""

import io

import pikepdf


def a_scan(pages: int = 1, mark: str = "") -> bytes:
    """A PDF of so many pages, like no other with another mark."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        for _page in range(pages):
            made.add_blank_page()
        made.docinfo["/Title"] = f"scan {mark}"
        made.save(out, deterministic_id=True)
    return out.getvalue()
