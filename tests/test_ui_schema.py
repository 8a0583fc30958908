"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every route of the API."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok

from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.api.server import create_app, refuse_unknown

EXAMPLES = 8
LABELS = (
    "POST /api/v1/ask", "POST /api/v1/ask/stream", "GET /api/v1/search", "POST /api/v1/search", "GET /api/v1/sources",
    "GET /api/v1/sources/{id}", "POST /api/v1/feedback", "GET /api/v1/feedback", "POST /v1/chat/completions",
    "POST /api/v1/conversations", "GET /api/v1/conversations",
)  # fmt: skip
# what they take is ruled by answers and files more than by a schema: no request may break the server
OWN = (
    "POST /api/v1/exports", "GET /api/v1/documents", "GET /api/v1/documents/{id}/file",
    "POST /api/v1/conversations/{id}", "GET /api/v1/conversations/{id}", "DELETE /api/v1/conversations/{id}",
)  # fmt: skip
# they need an index or an embedder, which the scripted guide does not have: `test_ui_briefs`, `test_ui_documents`
INDEXED = (
    "GET /api/v1/briefs", "GET /api/v1/briefs/{name}", "POST /api/v1/briefs/{name}", "GET /api/v1/compare",
    "POST /api/v1/compare", "POST /api/v1/documents", "PATCH /api/v1/documents/{id}", "DELETE /api/v1/documents/{id}",
)  # fmt: skip
BARE = ("GET /api/v1/coverage", "GET /v1/models", "GET /healthz", "GET /readyz")
# what they take is ruled by more than a schema can say: the last message is the user's, an extract lies in its text
RULED = ("POST /api/v1/feedback", "POST /v1/chat/completions", "GET /api/v1/sources/{id}")
# what breaks the schema may be refused for its size too
CONFIG = {"checks": {"negative_data_rejection": {"expected-statuses": [400, 404, 405, 413, 422]}}}
Operation = schemathesis.APIOperation[Any, Any, Any, Any]
Operations = dict[str, Operation]


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Operations:
    """Every operation of the OpenAPI document, by method and address."""
    app = create_app(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("data")))
    refuse_unknown(app)
    config = SchemathesisConfig.from_dict(CONFIG)
    described = schemathesis.openapi.from_asgi("/openapi.json", app, config=config)
    found = [result.ok() for result in described.get_all_operations() if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def test_every_operation_is_tried(operations: Operations) -> None:
    assert set(operations) == {*LABELS, *OWN, *INDEXED, *BARE}


@pytest.mark.parametrize("label", [*LABELS, *BARE])
def test_what_the_document_allows_is_answered_as_it_says(operations: Operations, label: str) -> None:
    send(operations[label], GenerationMode.POSITIVE)


@pytest.mark.parametrize("label", OWN)
def test_no_request_breaks_the_server(operations: Operations, label: str) -> None:
    @settings(settings.get_profile("guide"), max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operations[label].as_strategy(generation_mode=GenerationMode.POSITIVE))
    def tried(case: schemathesis.Case[Any]) -> None:
        answer = case.call()
        assert answer.status_code < 500 or answer.status_code == 503, answer.text

    tried()


@pytest.mark.parametrize("label", LABELS)
def test_what_the_document_does_not_allow_is_refused_as_it_says(operations: Operations, label: str) -> None:
    send(operations[label], GenerationMode.NEGATIVE)


def send(operation: Operation, mode: GenerationMode) -> None:
    """Sends some examples; each answer must be what the document says."""
    excluded = [positive_data_acceptance] if operation.label in RULED else []

    @settings(settings.get_profile("guide"), max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def tried(case: schemathesis.Case[Any]) -> None:
        case.call_and_validate(excluded_checks=excluded)

    tried()


# --- what the document tells its readers ---


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The OpenAPI document itself."""
    described: dict[str, Any] = create_app(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("own"))).openapi()
    return described


def routes(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def test_every_route_says_in_french_what_it_is_for_and_which_problems_it_has(document: dict[str, Any]) -> None:
    for name, operation in routes(document).items():
        assert operation["summary"] and operation["description"] and operation["tags"], name
        problems = {status for status in operation["responses"] if status >= "400"}
        assert {"401", "403", "429"} <= problems, name
        for status in problems:
            assert "application/problem+json" in operation["responses"][status]["content"], (name, status)


def test_every_list_is_read_page_by_page(document: dict[str, Any]) -> None:
    lists = {"sources", "documents", "feedback", "conversations", "search"}
    for name, operation in routes(document).items():
        method, path = name.split(" ")
        if method == "GET" and path.rpartition("/")[2] in lists:
            parameters = {parameter["name"] for parameter in operation["parameters"]}
            assert "offset" in parameters and parameters & {"limit", "k"}, name


def test_every_body_of_data_has_an_example(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name, operation in routes(document).items():
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if content:
            schema = schemas[content["schema"]["$ref"].rpartition("/")[2]]
            shown = "examples" in content["schema"] or any(
                "examples" in field for field in schema["properties"].values()
            )
            assert shown, name


def test_every_address_of_the_api_has_its_version(document: dict[str, Any]) -> None:
    outside = {path for path in document["paths"] if not path.startswith(("/api/v1/", "/v1/"))}
    assert outside == {"/healthz", "/readyz"}
