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
from rag.conversation import prepare
from rag.embed import Embedder, open_embedder
from rag.errors import IndexCorrupt, UnknownCollection, UnknownSource
from rag.index import Index
from rag.library import renew_added
from rag.live import LiveIndexes
from rag.refuse import contradiction, refusal
from rag.retrieve import Signals, signals
from rag.settings import Settings
from rag.several import compose_all, find, ordered, ranked
from rag.spelling import mend_with
from rag.types import Answer, Citation, Hit, Query, Statement, Turn
from rag.wording import remarks


class Guide:
    """The open guide: sources, index and answerer. Safe to share between threads."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder) -> None:
        self.settings = settings
        self.embedder = embedder
        self._live = LiveIndexes(settings, index)

    @classmethod
    def open(cls, settings: Settings, progress: Progress = silent) -> Self:
        """The guide over what is indexed in `settings.data_dir`; the shipped corpus is indexed first if need be."""
        embedder = open_embedder(settings)
        renew(settings, progress, embedder)
        renew_added(settings, progress, embedder)
        return cls(settings, Index.open(settings), embedder)

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
        sources = self._by_id()
        if id not in sources:
            raise UnknownSource(id)
        return sources[id]

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
        try:
            return self._ask(question, history, searched, collections)
        except IndexCorrupt:  # another process may have put a new index in the place of one that was not read yet
            self._live.catch_up()
            return self._ask(question, history, searched, collections)

    def _ask(self, question: str, history: Sequence[Turn], searched: str, collections: Sequence[str]) -> Answer:
        clock = _Clock()
        parts = self._parts(collections)
        query = self.query(question, history, searched)
        vector = self.embedder.question(query.searched)
        alone = self.embedder.question(query.question) if query.is_follow_up and not searched else None
        clock.lap("embed")
        found = ordered([find(index, query, vector, self.settings.passages, alone) for index in parts.values()])
        hits = ranked(found, self.settings.passages)
        clock.lap("retrieve")
        best = found[0]
        denied = contradiction(best.index, best.signals)
        refused = None if denied else refusal(best.index, query, best.signals, hits, best.sure)
        clock.lap("decide")
        if denied:
            statements: tuple[Statement, ...] = (Statement(denied.text, (Citation.of(1, denied),)),)
        else:
            statements = () if refused else compose_all(found, self.settings.max_words)
        clock.lap("compose")
        notes = remarks(query.language, statements, denied=denied is not None)
        return Answer(query, statements, refused, hits, best.sure, notes, clock.seconds, tuple(parts))

    def search(self, question: str, k: int = 10, collections: Sequence[str] = ()) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first; `collections` as in `ask`."""
        parts = self._parts(collections)
        query = self.query(question)
        vector = self.embedder.question(query.searched)
        return ranked(ordered([find(index, query, vector, k) for index in parts.values()]), k)

    def _parts(self, names: Sequence[str]) -> dict[str, Index]:
        """The indexes of the collections of these names, all when there are none."""
        parts = self._live.by_name()
        if unknown := [name for name in names if name not in parts]:
            raise UnknownCollection(unknown[0], list(parts))
        return {name: index for name, index in parts.items() if not names or name in names}

    def query(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Query:
        """`question` made ready to be searched."""
        mend = mend_with([index.speller for index in self._live.by_name().values()])
        return prepare(question, history, self.settings.max_question, searched, mend)

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
