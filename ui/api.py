"""The HTTP API: questions, search, documents, health; and each document as a page to read."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from rag.errors import IndexMissing
from rag.guide import Guide
from rag.settings import Settings
from rag.types import Turn
from ui import models, problems, texts
from ui.document import document_page
from ui.headers import Protection
from ui.problems import documented
from ui.record import Record, full_record, hit_records, source_record

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(guide: Guide, settings: Settings) -> FastAPI:
    """The API over an open guide, with its documentation at `/docs`; `ui.app` mounts the page on it."""
    app: FastAPI = FastAPIOffline(redoc_url=None, title=texts.API_TITLE, description=texts.API_DESCRIPTION, version="1")
    app.add_middleware(Protection)
    problems.install(app)
    app.include_router(_questions(guide))
    app.include_router(_documents(guide))
    app.include_router(_health(guide, settings))
    app.mount("/static-ptce", StaticFiles(directory=str(files("ui") / "static")))
    _document_problems(app)
    return app


def _questions(guide: Guide) -> APIRouter:
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
        return full_record(guide.ask(asked.question, history, asked.searched))

    @router.get(
        "/search",
        summary=texts.API_SUMMARIES["search"],
        response_model=models.SearchOut,
        responses=documented(422, 503),
    )
    def search(
        q: Annotated[str, Query(description="La question.", examples=["financer la coordination"])],
        k: Annotated[int, Query(ge=1, le=50, description="Nombre de passages.")] = 10,
    ) -> Record:
        """Les passages les plus proches d'une question, sans composer de réponse."""
        return {"passages": hit_records(guide.search(q, k))}

    return router


def _documents(guide: Guide) -> APIRouter:
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


def _health(guide: Guide, settings: Settings) -> APIRouter:
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


def refuse_unknown(app: FastAPI) -> None:
    """Answers what is unknown below `/api` with a problem, rather than with the page mounted at `/`."""

    @app.api_route("/api/{path:path}", methods=METHODS, include_in_schema=False)
    def unknown(request: Request, path: str) -> None:
        allowed = _allowed(app, request.url.path)
        raise HTTPException(405, headers={"Allow": ", ".join(allowed)}) if allowed else HTTPException(404)


def _allowed(app: FastAPI, path: str) -> list[str]:
    """The methods that the address has, by the OpenAPI document."""
    return sorted(
        method.upper()
        for template, operations in app.openapi()["paths"].items()
        if compile_path(template)[0].match(path)
        for method in operations
    )


def _document_problems(app: FastAPI) -> None:
    """Puts the shape of problems into the OpenAPI document, in place of FastAPI's validation errors."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        schema = generate()
        schemas = schema["components"]["schemas"]
        schemas["Problem"] = problems.Problem.model_json_schema()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
