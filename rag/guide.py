"""The façade: a question goes in, an answer made of verified citations (or a refusal) comes out.

Reading order: `Guide.ask` below, then `conversation`, `retrieve`, `refuse`, `compose`, and `index` for where things
are kept. `types` holds the values that travel between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Self

from corpus.types import Source
from rag.build import Progress, renew, silent
from rag.compose import compose
from rag.conversation import prepare
from rag.embed import Embedder, open_embedder
from rag.errors import UnknownSource
from rag.index import Index
from rag.live import LiveIndex
from rag.refuse import confidence, contradiction, refusal
from rag.retrieve import Signals, retrieve, signals
from rag.settings import Settings
from rag.types import Answer, Citation, Hit, Query, Statement, Turn
from rag.wording import remarks


class Guide:
    """The open guide: sources, index and answerer. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder) -> None:
        self.settings = settings
        self.embedder = embedder
        self._live = LiveIndex(settings, index)

    @classmethod
    def open(cls, settings: Settings, progress: Progress = silent) -> Self:
        """The guide over what is indexed in `settings.data_dir`; the shipped corpus is indexed first if need be."""
        embedder = open_embedder(settings)
        renew(settings, progress, embedder)
        return cls(settings, Index.open(settings), embedder)

    @property
    def index(self) -> Index:
        """The index in force, which another process may have replaced since it was opened."""
        return self._live.current()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The documents of the corpus, in the order of their names."""
        sources = self.index.sources
        return tuple(sources[id] for id in sorted(sources))

    def source(self, id: str) -> Source:
        """One document; `UnknownSource` when there is none of that name."""
        sources = self.index.sources
        if id not in sources:
            raise UnknownSource(id)
        return sources[id]

    def ask(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Answer:
        """Answers `question`, or refuses; `searched` replaces what the guide would have searched.

        Raises `BadQuestion` when the question is empty or longer than `settings.max_question` characters.
        """
        clock = _Clock()
        index = self.index
        query = self.query(question, history, searched)
        vector = self.embedder.question(query.searched)
        clock.lap("embed")
        found = signals(index, query.searched, vector)
        hits = retrieve(index, found, self.settings.passages)
        clock.lap("retrieve")
        sure = confidence(index, found)
        denied = contradiction(index, found)
        refused = None if denied else refusal(index, query, found, hits, sure)
        clock.lap("decide")
        if denied:
            statements: tuple[Statement, ...] = (Statement(denied.text, (Citation.of(1, denied),)),)
        else:
            statements = () if refused else compose(index, found, hits, self.settings.max_words)
        clock.lap("compose")
        notes = remarks(query.language, statements, denied=denied is not None)
        return Answer(query, statements, refused, hits, sure, notes, clock.seconds)

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first."""
        query = self.query(question)
        index = self.index
        return retrieve(index, signals(index, query.searched, self.embedder.question(query.searched)), k)

    def query(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Query:
        """`question` made ready to be searched."""
        return prepare(question, history, self.settings.max_question, searched, self.index.speller.mend)

    def signals(self, query: Query) -> Signals:
        """What every signal of the search says of `query`."""
        return signals(self.index, query.searched, self.embedder.question(query.searched))


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage] = now - self._last
        self._last = now
