"""The Markdown subset: what comes out, and what never does."""

import pytest

from reciproca.templates.markdown import promise, promise_line, to_html


def test_the_subset_is_rendered() -> None:
    """Protects what people may write: emphasis, lists, links, line breaks."""
    html = to_html("**bold** and *soft*\nnext [site](https://example.org)\n\n- one\n- two")
    assert html == (
        '<p><strong>bold</strong> and <em>soft</em><br>\nnext <a href="https://example.org" '
        'rel="noopener noreferrer">site</a></p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n'
    )


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "![x](https://example.org/pixel.png)",
        '<a href="https://e.org" onclick="x()">x</a>',
        "[x](http://example.org)",
    ],
)
def test_nothing_else_comes_out(evil: str) -> None:
    """Protects readers: tags, handlers, pictures and unsafe addresses come out as text or not at all."""
    html = to_html(evil)
    for forbidden in ["<script", "<img", 'href="javascript', 'href="data', "<a href", "onclick=&"]:
        assert forbidden not in html or (
            forbidden == "<a href" and 'href="https://example.org/pixel.png"' in html
        )


def test_headings_and_code_stay_text() -> None:
    """Protects the page's outline: no heading, block or table can be made from a promise."""
    html = to_html("# big\n\n> quoted\n\n    code\n\n| a |\n|---|")
    assert "<h1" not in html
    assert "<blockquote" not in html
    assert "<pre" not in html
    assert "<table" not in html
    assert "# big" in html


def test_a_promise_knows_no_links() -> None:
    """What both sides sign is words: emphasis and lists are drawn, in a line emphasis only, an address is text."""
    assert promise("**We** answer.\n\n- [x](https://e.org)") == (
        "<p><strong>We</strong> answer.</p>\n<ul>\n<li>[x](https://e.org)</li>\n</ul>\n"
    )
    assert (
        promise("<script>x</script> & 5 * 3 * 2") == "<p>&lt;script&gt;x&lt;/script&gt; &amp; 5 * 3 * 2</p>\n"
    )
    assert promise_line("*We*\nanswer. <b>") == "<em>We</em> answer. &lt;b&gt;"
