"""Conversations over HTTP: they go on, come back, and are nobody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from corpus.markdown import read_markdown
from corpus.types import Metadata
from rag.settings import Settings
from tests.fakes import TALK, ScriptedGuide
from ui.api.server import create_app
from ui.store.notebook import Notebooks
from ui.store.visitors import COOKIE, visitor_of

CONVERSATIONS = "/api/v1/conversations"
QUESTION = "Que dit-on de la SCIC ?"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A program that keeps its cookies."""
    return TestClient(create_app(ScriptedGuide(), Settings(data_dir=tmp_path)))


def begun(client: TestClient, question: str = QUESTION) -> dict[str, Any]:
    answer = client.post(CONVERSATIONS, json={"question": question})
    assert answer.status_code == 201, answer.text
    data: dict[str, Any] = answer.json()
    return data


def test_a_conversation_goes_on_in_its_thread_and_is_read_again(client: TestClient) -> None:
    first = begun(client)
    here = f"{CONVERSATIONS}/{first['conversation']}"
    second = client.post(here, json={"question": "Et une obligation ?"}).json()
    assert second["conversation"] == first["conversation"] and second["answer"]["follow_up"]
    read = client.get(here).json()["exchanges"]
    assert [one["question"] for one in read] == [QUESTION, "Et une obligation ?"]
    assert read[0]["answer"]["citations"] == first["answer"]["citations"] and read[0]["answer"]["passages"] == []


def test_the_answer_is_the_one_of_ask(client: TestClient) -> None:
    asked = client.post("/api/v1/ask", json={"question": QUESTION}).json()
    assert begun(client)["answer"] | {"latency_ms": 0} == asked | {"latency_ms": 0}


def test_conversations_are_listed_page_by_page_the_latest_first(client: TestClient) -> None:
    for question in ("La SCIC ?", "Le statut ?", "Une obligation ?"):
        begun(client, question)
    page = client.get(CONVERSATIONS, params={"limit": 2}).json()
    assert [one["title"] for one in page["conversations"]] == ["Une obligation ?", "Le statut ?"]
    assert (page["total"], page["next"], page["conversations"][0]["questions"]) == (3, 2, 1)
    assert client.get(CONVERSATIONS, params={"offset": 2}).json()["next"] is None


def test_what_is_removed_is_gone(client: TestClient) -> None:
    here = f"{CONVERSATIONS}/{begun(client)['conversation']}"
    assert client.delete(here).status_code == 204
    assert client.get(here).status_code == 404 and client.delete(here).status_code == 404
    assert client.get(CONVERSATIONS).json()["total"] == 0


@pytest.mark.parametrize("cookie", [{}, {COOKIE: "a" * 43}, {COOKIE: "faux"}])
def test_nobody_else_reads_goes_on_with_or_removes_it(
    client: TestClient, tmp_path: Path, cookie: dict[str, str]
) -> None:
    here = f"{CONVERSATIONS}/{begun(client)['conversation']}"
    stranger = TestClient(client.app, cookies=cookie)
    assert stranger.get(CONVERSATIONS).json()["total"] == 0
    answers = [stranger.get(here), stranger.post(here, json={"question": QUESTION}), stranger.delete(here)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert answers[0].headers["content-type"] == "application/problem+json"
    assert client.get(here).status_code == 200


def test_the_page_of_the_same_browser_shows_it_and_the_cookie_is_out_of_reach(
    client: TestClient, tmp_path: Path
) -> None:
    answer = client.post(CONVERSATIONS, json={"question": QUESTION})
    assert {"HttpOnly", "SameSite=Lax"} <= set(answer.headers["set-cookie"].split("; "))
    book = Notebooks.of(Settings(data_dir=tmp_path)).of_visitor(visitor_of(dict(client.cookies)))
    assert [exchange.question for exchange in book.conversations.current()] == [QUESTION]


def test_an_answer_whose_document_has_changed_is_not_quoted_again(client: TestClient, tmp_path: Path) -> None:
    here = f"{CONVERSATIONS}/{begun(client)['conversation']}"
    changed = read_markdown(TALK.replace("La SCIC", "Une SCIC"), Metadata("sans-nom", "Sans nom"))
    later = TestClient(create_app(ScriptedGuide((changed,)), Settings(data_dir=tmp_path)), cookies=client.cookies)
    [exchange] = later.get(here).json()["exchanges"]
    assert exchange["answer"] is None and exchange["problem"]


def test_a_question_that_cannot_be_asked_leaves_no_conversation(client: TestClient) -> None:
    for body in ({"question": " "}, {}, {"question": "x", "history": []}):
        assert client.post(CONVERSATIONS, json=body).status_code == 422
    assert client.get(CONVERSATIONS).json()["total"] == 0
