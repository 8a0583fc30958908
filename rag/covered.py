"""The map of coverage: what the sources say and do not say by theme, counted from the questions written in advance.

The questions that passages answer (`corpus/questions`, `corpus/cases`) say what is known, and where; the gaps
(`corpus/gaps`) say what is not. Nothing here is estimated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from corpus.questions import Gap
from corpus.themes import Theme, load_themes, themes_of
from corpus.types import Metadata
from rag.index.searchable import Index

KNOWN_FROM = 3
MAINLY = 1 / 4
KINDS = 3
FALSE_PREMISE = 8
OUTSIDE = frozenset({10, 13, 14})
"""The types of gaps that are about something else, or about nothing precise: they belong to no theme."""


class Known(StrEnum):
    """What a source knows of a theme."""

    KNOWN = "known"
    PARTLY = "partly"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Cell:
    """One theme in one source: how many of its passages are about it.

    A passage is about the themes that its headings name, or a quarter of the questions written for it alone.
    """

    source: str
    passages: int

    @property
    def known(self) -> Known:
        """Known from `KNOWN_FROM` passages on, partly when there are fewer."""
        if not self.passages:
            return Known.NOT
        return Known.KNOWN if self.passages >= KNOWN_FROM else Known.PARTLY


@dataclass(frozen=True, slots=True)
class Row:
    """One theme: its cells in the order of the sources, and the questions on it that some source, or none, answers.

    `missing` has the types of gaps that are the most frequent with their number; `examples` are questions among them.
    """

    theme: Theme
    cells: tuple[Cell, ...]
    answered: int
    unanswered: int
    missing: tuple[tuple[int, int], ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """Themes by sources, the oldest source first; `unmapped` are documents that no question was written for.

    `outside` counts the gaps that belong to no theme.
    """

    sources: tuple[Metadata, ...]
    rows: tuple[Row, ...]
    outside: int = 0
    unmapped: tuple[Metadata, ...] = ()


def coverage_map(indexes: Iterable[Index]) -> CoverageMap:
    """The map of what is indexed; without rows when no question was written for it."""
    about: dict[str, Counter[str]] = {}
    answered: Counter[str] = Counter()
    gaps: list[Gap] = []
    documents: list[Metadata] = []
    for index in indexes:
        documents += [source.metadata for source in index.sources.values()]
        gaps += [index.gaps[entry.gap] for entry in index.asked if entry.gap >= 0]
        questions = _questions(index)
        answered.update(theme for themes, _ in questions for theme in themes)
        for source, themes in _passages(index, questions):
            about.setdefault(source, Counter()).update(themes)
    mapped = sorted((each for each in documents if each.id in about), key=lambda each: (each.year or 0, each.id))
    placed = [(_themes_of(gap), gap) for gap in gaps if gap.type not in OUTSIDE and gap.type != FALSE_PREMISE]
    rows = []
    for theme in load_themes() if mapped else ():
        cells = tuple(Cell(each.id, about[each.id][theme.id]) for each in mapped)
        rows.append(_row(theme, cells, answered[theme.id], [gap for themes, gap in placed if theme.id in themes]))
    outside = sum(gap.type in OUTSIDE for gap in gaps)
    unmapped = tuple(each for each in documents if each.id not in about)
    return CoverageMap(tuple(mapped), tuple(rows), outside, unmapped)


def _questions(index: Index) -> list[tuple[frozenset[str], Sequence[int]]]:
    """The questions that passages answer: their themes, and the positions of these passages."""
    return [
        (themes_of(entry.text), positions)
        for entry, positions in zip(index.asked, index.answered_by, strict=True)
        if positions and not entry.keyword
    ]


def _passages(
    index: Index, questions: Sequence[tuple[frozenset[str], Sequence[int]]]
) -> Iterator[tuple[str, Set[str]]]:
    """The source of each passage that questions were written for, and the themes it is about."""
    own: dict[int, list[frozenset[str]]] = {}
    for themes, positions in questions:
        for position in positions:
            own.setdefault(position, []).extend([themes] * (len(positions) == 1))
    for position, asked in own.items():
        passage = index.passages[position]
        counts = Counter(theme for themes in asked for theme in themes)
        often = {theme for theme in counts if counts[theme] >= MAINLY * len(asked)}
        headings = {part for unit in passage.evidence for part in unit.section}
        yield passage.source.id, often.union(*map(themes_of, headings))


def _themes_of(gap: Gap) -> frozenset[str]:
    """The themes of a gap's words, else that of its type."""
    return themes_of(f"{gap.question} {gap.topic}") or frozenset(
        theme.id for theme in load_themes() if gap.type in theme.gaps
    )


def _row(theme: Theme, cells: tuple[Cell, ...], answered: int, gaps: Sequence[Gap]) -> Row:
    asked = {gap.question for gap in gaps}
    missing = Counter(gap.type for gap in gaps).most_common(KINDS)
    examples = tuple(question for question in theme.examples if question in asked)
    return Row(theme, cells, answered, len(gaps), tuple(missing), examples)
