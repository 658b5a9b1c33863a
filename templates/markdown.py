"""The small Markdown that people may write: bold, italic, lists, links and line breaks; everything else is text."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {"p", "strong", "em", "ul", "ol", "li", "a", "br"}
SCHEMES = {"https", "mailto"}

_parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable(
    ["emphasis", "list", "link", "autolink", "newline", "escape"]
)


def to_html(text: str) -> Markup:
    """Safe HTML of `text`. Only `TAGS` come out; links go to `SCHEMES` only and carry no opener."""
    html = _parser.render(text)
    clean = nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES)
    return Markup(clean)  # noqa: S704 - just cleaned
