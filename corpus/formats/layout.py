"""Lines with their place on the page, as Markdown: reading order, running heads, hyphens, headings, paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from statistics import median

from corpus.formats.text import escape, is_item, without_mark

_PAGE_NUMBER = re.compile(r"^(?:page|p\.?)?\s*[-–—|]?\s*\d{1,4}\s*(?:[-–—|]|(?:/|sur|of)\s*\d{1,4})?$", re.IGNORECASE)
_ENDS_SENTENCE = re.compile(r"[.!?…:;]\s*[»”\")]?\s*$")
_HYPHEN = re.compile(r"(?<=\w\w)[-\u00ad\u2010]$")
_EDGE_LINES = 3
_MARGIN = 0.1  # of the height that is written on, at the top and at the bottom
_REPEATED = 0.4
_LARGER = 1.12
_NEW_PARAGRAPH = 1.4
_SINGLE_SPACED = 1.2
_LONG_HEADING = 160
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: where it begins, in points from the lower left, the height of its letters, and its weight."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False

    def end(self, letter: float) -> float:
        """About where the line ends, when a letter is `letter` heights wide."""
        return self.x + len(self.text) * self.size * letter

    def with_more(self, piece: Line) -> Line:
        """The line with `piece` behind it; a small piece, such as the number of a note, changes nothing else."""
        main = self if len(self.text) >= len(piece.text) else piece
        return Line(self.text + piece.text, self.x, self.y, main.size, self.bold and piece.bold)

    def cleaned(self) -> Line:
        """The line with its blanks collapsed."""
        return replace(self, text=" ".join(self.text.replace("\x00", "").split()))


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """Lines joined: text, letter height, whether all of it is bold, and of how many lines it is made."""

    text: str
    size: float
    bold: bool
    lines: int


def markdown_of(pages: Sequence[Sequence[Line]]) -> str:
    """The pages as Markdown, each after its mark."""
    ordered = [_in_reading_order([line for line in lines if line.text]) for lines in pages]
    kept = _without_running_heads(ordered)
    paragraphs = [list(_paragraphs(lines)) for lines in kept]
    levels = _heading_levels([paragraph for page in paragraphs for paragraph in page])
    parts = []
    for number, page in enumerate(paragraphs, 1):
        parts.append(f"<!-- page {number} -->")
        parts += [_markdown(paragraph, levels) for paragraph in page]
    return "\n\n".join(parts)


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """`lines`, column after column where the file draws two columns row by row."""
    beside = [right for left, right in pairwise(lines) if abs(left.y - right.y) < 0.5 * right.size and right.x > left.x]
    if len(beside) < 6 or len(beside) < 0.3 * len(lines) or median(len(line.text) for line in beside) < 25:
        return _rows_joined(lines)
    gutter = min(line.x for line in beside) - 1
    ordered: list[Line] = []
    for is_wide, run in groupby(lines, key=lambda line: line.x < gutter and line.end(0.4) > gutter * 1.3):
        stretch = list(run)
        ordered += stretch if is_wide else [line for line in stretch if line.x < gutter]
        ordered += [] if is_wide else [line for line in stretch if line.x >= gutter]
    return ordered


def _rows_joined(lines: list[Line]) -> list[Line]:
    """Lines that stand beside each other, such as the cells of a table, as one line."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if before and abs(before.y - line.y) < 0.3 * line.size and line.x > before.x:
            joined[-1] = before.with_more(replace(line, text=" " + line.text))
        else:
            joined.append(line)
    return joined


