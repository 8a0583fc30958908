"""An `Answer` as plain text with its references, for the command line and the clipboard."""

from __future__ import annotations

from corpus.types import Metadata, Speaker
from rag.types import Answer, Citation
from rag.wording import answer_text
from ui.texts import page as texts


def with_references(answer: Answer) -> str:
    """The answer as it is shown, then one reference for each mark."""
    references = "\n".join(reference(citation) for citation in answer.citations)
    return f"{answer_text(answer)}\n\n{texts.REFERENCES}\n{references}" if references else answer_text(answer)


def reference(citation: Citation) -> str:
    """`[1] Title, publisher, 2016, section, p. 16 : « quote »`, on one line."""
    metadata = citation.source.metadata
    parts = [metadata.title, year_line(metadata), texts.KINDS[metadata.kind]]
    if citation.speaker:
        parts.append(speaker_line(citation.speaker))
    parts += citation.section[-1:]
    if citation.page is not None:
        parts.append(texts.PAGE.format(page=citation.page))
    quote = " ".join(citation.quote.split())
    return f"[{citation.marker}] {', '.join(part for part in parts if part)} : « {quote} »"


def year_line(metadata: Metadata) -> str:
    """`Publisher, year`, as far as they are known; a document without a year says so."""
    year = str(metadata.year) if metadata.year else texts.UNDATED
    return ", ".join(part for part in (metadata.publisher, year) if part)


def speaker_line(speaker: Speaker) -> str:
    """The speaker's name and side."""
    return f"{speaker.name} ({texts.SIDES[speaker.role]})" if speaker.role else speaker.name
