"""Small rooms: what fits in the head stays correct."""

import ast
from statistics import median

from tests.architecture.sources import functions, product, texts

LIMIT = 500
FUNCTION_MEDIAN = 8
ONE_FILE = "compacts/signing/offline/verify.py"
"""It travels alone in every evidence bundle: it can't become two rooms (docs/decisions/0010)."""


def test_no_python_file_or_template_reaches_the_limit() -> None:
    """A file of 500 lines has become two rooms; make the second a file of its own."""
    sizes = {source.path: len(source.lines) for source in texts(".py", ".html", ".css", ".js", ".txt", ".sh")}
    assert {path: size for path, size in sizes.items() if size >= LIMIT} in ({}, {ONE_FILE: sizes[ONE_FILE]})
    assert sizes[ONE_FILE] < 1000


def test_the_median_function_is_short() -> None:
    """Half of all functions have at most eight lines of their own, docstring not counted."""
    assert (
        median(_length(function) for source in product() for function in functions(source)) <= FUNCTION_MEDIAN
    )


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
