"""The small Markdown that people may write: bold, italic, lists, links and line breaks; everything else is text. A
promise knows no links: what both sides sign stands on its own."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}
SCHEMES = {"https", "mailto"}

_parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "list", "link", "autolink", "newline", "escape"]
)
_promises = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "list", "newline", "escape"]
)


def to_html(text: str) -> Markup:
    """Safe HTML of `text`. Only `TAGS` come out; links go to `SCHEMES` only and carry no opener."""
    html = _parser.render(text)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES)
    return Markup(clean)  # noqa: S704 - just cleaned


@lru_cache(maxsize=2048)  # a version's promises stand in everybody's document
def promise(text: str) -> Markup:
    """Safe HTML of a promise's words: paragraphs, lists, bold and italic."""
    return Markup(nh3.clean(_promises.render(text), tags=TAGS - {"a"}))  # noqa: S704 - just cleaned


def promise_line(text: str) -> Markup:
    """The same within one line: bold and italic only."""
    html = _promises.renderInline(" ".join(text.split()))
    return Markup(nh3.clean(html, tags={"strong", "em"}))  # noqa: S704 - just cleaned
