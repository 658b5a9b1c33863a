"""Sphinx: MyST pages in four kinds (tutorial, how-to, reference, explanation), with furo. Nothing is fetched."""

project = "Reciproca"
author = "The authors of Reciproca"
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Reciproca"
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 3
nitpicky = True
