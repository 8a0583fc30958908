"""A brief as a manuscript: what sources say keeps its citations, all else is the template's or the user's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.briefs import types as brief_types
from rag.briefs.types import Brief, Cell, Grid, Own, Points, Quoted, Section, Silent, Subtitle
from rag.types import Role
from ui.exports.manuscript import (
    Block,
    Checklist,
    Cited,
    Entry,
    Heading,
    Items,
    Manuscript,
    Paragraph,
    Table,
    Voice,
)
from ui.texts import briefs as texts
from ui.texts import exports as texts_exports

VOICES = {brief_types.Voice.TEMPLATE: Voice.GUIDE, brief_types.Voice.FORM: Voice.USER}
LATE = {Role.CAUTION: texts.CAUTION_VOICE, Role.DIVERGENCE: texts.OPEN_VOICE}


def manuscript(brief: Brief) -> Manuscript:
    """The brief, ready to be exported."""
    places = places_of(brief)
    blocks: list[Block] = [Paragraph(brief.intro)]
    for section in brief.sections:
        blocks.append(Heading(1, section.title))
        for is_silent, run in groupby(section.blocks, key=lambda block: isinstance(block, Silent)):
            alike = list(run)
            blocks += [_silent(alike)] if is_silent else [one for block in alike for one in _block(block, places)]
    return Manuscript(brief.title, brief.made, texts_exports.AUTHOR, tuple(blocks))


def places_of(brief: Brief) -> dict[int, str]:
    """For each marker, the title of the section in which it is first quoted."""
    places: dict[int, str] = {}
    for section in brief.sections:
        for marker in markers(section):
            places.setdefault(marker, section.title)
    return places


def markers(section: Section) -> Iterator[int]:
    """The markers of what a section quotes."""
    yield from (citation.marker for statement in section.quotes for citation in statement.citations)


def above(again: Sequence[int], places: dict[int, str]) -> str:
    """Where what is not repeated stands, in one sentence."""
    named = dict.fromkeys(f"« {places[marker]} »" for marker in again)
    return texts.SEE_ABOVE.format(places=", ".join(named))


def _silent(silences: Sequence[object]) -> Checklist:
    """Open questions, to be asked elsewhere."""
    return Checklist(tuple(silent_line(silent) for silent in silences if isinstance(silent, Silent)))


def silent_line(silent: Silent) -> str:
    """The question and why it stays open, on one line."""
    return texts.SILENT_LINE.format(question=silent.question, reason=_lower(silent.reason))


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


def _block(block: brief_types.Block, places: dict[int, str]) -> Iterator[Block]:
    match block:
        case Own():
            yield Paragraph(block.text, VOICES[block.voice])
        case Subtitle():
            yield Heading(2, block.text)
        case Points():
            yield Checklist(block.items) if block.ticks else Items(block.items)
        case Quoted():
            yield from _quoted(block, places)
        case Grid():
            yield Table(block.header, tuple(row for cells in block.rows for row in _rows(cells)))


def _quoted(block: Quoted, places: dict[int, str]) -> Iterator[Block]:
    if block.about:
        yield Heading(3, block.about)
    for role, statements in groupby(block.statements, key=lambda statement: statement.role):
        if role in LATE:
            yield Heading(4, LATE[role])
        yield from (Cited(statement.text, statement.citations) for statement in statements)
    if block.again:
        yield Paragraph(above(block.again, places))


def _rows(cells: Sequence[Cell]) -> Iterator[tuple[Entry, ...]]:
    """As many rows as the longest cell has quotes; the other cells stand in the first."""
    columns = [_entries(cell) for cell in cells]
    for line in range(max(map(len, columns))):
        yield tuple(column[line] if line < len(column) else "" for column in columns)


def _entries(cell: Cell) -> tuple[Entry, ...]:
    if isinstance(cell, Quoted):
        return tuple(Cited(statement.text, statement.citations) for statement in cell.statements)
    return (texts.NOT_SAID if isinstance(cell, Silent) else cell,)
