"""The HTTP API over a scripted guide: contracts, problems, headers, documentation without a CDN."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from rag.errors import IndexMissing
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.api.stream import Event, streamed
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


def test_a_question_is_searched_for_without_standing_in_the_address(client: TestClient) -> None:
    questions: list[dict[str, str | int]] = [{"q": "SCIC", "k": 2}, {"q": "SCIC", "k": 1, "offset": 1}]
    for asked in questions:
        assert client.post("/api/search", json=asked).json() == client.get("/api/search", params=asked).json()
    assert client.post("/api/search", json={"q": "SCIC", "k": 0}).status_code == 422


def test_a_search_and_the_list_of_sources_are_read_page_by_page(client: TestClient) -> None:
    whole = client.get("/api/v1/search", params={"q": "SCIC", "k": 50}).json()
    first = client.get("/api/v1/search", params={"q": "SCIC", "k": 1}).json()
    second = client.get("/api/v1/search", params={"q": "SCIC", "k": 50, "offset": first["next"]}).json()
    assert whole["next"] is None and first["passages"] + second["passages"] == whole["passages"]
    page = client.get("/api/v1/sources", params={"limit": 1, "offset": 1}).json()
    assert ([source["id"] for source in page["sources"]], page["total"], page["next"]) == (["entretien"], 2, None)


def test_sources_are_listed(client: TestClient) -> None:
    assert [source["id"] for source in client.get("/api/sources").json()["sources"]] == ["etude", "entretien"]


def test_an_extract_comes_with_its_place_and_the_address_where_it_is_highlighted(client: TestClient) -> None:
    citation = ask(client, question="une obligation")["citations"][0]
    place = {"start": citation["start"], "end": citation["end"]}
    extract = client.get(f"/api/v1/sources/{citation['source']}", params=place).json()["highlight"]
    assert (extract["text"], extract["section"]) == (citation["quote"], citation["section"])
    assert extract["speaker"] == citation["speaker"] and extract["speaker"]["name"] == "Maud Carrichon"
    assert '<mark id="passage">' in client.get(extract["url"].partition("#")[0]).text
    assert client.get("/api/v1/sources/etude").json()["highlight"] is None


@pytest.mark.parametrize("place", [{"start": 1}, {"end": 1}, {"start": 5, "end": 5}, {"start": 0, "end": 10_000}])
def test_an_extract_that_is_not_in_the_document_is_refused(client: TestClient, place: dict[str, int]) -> None:
    refused = client.get("/api/v1/sources/etude", params=place)
    assert refused.status_code == 422 and refused.json()["code"] == "bad_range"


@pytest.mark.parametrize("path", ["sources", "search?q=SCIC", "sources/etude"])
def test_an_address_without_a_version_is_the_current_version(client: TestClient, path: str) -> None:
    assert client.get(f"/api/{path}").json() == client.get(f"/api/v1/{path}").json()
    assert client.get(f"/api/v2/{path}").status_code == 404


def events(client: TestClient, **body: object) -> list[tuple[str, dict[str, Any]]]:
    """The server-sent events of one question, as a client reads them."""
    response = client.post("/api/v1/ask/stream", json=body)
    assert response.status_code == 200 and response.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in response.text.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def test_a_stream_ends_with_the_answer_that_ask_gives(client: TestClient) -> None:
    told = events(client, question="La SCIC ?")
    whole = ask(client, question="La SCIC ?")
    names = [name for name, _ in told]
    assert names == ["passages", *["statement"] * len(whole["statements"]), "done"]
    assert told[-1][1] == whole and told[0][1]["passages"] == whole["passages"]
    statement = told[1][1]
    assert [citation["marker"] for citation in statement["citations"]] == statement["markers"] == [1]


def test_what_is_wrong_before_a_stream_begins_has_its_own_status(client: TestClient) -> None:
    refused = client.post("/api/v1/ask/stream", json={"question": " "})
    assert refused.status_code == 422 and refused.headers["content-type"] == "application/problem+json"


def test_what_breaks_on_the_way_ends_the_stream_with_a_problem() -> None:
    def breaking() -> Generator[Event]:
        yield Event("passages", {})
        raise IndexMissing("/data")

    app = FastAPI()
    app.get("/x")(lambda: streamed(breaking()))
    last = TestClient(app).get("/x").text.strip().split("\n\n")[-1]
    assert last.startswith("event: problem") and '"status": 503' in last and "ptce index" in last


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
