"""A brief as HTML: what sources say in serif with a numbered mark, all else in the guide's own type; all is escaped."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from urllib.parse import quote

from rag.briefs.plan import Request
from rag.briefs.types import Block, Brief, Cell, Grid, Own, Points, Quoted, Section, Silent, Subtitle, Voice
from rag.types import Citation, Statement
from rag.wording import voice
from ui.exports.briefs import LATE
from ui.html.answers import statement_html
from ui.html.cards import source_link
from ui.texts import briefs as texts_briefs
from ui.texts import page as texts


@dataclass(frozen=True)
class FileAsked:
    """The address that gives a brief as a file, and what is sent there."""

    address: str
    body: Mapping[str, object]

    @classmethod
    def of(cls, request: Request) -> FileAsked:
        """The file of a sheet or a kit."""
        return cls(f"/api/briefs/{quote(request.template.name, safe='')}?", request.record)

    @classmethod
    def comparing(cls, question: str) -> FileAsked:
        """The file of a comparison."""
        return cls("/api/compare?", {"q": question})


@dataclass(frozen=True)
class Shown:
    """How a brief is shown: `number` keeps its ids apart from those of other tabs; `file` is what an export asks of the
    API; `editable`, its agenda can be changed and its sections run again; `waiting` are sections still to come.
    """

    number: int
    file: FileAsked | None = None
    editable: bool = False
    waiting: tuple[str, ...] = ()


def brief_html(brief: Brief, shown: Shown) -> str:
    """The whole brief, then a line for each passage cited."""
    writer = _Writer(shown, set())
    sections = "".join(writer.section(section) for section in brief.sections)
    waiting = "".join(
        f'<section class="part waiting"><h3>{escape(title)}</h3><p class="searching"><span class="dots" '
        f'aria-hidden="true"></span>{texts_briefs.WAITING}</p></section>'
        for title in shown.waiting
    )
    done = not shown.waiting
    tools = _exports(shown.file) if done and shown.file else ""
    return (
        f'<article class="brief" id="b{shown.number}"><header><h2>{escape(brief.title)}</h2>'
        f"<p>{escape(brief.intro)}</p>{_legend()}{tools}</header>{sections}{waiting}"
        f"{_notes(brief, shown.number) if done else ''}</article>"
    )


def problems_html(*problems: str) -> str:
    """What is to be mended, as an alert."""
    items = "".join(f"<li>{escape(problem)}</li>" for problem in problems)
    return f'<div class="problem" role="alert"><h3>{texts_briefs.TO_MEND}</h3><ul>{items}</ul></div>'


def ready(brief: Brief) -> str:
    """One sentence that says that it is done."""
    return texts_briefs.READY.format(title=brief.title, citations=counted(brief))


def counted(brief: Brief) -> str:
    """How many citations it holds, in words."""
    count = len(brief.citations)
    return (texts.CITATIONS if count > 1 else texts.ONE_CITATION).format(count=count)


def _legend() -> str:
    lines = (texts_briefs.LEGEND_SOURCE, texts_briefs.LEGEND_OWN, texts_briefs.LEGEND_FORM)
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<details class="legend"><summary>{texts_briefs.LEGEND}</summary><ul>{items}</ul></details>'


def _exports(file: FileAsked) -> str:
    body = escape(json.dumps(file.body, ensure_ascii=False))
    buttons = "".join(
        f'<button type="button" class="copy" data-export="{format}">{escape(label)}</button>'
        for format, label in texts_briefs.EXPORT_FORMATS.items()
    )
    said = (
        f'data-busy="{texts_briefs.EXPORTING}" data-done="{texts_briefs.EXPORTED}" '
        f'data-failed="{texts_briefs.EXPORT_FAILED}"'
    )
    return (
        f'<div class="exports" role="group" aria-label="{texts_briefs.EXPORT}" '
        f'data-address="{escape(file.address)}" data-body="{body}" {said}>'
        f'<span>{texts_briefs.EXPORT}</span>{buttons}<span class="said" role="status"></span></div>'
    )


def _notes(brief: Brief, number: int) -> str:
    """One line for each passage cited: the quote itself stands above."""
    notes = "".join(_note(citation, number) for citation in brief.citations)
    return f'<section class="sources"><h3>{texts_briefs.SOURCES}</h3><ol>{notes}</ol></section>' if notes else ""


def _note(citation: Citation, number: int) -> str:
    marker, metadata = citation.marker, citation.source.metadata
    page = texts.PAGE.format(page=citation.page) if citation.page is not None else ""
    parts = (metadata.title, voice(citation), " › ".join(citation.section), page)
    reference = escape(" · ".join(part for part in parts if part))
    link = escape(source_link(citation.source.id, citation.start, citation.end))
    return (
        f'<li id="c{number}-{marker}" class="note" tabindex="-1" role="doc-endnote" data-mark="m{number}-{marker}">'
        f'<span class="number" aria-hidden="true">{marker}</span>'
        f'<p>{reference} <a class="open" href="{link}" target="_blank" rel="noopener">'
        f'{texts.IN_DOCUMENT}<span class="hidden"> ({texts.NEW_TAB})</span></a> <a class="back" '
        f'href="#m{number}-{marker}" data-card="m{number}-{marker}" role="doc-backlink" '
        f'aria-label="{texts.BACK_LABEL.format(marker=marker)}">↩ {texts_briefs.BACK}</a></p></li>'
    )


@dataclass(frozen=True)
class _Writer:
    """Writes the sections of one brief; `seen` are the markers that have been written."""

    shown: Shown
    seen: set[int]

    def section(self, section: Section) -> str:
        """One section, with what runs it again."""
        body = "".join(
            self._silences([block for block in run if isinstance(block, Silent)])
            if silent
            else "".join(self._block(block, section.id) for block in run)
            for silent, run in groupby(section.blocks, key=lambda block: isinstance(block, Silent))
        )
        more = self._more(section) if self.shown.editable and not self.shown.waiting else ""
        return (
            f'<section class="part" id="part-{self.shown.number}-{section.id}"><h3>{escape(section.title)}</h3>'
            f"{body}{more}</section>"
        )

    def _block(self, block: Block, section: str) -> str:
        match block:
            case Own():
                return self._own(block, section)
            case Subtitle():
                return f"<h4>{escape(block.text)}</h4>"
            case Points():
                kind = "ticks" if block.ticks else "points"
                return f'<ul class="{kind}">{"".join(f"<li>{escape(item)}</li>" for item in block.items)}</ul>'
            case Quoted():
                return self._quoted(block)
            case Grid():
                return self._grid(block)
            case _:
                return ""

    def _own(self, own: Own, section: str) -> str:
        if own.voice is Voice.TEMPLATE:
            return f'<p class="own">{escape(own.text)}</p>'
        remove = (
            f'<button type="button" class="fix" data-forget="{section}" data-question="{escape(own.text)}" '
            f'aria-label="{texts_briefs.REMOVE_QUESTION} : {escape(own.text)}">{texts_briefs.REMOVE_QUESTION}</button>'
            if self.shown.editable
            else ""
        )
        return f'<p class="own yours"><span class="tag">{texts_briefs.FORM_VOICE}</span> {escape(own.text)}{remove}</p>'

    def _quoted(self, quoted: Quoted) -> str:
        about = f"<h5>{escape(quoted.about)}</h5>" if quoted.about else ""
        return f'<div class="quoted">{about}{"".join(self._by_role(quoted))}{self._again(quoted.again)}</div>'

    def _by_role(self, quoted: Quoted) -> Iterator[str]:
        for role, statements in groupby(quoted.statements, key=lambda statement: statement.role):
            body = "".join(self._statement(statement) for statement in statements)
            head = f'<p class="late">{LATE[role]}</p>' if role in LATE else ""
            yield f'<div class="said {role.value}">{head}{body}</div>'

    def _statement(self, statement: Statement) -> str:
        origin = escape(voice(statement.citations[0]))
        return f'{statement_html(statement, self.shown.number, self.seen)}<p class="who">{origin}</p>'

    def _again(self, again: Sequence[int]) -> str:
        if not again:
            return ""
        marks = " ".join(
            f'<a class="mark" href="#c{self.shown.number}-{marker}" data-card="c{self.shown.number}-{marker}" '
            f'aria-label="{texts.SOURCE.format(marker=marker)}">{marker}</a>'
            for marker in again
        )
        return f'<p class="again">{texts_briefs.AGAIN} : {marks}</p>'

    def _silences(self, silences: Sequence[Silent]) -> str:
        items = "".join(
            f"<li><p>{escape(silent.question)}</p>"
            f'<p class="why">{texts_briefs.SILENT}. {escape(silent.reason)}</p></li>'
            for silent in silences
        )
        return f'<ul class="silent">{items}</ul>'

    def _grid(self, grid: Grid) -> str:
        if grid.id == texts_briefs.AGENDA and self.shown.editable:
            return _editable(grid)
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.header)
        rows = "".join(
            "<tr>" + "".join(self._cell(cell, name) for cell, name in zip(row, grid.header, strict=True)) + "</tr>"
            for row in grid.rows
        )
        kind = " yours" if grid.voice is Voice.FORM else ""
        return f'<div class="grid{kind}"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'

    def _cell(self, cell: Cell, column: str) -> str:
        match cell:
            case Quoted():
                body = "".join(self._by_role(cell))
            case Silent():
                body = f'<span class="not-said">∅ {texts_briefs.NOT_SAID}</span>'
            case _:
                body = escape(cell)
        return f'<td data-column="{escape(column)}">{body}</td>'

    def _more(self, section: Section) -> str:
        id = f"more-{self.shown.number}-{section.id}"
        return (
            f'<details class="more"><summary>{texts_briefs.MORE}</summary><div><label for="{id}">'
            f'{texts_briefs.MORE_LABEL}</label><input id="{id}" type="text" maxlength="300" '
            f'placeholder="{texts_briefs.MORE_PLACEHOLDER}">'
            f'<button type="button" class="copy" data-again="{section.id}">{texts_briefs.AGAIN_PART}</button></div>'
            "</details>"
        )


def _editable(grid: Grid) -> str:
    """The agenda as fields: a row can be changed, added, taken out."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in grid.header)
    rows = "".join(_fields([str(cell) for cell in row], grid.header, n) for n, row in enumerate(grid.rows, 1))
    blank = escape(_fields([""] * len(grid.header), grid.header, 0))
    reset = (
        f'<button type="button" class="fix" data-reset-agenda>{texts_briefs.RESET_AGENDA}</button>'
        if grid.voice is Voice.FORM
        else ""
    )
    return (
        f'<p class="hint">{texts_briefs.AGENDA_HINT}</p><div class="grid agenda"><table data-row="{blank}"><thead><tr>'
        f'{head}<td></td></tr></thead><tbody>{rows}</tbody></table></div><p><button type="button" class="copy" '
        f"data-add-row>{texts_briefs.ADD_ROW}</button> {reset}</p>"
    )


def _fields(cells: Sequence[str], header: Sequence[str], row: int) -> str:
    fields = "".join(
        f'<td data-column="{escape(column)}"><textarea rows="1" '
        f'aria-label="{escape(texts_briefs.CELL.format(column=column, row=row))}">{escape(cell)}</textarea></td>'
        for cell, column in zip(cells, header, strict=True)
    )
    remove = f'<button type="button" data-remove-row aria-label="{texts_briefs.REMOVE_ROW}">×</button>'
    return f"<tr>{fields}<td>{remove}</td></tr>"
