"""Whether the server lives and can answer."""

from __future__ import annotations

from fastapi import APIRouter

from rag.errors import IndexMissing
from rag.guide import Guide
from rag.settings import Settings
from ui.api import models
from ui.api.problems import documented
from ui.record import Record
from ui.texts import page as texts


def health(guide: Guide, settings: Settings) -> APIRouter:
    """`/healthz` and `/readyz`."""
    router = APIRouter(tags=["État"])

    @router.get("/healthz", summary=texts.API_SUMMARIES["alive"], response_model=models.StateOut)
    def alive() -> Record:
        """Le serveur répond."""
        return {"status": "ok"}

    @router.get(
        "/readyz",
        summary=texts.API_SUMMARIES["ready"],
        response_model=models.StateOut,
        responses=documented(503),
    )
    def ready() -> Record:
        """Le guide a des documents et peut répondre."""
        if not guide.sources:
            raise IndexMissing(settings.data_dir)
        return {"status": "ready", "sources": len(guide.sources)}

    return router
