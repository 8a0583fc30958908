"""Schemathesis sends what the OpenAPI document allows, and what it does not, to every route of the API."""

from __future__ import annotations

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.api.server import create_app, refuse_unknown

EXAMPLES = 15
LABELS = (
    "POST /api/v1/ask", "POST /api/v1/ask/stream", "GET /api/v1/search", "GET /api/v1/sources",
    "GET /api/v1/sources/{id}", "POST /api/v1/feedback", "GET /api/v1/feedback", "GET /v1/models",
    "POST /v1/chat/completions", "GET /healthz", "GET /readyz",
)  # fmt: skip
Operations = dict[str, schemathesis.APIOperation]


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Operations:
    """Every operation of the OpenAPI document, by method and address."""
    app: FastAPI = create_app(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("data")))
    refuse_unknown(app)
    described = schemathesis.openapi.from_asgi("/openapi.json", app)
    return {operation.label: operation for operation in (result.ok() for result in described.get_all_operations())}


def test_every_operation_is_tried(operations: Operations) -> None:
    assert set(operations) == set(LABELS)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("label", LABELS)
def test_the_api_is_what_its_document_says(operations: Operations, label: str, mode: GenerationMode) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operations[label].as_strategy(generation_mode=mode))
    def tried(case: schemathesis.Case) -> None:
        case.call_and_validate()

    tried()
