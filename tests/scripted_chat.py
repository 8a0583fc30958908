"""A chat model that says what it was told to say, piece by piece, and fails where it was told to fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from threading import Event
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import ConfigDict, Field

from corpus.types import Source
from rag.embed import open_embedder
from rag.guide import Guide
from rag.llm.answerer import Writer
from rag.llm.models import Chat
from rag.llm.verify import Verifier
from rag.settings import Settings
from rag.verify.support import Lexicon


class ScriptedChat(BaseChatModel):
    """Each call says the next of `scripts`, the last one for ever after; an exception among the pieces is raised.

    A number among the pieces is a pause in seconds. `asked` keeps the messages of every call; `left` is set when a
    call ends before all was said.
    """

    scripts: list[list[Any]]
    finish: str = "stop"
    asked: list[list[BaseMessage]] = Field(default_factory=list)
    left: Event = Field(default_factory=Event)
    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _pieces(self, messages: list[BaseMessage]) -> list[Any]:
        self.asked.append(messages)
        return self.scripts[min(len(self.asked), len(self.scripts)) - 1]

    async def _astream(
        self, messages: list[BaseMessage], *_: object, **__: object
    ) -> AsyncIterator[ChatGenerationChunk]:
        try:
            for piece in self._pieces(messages):
                if isinstance(piece, Exception):
                    raise piece
                if isinstance(piece, int | float):
                    await asyncio.sleep(piece)
                else:
                    yield ChatGenerationChunk(message=AIMessageChunk(content=piece))
        except (asyncio.CancelledError, GeneratorExit):
            self.left.set()
            raise
        ended = AIMessageChunk(content="", response_metadata={"finish_reason": self.finish})
        yield ChatGenerationChunk(message=ended)

    def _generate(self, messages: list[BaseMessage], *_: object, **__: object) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content="".join(self._pieces(messages))))])


def saying(text: str, finish: str = "stop") -> ScriptedChat:
    """A model that always says `text`, a few letters at a time."""
    return ScriptedChat(scripts=[[text[at : at + 7] for at in range(0, len(text), 7)]], finish=finish)


def writing_guide(guide: Guide, chat: BaseChatModel, **settings: object) -> Guide:
    """`guide` with a writer that uses `chat`."""
    chosen = guide.settings.model_copy(update={"llm": "local:scripted", **settings})
    verifier = Verifier(Lexicon.of(guide.sources), guide.embedder, known=guide.evidence_vector)
    return Guide(chosen, guide.index, guide.embedder, Writer(Chat(chat, chosen), verifier, chosen))


def verifier_of(sources: Iterable[Source]) -> Verifier:
    """A verifier over `sources` with the shipped embedder."""
    return Verifier(Lexicon.of(sources), open_embedder(Settings()))
