"""Asking and searching over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from rag.guide import Guide
from ui.api import models
from ui.api.problems import documented
from ui.api.stream import events, streamed
from ui.record import Record, full_record, hit_records
from ui.texts import page as texts

Question = Query(
    max_length=models.LONGEST,
    pattern=models.NOT_BLANK,
    description="La question.",
    examples=["financer la coordination"],
)


def questions(guide: Guide) -> APIRouter:
    """`/api/ask`, at once or as a stream, and `/api/search`."""
    router = APIRouter(prefix="/api", tags=["Questions"])

    @router.post(
        "/ask",
        summary=texts.API_SUMMARIES["ask"],
        response_model=models.AskOut,
        responses=documented(400, 413, 422, 503),
    )
    def ask(asked: models.AskIn) -> Record:
        """Répond à une question avec ses citations, ou dit pourquoi les sources n'y répondent pas."""
        return full_record(guide.ask(asked.question, asked.turns, asked.searched, asked.collections))

    @router.post(
        "/ask/stream",
        summary=texts.API_SUMMARIES["stream"],
        response_class=StreamingResponse,
        responses=documented(400, 413, 422, 503) | {200: models.STREAM},
    )
    def stream(asked: models.AskIn) -> StreamingResponse:
        """Envoie la réponse à mesure : « passages », un « statement » par phrase, « done » avec la réponse entière.

        Si quelque chose casse en chemin, le dernier événement est « problem ». Sans « done » ni « problem », la
        connexion a été coupée : recommencez.
        """
        return streamed(events(guide, asked.question, asked.turns, asked.searched, asked.collections))

    _add_searches(router, guide)
    return router


def _add_searches(router: APIRouter, guide: Guide) -> None:
    @router.get(
        "/search",
        summary=texts.API_SUMMARIES["search"],
        response_model=models.SearchOut,
        responses=documented(422, 503),
    )
    def search(
        q: Annotated[str, Question],
        k: Annotated[int, Query(ge=1, le=50, description="Nombre de passages.")] = 10,
        offset: Annotated[int, Query(ge=0, le=200, description="Nombre de passages à sauter.")] = 0,
        collections: Annotated[list[str], Query(description="Collections cherchées (toutes sinon).")] = [],  # noqa: B006
    ) -> Record:
        """Les passages les plus proches d'une question, sans composer de réponse ; l'adresse porte la question."""
        return _found(guide, q, k, offset, collections)

    @router.post(
        "/search",
        summary=texts.API_SUMMARIES["search_body"],
        response_model=models.SearchOut,
        responses=documented(400, 413, 422, 503),
    )
    def search_body(asked: models.SearchIn) -> Record:
        """La même recherche, la question dans le corps : aucun journal d'adresses ne la garde."""
        return _found(guide, asked.q, asked.k, asked.offset, asked.collections)


def _found(guide: Guide, question: str, k: int, offset: int, collections: list[str]) -> Record:
    found = hit_records(guide.search(question, offset + k + 1, collections)[offset:])
    return {"passages": found[:k], "next": offset + k if len(found) > k else None}
