"""Composing without a language model: the best evidence units, whole, in a readable order, each with its citation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Evidence
from corpus.words import stems
from rag.index import Index
from rag.types import Citation, Hit, Query, Role, Statement

_PASSAGES = 5


@dataclass(frozen=True)
class _Candidate:
    unit: Evidence
    score: float


def compose(index: Index, query: Query, hits: Sequence[Hit], max_words: int) -> tuple[Statement, ...]:
    """Statements for `query` from `hits`, `max_words` at most (one statement may exceed it)."""
    chosen: list[Evidence] = []
    words = 0
    for candidate in _ranked(index, query, hits[:_PASSAGES]):
        if chosen and words + candidate.unit.words > max_words:
            continue
        chosen.append(candidate.unit)
        words += candidate.unit.words
    order = {hit.passage.source.id: rank for rank, hit in reversed(list(enumerate(hits)))}
    chosen.sort(key=lambda unit: (order[unit.source.id], unit.start))
    return tuple(Statement(unit.text, (Citation.of(marker, unit),), Role.LEAD) for marker, unit in enumerate(chosen, 1))


def _ranked(index: Index, query: Query, hits: Sequence[Hit]) -> list[_Candidate]:
    wanted = set(stems(query.searched))
    candidates = [
        _Candidate(unit, hit.score + len(wanted & set(stems(unit.text))))
        for hit in hits
        for unit in hit.passage.evidence
    ]
    return sorted(candidates, key=lambda candidate: -candidate.score)
