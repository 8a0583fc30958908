"""The façade: a question goes in, an answer made of verified citations (or a refusal) comes out.

Reading order: `Guide.ask` and `Guide.stream` below, then `conversation`, `retrieve`, `refuse`, `compose`, and `index`
for where things are kept; `llm/answerer.py` when a language model writes. `types` holds the values that travel.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from corpus.types import Source
from rag.build import Progress, renew, silent
from rag.compose import compose
from rag.conversation import prepare
from rag.embed import Embedder, open_embedder
from rag.errors import UnknownSource
from rag.index import Index
from rag.refuse import confidence, contradiction, refusal
from rag.retrieve import Signals, retrieve, signals
from rag.settings import Settings
from rag.steps import Stage, Step
from rag.types import Answer, Citation, Hit, Language, Query, Statement, Turn
from rag.wording import remarks

if TYPE_CHECKING:
    from rag.llm.answerer import Writer


class Guide:
    """The open guide: sources, index and answerer. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder, writer: Writer | None = None) -> None:
        self.settings = settings
        self.index = index
        self.embedder = embedder
        self.writer = writer

    @classmethod
    def open(cls, settings: Settings, progress: Progress = silent) -> Guide:
        """The guide over what is indexed in `settings.data_dir`; the shipped corpus is indexed first if need be."""
        embedder = open_embedder(settings)
        renew(settings, progress, embedder)
        index = Index.open(settings)
        return cls(settings, index, embedder, _writer(settings, index, embedder))

    @property
    def sources(self) -> tuple[Source, ...]:
        """The documents of the corpus, in the order of their names."""
        return tuple(self.index.sources[id] for id in sorted(self.index.sources))

    def source(self, id: str) -> Source:
        """One document; `UnknownSource` when there is none of that name."""
        if id not in self.index.sources:
            raise UnknownSource(id)
        return self.index.sources[id]

    def ask(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Answer:
        """Answers `question`, or refuses; `searched` replaces what the guide would have searched.

        Raises `BadQuestion` when the question is empty or longer than `settings.max_question` characters.
        """
        *_, last = self.stream(question, history, searched)
        return last.answer

    def stream(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Iterator[Step]:
        """The same answer on its way: with a language model, each sentence as soon as it is verified.

        The last step has the answer of `ask`; without a model it is the only one. Raises what `ask` raises, at the
        first step.
        """
        clock = _Clock()
        query = self.query(question, history, searched)
        clock.lap("query")
        vector = self.embedder.question(query.searched)
        clock.lap("embed")
        found = signals(self.index, query.searched, vector)
        hits = retrieve(self.index, found, self.settings.passages)
        clock.lap("retrieve")
        sure = confidence(self.index, found)
        denied = contradiction(self.index, found)
        refused = None if denied else refusal(self.index, query, found, hits, sure)
        clock.lap("decide")
        if denied:
            statements: tuple[Statement, ...] = (Statement(denied.text, (Citation.of(1, denied),)),)
        else:
            statements = () if refused else compose(self.index, found, hits, self.settings.max_words)
        clock.lap("compose")
        notes = remarks(query.language, statements, denied=denied is not None)
        answer = Answer(query, statements, refused, hits, sure, notes, clock.seconds)
        if self.writer and statements and not denied:
            yield from _written(self.writer, answer)
        else:
            yield Step(Stage.DONE, answer)

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first."""
        query = self.query(question)
        return retrieve(self.index, self.signals(query), k)

    def query(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Query:
        """`question` made ready to be searched; a follow-up is put by the language model, if there is one."""
        query = prepare(question, history, self.settings.max_question, searched, self.index.speller.mend)
        if self.writer and query.is_follow_up and not searched and query.language is Language.FRENCH:
            return self.writer.standing_alone(query)
        return query

    def signals(self, query: Query) -> Signals:
        """What every signal of the search says of `query`."""
        return signals(self.index, query.searched, self.embedder.question(query.searched))


def _writer(settings: Settings, index: Index, embedder: Embedder) -> Writer | None:
    """What a language model needs is loaded only when one is set."""
    if not settings.llm:
        return None
    from rag.llm.opening import open_writer

    return open_writer(settings, index.sources.values(), embedder)


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
