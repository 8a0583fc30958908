"""The print-ready page: pandoc's HTML inside a page of our own that needs nothing else."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from ui.exports.manuscript import Manuscript
from ui.exports.masking import Mask

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(manuscript: Manuscript, body: str, mask: Mask) -> str:
    """A whole HTML file, in French, with its style sheet inside, that may load and run nothing."""
    style = (files("ui") / "static" / "print.css").read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="fr"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{escape(mask(manuscript.title))}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style}</style></head>\n<body>\n{body}\n</body></html>\n"
    )
