"""The map of coverage as data and as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from corpus.types import Metadata
from rag.covered import CoverageMap, Row
from ui.html.plain import year_line
from ui.texts import coverage as texts

WIDE = 46


def coverage_record(map: CoverageMap) -> dict[str, Any]:
    """The map as plain data."""
    return {
        "sources": [_source(metadata) for metadata in map.sources],
        "themes": [_theme(row) for row in map.rows],
        "outside": map.outside,
        "unmapped": [_source(metadata) for metadata in map.unmapped],
    }


def _source(metadata: Metadata) -> dict[str, Any]:
    return {"id": metadata.id, "title": metadata.title, "publisher": metadata.publisher, "year": metadata.year}


def _theme(row: Row) -> dict[str, Any]:
    return {
        "id": row.theme.id,
        "name": row.theme.name,
        "cells": [{"source": cell.source, "known": cell.known.value, "passages": cell.passages} for cell in row.cells],
        "answered": row.answered,
        "unanswered": row.unanswered,
        "missing": [{"kind": texts.GAPS[kind], "questions": count} for kind, count in row.missing],
        "examples": list(row.examples),
    }


def coverage_lines(map: CoverageMap) -> Iterator[str]:
    """The map as a table of text, then how it is counted."""
    if not map.rows:
        yield texts.NONE
        return
    heads = [year_line(metadata) for metadata in map.sources]
    widths = [max(8, len(head)) for head in heads]
    yield "  ".join([texts.THEME.ljust(WIDE), *(head.ljust(width) for head, width in zip(heads, widths, strict=True))])
    for row in map.rows:
        cells = (f"{texts.SIGNS[cell.known]} {cell.passages or ''}" for cell in row.cells)
        shown = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        yield f"{row.theme.name:{WIDE}}  {shown}".rstrip()
        if row.unanswered:
            yield f"    {unanswered(row)}"
        yield from (f"    – {question}" for question in row.examples)
    yield ""
    yield texts.LEGEND
    yield from (line.format(outside=map.outside) for line in texts.HOW)
    if map.unmapped:
        yield unmapped(map)


def unanswered(row: Row) -> str:
    """How many questions no source answers, and of what kinds the most."""
    kinds = ", ".join(f"{texts.GAPS[kind]} ({count})" for kind, count in row.missing)
    return texts.UNANSWERED.format(count=row.unanswered, kinds=kinds)


def unmapped(map: CoverageMap) -> str:
    """Which documents are not on the map."""
    return texts.UNMAPPED.format(titles=", ".join(f"« {metadata.title} »" for metadata in map.unmapped))
