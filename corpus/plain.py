"""A `Source` as plain data (what JSON can hold) and back."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from corpus.markdown import metadata_from
from corpus.types import Block, BlockKind, Metadata, Source, Speaker


def source_to_plain(source: Source) -> dict[str, Any]:
    """Everything of `source`, as `source_from_plain` takes it."""
    return {"metadata": asdict(source.metadata), "text": source.text, "blocks": _rows(source)}


def source_from_plain(value: dict[str, Any]) -> Source:
    """The source that `source_to_plain` was given; `KeyError`, `TypeError` or `ValueError` for anything else."""
    said = dict(value["metadata"])
    collection = str(said.pop("collection", ""))
    metadata = replace(metadata_from(said, Metadata("", "")), collection=collection)
    blocks = tuple(_block(row, metadata.speakers) for row in value["blocks"])
    return Source(metadata, value["text"], blocks)


def _rows(source: Source) -> list[list[object]]:
    speakers = source.metadata.speakers
    return [
        [
            block.kind.value,
            block.start,
            block.end,
            list(block.section),
            block.page,
            speakers.index(block.speaker) if block.speaker else None,
            block.level,
            block.title,
            block.depth,
        ]
        for block in source.blocks
    ]


def _block(row: list[Any], speakers: tuple[Speaker, ...]) -> Block:
    kind, start, end, section, page, speaker, level, title, depth = row
    voice = None if speaker is None else speakers[speaker]
    return Block(BlockKind(kind), start, end, tuple(section), page, voice, level, title, depth)
