"""The source text around what an answer should have cited and what it did cite, in pieces that say which is which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.case import Case
from eval.spans import Stretch, merged

AROUND = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters that are expected, cited, both or neither."""

    text: str
    expected: bool
    cited: bool


@dataclass(frozen=True)
class Extract:
    """Neighbouring text of one document, cut into pieces."""

    title: str
    pieces: tuple[Piece, ...]


def extracts(case: Case) -> list[Extract]:
    """The text around every expected or cited stretch, documents in the order of their names."""
    expected = merged(one for gold in case.gold for stretches in gold.alternatives for one in stretches)
    cited = merged(case.cited)
    wide = merged(_around(one, case) for one in (*expected, *cited) if one.doc in case.world.sources)
    return [Extract(_title(one, case), tuple(_pieces(one, expected, cited, case))) for one in wide]


def _title(stretch: Stretch, case: Case) -> str:
    return case.world.sources[stretch.doc].metadata.title


def _around(stretch: Stretch, case: Case) -> Stretch:
    """The stretch with some text before and after it, cut at blanks."""
    text = case.world.sources[stretch.doc].text
    start = max(0, stretch.start - AROUND)
    end = min(len(text), stretch.end + AROUND)
    while start and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return Stretch(stretch.doc, start, end)


def _pieces(wide: Stretch, expected: Sequence[Stretch], cited: Sequence[Stretch], case: Case) -> Iterator[Piece]:
    places = range(wide.start, wide.end)
    wanted, shown = (_inside(stretches, wide) for stretches in (expected, cited))
    text = case.world.sources[wide.doc].text
    for (is_wanted, is_shown), group in groupby(places, lambda place: (place in wanted, place in shown)):
        held = list(group)
        yield Piece(text[held[0] : held[-1] + 1], is_wanted, is_shown)


def _inside(stretches: Iterable[Stretch], wide: Stretch) -> set[int]:
    """The offsets of `wide` that lie in one of the stretches."""
    return {
        place
        for one in stretches
        if one.doc == wide.doc
        for place in range(max(one.start, wide.start), min(one.end, wide.end))
    }
