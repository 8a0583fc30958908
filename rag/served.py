"""The guide of a server: questions go to worker processes when there are several, and each answer is told on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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

    def ask(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Answer:
        """The answer, once every listener has been told of it."""
        answer = self._ask(question, tuple(history), searched)
        for listener in self.listeners:
            listener(answer)
        return answer

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first."""
        try:
            if self.pool:
                hits: tuple[Hit, ...] = self.pool.call("search", question, k)
                return hits
        except NoWorker:
            pass
        return super().search(question, k)

    def close(self) -> None:
        """Ends the workers."""
        if self.pool:
            self.pool.close()

    def _ask(self, question: str, history: tuple[Turn, ...], searched: str) -> Answer:
        try:
            if self.pool:
                answer: Answer = self.pool.call("ask", question, history, searched)
                return answer
        except NoWorker:
            pass
        return super().ask(question, history, searched)
