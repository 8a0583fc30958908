"""The OpenAPI document: addresses of the version, problems that every route can end in, how to authenticate."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from ui.api.problems import Problem, documented
from ui.api.versions import versioned

COMMON = (401, 403, 421, 429)


def describe(app: FastAPI) -> None:
    """Completes the document that `app` makes of its routes, once."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            _complete(generate())
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    schemas["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    document["components"]["securitySchemes"] = {"jeton": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{}, {"jeton": []}]
    document["paths"] = {versioned(path): operations for path, operations in document["paths"].items()}
    common = {str(status): said for status, said in documented(*COMMON).items()}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"] = common | operation["responses"]
