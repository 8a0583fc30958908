"""Conversations over HTTP: begun with a question, gone on with the next, listed, read again, removed.

They are those of the notebook (`ui.store`): the same that the page shows to the browser with the same cookie. Whoever
has the cookie has the notebook, whatever token the requests carry: a token may be shared by many.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Cookie, Query, Request, Response
from pydantic import BaseModel, Field

from rag.guide import Guide
from ui.api import models
from ui.api.problems import documented
from ui.record import Record, full_record
from ui.steps.chat import history
from ui.store.database import ConversationRow
from ui.store.keeping import kept_record, shown_again
from ui.store.notebook import Notebook, Notebooks
from ui.store.shelf import NotKept
from ui.store.values import StoredExchange, Talk
from ui.store.visitors import COOKIE, cookie_header, key_of, new_key, visitor_of
from ui.texts import clients as texts

REMEMBERED = 100
Key = Annotated[str, Cookie(alias=COOKIE, description=texts.CONVERSATIONS_COOKIE)]


class QuestionIn(models.Strict):
    """Une question ; ce qui a été dit avant est dans la conversation."""

    question: str = Field(max_length=models.LONGEST, pattern=models.NOT_BLANK, examples=["Faut-il créer une SCIC ?"])
    searched: str = Field(default="", max_length=models.LONGEST, examples=[""])
    collections: list[models.CollectionName] = Field(default=[], max_length=50, examples=[["guide"]])


class AnsweredOut(BaseModel):
    """La réponse, et la conversation où elle est gardée."""

    conversation: str = Field(examples=["0f8fad5bd9cb469fa16570867728950e"])
    exchange: str
    answer: models.AskOut


class ExchangeOut(BaseModel):
    """Une question et sa réponse sans les passages trouvés, ou pourquoi il n'y en a pas (`problem`)."""

    id: str
    question: str
    answer: models.AskOut | None
    problem: str


class ConversationOut(BaseModel):
    """Une conversation entière, dans son ordre."""

    id: str
    exchanges: list[ExchangeOut]


class TalkOut(BaseModel):
    """Une conversation dans la liste."""

    id: str
    title: str = Field(examples=["Faut-il créer une SCIC ?"])
    updated: str = Field(examples=["2026-11-22T10:00:00+00:00"])
    questions: int = Field(examples=[3])


class TalksOut(BaseModel):
    """Une page des conversations, la plus récente d'abord."""

    conversations: list[TalkOut]
    total: int
    next: int | None = Field(description="`offset` de la suite, s'il y en a une.", examples=[None])


def conversations(guide: Guide, notebooks: Notebooks) -> APIRouter:
    """`/api/conversations`."""
    router = APIRouter(prefix="/api/conversations", tags=["Conversations"])
    _asking(router, guide, notebooks)
    _reading(router, guide, notebooks)
    return router


def _asking(router: APIRouter, guide: Guide, notebooks: Notebooks) -> None:
    @router.post(
        "",
        status_code=201,
        summary=texts.CONVERSATIONS_SUMMARIES["begin"],
        response_model=AnsweredOut,
        responses=documented(400, 413, 422, 503),
    )
    def begin(asked: QuestionIn, request: Request, response: Response, carnet: Key = "") -> Record:
        """Pose la première question d'une conversation ; le cookie rendu ouvre le carnet qui la garde."""
        key = key_of({COOKIE: carnet}) or new_key()
        said = _answered(guide, notebooks.of_visitor(visitor_of({COOKIE: key})), asked)
        response.headers["Set-Cookie"] = cookie_header(key, secure=request.url.scheme == "https")
        return said

    @router.post(
        "/{id}",
        status_code=201,
        summary=texts.CONVERSATIONS_SUMMARIES["continue"],
        response_model=AnsweredOut,
        responses=documented(400, 404, 413, 422, 503),
    )
    def go_on(id: str, asked: QuestionIn, carnet: Key = "") -> Record:
        """Pose la question suivante : ce qui a été dit avant la fait comprendre."""
        notebook = _of(notebooks, carnet)
        return _answered(guide, notebook, asked, notebook.conversations.conversation(id))


def _reading(router: APIRouter, guide: Guide, notebooks: Notebooks) -> None:
    @router.get(
        "",
        summary=texts.CONVERSATIONS_SUMMARIES["list"],
        response_model=TalksOut,
        responses=documented(422, 503),
    )
    def every(
        limit: Annotated[int, Query(ge=1, le=200, description="Nombre de conversations.")] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="Nombre de conversations à sauter.")] = 0,
        carnet: Key = "",
    ) -> Record:
        """Les conversations du carnet ; sans cookie, il n'y en a pas."""
        visitor = visitor_of({COOKIE: carnet})
        talks = notebooks.of_visitor(visitor).conversations.talks() if visitor else ()
        following = offset + limit if offset + limit < len(talks) else None
        shown = [_talk(talk) for talk in talks[offset : offset + limit]]
        return {"conversations": shown, "total": len(talks), "next": following}

    @router.get(
        "/{id}",
        summary=texts.CONVERSATIONS_SUMMARIES["read"],
        response_model=ConversationOut,
        responses=documented(404, 422, 503),
    )
    def read(id: str, carnet: Key = "") -> Record:
        """Une conversation ; une réponse dont un document a changé depuis n'est plus citée, et le dit."""
        stored = _of(notebooks, carnet).conversations.conversation(id)
        return {"id": id, "exchanges": [_exchange(guide, each) for each in stored]}

    @router.delete(
        "/{id}",
        status_code=204,
        summary=texts.CONVERSATIONS_SUMMARIES["remove"],
        responses=documented(404, 422, 503),
    )
    def remove(id: str, carnet: Key = "") -> None:
        """Efface une conversation, pour de bon."""
        kept = _of(notebooks, carnet).conversations
        kept.put_aside(ConversationRow, id)
        kept.throw_away(ConversationRow)


def _of(notebooks: Notebooks, carnet: str) -> Notebook:
    visitor = visitor_of({COOKIE: carnet})
    if not visitor:
        raise NotKept
    return notebooks.of_visitor(visitor)


def _answered(guide: Guide, notebook: Notebook, asked: QuestionIn, before: Sequence[StoredExchange] = ()) -> Record:
    """Asks in the thread of `before`, and keeps the answer; one that cannot be kept is an error, and is told."""
    turns = history(shown_again(guide, before[-REMEMBERED:]))
    answer = guide.ask(asked.question, turns, asked.searched, asked.collections)
    exchange = notebook.conversations.add(asked.question, kept_record(answer), after=before[-1].id if before else "")
    conversation = notebook.conversations.holding(exchange)
    return {"conversation": conversation, "exchange": exchange, "answer": full_record(answer)}


def _exchange(guide: Guide, stored: StoredExchange) -> Record:
    [shown] = shown_again(guide, [stored])
    answer = {**stored.record, "passages": []} if shown.answer and stored.record else None
    return {"id": stored.id, "question": stored.question, "answer": answer, "problem": shown.problem}


def _talk(talk: Talk) -> Record:
    updated = datetime.fromtimestamp(talk.updated, UTC).isoformat(timespec="seconds")
    return {"id": talk.id, "title": talk.title, "updated": updated, "questions": talk.count}
