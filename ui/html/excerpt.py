"""A stretch of a source as HTML: headings, paragraphs, lists, with a quote highlighted; all escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from corpus.types import Block, BlockKind, Source

AROUND_WORDS = 45
CUT = '<span class="cut" aria-hidden="true">[…]</span>'
_FIRST_HEADING = 2


@dataclass(frozen=True)
class Window:
    """What of `source` is shown, `text[start:end]`, and what of it is highlighted, `text[mark[0]:mark[1]]`.

    `anchor` is the HTML id of the first highlighted words; `cuts` tells whether « […] » shows cut blocks.
    """

    source: Source
    start: int
    end: int
    mark: tuple[int, int] = (0, 0)
    anchor: str = ""
    cuts: bool = True


def excerpt(window: Window) -> str:
    """The blocks of `window` as HTML, cut at its ends."""
    blocks = [b for b in window.source.blocks if b.start < window.end and window.start < b.end]
    parts = []
    for is_item, run in groupby(blocks, key=lambda block: block.kind is BlockKind.ITEM):
        alike = list(run)
        parts += [_list(window, alike)] if is_item else [_block(window, block) for block in alike]
    return "".join(parts)


def around(source: Source, start: int, end: int, words: int = AROUND_WORDS) -> tuple[int, int]:
    """Where the surroundings of `source.text[start:end]` begin and end.

    They are the blocks of the same section and speaker, and of these at most `words` words on each side.
    """
    blocks = _neighbours(source, start, end)
    if not blocks:
        return start, end
    before = source.text[min(blocks[0].start, start) : start]
    after = source.text[end : max(blocks[-1].end, end)]
    return start - len(_last_words(before, words)), end + len(_first_words(after, words))


def _neighbours(source: Source, start: int, end: int) -> list[Block]:
    """The unbroken run of text blocks of one section and speaker that holds the stretch."""
    runs = groupby(source.blocks, key=lambda b: (b.kind is BlockKind.HEADING, b.section, b.speaker))
    found: list[Block] = []
    for (is_heading, _, _), run in runs:
        blocks = list(run)
        if not is_heading and blocks[0].start < end and start < blocks[-1].end:
            found += blocks
    return found


def _last_words(text: str, count: int) -> str:
    words = text.split()
    if len(words) <= count:
        return text
    return text[_offset_of_word(text, len(words) - count) :]


def _first_words(text: str, count: int) -> str:
    words = text.split()
    if len(words) <= count:
        return text
    return text[: _offset_of_word(text, count)].rstrip()


def _offset_of_word(text: str, number: int) -> int:
    position = 0
    for word in text.split()[:number]:
        position = text.index(word, position) + len(word)
    return position + len(text[position:]) - len(text[position:].lstrip())


def _block(window: Window, block: Block) -> str:
    text = _piece(window, block)
    if block.kind is BlockKind.HEADING:
        level = min(max(block.level, 1) + _FIRST_HEADING - 1, 6)
        return f"<h{level}>{text}</h{level}>"
    return f"<p>{text}</p>"


def _list(window: Window, items: Sequence[Block]) -> str:
    """Nested lists: an item of a deeper level belongs to the item before it."""
    base = min(item.level for item in items)
    html, depth = "", base - 1
    for item in items:
        level = min(item.level, depth + 1)
        html += "<ul>" if level > depth else "</li>" + "</ul></li>" * (depth - level)
        html += f"<li{_number(window.source, item)}>{_piece(window, item)}"
        depth = level
    return html + "</li></ul>" * (depth - base + 1)


def _number(source: Source, item: Block) -> str:
    """The number that an ordered item has in the text, for the style sheet to show."""
    line = source.text.rfind("\n", 0, item.start) + 1
    prefix = source.text[line : item.start].strip()
    return f' class="numbered" data-number="{escape(prefix)}"' if prefix[:1].isdigit() else ""


def _piece(window: Window, block: Block) -> str:
    """The visible part of a block: its title strong, the quote marked, cuts shown."""
    start, end = max(block.start, window.start), min(block.end, window.end)
    title_end = block.start + block.title
    cuts = sorted({start, end, *(c for c in (title_end, *window.mark) if start < c < end)})
    html = "".join(
        _run(window, left, right, strong=right <= title_end) for left, right in zip(cuts, cuts[1:], strict=False)
    )
    before = f"{CUT} " if window.cuts and start > block.start else ""
    after = f" {CUT}" if window.cuts and end < block.end else ""
    return before + html + after


def _run(window: Window, start: int, end: int, *, strong: bool) -> str:
    html = escape(window.source.text[start:end]).replace("\n", "<br>")
    if strong:
        html = f"<strong>{html}</strong>"
    if window.mark[0] <= start and end <= window.mark[1]:
        first = start == next(_marked(window), start)
        anchor = f' id="{escape(window.anchor)}"' if window.anchor and first else ""
        html = f"<mark{anchor}>{html}</mark>"
    return html


def _marked(window: Window) -> Iterator[int]:
    """Where highlighted words begin, block by block."""
    for block in window.source.blocks:
        if block.start < window.mark[1] and window.mark[0] < block.end:
            yield max(block.start, window.mark[0])
