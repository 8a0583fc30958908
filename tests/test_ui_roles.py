"""Where there are tokens, the tab « Évaluation » is for evaluators, and one's own documents are for editors: others are
refused whatever their page shows.
"""

from __future__ import annotations

import json
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.access.roles import Role
from ui.access.tokens import create
from ui.app import server_of
from ui.texts import documents as texts_documents
from ui.texts import evaluation as texts_evaluation
from ui.texts import page as texts

READER, READER_GRANT = create([Role.READER], "lecture")
EDITOR, EDITOR_GRANT = create([Role.EDITOR], "siege")
EVALUATOR, EVALUATOR_GRANT = create([Role.EVALUATOR], "juge")
GRANTS = SecretStr(f"{READER_GRANT.setting} {EDITOR_GRANT.setting} {EVALUATOR_GRANT.setting}")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The whole server, for those who have a token."""
    return server_of(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("data"), api_tokens=GRANTS))


def clicked(server: FastAPI, token: str, button: str, fields: tuple[object, ...] = ()) -> dict[str, Any]:
    """What the server answers to a click, as the page's own script would send it with its `fields`."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    with TestClient(server, headers=headers, base_url="http://127.0.0.1") as client:
        config = client.get("/config").json()
        id = next(part["id"] for part in config["components"] if part["props"].get("elem_id") == button)
        event = next(each["id"] for each in config["dependencies"] if [id, "click"] in each["targets"])
        session = token_hex(8)  # Gradio keeps a queue for each, and each client has an event loop of its own
        client.post("/gradio_api/queue/join", json={"data": list(fields), "fn_index": event, "session_hash": session})
        told = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    messages = [json.loads(line.removeprefix("data: ")) for line in told.splitlines() if line.startswith("data: ")]
    ended: dict[str, Any] = next(each for each in messages if each["msg"] == "process_completed")
    return ended | {"said": messages}


@pytest.mark.parametrize("token", [READER, EDITOR], ids=["reader", "editor"])
def test_who_may_not_evaluate_is_refused(guarded: FastAPI, token: str) -> None:
    ended = clicked(guarded, token, "run-stop")
    assert not ended["success"] and ended["output"]["error"] == texts.API_DETAILS[403]


def test_an_evaluator_is_served(guarded: FastAPI) -> None:
    ended = clicked(guarded, EVALUATOR, "run-stop")
    assert ended["success"] and texts_evaluation.NOTHING_RUNS in ended["output"]["data"][0]


def test_without_tokens_the_owner_evaluates(tmp_path: Path) -> None:
    assert clicked(server_of(ScriptedGuide(), Settings(data_dir=tmp_path)), "", "run-stop")["success"]


@pytest.mark.parametrize("token", [READER, EVALUATOR], ids=["reader", "evaluator"])
def test_who_may_not_edit_adds_no_document(guarded: FastAPI, token: str) -> None:
    ended = clicked(guarded, token, "accept", (None, "", "", "", "", "document"))
    assert texts_documents.EDITORS_ONLY in str(ended["said"])


def test_an_evaluator_brings_question_files(guarded: FastAPI) -> None:
    client = TestClient(guarded, headers={"authorization": f"Bearer {EVALUATOR}"})
    assert client.post("/gradio_api/upload", files={"files": ("questions.jsonl", b"{}")}).status_code == 200
