"""Canonical text for matching quotes, with a map back to the offsets of the original.

Three levels: V0 the very bytes, V1 equal but for typography (blanks, quotation marks, emphasis, list dashes),
V2 also equal but for case and accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

_STRAIGHT = str.maketrans({**dict.fromkeys("’‘ʼ", "'"), **dict.fromkeys("«»“”", '"')})
_LIST_DASH = re.compile(r"(?<!\S)[-–—•▪]+(?=\s)")  # of a list, whether its lines were joined or not
_DROPPED = "\u00ad*"
_DROP = str.maketrans(dict.fromkeys(_DROPPED))


class Level(IntEnum):
    """How nearly a quote equals the text: V0 is the strictest."""

    V0 = 0
    V1 = 1
    V2 = 2


@dataclass(frozen=True, slots=True)
class Canonical:
    """A normalised text; character `i` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the normalised stretch `start:end`."""
        return self.starts[start], self.ends[end - 1]

    def find_all(self, quote: str) -> list[tuple[int, int]]:
        """Where the normalised `quote` occurs, in offsets of the original."""
        found, at = [], self.text.find(quote) if quote else -1
        while at >= 0:
            found.append(self.original(at, at + len(quote)))
            at = self.text.find(quote, at + 1)
        return found


@lru_cache(maxsize=256)
def canonical(text: str, level: Level = Level.V1) -> Canonical:
    """`text` normalised at `level`, with its offset map."""
    if level is Level.V0:
        return Canonical(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    cells = list(_collapsed(_characters(text, level)))
    return Canonical("".join(c for c, _, _ in cells), tuple(s for _, s, _ in cells), tuple(e for _, _, e in cells))


@lru_cache(maxsize=8192)
def normal(text: str) -> str:
    """`text` at level V1: typography straightened, blanks collapsed; as `canonical`, without the map."""
    return " ".join(_rewritten(_LIST_DASH.sub("", text).translate(_DROP), Level.V1).split())


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """`text` at level V2: also without case and accents; as `canonical`, without the map."""
    return " ".join(_rewritten(_LIST_DASH.sub("", text).translate(_DROP), Level.V2).split())


def locate(quote: str, text: str, level: Level = Level.V1) -> list[tuple[int, int]]:
    """Offsets in `text` of every occurrence of `quote` at `level`."""
    return canonical(text, level).find_all(_plain(quote, level))


def _plain(text: str, level: Level) -> str:
    return text if level is Level.V0 else normal(text) if level is Level.V1 else folded(text)


_Cell = tuple[str, int, int]


def _characters(text: str, level: Level) -> Iterator[_Cell]:
    dashes = {at for match in _LIST_DASH.finditer(text) for at in range(*match.span())}
    for start, end in _clusters(text):
        if start in dashes or text[start] in _DROPPED:
            continue
        for character in _rewritten(text[start:end], level):
            yield character, start, end


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """A character together with the combining marks that follow it."""
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        yield start, end
        start = end


@lru_cache(maxsize=4096)
def _rewritten(cluster: str, level: Level) -> str:
    plain = unicodedata.normalize("NFKC", cluster).translate(_STRAIGHT)
    if level < Level.V2:
        return plain
    decomposed = unicodedata.normalize("NFD", plain.casefold().replace("œ", "oe").replace("æ", "ae"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _collapsed(cells: Iterable[_Cell]) -> Iterator[_Cell]:
    """Runs of blanks become one space; blanks at both ends are dropped."""
    blank: tuple[int, int] | None = None
    begun = False
    for character, start, end in cells:
        if character.isspace():
            blank = (blank[0] if blank else start, end)
            continue
        if blank and begun:
            yield " ", *blank
        yield character, start, end
        blank, begun = None, True
