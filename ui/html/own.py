"""One's own documents as HTML: the table, the preview before acceptance; all is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from rag.index.added import Listed, Preview, listing
from rag.settings import Settings
from ui.html.cards import document_link
from ui.texts import documents as texts_documents
from ui.texts import page as texts

_KILO = 1000


def message_html(sentence: str) -> str:
    """A sentence that a screen reader tells."""
    return f'<p role="status">{escape(sentence)}</p>'


def heading_html(title: str, explained: str = "") -> str:
    """A heading, with what explains it."""
    return f"<h2>{escape(title)}</h2>" + (f"<p>{escape(explained)}</p>" if explained else "")


def table_html(settings: Settings) -> str:
    """Every document with title, kind, year, size, collection and state; folded while none is one's own."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in texts_documents.TABLE)
    listed = listing(settings)
    rows = "".join(_row(each) for each in listed)
    title = f'<caption class="hidden">{escape(texts_documents.TABLE_TITLE)}</caption>'
    table = f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    unfolded = " open" if any(each.removable for each in listed) else ""
    return (
        f'<details class="fold"{unfolded}><summary>{escape(texts_documents.TABLE_TITLE)}</summary>'
        f'<div class="scroll">{table}</div></details>'
    )


def own_choices(settings: Settings) -> list[tuple[str, str]]:
    """Title and id of each document that can be changed."""
    return [(listed.metadata.title, listed.metadata.id) for listed in listing(settings) if listed.removable]


def previews_html(previews: Sequence[Preview | str]) -> str:
    """What was understood of each file, or why it cannot be read."""
    return "".join(
        f'<p class="problem" role="alert">{escape(seen)}</p>' if isinstance(seen, str) else _preview(seen)
        for seen in previews
    )


def _row(listed: Listed) -> str:
    metadata, file = listed.metadata, listed.file
    state = texts_documents.STATE_READY + (f". {file.remark}" if file and file.remark else "")
    link = f'<a href="{document_link(metadata.id)}" target="_blank" rel="noopener">{escape(metadata.title)}</a>'
    cells = (
        escape(texts.KINDS[metadata.kind]),
        str(metadata.year or texts_documents.UNDATED),
        _size(file.size) if file else "",
        escape(texts_documents.collection_name(metadata.collection)),
        escape(state),
    )
    return f'<tr><th scope="row">{link}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _size(size: int) -> str:
    if size < _KILO * _KILO:
        return f"{max(1, round(size / _KILO))} ko"
    return f"{size / _KILO / _KILO:.1f} Mo".replace(".", ",")


def _preview(seen: Preview) -> str:
    metadata = seen.source.metadata
    counts = [texts_documents.WORDS.format(count=seen.words)]
    counts += [texts_documents.PAGES.format(count=seen.pages)] if seen.pages else []
    remarks = "".join(f'<p class="remark">{escape(each)}</p>' for each in texts_documents.remarks(seen))
    sections = "".join(f"<li>{escape(each)}</li>" for each in seen.sections)
    listed = f"<h4>{texts_documents.SECTIONS}</h4><ul>{sections}</ul>" if sections else ""
    return (
        f'<section class="understood"><h3>{texts_documents.UNDERSTOOD} : {escape(metadata.title)}</h3>'
        f"<p>{', '.join(counts)}</p>{remarks}{listed}<h4>{texts_documents.BEGINS}</h4>"
        f"<blockquote>{escape(seen.begins)}</blockquote></section>"
    )
