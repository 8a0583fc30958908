"""Errors over HTTP: JSON problems (RFC 9457) in French, and never a traceback."""

from __future__ import annotations

from html import escape
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from rag.briefs.errors import BadForm, UnknownBrief
from rag.errors import (
    BadQuestion,
    DataDirectoryError,
    DocumentError,
    GuideError,
    IndexCorrupt,
    IndexFailed,
    IndexMissing,
    Refused,
    UnknownCollection,
    UnknownSource,
    VectorServerError,
    WorkerLost,
)
from rag.service.logs import request_id
from ui.api.policies import strict_headers
from ui.exports.files import BadExport, UnknownFormat
from ui.html.document import page
from ui.record import Record
from ui.store.database import StoreUnavailable
from ui.store.shelf import NotebookFull, NotKept
from ui.texts import page as texts

LIMIT = 1_000_000
MEDIA_TYPE = "application/problem+json"


class UnprocessableError(GuideError):
    """A request that is well written and cannot be honoured; the message says what it should have been."""

    code = "invalid"


STATUSES: dict[type[GuideError], int] = {
    UnprocessableError: 422,
    BadQuestion: 422,
    UnknownSource: 404,
    BadForm: 422,
    UnknownBrief: 404,
    UnknownCollection: 422,
    DocumentError: 422,
    Refused: 409,
    IndexFailed: 507,
    VectorServerError: 503,
    IndexMissing: 503,
    WorkerLost: 503,
    IndexCorrupt: 503,
    DataDirectoryError: 503,
    BadExport: 422,
    UnknownFormat: 422,
    NotKept: 404,
    NotebookFull: 422,
    StoreUnavailable: 503,
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


def problem(status: int, detail: str, code: str, headers: dict[str, str] | None = None, path: str = "") -> JSONResponse:
    """A JSON problem as a response; below `/v1/` it also says it as OpenAI's clients read it."""
    content = problem_record(status, detail, code)
    if path.startswith("/v1/"):
        kind = "invalid_request_error" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "server_error"
        content["error"] = {"message": detail, "type": kind, "param": None, "code": code}
    return JSONResponse(content, status, headers, MEDIA_TYPE)


def problem_record(status: int, detail: str, code: str) -> Record:
    """A problem as plain data."""
    title = texts.API_TITLES.get(status) or HTTPStatus(status).phrase
    return Problem(type="about:blank", title=title, status=status, detail=detail, code=code).model_dump()


def problem_of(error: GuideError) -> Record:
    """What went wrong in the guide, as plain data."""
    return problem_record(status_of(error), str(error), error.code)


def status_of(error: Exception) -> int:
    """The HTTP status of an error of the guide; 500 for one that is nobody's request."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 500)


def install(app: FastAPI) -> None:
    """Makes `app` answer every error with a problem."""
    app.add_exception_handler(GuideError, _guide)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def _guide(request: Request, error: Exception) -> Response:
    status = status_of(error)
    if request.url.path.startswith(("/sources/", "/carnet/")):
        body = f"<h1>{texts.NOT_FOUND_PAGE}</h1><p>{escape(str(error))}</p>"
        return HTMLResponse(page(texts.NOT_FOUND_PAGE, body), status)
    return problem(status, str(error), getattr(error, "code", "guide"), path=request.url.path)


def _invalid(request: Request, error: Exception) -> Response:
    """The first thing that is wrong; what was sent is not echoed."""
    first = error.errors()[0] if isinstance(error, RequestValidationError) else {"loc": (), "type": ""}
    where = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
    if first["type"] == "json_invalid":
        where = ""
    reason = texts.API_REASONS.get(str(first["type"]), texts.API_REASON)
    detail = texts.API_INVALID.format(field=where or texts.API_BODY, reason=reason)
    return problem(422, detail, "invalid", path=request.url.path)


def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(getattr(error, "headers", None) or {})
    detail = texts.API_DETAILS.get(status) or texts.API_TITLES.get(status) or HTTPStatus(status).phrase
    return problem(status, detail.format(limit=LIMIT), f"http_{status}", headers, request.url.path)


def _unexpected(request: Request, error: Exception) -> Response:
    """This response is made outside every middleware, so it brings its own headers."""
    path = request.url.path
    headers = strict_headers(path, request.url.scheme) | {"X-Request-ID": request_id.get()}
    return problem(500, texts.API_DETAILS[500], "internal", headers, path)
