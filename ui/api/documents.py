"""The documents of the corpus over HTTP, as data and as pages to read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from corpus.types import Source, Span
from rag.guide import Guide
from ui.api import models
from ui.api.problems import UnprocessableError, documented
from ui.html.cards import source_link
from ui.html.document import document_page
from ui.record import Record, source_record, span_record
from ui.texts import page as texts

Offset = Annotated[int | None, Query(ge=0, le=100_000_000, description="Position dans le texte, en caractères.")]


class BadRangeError(UnprocessableError):
    """An extract is asked for that the document does not have."""

    code = "bad_range"


def documents(guide: Guide) -> APIRouter:
    """`/api/sources`, and `/sources/{id}` to read one."""
    router = APIRouter(tags=["Documents"])

    @router.get(
        "/api/sources",
        summary=texts.API_SUMMARIES["sources"],
        response_model=models.SourcesOut,
        responses=documented(422, 503),
    )
    def sources(
        limit: Annotated[int, Query(ge=1, le=200, description="Nombre de documents.")] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000, description="Nombre de documents à sauter.")] = 0,
    ) -> Record:
        """Les documents du corpus, dans l'ordre de leurs noms."""
        every = guide.sources
        shown = [source_record(source) for source in every[offset : offset + limit]]
        return {"sources": shown, "total": len(every), "next": offset + limit if offset + limit < len(every) else None}

    @router.get(
        "/api/sources/{id:path}",
        summary=texts.API_SUMMARIES["source"],
        response_model=models.SourceTextOut,
        responses=documented(404, 422, 503),
    )
    def source(id: str, start: Offset = None, end: Offset = None) -> Record:
        """Un document, avec son texte entier ; `start` et `end` y désignent un extrait, rendu avec sa place."""
        found = guide.source(id)
        return source_record(found, text=True) | {"highlight": _highlight(found, start, end)}

    @router.get("/sources/{id:path}", response_class=HTMLResponse, include_in_schema=False)
    def read(id: str, start: int = 0, end: int = 0) -> str:
        return document_page(guide.source(id), start, end)

    return router


def _highlight(source: Source, start: int | None, end: int | None) -> Record | None:
    """The extract with the section, page and speaker of the block that it begins in; `None` when none is asked for."""
    if start is None and end is None:
        return None
    if start is None or end is None or not start < end <= len(source.text):
        raise BadRangeError(texts.API_BAD_RANGE.format(length=len(source.text)))
    block = next((block for block in source.blocks if start < block.end), None)
    place = (block.section, block.page, block.speaker) if block else ((), None, None)
    return span_record(Span(source, start, end, *place)) | {"url": source_link(source.id, start, end)}
