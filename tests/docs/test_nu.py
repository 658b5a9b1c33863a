"""The Nu HTML checker is there and sees; what it finds in the product's pages is the browser tests' affair."""

from pathlib import Path

from tests import nu

PAGE = '<!doctype html><html lang="en"><head><title>Page</title></head><body><p>Words</p>{rest}</body></html>'


def test_the_checker_sees_what_is_wrong_and_accepts_what_is_right(tmp_path: Path) -> None:
    """A checker that could not run, or read nothing, would find every page right."""
    (tmp_path / "good.html").write_text(PAGE.format(rest=""))
    (tmp_path / "bad.html").write_text(PAGE.format(rest="<section><img src='x.png'></section>"))
    found = nu.errors([tmp_path / "good.html", tmp_path / "bad.html"])
    assert len(found) == 1
    assert found[0].startswith("bad.html:1 An “img” element must have an “alt” attribute")


def test_the_checker_reads_style_sheets(tmp_path: Path) -> None:
    """A slip in CSS is found before a browser ignores it silently."""
    (tmp_path / "bad.css").write_text("p { colour: red }\n")
    assert nu.errors([tmp_path / "bad.css"], css=True) == [
        "bad.css:1 CSS: “colour”: Property “colour” doesn't exist."
    ]
