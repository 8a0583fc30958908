"""The HTTP API: its routers, each in a file of its own, its problems and its headers."""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from rag.errors import ExtraMissing
from rag.guide import Guide
from rag.settings import Settings
from ui.access.guard import Guard
from ui.access.login import sign_in
from ui.access.policy import Access
from ui.api import problems
from ui.api.briefs import briefs
from ui.api.completions import completions
from ui.api.conversations import conversations
from ui.api.coverage import coverage
from ui.api.documents import documents
from ui.api.embed import embed
from ui.api.exports import exports
from ui.api.feedback import feedback
from ui.api.headers import Protection
from ui.api.health import health
from ui.api.openapi import describe
from ui.api.own import own_documents, upload_limit
from ui.api.questions import questions
from ui.api.versions import Versions, versioned
from ui.service import install as service
from ui.service.limits import Turnstile
from ui.store.notebook import Notebooks
from ui.texts import page as texts

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def create_app(guide: Guide, settings: Settings, notebooks: Notebooks | None = None) -> FastAPI:
    """The API over an open guide, with its documentation at `/docs`; `ui.app` mounts the page on it."""
    app: FastAPI = FastAPIOffline(redoc_url=None, title=texts.API_TITLE, description=texts.API_DESCRIPTION, version="1")
    access = Access.of(settings)
    app.add_middleware(Turnstile)
    app.add_middleware(Guard, access=access, rate=settings.rate_limit)
    app.add_middleware(Protection, origins=access.origins, uploads=upload_limit(settings))
    service.install(app, guide, settings)
    app.add_middleware(Versions)
    problems.install(app)
    app.include_router(questions(guide))
    app.include_router(documents(guide))
    app.include_router(coverage(guide))
    app.include_router(conversations(guide, notebooks or Notebooks.of(settings)))
    app.include_router(exports(guide))
    app.include_router(briefs(guide))
    app.include_router(own_documents(guide, settings))
    app.include_router(health(guide, settings))
    app.include_router(completions(guide))
    app.include_router(feedback(guide, settings))
    app.include_router(embed(guide))
    app.include_router(sign_in(access))
    app.mount("/static-ptce", StaticFiles(directory=str(files("ui") / "static")))
    with suppress(ExtraMissing):
        from ui.mcp.server import mount

        mount(app, guide)
    describe(app)
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
        if compile_path(template)[0].match(versioned(path))
        for method in operations
    )
