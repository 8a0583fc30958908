"""Asking over HTTP and reading the answer as it is written: server-sent events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from rag.guide import Guide
from rag.steps import Stage, Step
from rag.types import Statement, Turn
from ui import texts_llm
from ui.api import models
from ui.api.problems import documented
from ui.record import Record, citation_record, full_record, statement_record

MEDIA_TYPE = "text/event-stream"
EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "retrieved, statement, answer", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


def stream(guide: Guide) -> APIRouter:
    """`/api/ask/stream`."""
    router = APIRouter(prefix="/api", tags=["Questions"])

    @router.post(
        "/ask/stream",
        summary=texts_llm.STREAM_SUMMARY,
        response_class=StreamingResponse,
        responses={**EVENTS, **documented(400, 413, 422, 503)},
    )
    def ask(asked: models.AskIn) -> StreamingResponse:
        """Des événements : `retrieved` (réponse d'extraits, si un modèle rédige ensuite), `statement` (une phrase
        vérifiée, avec ses citations), enfin `answer` (la réponse entière, comme `/api/ask`), qui seul fait foi.
        """
        history = [Turn(turn.role, turn.content) for turn in asked.history]
        steps = guide.stream(asked.question, history, asked.searched)
        first = next(steps)  # what cannot be asked is a problem, not a stream
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events(chain([first], steps)), media_type=MEDIA_TYPE, headers=headers)

    return router


def events(steps: Iterator[Step]) -> Iterator[str]:
    """The steps of an answer as server-sent events; at the end, every statement has been sent once."""
    sent = 0
    for step in steps:
        if step.stage is Stage.RETRIEVED:
            yield _event("retrieved", full_record(step.answer))
        elif step.said:
            sent += 1
            yield _event("statement", _statement(step.said))
        else:
            yield from (_event("statement", _statement(one)) for one in step.answer.statements[sent:])
            yield _event("answer", full_record(step.answer))


def _statement(statement: Statement) -> Record:
    citations = [citation_record(citation) for citation in statement.citations]
    return statement_record(statement) | {"citations": citations}


def _event(name: str, data: Record) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
