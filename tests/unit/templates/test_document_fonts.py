"""The fonts that documents embed: every weight, and letters beyond Western Europe."""

from io import BytesIO

import pikepdf

from reciproca.templates.loader import STATIC

FACES = (STATIC / "fonts" / "faces.css").as_uri()


def embedded(body: str) -> set[str]:
    """The names of the fonts in a PDF of `body`, without their subset tags."""
    import weasyprint

    head = f'<meta charset="utf-8"><link rel="stylesheet" href="{FACES}">'
    pdf = pikepdf.open(BytesIO(weasyprint.HTML(string=head + body).write_pdf()))
    fonts = pdf.pages[0].Resources.Font.values()
    return {str(font.BaseFont)[1:].partition("+")[2].strip(",") for font in fonts}


def test_names_of_all_members_are_set_in_our_type() -> None:
    """Protects names like Łucja Wójcik, and each weight, from a fallback font in a sealed document."""
    family = 'font-family:"Source Sans 3","Source Sans 3 Ext";font-weight:'
    body = "".join(
        f"<p style='{family}{weight}'>Zoë Łucja Wójcik “1 234,5”</p>" for weight in (400, 600, 700)
    )
    names = {"Source-Sans-3", "Source-Sans-3-Semi-Bold", "Source-Sans-3-Bold"}
    assert embedded(body) == names | {name.replace("-3", "-3-Ext") for name in names}
    assert embedded("<p style='font-family:\"Source Serif 4\";font-style:italic'>x</p>") == {
        "Source-Serif-4-Italic"
    }
