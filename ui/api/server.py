"""The HTTP API: its routers, each in a file of its own, its problems and its headers."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from rag.guide import Guide
from rag.settings import Settings
from ui import texts
from ui.api import problems
from ui.api.documents import documents
from ui.api.headers import Protection
from ui.api.health import health
from ui.api.questions import questions
from ui.service import install as service

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(guide: Guide, settings: Settings) -> FastAPI:
    """The API over an open guide, with its documentation at `/docs`; `ui.app` mounts the page on it."""
    app: FastAPI = FastAPIOffline(redoc_url=None, title=texts.API_TITLE, description=texts.API_DESCRIPTION, version="1")
    app.add_middleware(Protection)
    problems.install(app)
    service.install(app, guide, settings)
    app.include_router(questions(guide))
    app.include_router(documents(guide))
    app.include_router(health(guide, settings))
    app.mount("/static-ptce", StaticFiles(directory=str(files("ui") / "static")))
    _document_problems(app)
    return app


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
