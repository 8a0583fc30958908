"""Answering from several collections: each is searched as if it were alone, then what they found is put in one order.

One collection alone is answered from exactly as without this module. Beside the shipped corpus, whose questions and
gaps were written in advance, what tells that documents without gaps answer is how much nearer their best passage
lies to the question than the shipped corpus's best: on `eval/own_documents.yaml` by .046 (median) when they answer,
by -.017 when the shipped corpus does (development set; its 95th percentile is .015).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from math import exp

from corpus.words import stems
from rag.answer.compose import compose
from rag.answer.refuse import THRESHOLD, confidence
from rag.answer.retrieve import Reading, Signals, read, retrieve, signals
from rag.embed import Vector
from rag.index.searchable import Index
from rag.rerank import POOL, Reranker
from rag.types import Citation, Hit, Query, Role, Statement

AHEAD = 0.022
STEEP = 160.0
SHARED = 0.35
WORDS = 4.0
LEADS = 0.5
ALSO = 0.6
FIRST = 5


@dataclass(frozen=True, eq=False)
class Found:
    """What one collection says of a question: its best passages, and how sure it is to answer."""

    index: Index
    signals: Signals
    hits: tuple[Hit, ...]
    sure: float

    @property
    def nearest(self) -> float:
        """The cosine of the passage nearest to the question."""
        return float(self.signals.scores["passage"].max(initial=0.0))

    @property
    def answers(self) -> bool:
        """Whether it would answer on its own."""
        return self.sure >= (THRESHOLD if self.index.knows_gaps else LEADS)


def find(
    index: Index,
    query: Query,
    vector: Vector,
    k: int,
    alone: Vector | None = None,
    reranker: Reranker | None = None,
) -> Found:
    """Searches one collection for its `k` best passages; `alone` is the vector of a follow-up without its thread.

    A `reranker` looks again at the first ones; it has no say in whether the sources answer.
    """
    found = signals(index, query.searched, vector)
    readings: list[Reading] = [found] if alone is None else [found, read(index, query.question, alone)]
    hits = retrieve(index, found, max(k, POOL) if reranker else k)
    if reranker:
        hits = reranker.ordered(query.searched, hits)[:k]
    return Found(index, found, hits, confidence(index, *readings))


def ordered(found: Sequence[Found]) -> list[Found]:
    """The collections as they are to be heard: those without gaps of their own first where they are ahead."""
    if len(found) == 1:
        return list(found)
    reference = max((each.nearest for each in found if each.index.knows_gaps), default=None)
    weighed = [each if reference is None or each.index.knows_gaps else _compared(each, reference) for each in found]
    return sorted(
        weighed, key=lambda each: (not (each.answers and not each.index.knows_gaps), not each.answers, -each.sure)
    )


def _compared(found: Found, reference: float) -> Found:
    """How sure a collection without gaps is to answer, when one with gaps has a passage as near as that."""
    best = found.hits[0].passage
    words = {*stems(best.context), *stems(best.text)}
    asked = set(found.signals.stems)
    shared = len(asked & words) / max(1, len(asked))
    ahead = STEEP * (found.nearest - reference - AHEAD) + WORDS * (shared - SHARED)
    return replace(found, sure=1 / (1 + exp(-ahead)))


def ranked(found: Sequence[Found], k: int) -> tuple[Hit, ...]:
    """The `k` best passages of all, given the collections in their order.

    Those that answer take turns, two of the first to one of the next; what the others found comes behind the first
    few. Scores are made comparable: none is higher than that before it.
    """
    if len(found) == 1:
        return found[0].hits[:k]
    loud = [each.hits for each in found if each.answers] or [found[0].hits]
    turns = list(_in_turns(loud[0], list(_in_turns_equally(loud[1:]))))
    heard = [
        *turns[:FIRST],
        *_in_turns_equally([turns[FIRST:], *(each.hits for each in found if each.hits not in loud)]),
    ]
    return tuple(_falling(heard[:k]))


def _in_turns(first: Sequence[Hit], others: Sequence[Hit]) -> Iterator[Hit]:
    """Two of `first`, one of `others`, and so on."""
    pairs = [first[position : position + 2] for position in range(0, len(first), 2)]
    for pair, other in zip_longest(pairs, others):
        yield from pair or ()
        if other is not None:
            yield other


def _in_turns_equally(lists: Sequence[Sequence[Hit]]) -> Iterator[Hit]:
    return (hit for hit in chain.from_iterable(zip_longest(*lists)) if hit is not None)


def _falling(hits: Sequence[Hit]) -> Iterator[Hit]:
    score = float("inf")
    for hit in hits:
        score = min(score, hit.score)
        yield replace(hit, score=score)


def compose_all(found: Sequence[Found], max_words: int) -> tuple[Statement, ...]:
    """Statements from the first collection, and from the next one that answers too: `max_words` in all."""
    best = found[0]
    others = [each for each in found[1:] if each.answers and each.sure >= ALSO][:1]
    room = max_words * 2 // 3 if others else max_words
    statements = list(compose(best.index, best.signals, best.hits, room))
    for other in others:
        said = compose(other.index, other.signals, other.hits, max_words - room)
        statements += [replace(each, role=Role.COMPLEMENT) if each.role is Role.LEAD else each for each in said]
    roles = list(Role)
    statements.sort(key=lambda each: roles.index(each.role))
    return tuple(_numbered(statements)) if others else tuple(statements)


def _numbered(statements: Sequence[Statement]) -> Iterator[Statement]:
    """The statements with markers that rise from 1."""
    marker = 0
    for statement in statements:
        citations: list[Citation] = []
        for citation in statement.citations:
            marker += 1
            citations.append(replace(citation, marker=marker))
        yield replace(statement, citations=tuple(citations))
