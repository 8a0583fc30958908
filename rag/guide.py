"""The façade: a question goes in, an answer made of verified citations (or a refusal) comes out.

Reading order: `Guide.ask` and `Guide.stream` below, then `answer/`: `conversation`, `retrieve`, `refuse`, `compose`;
`index/searchable.py` for where things are kept; `llm/answerer.py` when a language model writes. `types` holds the
values that travel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, Self

from corpus.types import Source, Span
from rag.answer.conversation import prepare
from rag.answer.explain import helped
from rag.answer.parts import SURE, Halves, halves
from rag.answer.refuse import UNSURE, contradiction, half_missing, refusal
from rag.answer.retrieve import Signals, signals
from rag.answer.several import Found, compose_all, find, ordered, ranked
from rag.covered import CoverageMap, coverage_map
from rag.embed import Embedder, Vector, open_embedder
from rag.errors import GuideError, IndexCorrupt, UnknownCollection, UnknownSource
from rag.index.added import renew_added
from rag.index.build import Progress, renew, silent
from rag.index.live import LiveIndexes
from rag.index.searchable import Index
from rag.rerank import Reranker, open_reranker
from rag.settings import Settings
from rag.signals.spelling import mend_with
from rag.steps import Stage, Step
from rag.types import Answer, Citation, Hit, Language, Query, Refusal, Statement, Turn
from rag.wording import remarks

if TYPE_CHECKING:
    from rag.llm.answerer import Writer


class Guide:
    """The open guide: sources, index and answerer. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder, writer: Writer | None = None) -> None:
        self.settings = settings
        self.embedder = embedder
        self.writer = writer
        self.reranker: Reranker | None = None
        self._live = LiveIndexes(settings, index)
        self._mapped: tuple[tuple[Index, ...], CoverageMap] | None = None

    @classmethod
    def open(cls, settings: Settings, progress: Progress = silent) -> Self:
        """The guide over what is indexed in `settings.data_dir`; the shipped corpus is indexed first if need be."""
        embedder = open_embedder(settings)
        renew(settings, progress, embedder)
        renew_added(settings, progress, embedder)
        guide = cls(settings, Index.open(settings), embedder)
        guide.reranker = open_reranker(settings)
        guide.writer = _writer(settings, guide)
        return guide

    @property
    def index(self) -> Index:
        """The main index, which another process may have replaced since it was opened."""
        return self._live.main

    @property
    def collections(self) -> tuple[str, ...]:
        """The names of the collections that can be searched, the main one first."""
        return tuple(self._live.by_name())

    @property
    def sources(self) -> tuple[Source, ...]:
        """The documents of every collection, in the order of their names."""
        sources = self._by_id()
        return tuple(sources[id] for id in sorted(sources))

    def source(self, id: str) -> Source:
        """One document; `UnknownSource` when there is none of that name."""
        for index in self._live.by_name().values():
            if id in index.sources:
                return index.sources[id]
        raise UnknownSource(id)

    def _by_id(self) -> dict[str, Source]:
        parts = self._live.by_name().values()
        return {id: source for index in reversed(list(parts)) for id, source in index.sources.items()}

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        searched: str = "",
        collections: Sequence[str] = (),
    ) -> Answer:
        """Answers `question`, or refuses; `searched` replaces what the guide would have searched.

        `collections` are the names of those to search, all when it is empty. Raises `BadQuestion` when the question is
        empty or longer than `settings.max_question` characters, `UnknownCollection` for a name that there is not.
        """
        *_, last = self.stream(question, history, searched, collections)
        return last.answer

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        searched: str = "",
        collections: Sequence[str] = (),
    ) -> Iterator[Step]:
        """The same answer on its way: with a language model, each sentence as soon as it is verified.

        The last step has the answer of `ask`; without a model it is the only one. Raises what `ask` raises, at the
        first step.
        """
        clock = _Clock()
        query = self.query(question, history, searched)
        clock.lap("query")
        extracts, denied = self.extracts(query, query.is_follow_up and not searched, collections)
        extracts = replace(extracts, seconds={**clock.seconds, **extracts.seconds})
        if self.writer and extracts.statements and not denied:
            yield from (replace(step, answer=self.helped(step.answer)) for step in _written(self.writer, extracts))
        else:
            yield Step(Stage.DONE, self.helped(extracts))

    def helped(self, answer: Answer) -> Answer:
        """`answer` with what helps to read it: the words of the field explained, what made each passage found."""
        return helped(answer, self.source)

    def extracts(self, query: Query, threaded: bool, collections: Sequence[str] = ()) -> tuple[Answer, bool]:
        """The answer made of extracts, or the refusal, and whether it says that the sources deny the question.

        `threaded` when the guide itself put the thread of the history into what is searched.
        """
        try:
            return self._extracts(query, threaded, collections)
        except IndexCorrupt:  # another process may have put a new index in the place of one that was not read yet
            self._live.catch_up()
            return self._extracts(query, threaded, collections)

    def _extracts(self, query: Query, threaded: bool, collections: Sequence[str]) -> tuple[Answer, bool]:
        clock = _Clock()
        parts = self._parts(collections)
        vector = self.embedder.question(query.searched)
        alone = self.embedder.question(query.question) if threaded else None
        clock.lap("embed")
        found = self._find(parts, query, vector, alone)
        best = found[0]
        denied = contradiction(best.index, best.signals)
        halved = None if denied or threaded or best.sure >= SURE else self._halves(parts, query)
        if halved:
            found = self._read(parts, halved.answered)
        hits = ranked(found, self.settings.passages)
        clock.lap("retrieve")
        refused = None if denied else _refused(query, best, hits, halved)
        clock.lap("decide")
        if denied:
            statements: tuple[Statement, ...] = (Statement(denied.text, (Citation.of(1, denied),)),)
        else:
            statements = compose_all(found, self.settings.max_words) if halved or not refused else ()
        clock.lap("compose")
        unsure = not refused and best.sure < UNSURE
        notes = remarks(query.language, statements, denied=denied is not None, unsure=unsure)
        answer = Answer(query, statements, refused, hits, best.sure, notes, clock.seconds, tuple(parts))
        return answer, denied is not None

    def _find(self, parts: Mapping[str, Index], query: Query, vector: Vector, alone: Vector | None) -> list[Found]:
        return ordered(
            [find(index, query, vector, self.settings.passages, alone, self.reranker) for index in parts.values()]
        )

    def _read(self, parts: Mapping[str, Index], part: str, thread: str = "") -> list[Found]:
        """What is found for a part of a question alone, which follows `thread`."""
        asked = replace(self.query(f"{thread} {part}"), question=part)
        alone = self.embedder.question(part) if thread else None
        return self._find(parts, asked, self.embedder.question(asked.searched), alone)

    def _halves(self, parts: Mapping[str, Index], query: Query) -> Halves | None:
        return halves(query.question, lambda part, thread: self._read(parts, part, thread)[0].sure)

    def search(self, question: str, k: int = 10, collections: Sequence[str] = ()) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first; `collections` as in `ask`."""
        parts = self._parts(collections)
        query = self.query(question)
        vector = self.embedder.question(query.searched)
        return ranked(ordered([find(index, query, vector, k, reranker=self.reranker) for index in parts.values()]), k)

    def _parts(self, names: Sequence[str]) -> dict[str, Index]:
        """The indexes of the collections of these names, all when there are none."""
        parts = self._live.by_name()
        if unknown := [name for name in names if name not in parts]:
            raise UnknownCollection(unknown[0], list(parts))
        return {name: index for name, index in parts.items() if not names or name in names}

    def query(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Query:
        """`question` made ready to be searched; a follow-up is put by the language model, if there is one."""
        mend = mend_with([index.speller for index in self._live.by_name().values()])
        query = prepare(question, history, self.settings.max_question, searched, mend)
        if self.writer and query.is_follow_up and not searched and query.language is Language.FRENCH:
            return self.writer.standing_alone(query)
        return query

    def coverage(self) -> CoverageMap:
        """What the documents say and do not say, by theme; counted anew when an index has changed."""
        indexes = tuple(self._live.by_name().values())
        if self._mapped is None or self._mapped[0] != indexes:
            self._mapped = indexes, coverage_map(indexes)
        return self._mapped[1]

    def evidence_vector(self, unit: Span) -> Vector | None:
        """The vector that the index keeps of a unit of evidence; nothing for another stretch of a source."""
        try:
            found = (index.evidence_vector(unit) for index in self._live.by_name().values())
            return next((vector for vector in found if vector is not None), None)
        except GuideError:  # the index is being replaced, or its server is away: what asks can do without
            return None

    def signals(self, query: Query) -> Signals:
        """What every signal of the search says of `query`."""
        return signals(self.index, query.searched, self.embedder.question(query.searched))


def _refused(query: Query, best: Found, hits: Sequence[Hit], halved: Halves | None) -> Refusal | None:
    if halved:
        return half_missing(query.language, halved.missing)
    return refusal(best.index, query, best.signals, hits, best.sure)


def _writer(settings: Settings, guide: Guide) -> Writer | None:
    """What a language model needs is loaded only when one is set."""
    if not settings.llm:
        return None
    from rag.llm.opening import open_writer

    return open_writer(settings, guide.sources, guide.embedder, guide.evidence_vector)


def _written(writer: Writer, extracts: Answer) -> Iterator[Step]:
    """The steps by which a model's sentences come before the extracts."""
    from rag.llm.answerer import steps

    yield from steps(writer, extracts)


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now
