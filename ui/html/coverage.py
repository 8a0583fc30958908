"""The map of coverage as a table: words and signs as well as colours; all is escaped."""

from __future__ import annotations

from html import escape

from corpus.types import Metadata
from rag.covered import Cell, CoverageMap, Row
from ui.coverage import unanswered, unmapped
from ui.exports.typography import unbroken
from ui.html.answers import choices
from ui.html.cards import document_link
from ui.html.plain import year_line
from ui.texts import coverage as texts
from ui.texts import page as page_texts


def coverage_html(map: CoverageMap) -> str:
    """The whole map, with how it is counted."""
    head = f"<h2>{escape(texts.TITLE)}</h2>"
    if not map.rows:
        return f'<section class="coverage">{head}<p>{escape(texts.NONE)}</p></section>'
    columns = "".join(_column(metadata) for metadata in map.sources)
    body = "".join(_theme(row, map) for row in map.rows)
    more = f'<p class="hint">{escape(unmapped(map))}</p>' if map.unmapped else ""
    return (
        f'<section class="coverage">{head}<p>{escape(texts.INTRO)}</p>{_how(map)}{more}'
        f'<table><caption class="hidden">{texts.CAPTION}</caption><thead><tr><th scope="col">{texts.THEME}</th>'
        f"{columns}</tr></thead>{body}</table></section>"
    )


def _how(map: CoverageMap) -> str:
    lines = "".join(f"<p>{escape(unbroken(line.format(outside=map.outside)))}</p>" for line in texts.HOW)
    return f'<details class="fold"><summary>{texts.HOW_TITLE}</summary>{lines}</details>'


def _column(metadata: Metadata) -> str:
    title = escape(metadata.title)
    return (
        f'<th scope="col"><a href="{document_link(metadata.id)}" target="_blank" rel="noopener" title="{title}">'
        f'{escape(year_line(metadata))}<span class="hidden"> : {title} ({page_texts.NEW_TAB})</span></a></th>'
    )


def _theme(row: Row, map: CoverageMap) -> str:
    cells = "".join(_cell(cell, metadata) for cell, metadata in zip(row.cells, map.sources, strict=True))
    return (
        f'<tbody><tr><th scope="row">{escape(row.theme.name)}</th>{cells}</tr>{_missing(row, len(map.sources))}</tbody>'
    )


def _cell(cell: Cell, metadata: Metadata) -> str:
    count = f'<span class="count">{texts.passages(cell.passages)}</span>' if cell.passages else ""
    return (
        f'<td class="{cell.known.value}" data-column="{escape(year_line(metadata))}"><span class="known">'
        f'<span aria-hidden="true">{texts.SIGNS[cell.known]}</span> {texts.KNOWN[cell.known]}</span>{count}</td>'
    )


def _missing(row: Row, columns: int) -> str:
    """The questions that no source answers, folded, with examples to ask."""
    if not row.unanswered:
        return ""
    examples = f"<p>{texts.EXAMPLES}</p>{choices(row.examples)}" if row.examples else ""
    folded = f'<details class="fold"><summary>{escape(unbroken(unanswered(row)))}</summary>{examples}</details>'
    return f'<tr class="gaps"><td colspan="{columns + 1}">{folded}</td></tr>'
