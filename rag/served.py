"""The guide of a server: questions go to worker processes when there are several, and each answer is told on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from rag.embed import Embedder
from rag.guide import Guide
from rag.index import Index
from rag.pool import NoWorker, Pool
from rag.settings import Settings
from rag.types import Answer, Hit, Turn

Listener = Callable[[Answer], None]


class ServedGuide(Guide):
    """Answers as `Guide` does. While no worker is open, this process answers itself."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder) -> None:
        super().__init__(settings, index, embedder)
        self.pool = Pool(settings, settings.workers) if settings.workers > 1 else None
        self.listeners: list[Listener] = []

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        searched: str = "",
        collections: Sequence[str] = (),
    ) -> Answer:
        """The answer, once every listener has been told of it."""
        answer: Answer | None = self._elsewhere("ask", question, tuple(history), searched, tuple(collections))
        if answer is None:
            answer = super().ask(question, history, searched, collections)
        for listener in self.listeners:
            listener(answer)
        return answer

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
