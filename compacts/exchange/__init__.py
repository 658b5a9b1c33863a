"""Words in and out: documents of a word processor, pasted tables, files of translators, agreements on paper."""
