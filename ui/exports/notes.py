"""The wording of a footnote: who wrote the source, what it is, when, where in it, who speaks, and the exact quote."""

from __future__ import annotations

from urllib.parse import urlsplit

from corpus.types import Metadata, Source, Speaker
from rag.types import Citation
from ui.exports.masking import Mask
from ui.html.plain import speaker_line
from ui.texts import exports as wording
from ui.texts import page as texts


def place(citation: Citation, mask: Mask) -> str:
    """What follows the title: `Publisher, 2017, Rapport de recherche, « Section », p. 16, Name (side)`."""
    metadata = citation.source.metadata
    parts = [
        metadata.publisher,
        str(metadata.year or texts.UNDATED),
        texts.KINDS[metadata.kind],
        _section(citation),
        texts.PAGE.format(page=citation.page) if citation.page is not None else "",
        voice(citation.speaker, mask),
    ]
    return ", ".join(part for part in parts if part)


def _section(citation: Citation) -> str:
    """The heading that the quote stands under, unless the quote itself begins with it."""
    section = citation.section[-1] if citation.section else ""
    repeated = " ".join(citation.quote.split()).startswith(" ".join(section.split()))
    return "" if repeated else wording.SECTION.format(section=section)


def authors(metadata: Metadata, mask: Mask) -> str:
    """The authors, unless the publisher is the author."""
    return mask(", ".join(author for author in metadata.authors if author != metadata.publisher))


def voice(speaker: Speaker | None, mask: Mask) -> str:
    """Who speaks and on which side; empty when it is no interview."""
    return mask(speaker_line(speaker)) if speaker else ""


def quote(citation: Citation, mask: Mask) -> str:
    """The exact quote on one line; one that is masked in part says so."""
    exact = " ".join(citation.quote.split())
    masked = mask(exact)
    return masked if masked == exact else masked + wording.MASKED_IN_PART


def address(source: Source) -> str:
    """Where the source was published, when that is a web address."""
    return source.metadata.address if urlsplit(source.metadata.address).scheme in ("http", "https") else ""
