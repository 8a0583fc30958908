"""The card of a passage: title, year, kind, who speaks, the quote in its surroundings, the document."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from corpus.types import Passage, Speaker
from rag.types import Citation
from ui.html.excerpt import Window, around, excerpt
from ui.html.plain import speaker_line, year_line
from ui.texts import notebook as notebook_texts
from ui.texts import page as texts


def source_link(id: str, start: int, end: int) -> str:
    """The address of a document opened at one passage."""
    return f"{document_link(id)}?start={start}&end={end}#passage"


def document_link(id: str) -> str:
    """The address of a whole document."""
    return f"/sources/{quote(id, safe='')}"


def card(citation: Citation, number: int, why: str = "") -> str:
    """The card that the marks of `citation` in the exchange `number` point to; `why` says what made it found."""
    label = texts.SOURCE.format(marker=citation.marker)
    title = escape(citation.source.metadata.title)
    back = texts.BACK_LABEL.format(marker=citation.marker)
    keep = notebook_texts.KEEP_LABEL.format(marker=citation.marker)
    return (
        f'<article class="card" id="c{number}-{citation.marker}" tabindex="-1" role="doc-endnote" '
        f'data-mark="m{number}-{citation.marker}" aria-label="{label} : {title}">'
        f'<header><span class="number" aria-hidden="true">{citation.marker}</span><div><h4>{title}</h4>'
        f"{_origin(citation)}</div></header>{_speaker(citation.speaker)}"
        f'<blockquote lang="{escape(citation.source.metadata.language)}">{_surroundings(citation)}'
        f"</blockquote>{_place(citation)}<footer>{_open(citation)}"
        f'<a class="back" href="#m{number}-{citation.marker}" data-card="m{number}-{citation.marker}" '
        f'role="doc-backlink" aria-label="{back}">↩ {texts.BACK}</a>'
        f'<button type="button" class="keep" data-keep="{number}-{citation.marker}" '
        f'data-done="{notebook_texts.KEPT}" aria-label="{keep}">{notebook_texts.KEEP}</button></footer>{why}</article>'
    )


def _surroundings(passage: Citation | Passage) -> str:
    start, end = around(passage.source, passage.start, passage.end)
    return excerpt(Window(passage.source, start, end, (passage.start, passage.end)))


def _origin(passage: Citation | Passage) -> str:
    metadata = passage.source.metadata
    kind = f'<span class="kind">{texts.KINDS[metadata.kind]}</span>'
    return f'<p class="origin">{kind} {escape(year_line(metadata))}</p>'


def _speaker(speaker: Speaker | None) -> str:
    if not speaker:
        return ""
    line = escape(texts.SPEAKS.format(speaker=speaker_line(speaker)))
    function = f'<span class="function">{escape(speaker.function)}</span>' if speaker.function else ""
    return f'<p class="speaker">{line}{function}</p>'


def _place(passage: Citation | Passage) -> str:
    parts = [" › ".join(passage.section)] if passage.section else []
    if passage.page is not None:
        parts.append(texts.PAGE.format(page=passage.page))
    return f'<p class="place">{escape(" · ".join(parts))}</p>' if parts else ""


def _open(passage: Citation | Passage) -> str:
    link = escape(source_link(passage.source.id, passage.start, passage.end))
    return (
        f'<a class="open" href="{link}" target="_blank" rel="noopener">{texts.IN_DOCUMENT}'
        f'<span class="hidden"> ({texts.NEW_TAB})</span></a>'
    )


def near(passage: Passage) -> str:
    """A passage that does not answer: no number, nothing highlighted."""
    return (
        f'<article class="near"><h4>{escape(passage.source.metadata.title)}</h4>{_origin(passage)}'
        f"{_speaker(passage.speaker)}<blockquote>"
        f"{excerpt(Window(passage.source, passage.start, passage.end))}</blockquote>{_place(passage)}"
        f"<footer>{_open(passage)}</footer></article>"
    )
