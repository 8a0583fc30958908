"""The documents of the corpus over HTTP, as data and as pages to read."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from rag.guide import Guide
from ui import texts
from ui.api import models
from ui.api.problems import documented
from ui.document import document_page
from ui.record import Record, source_record


def documents(guide: Guide) -> APIRouter:
    """`/api/sources`, and `/sources/{id}` to read one."""
    router = APIRouter(tags=["Documents"])

    @router.get(
        "/api/sources",
        summary=texts.API_SUMMARIES["sources"],
        response_model=models.SourcesOut,
        responses=documented(503),
    )
    def sources() -> Record:
        """Les documents du corpus."""
        return {"sources": [source_record(source) for source in guide.sources]}

    @router.get(
        "/api/sources/{id:path}",
        summary=texts.API_SUMMARIES["source"],
        response_model=models.SourceTextOut,
        responses=documented(404, 503),
    )
    def source(id: str) -> Record:
        """Un document, avec son texte entier."""
        return source_record(guide.source(id), text=True)

    @router.get("/sources/{id:path}", response_class=HTMLResponse, include_in_schema=False)
    def read(id: str, start: int = 0, end: int = 0) -> str:
        return document_page(guide.source(id), start, end)

    return router
