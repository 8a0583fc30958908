"""The guide as LangChain parts, for other people's chains. Nothing of the guide itself imports this module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import convert_to_messages
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from rag.guide import Guide
from rag.types import Answer, Hit, Turn

_ROLES = {"human": "user", "ai": "assistant"}


class PassageRetriever(BaseRetriever):
    """The `k` best passages of a guide, best first, as documents with the exact words of their source.

    `metadata["source"]` names the document, and `guide.source(name).text[start:end]` is the document's content.
    """

    guide: Guide
    k: int = 10
    collections: tuple[str, ...] = ()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.guide.search(query, self.k, self.collections)]


def answer_chain(guide: Guide) -> Runnable[str | dict[str, Any], Answer]:
    """A runnable from a question to an `Answer`.

    Instead of a bare question it takes `{"question": "…", "history": […], "searched": "…", "collections": […]}`, the
    last three if wanted; the history holds LangChain messages, or anything that LangChain reads as messages. Raises
    what `Guide.ask` raises.
    """

    def ask(asked: str | dict[str, Any]) -> Answer:
        if isinstance(asked, str):
            return guide.ask(asked)
        turns, searched = _turns(asked.get("history", ())), asked.get("searched", "")
        return guide.ask(asked["question"], turns, searched, asked.get("collections", ()))

    return RunnableLambda(ask, name="guide-ptce")


def _document(hit: Hit) -> Document:
    passage = hit.passage
    metadata = passage.source.metadata
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "source": metadata.id,
            "title": metadata.title,
            "year": metadata.year,
            "kind": metadata.kind.value,
            "section": " > ".join(passage.section),
            "page": passage.page,
            "speaker": passage.speaker.name if passage.speaker else None,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        },
    )


def _turns(history: Iterable[Any]) -> tuple[Turn, ...]:
    """What user and assistant said; messages of the system and of tools are not part of the conversation."""
    messages = convert_to_messages(list(history))
    return tuple(Turn(_ROLES[message.type], str(message.text)) for message in messages if message.type in _ROLES)
