"""A whole document as an HTML page, with one stretch highlighted; and the list of the documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from urllib.parse import urlsplit

from corpus.types import Block, BlockKind, Metadata, Source, Speaker
from ui.html.cards import document_link
from ui.html.excerpt import Window, excerpt
from ui.html.plain import speaker_line, year_line
from ui.texts import page as texts


def document_page(source: Source, start: int = 0, end: int = 0) -> str:
    """The document with `source.text[start:end]` highlighted and anchored at `#passage`."""
    mark = (start, end) if 0 <= start < end <= len(source.text) else (0, 0)
    jump = f'<a class="open jump" href="#passage">{texts.TO_PASSAGE}</a>' if any(mark) else ""
    body = f'{_head(source.metadata)}{jump}<div class="text">{"".join(_sections(source, mark))}</div>'
    return page(source.metadata.title, f"<article>{body}</article>", source.metadata.language)


def page(title: str, body: str, language: str = "fr") -> str:
    """An HTML page with our own style sheet, no script, and nothing from elsewhere."""
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        f"<title>{escape(title)} · {texts.NAME}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/static-ptce/style.css">'
        f'<link rel="icon" href="/static-ptce/icon.svg"></head><body class="reading"><nav><a href="/">'
        f'← {texts.TO_GUIDE}</a></nav><main lang="{escape(language)}">{body}</main></body></html>'
    )


def corpus_html(sources: Sequence[Source]) -> str:
    """The documents of the corpus: publisher, year, kind, rights, and a link to each."""
    if not sources:
        return f"<p>{texts.CORPUS_EMPTY}</p>"
    items = "".join(f"<li>{_entry(source.metadata)}</li>" for source in sources)
    intro = texts.CORPUS_INTRO.format(count=len(sources))
    return f'<section class="corpus"><h2>{texts.CORPUS_TITLE}</h2><p>{intro}</p><ul>{items}</ul></section>'


def _entry(metadata: Metadata) -> str:
    authors = f'<p class="authors">{escape(", ".join(metadata.authors))}</p>' if metadata.authors else ""
    rights = f'<p class="rights">{texts.RIGHTS} : {escape(metadata.rights)}</p>' if metadata.rights else ""
    read = (
        f'<a class="open" href="{document_link(metadata.id)}" target="_blank" rel="noopener">{texts.READ}'
        f'<span class="hidden"> : {escape(metadata.title)} ({texts.NEW_TAB})</span></a>'
    )
    return (
        f"<h3>{escape(metadata.title)}</h3>{_origin(metadata)}{authors}{rights}"
        f"<footer>{read}{_address(metadata)}</footer>"
    )


def _head(metadata: Metadata) -> str:
    authors = f'<p class="authors">{escape(", ".join(metadata.authors))}</p>' if metadata.authors else ""
    rights = f'<p class="rights">{texts.RIGHTS} : {escape(metadata.rights)}</p>' if metadata.rights else ""
    return (
        f'<header lang="fr"><h1>{escape(metadata.title)}</h1>{_origin(metadata)}{authors}{rights}'
        f"{_address(metadata)}</header>"
    )


def _origin(metadata: Metadata) -> str:
    dated = year_line(metadata)
    if metadata.updated:
        dated += f" ({texts.UPDATED.format(year=metadata.updated[:4])})"
    return f'<p class="origin"><span class="kind">{texts.KINDS[metadata.kind]}</span> {escape(dated)}</p>'


def _address(metadata: Metadata) -> str:
    """A link to where the document was published; only web addresses become links."""
    if urlsplit(metadata.address).scheme not in ("http", "https"):
        return ""
    return (
        f'<a class="original" href="{escape(metadata.address)}" target="_blank" '
        f'rel="noopener noreferrer">{texts.ORIGINAL}<span class="hidden"> ({texts.NEW_TAB})</span></a>'
    )


def _sections(source: Source, mark: tuple[int, int]) -> Iterator[str]:
    """The blocks, with the page where it changes and the speaker where a turn begins."""
    page_number: int | None = None
    speaker = None
    for (is_heading, number, voice), run in groupby(source.blocks, key=_place):
        blocks = list(run)
        if number is not None and number != page_number:
            yield f'<p class="page" id="page-{number}" lang="fr">{texts.PAGE_MARK.format(page=number)}</p>'
        if voice and (voice != speaker):
            yield f'<p class="turn">{escape(speaker_line(voice))}</p>'
        page_number, speaker = number, None if is_heading else voice
        yield _stretch(source, blocks, mark)


def _place(block: Block) -> tuple[bool, int | None, Speaker | None]:
    return block.kind is BlockKind.HEADING, block.page, block.speaker


def _stretch(source: Source, blocks: Sequence[Block], mark: tuple[int, int]) -> str:
    html = excerpt(Window(source, blocks[0].start, blocks[-1].end, mark, "passage"))
    spoken = blocks[0].speaker is not None
    return f'<div class="spoken">{html}</div>' if spoken else html
