"""The themes and widths in which pages are looked at: each alone in every run, every pair in the deep one."""

import pytest

THEMES_AND_WIDTHS = [
    ("light", 1280),
    ("dark", 390),
    pytest.param("light", 390, marks=pytest.mark.deep),
    pytest.param("dark", 1280, marks=pytest.mark.deep),
]
WIDTHS = [320, *(pytest.param(width, marks=pytest.mark.deep) for width in (390, 768, 1024, 1280))]
