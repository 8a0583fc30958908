"""The guide of a server: questions go to worker processes when there are several, and each answer is told on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rag.embed import Embedder
from rag.guide import Guide
from rag.index.searchable import Index
from rag.service.pool import NoWorker, Pool
from rag.settings import Settings
from rag.steps import Stage, Step
from rag.types import Answer, Hit, Query, Turn

if TYPE_CHECKING:
    from rag.llm.answerer import Writer

Listener = Callable[[Answer], None]


class ServedGuide(Guide):
    """Answers as `Guide` does. While no worker is open, this process answers itself."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder, writer: Writer | None = None) -> None:
        super().__init__(settings, index, embedder, writer)
        self.pool = Pool(settings, settings.workers) if settings.workers > 1 else None
        self.listeners: list[Listener] = []

    def stream(
        self,
        question: str,
        history: Sequence[Turn] = (),
        searched: str = "",
        collections: Sequence[str] = (),
    ) -> Iterator[Step]:
        """The steps of the answer; every listener is told of the last one. A language model writes in this process."""
        for step in super().stream(question, history, searched, collections):
            if step.stage is Stage.DONE:
                for listener in self.listeners:
                    listener(step.answer)
            yield step

    def extracts(self, query: Query, threaded: bool, collections: Sequence[str] = ()) -> tuple[Answer, bool]:
        """The answer made of extracts."""
        found: tuple[Answer, bool] | None = self._elsewhere("extracts", query, threaded, tuple(collections))
        return super().extracts(query, threaded, collections) if found is None else found

    def search(self, question: str, k: int = 10, collections: Sequence[str] = ()) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first."""
        hits: tuple[Hit, ...] | None = self._elsewhere("search", question, k, tuple(collections))
        return super().search(question, k, collections) if hits is None else hits

    def close(self) -> None:
        """Ends the workers."""
        if self.pool:
            self.pool.close()

    def _elsewhere(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - what the method returns
        """What `method` returns in a worker; `None` when none is open."""
        try:
            return self.pool.call(method, *arguments) if self.pool else None
        except NoWorker:
            return None
