"""The tab « Corpus »: the documents that the guide answers from."""

from __future__ import annotations

from rag.guide import Guide
from ui.document import corpus_html
from ui.page.parts import html


def corpus_tab(guide: Guide) -> None:
    """The documents, read anew each time the page is opened."""
    html(lambda: corpus_html(guide.sources), "corpus")