def _without_running_heads(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without what stands again and again at their upper and lower edge, and without their numbers."""
    every = [line for lines in pages for line in lines]
    body = _body_size((line.size, line.text) for line in every)
    low, high = min((line.y for line in every), default=0.0), max((line.y for line in every), default=0.0)
    inside = (low + _MARGIN * (high - low), high - _MARGIN * (high - low))
    small = [[line for line in _edges(lines, inside) if line.size <= body] for lines in pages]
    seen = Counter(key for lines in small for key in set(map(_same, lines)))
    often = {key for key, count in seen.items() if count >= max(3, _REPEATED * len(pages))}
    kept = []
    for lines in pages:
        edges = _edges(lines, inside)
        running = [line for line in edges if _PAGE_NUMBER.match(line.text) or _same(line) in often]
        kept.append([line for line in lines if line not in running])
    return kept


def _edges(lines: Sequence[Line], inside: tuple[float, float]) -> list[Line]:
    """The highest and the lowest lines of a page, as far as they stand outside of `inside`."""
    by_height = sorted(lines, key=lambda line: -line.y)
    edges = [*by_height[:_EDGE_LINES], *by_height[_EDGE_LINES:][-_EDGE_LINES:]]
    return [line for line in edges if not inside[0] < line.y < inside[1]]


def _same(line: Line) -> tuple[str, int]:
    """What a running head has in common from page to page: its words, whatever the numbers, and its height."""
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.y / 4)


def _paragraphs(lines: Sequence[Line]) -> Iterator[_Paragraph]:
    """Lines joined into paragraphs."""
    leading = _leading(lines)
    width = max((len(line.text) for line in lines), default=0)
    run: list[Line] = []
    for line in lines:
        if run and _begins(run[-1], line, leading, width):
            yield _joined(run)
            run = []
        run.append(line)
    if run:
        yield _joined(run)


def _leading(lines: Sequence[Line]) -> float:
    """The distance from a line to the next in a paragraph, in letter heights.

    Where paragraphs have hardly more than one line, most steps are those between them: so not the median.
    """
    steps = [(above.y - below.y) / below.size for above, below in pairwise(lines) if above.size == below.size]
    downwards = sorted(step for step in steps if 0.5 < step < 3)
    return downwards[len(downwards) // 4] if downwards else _SINGLE_SPACED


def _begins(before: Line, line: Line, leading: float, width: int) -> bool:
    """Whether `line` begins a paragraph."""
    if is_item(line.text) or abs(before.size - line.size) > 0.1 * line.size or before.bold != line.bold:
        return True
    ends = bool(_ENDS_SENTENCE.search(before.text))
    step = (before.y - line.y) / line.size
    if step < 0 or step > 4 * leading:  # the next column, or below a picture
        return ends or not line.text[:1].islower()
    if step > _NEW_PARAGRAPH * leading:
        return not (_HYPHEN.search(before.text) and line.text[:1].islower())
    return ends and len(before.text) < 0.75 * width


def _joined(run: Sequence[Line]) -> _Paragraph:
    text = run[0].text
    for line in run[1:]:
        if _HYPHEN.search(text) and line.text[:1].islower():
            text = text[:-1] + line.text
        else:
            text += " " + line.text
    sizes = Counter[float]()
    for line in run:
        sizes[line.size] += len(line.text)
    text = text.replace("\u00ad", "")
    return _Paragraph(text, sizes.most_common(1)[0][0], all(line.bold for line in run), len(run))


def _heading_levels(paragraphs: Sequence[_Paragraph]) -> dict[tuple[float, bool], int]:
    """The level of heading for each size and weight that headings have: the larger, the higher."""
    body = _body_size((paragraph.size, paragraph.text) for paragraph in paragraphs)
    styles = {_style(paragraph) for paragraph in paragraphs if _stands_out(paragraph, body)}
    ranks = sorted(styles, reverse=True)
    return {style: min(rank, _LEVELS) for rank, style in enumerate(ranks, 1)}


def _body_size(texts: Iterable[tuple[float, str]]) -> float:
    """The height of most letters, among texts with theirs."""
    sizes = Counter[float]()
    for size, text in texts:
        sizes[_rounded(size)] += len(text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _stands_out(paragraph: _Paragraph, body: float) -> bool:
    larger = _rounded(paragraph.size) > body * _LARGER
    bold = paragraph.bold and _rounded(paragraph.size) >= body
    return _may_be_heading(paragraph) and (larger or bold)


def _may_be_heading(paragraph: _Paragraph) -> bool:
    text = paragraph.text
    wordy = any(character.isalpha() for character in text)
    return wordy and len(text) <= _LONG_HEADING and not re.search(r"[.;,]\s*$", text) and not is_item(text)


def _style(paragraph: _Paragraph) -> tuple[float, bool]:
    return _rounded(paragraph.size), paragraph.bold


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _markdown(paragraph: _Paragraph, levels: dict[tuple[float, bool], int]) -> str:
    if is_item(paragraph.text):
        return "- " + escape(without_mark(paragraph.text))
    level = levels.get(_style(paragraph), 0)
    if level and _may_be_heading(paragraph):
        return "#" * level + " " + escape(paragraph.text)
    return escape(paragraph.text)
