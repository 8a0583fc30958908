"""Hostile bodies, arguments and addresses: none breaks the server, each is refused or treated as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from rag.guide import Guide
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.access.roles import Role
from ui.access.tokens import create
from ui.app import server_of

JSON = {"content-type": "application/json"}
MCP = JSON | {"accept": "application/json, text/event-stream"}
TOKEN, GRANT = create([Role.READER], "lecture")
NUL, LONE, OVERRIDE = "\0", "\ud800", "\u202e"
STRANGE = {"nul": NUL, "lone surrogate": LONE, "override": OVERRIDE, "huge": "x" * 100_000}
each_strange = pytest.mark.parametrize("strange", STRANGE.values(), ids=STRANGE.keys())
BODIES = {
    "empty": b"", "null": b"null", "list": b"[]", "text": b'"x"', "number": b"1e999", "not json": b"{",
    "deep": b"[" * 200_000, "deep field": b'{"question":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "long number": b'{"question":1' + b"0" * 10_000 + b"}",
    "latin-1": '{"question":"é"}'.encode("latin-1"), "wrong types": b'{"question":["x"],"history":{"a":1}}',
    "many fields": b"{" + b",".join(b'"f%d":1' % number for number in range(50_000)) + b"}",
}  # fmt: skip
POSTS = (
    "/api/v1/ask", "/api/v1/ask/stream", "/api/v1/feedback", "/api/v1/exports", "/api/v1/conversations",
    "/v1/chat/completions", "/embed/ask", "/mcp",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The whole server; an exception that nobody caught is a 500."""
    app = server_of(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A server that asks for tokens, and somebody who has none."""
    settings = {"data_dir": tmp_path_factory.mktemp("guarded"), "api_tokens": GRANT.setting}
    return TestClient(server_of(ScriptedGuide(), Settings.model_validate(settings)), raise_server_exceptions=False)


def sent(client: TestClient, path: str, value: object) -> int:
    """The status of a POST."""
    return client.post(path, content=json.dumps(value).encode(), headers=MCP).status_code


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_none_is_refused(client: TestClient, path: str, body: bytes) -> None:
    response = client.post(path, content=body, headers=MCP)
    assert response.status_code in (400, 413, 422), response.text[:200]
    assert path == "/mcp" or response.headers["content-type"] == "application/problem+json"


@each_strange
def test_strange_text_in_any_field_breaks_nothing(client: TestClient, strange: str) -> None:
    answer = client.post("/api/v1/ask", json={"question": "La SCIC ?"}).json()
    said = f"SCIC {strange}"
    bodies: list[tuple[str, object]] = [
        ("/api/v1/ask", {"question": said}),
        ("/api/v1/ask", {"question": "La SCIC ?", "searched": said, "collections": [strange]}),
        ("/api/v1/ask/stream", {"question": "La SCIC ?", "history": [{"role": "user", "content": said}]}),
        ("/api/v1/conversations", {"question": said}),
        (f"/api/v1/conversations/x{strange[:9]!r}", {"question": said}),
        ("/api/v1/feedback", {"question": said, "answer": answer, "right": "no", "sources": "no", "reason": said}),
        ("/api/v1/exports", {"questions": [said[:3000]], "format": "docx"}),
        ("/api/v1/exports", {"questions": ["La SCIC ?"], "title": said, "format": "html"}),
        ("/api/v1/exports", {"citations": [{"source": strange, "start": 1, "end": 3}], "format": "md"}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": said}], "stream": True}),
        ("/v1/chat/completions", {"model": strange, "messages": [{"role": "user", "content": "SCIC"}]}),
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": [{"type": "text", "text": said}]}]}),
        ("/embed/ask", {"question": said}),
    ]
    assert {status for path, body in bodies if (status := sent(client, path, body)) >= 500} == set()


@each_strange
def test_strange_arguments_of_a_tool_are_told_or_answered(client: TestClient, strange: str) -> None:
    calls: list[tuple[str, object]] = [
        ("ask", {"question": f"SCIC {strange}"}), ("search", {"question": strange, "k": 10**30}),
        ("read_source", {"id": strange}), ("read_source", {"id": "../../etc/passwd"}), ("ask", [strange]),
        ("ask", {"question": {"a": [[strange]]}}), (strange, {}), ("ask", {"question": "SCIC", strange: 1}),
    ]  # fmt: skip
    for name, arguments in calls:
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
        assert sent(client, "/mcp", call) in (200, 400)


@each_strange
def test_strange_words_in_a_form_are_refused_or_kept_as_text(guide: Guide, tmp_path: Path, strange: str) -> None:
    client = TestClient(server_of(guide, Settings(data_dir=tmp_path)), raise_server_exceptions=False)
    form = {"beneficiaire": f"SCIC {strange}"[:200], "themes": ["modele-economique"], "jours": 2}
    for query in ("", "?format=docx", "?format=html"):
        body = {"form": form, "agenda": [[strange[:200]] * 4]}
        assert sent(client, f"/api/v1/briefs/tsf{query}", body) in (200, 422)


ADDRESSES = (
    "/api/v1/search?q=%00", "/api/v1/search?q=%ed%a0%80", "/api/v1/search?q=SCIC&k=-1", "/api/v1/sources/%00",
    "/api/v1/sources/%ed%a0%80", "/sources/%00", "/sources/etude?start=x", "/api/v1/documents/%00/file",
    "/sources/etude?start=-5&end=99999999999999999999", f"/api/v1/sources/etude?start=1&end={'9' * 5000}",
    "/api/v1/conversations/%00", "/carnet/fils/%00/docx", "/api/v1/feedback?offset=-1",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_a_strange_address_breaks_nothing(client: TestClient, address: str) -> None:
    assert client.get(address).status_code < 500


def test_of_a_parameter_given_twice_the_last_counts_and_is_checked(client: TestClient) -> None:
    assert client.get("/api/v1/search?q=SCIC&k=999&k=1").json()["next"] == 1
    assert client.get("/api/v1/search?q=SCIC&k=1&k=999").status_code == 422


@pytest.mark.parametrize("value", [b"\xff", b"x" * 20_000, b"a=b; ptce_session=..; ptce_carnet=\xff", b"Bearer \xff"])
@pytest.mark.parametrize("name", ["Cookie", "Authorization", "X-Request-ID", "Accept-Language", "Origin"])
def test_strange_headers_break_nothing(guarded: TestClient, name: str, value: bytes) -> None:
    headers = {name.encode(): value}
    assert guarded.get("/api/v1/sources", headers=headers).status_code == 401
    assert guarded.post("/login", content=b"token=" + value, headers=headers).status_code < 500


@pytest.mark.parametrize("origin", ["null", "https://mal.example", "http://localhost:9999"])
@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/api/v1/sources", "/sources/etude"])
def test_no_other_site_may_read_an_answer(client: TestClient, path: str, origin: str) -> None:
    asking = {"origin": origin, "access-control-request-method": "GET"}
    for response in (client.get(path, headers=asking), client.options(path, headers=asking)):
        assert [name for name in response.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("name", ["page.html", "image.svg", "script.js"])
def test_a_file_that_was_brought_is_saved_and_never_shown(client: TestClient, name: str) -> None:
    [path] = client.post("/gradio_api/upload", files={"files": (name, b"<script>1</script>", "text/html")}).json()
    brought = client.get(f"/gradio_api/file={path}")
    assert brought.headers["content-disposition"].startswith("attachment;")
    assert brought.headers["content-type"] == "application/octet-stream"


def test_what_programs_read_is_saved_by_a_browser_that_is_led_there(client: TestClient) -> None:
    for path in ("/api/v1/search?q=SCIC", "/api/v1/absent", "/v1/models"):
        assert client.get(path).headers["content-disposition"] == 'attachment; filename="api.json"'
