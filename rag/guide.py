"""The façade: a question goes in, an answer made of verified citations (or a refusal) comes out.

Reading order: `Guide.ask` below, then `conversation`, `retrieve`, `refuse`, `compose`, and `index` for where things
are kept. `types` holds the values that travel between them.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Source
from rag.settings import Settings
from rag.types import Answer, Hit, Turn


class Guide:
    """The open guide: sources, index and answerer. Safe to share between threads."""

    @classmethod
    def open(cls, settings: Settings) -> Guide:
        """The guide over what is indexed in `settings.data_dir`; the shipped corpus is indexed first if need be."""
        raise NotImplementedError

    @property
    def sources(self) -> tuple[Source, ...]:
        """The documents of the corpus, in the order of their names."""
        raise NotImplementedError

    def source(self, id: str) -> Source:
        """One document; `UnknownSource` when there is none of that name."""
        raise NotImplementedError

    def ask(self, question: str, history: Sequence[Turn] = (), searched: str = "") -> Answer:
        """Answers `question`, or refuses; `searched` replaces what the guide would have searched.

        Raises `BadQuestion` when the question is empty or longer than `settings.max_question` characters.
        """
        raise NotImplementedError

    def search(self, question: str, k: int = 10) -> tuple[Hit, ...]:
        """The `k` best passages for `question`, best first."""
        raise NotImplementedError
