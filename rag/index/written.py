"""The questions that a language model wrote, kept passage by passage beside the index: work that is paid for once.

A passage is known by a digest of what the model was shown of it, so that a document that comes back, or keeps most of
its text, keeps its questions. The index takes them up each time that it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from corpus.cut import passages_of
from corpus.types import Passage, Source
from rag.errors import IndexCorrupt
from rag.index.store import Store
from rag.signals.asked import Asked, written_questions


@dataclass(frozen=True)
class Written:
    """What came of one passage: the questions that are kept, how many were dropped for which reason, and who wrote.

    `by` names the model and the version of the prompt.
    """

    questions: tuple[str, ...]
    by: str
    dropped: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(isinstance(question, str) for question in self.questions) or not isinstance(self.dropped, dict):
            raise TypeError("questions")


class WrittenQuestions:
    """What models wrote of the documents of one store, one small file a passage."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folder = store.folder / "written"

    def get(self, passage: Passage) -> Written | None:
        """What was written of `passage`; `None` when nothing was, or when the file is damaged."""
        path = self._folder / f"{key(passage)}.json"
        if not path.is_file():
            return None
        try:
            value = self._store.read(path)
            return Written(tuple(value["questions"]), str(value["by"]), value["dropped"])
        except (IndexCorrupt, KeyError, TypeError):
            return None

    def put(self, passage: Passage, written: Written) -> None:
        """Keeps what was written of `passage`, as a whole or not at all."""
        self._store.write(self._folder / f"{key(passage)}.json", asdict(written))

    def asked(self, sources: Iterable[Source]) -> list[Asked]:
        """The questions to index for `sources`, which are looked at one by one."""
        if not self._folder.is_dir():
            return []
        passages = (passage for source in sources for passage in passages_of(source))
        found = ((passage, self.get(passage)) for passage in passages)
        return written_questions((text, passage) for passage, own in found if own for text in own.questions)

    def forget(self, sources: Iterable[Source]) -> None:
        """Removes what was written of passages that none of `sources` has; of all when there are none."""
        if not self._folder.is_dir():
            return
        live = {key(passage) for source in sources for passage in passages_of(source)}
        for path in self._folder.iterdir():
            if path.name.removesuffix(".json") not in live:
                path.unlink(missing_ok=True)


def key(passage: Passage) -> str:
    """Identifies what a model is shown of a passage: its text, title and headings."""
    return hashlib.sha256(f"{passage.context}\n{passage.text}".encode()).hexdigest()[:32]
