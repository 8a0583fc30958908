"""Asking and searching over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from rag.guide import Guide
from rag.types import Turn
from ui import texts
from ui.api import models
from ui.api.problems import documented
from ui.record import Record, full_record, hit_records


def questions(guide: Guide) -> APIRouter:
    """`/api/ask` and `/api/search`."""
    router = APIRouter(prefix="/api", tags=["Questions"])

    @router.post(
        "/ask",
        summary=texts.API_SUMMARIES["ask"],
        response_model=models.AskOut,
        responses=documented(400, 413, 422, 503),
    )
    def ask(asked: models.AskIn) -> Record:
        """Répond à une question avec ses citations, ou dit pourquoi les sources n'y répondent pas."""
        history = [Turn(turn.role, turn.content) for turn in asked.history]
        return full_record(guide.ask(asked.question, history, asked.searched, asked.collections))

    @router.get(
        "/search",
        summary=texts.API_SUMMARIES["search"],
        response_model=models.SearchOut,
        responses=documented(422, 503),
    )
    def search(
        q: Annotated[str, Query(description="La question.", examples=["financer la coordination"])],
        k: Annotated[int, Query(ge=1, le=50, description="Nombre de passages.")] = 10,
        collections: Annotated[list[str] | None, Query(description="Collections cherchées (toutes sinon).")] = None,
    ) -> Record:
        """Les passages les plus proches d'une question, sans composer de réponse."""
        return {"passages": hit_records(guide.search(q, k, collections or ()))}

    return router
