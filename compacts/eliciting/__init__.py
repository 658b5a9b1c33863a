"""Before the text: what each side gives and hopes to get, said blind, themed, and shown side by side."""
