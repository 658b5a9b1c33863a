"""Contrast of the tokens, computed from the file that browsers read (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from reciproca.templates.loader import STATIC

TEXT, BORDER = 4.5, 3.0
GROUNDS = ["paper", "surface", "surface-2"]
READ = [("ink", ground, TEXT) for ground in GROUNDS] + [("ink-2", ground, TEXT) for ground in GROUNDS]
READ += [("brand", ground, TEXT) for ground in [*GROUNDS, "brand-tint"]]
READ += [
    ("brand-ink", "brand", TEXT),
    ("brand-ink", "brand-hover", TEXT),
    ("brand-hover", "brand-tint", TEXT),
]
READ += [(tone, f"{tone}-tint", TEXT) for tone in ["org", "phy", "ok", "warn", "risk", "info"]]
READ += [("ink", f"{tone}-tint", TEXT) for tone in ["brand", "org", "phy", "ok", "warn", "risk", "info"]]
READ += [(tone, "surface", TEXT) for tone in ["org", "phy", "ok", "warn", "risk"]]
READ += [("h-ink", f"h{step}", TEXT) for step in range(1, 6)]
READ += [("line-strong", ground, BORDER) for ground in GROUNDS]


def blocks() -> dict[str, dict[str, str]]:
    """The colours of each theme; the system's dark and the chosen dark are two blocks."""
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    found = [
        dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root[^{]*\{[^}]*\}", css)
    ]
    return dict(zip(["light", "system dark", "chosen dark"], found, strict=True))


def luminance(colour: str) -> float:
    """Relative luminance of a #rgb or #rrggbb colour, 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "system dark", "chosen dark"])
def test_text_and_borders_can_be_read(theme: str) -> None:
    """Protects reading in both themes: 4.5 for text, 3 for what outlines a control."""
    colours = blocks()["light"] | blocks()[theme]
    poor = [
        f"{front} on {back}: {contrast(colours[front], colours[back]):.2f}"
        for front, back, least in READ
        if contrast(colours[front], colours[back]) < least
    ]
    assert poor == []


def test_the_two_dark_blocks_agree() -> None:
    """Protects dark from drifting apart between the system's wish and the person's."""
    assert blocks()["system dark"] == blocks()["chosen dark"]


def test_focus_shows_on_any_ground() -> None:
    """Protects the focus ring: amber or its dark inside stands out from every ground in both themes."""
    for theme, own in blocks().items():
        colours = blocks()["light"] | own
        for ground in [*GROUNDS, "brand", "brand-tint", "risk-tint", "warn-tint"]:
            best = max(contrast(colours[ring], colours[ground]) for ring in ["focus", "focus-ink"])
            assert best >= BORDER, f"{theme}: {ground}"
