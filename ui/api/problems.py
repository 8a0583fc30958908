"""Errors over HTTP: JSON problems (RFC 9457) in French, and never a traceback."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from rag.errors import BadQuestion, DataDirectoryError, GuideError, IndexCorrupt, IndexMissing, UnknownSource
from rag.logs import request_id
from ui import texts
from ui.document import page

LIMIT = 1_000_000
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
}
MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[GuideError], int] = {
    BadQuestion: 422,
    UnknownSource: 404,
    IndexMissing: 503,
    IndexCorrupt: 503,
    DataDirectoryError: 503,
}


class Problem(BaseModel):
    """What every error looks like; `detail` is a French sentence that says what to do."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["Demande incorrecte"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["Demande incorrecte : question (valeur manquante)."])
    code: str = Field(examples=["invalid"])


def documented(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route that can end in these statuses."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    content = {MEDIA_TYPE: schema}
    return {status: {"description": texts.API_TITLES[status], "content": content} for status in statuses}


def problem(status: int, detail: str, code: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """A JSON problem as a response."""
    title = texts.API_TITLES.get(status) or HTTPStatus(status).phrase
    content = Problem(type="about:blank", title=title, status=status, detail=detail, code=code)
    return JSONResponse(content.model_dump(), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Makes `app` answer every error with a problem."""
    app.add_exception_handler(GuideError, _guide)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _guide(request: Request, error: Exception) -> Response:
    status = next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)
    if request.url.path.startswith("/sources/"):
        body = f"<h1>{texts.NOT_FOUND_PAGE}</h1><p>{escape(str(error))}</p>"
        return HTMLResponse(page(texts.NOT_FOUND_PAGE, body), status)
    return problem(status, str(error), getattr(error, "code", "guide"))


def _invalid(request: Request, error: Exception) -> Response:
    """The first thing that is wrong; what was sent is not echoed."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "type": ""}
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    if first["type"] == "json_invalid":
        where = ""
    reason = texts.API_REASONS.get(str(first["type"]), texts.API_REASON)
    detail = texts.API_INVALID.format(field=where or texts.API_BODY, reason=reason)
    return problem(422, detail, "invalid")


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(getattr(error, "headers", None) or {})
    detail = texts.API_DETAILS.get(status) or texts.API_TITLES.get(status) or HTTPStatus(status).phrase
    return problem(status, detail.format(limit=LIMIT), f"http_{status}", headers)


def _unexpected(request: Request, error: Exception) -> Response:
    """Outside every middleware: what they add to a response is added here."""
    headers = HEADERS | {"X-Request-ID": request_id.get()}
    return problem(500, texts.API_DETAILS[500], "internal", headers)
