"""Puts the service around an application: the one hook of `ui.api.server`."""

from __future__ import annotations

from fastapi import FastAPI

from rag.guide import Guide
from rag.service.served import ServedGuide
from rag.settings import Settings
from ui.service.limits import Patience
from ui.service.metrics import Metrics, metrics_router
from ui.service.watch import Journalist, Watch


def install(app: FastAPI, guide: Guide, settings: Settings) -> None:
    """Patience, journal and figures for `app`; the answers of a `ServedGuide` are counted and told."""
    metrics = Metrics(guide)
    if isinstance(guide, ServedGuide):
        guide.listeners += [metrics.answered, Journalist(questions=settings.log_questions).answered]
    app.include_router(metrics_router(metrics))
    app.add_middleware(Patience)
    app.add_middleware(Watch, metrics=metrics)
