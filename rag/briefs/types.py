"""What a brief is made of: frozen values that the page, the command, the API and the exports render alike.

Whose words a line is can always be told: a `Quoted` holds statements with citations, all else is the template's own or
(`Voice.FORM`) what the user wrote in the form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rag.types import Citation, Statement


class Voice(StrEnum):
    """Whose words a line is, when they are no source's."""

    TEMPLATE = "template"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Own:
    """A paragraph that no source says."""

    text: str
    voice: Voice = Voice.TEMPLATE

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("an empty paragraph")


@dataclass(frozen=True, slots=True)
class Subtitle:
    """A heading inside a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Points:
    """A list that no source says; with `ticks`, each item has a box to tick."""

    items: tuple[str, ...]
    ticks: bool = False

    def __post_init__(self) -> None:
        if not self.items or not all(item.strip() for item in self.items):
            raise ValueError("a list has items, and each says something")


@dataclass(frozen=True, eq=False)
class Quoted:
    """What sources say. `about` says on what (a question or a label); `again` are markers of quotes that stand higher
    up in the brief and are not repeated.
    """

    statements: tuple[Statement, ...]
    about: str = ""
    again: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.statements and not self.again:
            raise ValueError("what is quoted has a statement, or points to one")


@dataclass(frozen=True, slots=True)
class Silent:
    """« Non abordé dans les sources »: the question that was put to them, and why it stays open."""

    question: str
    reason: str


Cell = str | Quoted | Silent


@dataclass(frozen=True, eq=False)
class Grid:
    """A table; a cell is the template's or the form's own words, what sources say, or their silence.

    `id` names a table that the user may edit.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    id: str = ""
    voice: Voice = Voice.TEMPLATE

    def __post_init__(self) -> None:
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"a table's rows have {len(self.header)} cells, as its header")


Block = Own | Subtitle | Points | Quoted | Silent | Grid


@dataclass(frozen=True, eq=False)
class Section:
    """A titled part of a brief, which can be filled again alone."""

    id: str
    title: str
    blocks: tuple[Block, ...]

    @property
    def quotes(self) -> Iterator[Statement]:
        """Every statement, in reading order."""
        for block in self.blocks:
            cells = [cell for row in block.rows for cell in row] if isinstance(block, Grid) else [block]
            yield from (statement for cell in cells if isinstance(cell, Quoted) for statement in cell.statements)


@dataclass(frozen=True, eq=False)
class Brief:
    """A whole document. Markers rise from 1 without a gap in reading order, one for each quote."""

    name: str
    title: str
    intro: str
    made: date
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        markers = [citation.marker for citation in self.citations]
        if markers != list(range(1, len(markers) + 1)):
            raise ValueError(f"markers must rise from 1 without a gap, not {markers}")

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order of their markers, each once."""
        found = {
            citation.marker: citation
            for section in self.sections
            for statement in section.quotes
            for citation in statement.citations
        }
        return tuple(found[marker] for marker in sorted(found))

    @property
    def silent(self) -> tuple[Silent, ...]:
        """What the sources were asked and do not say."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Silent))
