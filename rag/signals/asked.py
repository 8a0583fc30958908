"""The questions that are indexed: those that passages answer, and the gaps that none does."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.questions import NoAnchor, anchor, load_cases, load_gaps, load_questions, sources_asked_for
from corpus.types import Source, Span
from corpus.words import stems

Stems = Sequence[list[str]]
BEST_ANSWERS = 2  # of a case, whose answers are best first: what only completes is no sign of the others


@dataclass(frozen=True, slots=True)
class Asked:
    """An indexed question: the spans (document, start, end) that answer it; a gap has none, but a number.

    A keyword leads to what stands there, and asks nothing. A question that a language model has `written` is answered
    somewhere in its spans, which are whole passages.
    """

    id: str
    text: str
    answers: tuple[tuple[str, int, int], ...] = ()
    gap: int = -1
    keyword: bool = False
    written: bool = False


@dataclass(frozen=True, eq=False)
class Answering:
    """The questions that each place (passage, evidence) answers: their positions in its row of `questions`, shape
    (places, most questions of a place), filled up with -1.
    """

    questions: NDArray[np.intp]

    @classmethod
    def of(cls, answered_by: Sequence[Sequence[int]], size: int) -> Answering:
        """From the places that answer each question."""
        grouped: list[list[int]] = [[] for _ in range(size)]
        for question, positions in enumerate(answered_by):
            for position in positions:
                grouped[position].append(question)
        rows = np.full((size, max(map(len, grouped), default=0)), -1, dtype=np.intp)
        for row, questions in zip(rows, grouped, strict=True):
            row[: len(questions)] = questions
        return cls(rows)

    def at(self, places: Sequence[int]) -> Answering:
        """The same for some of the places, in this order."""
        return Answering(self.questions[places])


def asked_questions(sources: Iterable[Source]) -> list[Asked]:
    """The curated questions, keywords and cases that `sources` answer; the gaps, if the shipped corpus is there."""
    present = {source.id: source for source in sources}
    asked_for = sources_asked_for()
    if asked_for.isdisjoint(present):
        return []  # before 40,000 questions are read
    asked = [
        _asked(text, ((entry.source, entry.quote),), present, keyword)
        for entry in load_questions()
        for texts, keyword in ((entry.questions, False), (entry.keywords, True))
        for text in texts
    ]
    asked += [_asked(case.question, case.answers[:BEST_ANSWERS], present) for case in load_cases()]
    asked = [entry for entry in asked if entry.answers]
    if asked_for <= present.keys():
        asked += [Asked(_key(gap.question, ()), gap.question, gap=n) for n, gap in enumerate(load_gaps())]
    return list({entry.id: entry for entry in asked}.values())


def written_questions(passages: Iterable[tuple[str, Span]]) -> list[Asked]:
    """The questions that a language model wrote, from pairs of a question and a passage; each question once."""
    spans: dict[str, list[tuple[str, int, int]]] = {}
    for text, passage in passages:
        spans.setdefault(text, []).append((passage.source.id, passage.start, passage.end))
    return [Asked(_key(text, own), text, tuple(own), written=True) for text, own in spans.items()]


def _asked(
    text: str, answers: Iterable[tuple[str, str]], present: Mapping[str, Source], keyword: bool = False
) -> Asked:
    """The question with those of its answers that stand in the sources present."""
    spans = []
    for id, quote in answers:
        try:
            spans.append((id, *anchor(quote, present[id])))
        except (KeyError, NoAnchor):
            continue
    return Asked(_key(text, spans), text, tuple(spans), keyword=keyword)


def _key(text: str, spans: Iterable[tuple[str, int, int]]) -> str:
    return hashlib.sha256(f"{text} {list(spans)}".encode()).hexdigest()[:20]


def covering(spans: Sequence[Span], asked: Sequence[Asked]) -> list[list[int]]:
    """For each of `asked` the positions of the spans that share text with what answers it."""
    of_document: dict[str, list[tuple[int, Span]]] = {}
    for position, span in enumerate(spans):
        of_document.setdefault(span.source.id, []).append((position, span))
    return [
        list(
            dict.fromkeys(
                position
                for document, start, end in entry.answers
                for position, span in of_document.get(document, ())
                if span.start < end and start < span.end
            )
        )
        for entry in asked
    ]


def precisely(units: Sequence[Span], asked: Sequence[Asked]) -> list[list[int]]:
    """The same for evidence units; none for a question that was written for a whole passage."""
    found = covering(units, asked)
    return [[] if entry.written else positions for entry, positions in zip(asked, found, strict=True)]


def with_questions(words: Stems, asked: Sequence[Asked], answers: Sequence[Sequence[int]]) -> Stems:
    """The stems of each place and of the questions that it answers."""
    wider = [list(own) for own in words]
    for entry, positions in zip(asked, answers, strict=True):
        for position in positions:
            wider[position] += stems(entry.text)
    return wider
