"""The HTTP API over a scripted guide: contracts, problems, headers, documentation without a CDN."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.app import server_of


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    """The whole server, page included."""
    server = server_of(ScriptedGuide(), Settings())
    with TestClient(server, raise_server_exceptions=False) as client:
        yield client


def ask(client: TestClient, **body: object) -> dict[str, Any]:
    response = client.post("/api/ask", json=body)
    assert response.status_code == 200, response.text
    data: dict[str, Any] = response.json()
    return data


def test_an_answer_carries_statements_and_exact_citations(client: TestClient) -> None:
    data = ask(client, question="La SCIC ?")
    citation = data["citations"][0]
    text = client.get(f"/api/sources/{citation['source']}").json()["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert data["statements"][0]["markers"] == [1]


def test_the_history_makes_a_follow_up_and_searched_corrects_it(client: TestClient) -> None:
    history = [{"role": "user", "content": "La SCIC ?"}, {"role": "assistant", "content": "…"}]
    assert ask(client, question="Et le statut ?", history=history)["follow_up"]
    assert ask(client, question="Et ?", history=history, searched="le statut")["searched"] == "le statut"


def test_a_refusal_is_an_answer_with_its_nearest_passages(client: TestClient) -> None:
    data = ask(client, question="xyzzy")
    assert data["status"] == "refused" and data["refusal"]["nearest"] and data["refusal"]["choices"]


def test_a_search_gives_passages_best_first(client: TestClient) -> None:
    scores = [hit["score"] for hit in client.get("/api/search", params={"q": "SCIC", "k": 3}).json()["passages"]]
    assert len(scores) == 3 and scores == sorted(scores, reverse=True)


def test_sources_are_listed(client: TestClient) -> None:
    assert [source["id"] for source in client.get("/api/sources").json()["sources"]] == ["etude", "entretien"]


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("POST", "/api/ask", {"json": {}}, 422),
        ("POST", "/api/ask", {"json": {"question": ""}}, 422),
        ("POST", "/api/ask", {"json": {"question": 3}}, 422),
        ("POST", "/api/ask", {"json": {"question": "x", "inconnu": 1}}, 422),
        ("POST", "/api/ask", {"json": {"question": "x", "history": [{"role": "roi", "content": ""}]}}, 422),
        ("POST", "/api/ask", {"content": b"{", "headers": {"content-type": "application/json"}}, 422),
        ("POST", "/api/ask", {"content": b'"\xff"', "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/api/ask", {"content": rb'{"question": "\ud800"}'}, 422),
        ("POST", "/api/ask", {"json": {"question": "x" * 1_100_000}}, 413),
        ("POST", "/api/ask", {"json": {"question": "panne"}}, 500),
        ("GET", "/api/ask", {}, 405),
        ("GET", "/api/search", {}, 422),
        ("GET", "/api/search", {"params": {"q": "x", "k": 0}}, 422),
        ("GET", "/api/sources/absent", {}, 404),
        ("GET", "/api/nulle/part", {}, 404),
    ],
)
def test_what_is_wrong_is_told_as_a_french_problem(
    client: TestClient, method: str, path: str, options: dict[str, Any], status: int
) -> None:
    response = client.request(method, path, **options)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == {"type", "title", "status", "detail", "code"} and problem["status"] == status
    assert problem["detail"].endswith(".") and "Traceback" not in response.text


def test_a_body_without_a_length_is_limited_too(client: TestClient) -> None:
    pieces = (b"x" * 100_000 for _ in range(12))
    response = client.post("/api/ask", content=pieces, headers={"content-type": "application/json"})
    assert response.status_code == 413


def test_a_document_is_a_page_without_script(client: TestClient) -> None:
    response = client.get("/sources/etude", params={"start": 0, "end": 7})
    assert '<mark id="passage">' in response.text and "<script" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_an_unknown_document_is_a_page_that_says_so(client: TestClient) -> None:
    response = client.get("/sources/<b>absent")
    assert response.status_code == 404 and "<b>" not in response.text and "Document introuvable" in response.text


def test_it_tells_whether_it_lives_and_is_ready(client: TestClient) -> None:
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").json() == {"status": "ready", "sources": 2}
    empty = TestClient(server_of(ScriptedGuide(()), Settings()))
    assert empty.get("/readyz").status_code == 503 and empty.get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/", "/docs", "/healthz", "/api/nulle", "/sources/etude", "/openapi.json"])
def test_every_response_has_strict_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/docs", "/sources/etude"])
def test_no_page_loads_anything_from_elsewhere(client: TestClient, path: str) -> None:
    html = client.get(path).text
    assert re.findall(r'(?:src|href|content)="(https?:)?//[^"]*"', html.replace("https://example.org", "")) == []


def test_the_page_is_french_and_styled_from_its_first_byte(client: TestClient) -> None:
    html = client.get("/", headers={"accept-encoding": "gzip, br"}).text
    assert 'lang="fr"' in html.split("<head>")[0] and "/static-ptce/page.css" in html
    assert client.get("/static-ptce/page.css").status_code == 200


def test_the_openapi_document_describes_problems(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/api/v1/ask"]["post"]["responses"]
    assert {"200", "400", "401", "413", "422", "429", "503"} <= set(responses)
    assert "application/problem+json" in responses["422"]["content"]
    assert "Problem" in document["components"]["schemas"]
