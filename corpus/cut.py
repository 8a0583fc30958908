"""Cuts a `Source` along its structure into `Evidence`, and groups neighbouring evidence into `Passage`s."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from math import ceil

from corpus.sentences import sentence_spans
from corpus.types import Block, BlockKind, Evidence, Passage, Source

PASSAGE_WORDS = 120
ENOUGH_WORDS = 80
LIST_WORDS = 200


def evidence_of(source: Source) -> list[Evidence]:
    """The evidence units of `source` in reading order: sentences, and lists with the sentence that leads in."""
    return [unit for paragraph in _paragraphs(source) for unit in paragraph]


def passages_of(source: Source) -> list[Passage]:
    """The passages of `source`: evidence under one heading and of one speaker, about `PASSAGE_WORDS` at most.

    Short paragraphs are read together, a long one is cut between its sentences.
    """
    passages: list[Passage] = []
    for _, paragraphs in groupby(_paragraphs(source), key=lambda units: (units[0].headings, units[0].speaker)):
        for units in _runs(list(paragraphs)):
            first = units[0]
            section = _shared([unit.section for unit in units])
            passages.append(
                Passage(source, first.start, units[-1].end, section, first.page, first.speaker, tuple(units))
            )
    return passages


def _shared(sections: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The beginning that all `sections` have in common."""
    return tuple(parts[0] for parts in takewhile(lambda parts: len(set(parts)) == 1, zip(*sections, strict=False)))


def _paragraphs(source: Source) -> Iterator[list[Evidence]]:
    """Evidence paragraph by paragraph; a list belongs to the paragraph that leads in."""
    blocks = source.blocks
    position = 0
    while position < len(blocks):
        block = blocks[position]
        if block.kind is BlockKind.HEADING:
            position += 1
        elif block.kind is BlockKind.ITEM:
            items = _items(blocks, position)
            yield list(_list_units(source, items, items[0].start, items[0]))
            position += len(items)
        else:
            items = _items(blocks, position + 1) if _leads_in(source, block) else []
            yield _paragraph(source, block, items)
            position += 1 + len(items)


def _paragraph(source: Source, block: Block, items: Sequence[Block]) -> list[Evidence]:
    spans = sentence_spans(source.text[block.start + block.title : block.end])
    if not items:
        return list(_sentence_units(source, block, spans))
    before = spans[:-1]
    start = block.start + block.title + spans[-1][0] if before else block.start
    return [*_sentence_units(source, block, before), *_list_units(source, items, start, block)]


def _leads_in(source: Source, block: Block) -> bool:
    return source.text[block.start : block.end].rstrip().endswith(":")


def _items(blocks: Sequence[Block], position: int) -> list[Block]:
    items = []
    for block in blocks[position:]:
        if block.kind is not BlockKind.ITEM:
            break
        items.append(block)
    return items


def _sentence_units(source: Source, block: Block, spans: Sequence[tuple[int, int]]) -> Iterator[Evidence]:
    for number, (start, end) in enumerate(spans):
        first = block.start if number == 0 else block.start + block.title + start
        yield _unit(source, first, block.start + block.title + end, block)


def _list_units(source: Source, items: Sequence[Block], start: int, lead: Block) -> Iterator[Evidence]:
    """One unit for the whole list; a very long one is cut between items."""
    begin = start
    for item, following in zip(items, [*items[1:], None], strict=True):
        full = len(source.text[begin : (following or item).end].split()) > LIST_WORDS
        if following is None or (full and following.level <= 1):
            yield _unit(source, begin, item.end, lead, is_list=True)
            begin = following.start if following else item.end


def _unit(source: Source, start: int, end: int, block: Block, is_list: bool = False) -> Evidence:
    """Evidence at `start:end` that has its place and voice from `block`."""
    return Evidence(source, start, end, block.section, block.page, block.speaker, is_list, block.depth)


def _runs(paragraphs: list[list[Evidence]]) -> Iterator[list[Evidence]]:
    """Paragraphs joined while they are short, cut where one alone is too long for a passage."""
    run: list[Evidence] = []
    for paragraph in paragraphs:
        if run and (_words(run) >= ENOUGH_WORDS or _words(run) + _words(paragraph) > PASSAGE_WORDS):
            yield from _balanced(run)
            run = []
        run = run + paragraph
    yield from _balanced(run)


def _words(units: Sequence[Evidence]) -> int:
    return sum(unit.words for unit in units)


def _balanced(units: list[Evidence]) -> Iterator[list[Evidence]]:
    """Cuts `units` into runs of about equal length, none above `PASSAGE_WORDS` unless one unit alone is."""
    total = _words(units)
    target = total / ceil(total / PASSAGE_WORDS)
    run: list[Evidence] = []
    for unit in units:
        length = _words(run)
        if run and (length + unit.words > PASSAGE_WORDS or length + unit.words / 2 > target):
            yield run
            run = []
        run.append(unit)
    yield run
