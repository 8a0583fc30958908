"""The guide as a model of OpenAI's chat interface, for clients that speak nothing else.

The answer is the same: its citations are in the text as `[1]`, in `annotations` as OpenAI's clients read them, and in
`guide` as the batch contract has them. A guide has no temperature and no tools: what it cannot use is ignored.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import chain
from time import time
from typing import Annotated, Any, Literal
from uuid import uuid4

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from rag.guide import Guide
from rag.steps import Stage, Step
from rag.types import Answer, Turn
from rag.wording import answer_text
from ui.api.models import LONGEST, Exact, Whole, event_schema
from ui.api.problems import UnprocessableError, documented
from ui.api.stream import MEDIA_TYPE, PULSE, sent
from ui.html.cards import source_link
from ui.record import Record, record
from ui.texts import clients as texts

MODEL = "guide-ptce"
_SAID = {"user": "user", "assistant": "assistant"}
_EXAMPLE = {"model": MODEL, "messages": [{"role": "user", "content": "Faut-il créer une SCIC ?"}]}


class Part(BaseModel):
    """Un morceau de message ; seul le texte est lu."""

    type: str
    text: str = Field(default="", max_length=LONGEST)


class Message(BaseModel):
    """Un message ; ceux de l'utilisateur et du guide sont lus, les autres (« system », « tool »…) sont ignorés."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=LONGEST)] | list[Part] | None = None

    @property
    def text(self) -> str:
        """What the message says; `UnprocessableError` when it shows something else."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if any(part.type not in ("text", "refusal") for part in self.content):
            raise UnprocessableError(texts.TEXT_ONLY)
        return "\n".join(part.text for part in self.content)


class ChatIn(Exact):
    """Une demande comme celles d'OpenAI ; les réglages qui n'ont pas de sens ici sont ignorés.

    `collections`, que n'a pas OpenAI (`extra_body` de ses clients), dit où chercher.
    """

    model: str = Field(default=MODEL, max_length=200)
    messages: list[Message] = Field(min_length=1, max_length=200)
    stream: bool = False
    n: Whole | None = None
    collections: list[str] = Field(default=[], max_length=50, examples=[[]])


class ModelOut(BaseModel):
    """Un modèle."""

    id: str = Field(examples=[MODEL])
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = "guide-ptce"


class ModelsOut(BaseModel):
    """Les modèles : il n'y en a qu'un."""

    object: Literal["list"] = "list"
    data: list[ModelOut]


class ChatOut(BaseModel):
    """Une réponse comme celles d'OpenAI, avec `guide` en plus."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]
    guide: dict[str, Any]


def completions(guide: Guide) -> APIRouter:
    """`/v1/chat/completions` and `/v1/models`."""
    router = APIRouter(prefix="/v1", tags=["Compatible OpenAI"])

    @router.get("/models", summary=texts.COMPLETIONS_SUMMARIES["models"], response_model=ModelsOut)
    def models() -> Record:
        """Le seul modèle : le guide."""
        return {"data": [{"id": MODEL}]}

    @router.post(
        "/chat/completions",
        summary=texts.COMPLETIONS_SUMMARIES["chat"],
        response_model=ChatOut,
        responses=documented(400, 413, 422, 503) | {200: {"content": {MEDIA_TYPE: {"itemSchema": event_schema()}}}},
    )
    def chat(asked: Annotated[ChatIn, Body(examples=[_EXAMPLE])], request: Request) -> Response | Record:
        """Répond au dernier message ; ceux d'avant sont l'historique."""
        question, base = conversation(asked), str(request.base_url)
        if not asked.stream:
            return Completion(guide.ask(*question, collections=asked.collections), base).whole()
        steps = guide.stream(*question, collections=asked.collections)
        return sent(chunks(next(steps), steps, base))  # a question that cannot be asked has its own HTTP status

    return router


def conversation(asked: ChatIn) -> tuple[str, list[Turn]]:
    """The question and what was said before it; `UnprocessableError` when there is none, or too much is wanted."""
    if asked.model != MODEL:
        raise UnprocessableError(texts.MODEL_UNKNOWN.format(name=asked.model, known=MODEL))
    if asked.n not in (None, 1):
        raise UnprocessableError(texts.ONE_CHOICE)
    turns = [Turn(message.role, message.text) for message in asked.messages if message.role in _SAID]
    if not turns or turns[-1].role != "user":
        raise UnprocessableError(texts.NO_USER_MESSAGE)
    return turns[-1].content, turns[:-1]


def chunks(first: Step, steps: Iterator[Step], base: str) -> Generator[str]:
    """The answer line by line, each sentence of a language model as soon as it is verified.

    The extracts come when all is written, for only then is it known which of them still have something to say. The
    last chunk holds the annotations and the record.
    """
    completion, said, told = Completion(first.answer, base), 0, ""
    yield completion.chunk({"role": "assistant", "content": ""})
    for step in chain([first], steps):
        if step.stage is Stage.WRITING:
            yield PULSE.line
        completion.answer = step.answer
        said += step.stage is Stage.SAID
        text = completion.text if step.stage is Stage.DONE else _first(step.answer, said)
        for line in text.removeprefix(told).splitlines(keepends=True):
            yield completion.chunk({"content": line})
        told = text
    yield from completion.ending()


def _first(answer: Answer, count: int) -> str:
    """The first sentences of an answer, as its text begins."""
    return answer_text(replace(answer, statements=answer.statements[:count], refusal=None, notes=())) if count else ""


class Completion:
    """One answer as OpenAI's clients read it; `base` is the address of the server, for the links to the documents."""

    def __init__(self, answer: Answer, base: str) -> None:
        self.answer = answer
        self.base = base.rstrip("/")
        self.head = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time()), "model": MODEL}

    @property
    def text(self) -> str:
        """The answer as plain text."""
        return answer_text(self.answer)

    def whole(self) -> Record:
        """The answer in one piece."""
        message = {"role": "assistant", "content": self.text, "refusal": None, "annotations": self.annotations()}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self.head | {"object": "chat.completion", "choices": [choice], "guide": record(self.answer)}

    def ending(self) -> Iterator[str]:
        """What follows the text: the annotations, the record, and the end."""
        yield self.chunk({"annotations": self.annotations()}, "stop", {"guide": record(self.answer)})
        yield "data: [DONE]\n\n"

    def annotations(self) -> list[Record]:
        """One for each mark of the text: where it stands, and where the passage can be read."""
        found, text = [], self.text
        position = 0
        for statement in self.answer.statements:
            position = text.index(statement.text, position) + len(statement.text)
            for citation in statement.citations:
                mark = f"[{citation.marker}]"
                start = text.index(mark, position)
                position = start + len(mark)
                link = source_link(citation.source.id, citation.start, citation.end)
                place = {"start_index": start, "end_index": position}
                title = citation.source.metadata.title
                found.append(
                    {"type": "url_citation", "url_citation": place | {"url": self.base + link, "title": title}}
                )
        return found

    def chunk(self, delta: Record, finish: str | None = None, more: Record | None = None) -> str:
        """A piece of the answer as it is sent."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        chunk = self.head | {"object": "chat.completion.chunk", "choices": [choice]} | (more or {})
        return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
