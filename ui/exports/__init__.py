"""Exports: a `Manuscript` (see `manuscript.py`) becomes docx, odt, Markdown or HTML with real footnotes."""
