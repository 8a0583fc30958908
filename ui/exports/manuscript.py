"""The neutral input of every export: blocks in reading order, each visibly a source's words or not.

A `Cited` becomes its text and one footnote for each citation; all else is the guide's, the template's or the user's.
Texts are plain: no markup in them is ever interpreted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rag.types import Citation

DEEPEST = 4


class Voice(StrEnum):
    """Whose words a paragraph is, when they are no source's."""

    GUIDE = "guide"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; `level` from 1 to 4."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= DEEPEST:
            raise ValueError(f"level: {self.level!r}")
        _filled(self.text)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The guide's or the template's own words, or (`Voice.USER`) the user's: a question, a note, a form's entry."""

    text: str
    voice: Voice = Voice.GUIDE

    def __post_init__(self) -> None:
        _filled(self.text)


@dataclass(frozen=True, eq=False)
class Cited:
    """What sources say: `text` is one of the quotes, or (not `verbatim`) a sentence that rests on them."""

    text: str
    citations: tuple[Citation, ...]

    def __post_init__(self) -> None:
        _filled(self.text)
        if not self.citations:
            raise ValueError("what is cited has a citation")

    @classmethod
    def of(cls, citation: Citation) -> Cited:
        """One quote as it stands."""
        return cls(citation.quote, (citation,))

    @property
    def quoted(self) -> Citation | None:
        """The citation whose quote the text is, spaces and line breaks aside; `None` when it is rephrased."""
        wanted = self.text.split()
        return next((citation for citation in self.citations if citation.quote.split() == wanted), None)

    @property
    def verbatim(self) -> bool:
        """Whether the text is a quote."""
        return self.quoted is not None


Entry = str | Cited
"""One item or cell: the template's own words, or what sources say."""


@dataclass(frozen=True, slots=True)
class Items:
    """A list, numbered when `ordered`."""

    items: tuple[Entry, ...]
    ordered: bool = False

    def __post_init__(self) -> None:
        _entries(self.items)


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as the header. A cell may be the empty string: room to write."""

    header: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]

    def __post_init__(self) -> None:
        if not self.header or any(len(row) != len(self.header) for row in self.rows):
            raise ValueError(f"a table's rows have {len(self.header)} cells, as its header")


@dataclass(frozen=True, slots=True)
class Checklist:
    """Things to tick, with an empty box before each."""

    items: tuple[Entry, ...]

    def __post_init__(self) -> None:
        _entries(self.items)


Block = Heading | Paragraph | Cited | Items | Table | Checklist


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A document to export. `author` is one line (who made it, with what); `date` is the day it was made."""

    title: str
    date: date
    author: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        _filled(self.title)
        if not self.blocks:
            raise ValueError("a manuscript has blocks")

    @property
    def cited(self) -> Iterator[Cited]:
        """Everything that sources say, in reading order."""
        for block in self.blocks:
            yield from (entry for entry in _inside(block) if isinstance(entry, Cited))


def _inside(block: Block) -> tuple[Entry, ...]:
    if isinstance(block, Cited):
        return (block,)
    if isinstance(block, Table):
        return tuple(cell for row in block.rows for cell in row)
    return block.items if isinstance(block, Items | Checklist) else ()


def _entries(items: tuple[Entry, ...]) -> None:
    if not items:
        raise ValueError("a list has items")
    for item in items:
        if isinstance(item, str):
            _filled(item)


def _filled(text: str) -> None:
    if not text.strip():
        raise ValueError("an empty text")
