"""Other people's clients, the real ones, against a real server: OpenAI's, LangChain's, MCP's."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import httpx2
import openai
import pytest
from langchain_openai import ChatOpenAI
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent

from rag.guide import Guide
from rag.settings import Settings
from rag.types import Turn
from tests.scripted_chat import saying, writing_guide
from tests.test_ui_browser import served
from ui.access.roles import Role
from ui.access.tokens import create
from ui.mcp.server import create as mcp_server
from ui.record import record
from ui.texts import clients as texts

QUESTION = "Faut-il créer une SCIC ?"
EXACT = "La structuration en SCIC nécessite un projet commun et un collectif solide."
TOKEN, GRANT = create([Role.READER], "client")
RUN = "from ui.cli import main; main()"
TOOLS = {"ask", "search", "list_sources", "read_source"}


@pytest.fixture(scope="module")
def address(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the shipped corpus, for those who have `TOKEN`."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings.model_validate({"data_dir": folder, "api_tokens": GRANT.setting, "rate_limit": 0})
    with served(guide, settings) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> openai.OpenAI:
    """OpenAI's official client."""
    return openai.OpenAI(base_url=f"{address}v1", api_key=TOKEN, max_retries=0)


def messages(*said: str) -> list[Any]:
    """Messages of the user and the assistant in turn."""
    return [{"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(said)]


def without_time(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "latency_ms"}


def test_openais_client_lists_the_one_model(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["guide-ptce"]


def test_openais_client_reads_the_answer_its_citations_and_the_record(client: openai.OpenAI, guide: Guide) -> None:
    completion = client.chat.completions.create(model="guide-ptce", messages=messages(QUESTION), temperature=0.3)
    message, answer = completion.choices[0].message, guide.ask(QUESTION)
    assert message.content and completion.choices[0].finish_reason == "stop"
    assert without_time(completion.model_dump()["guide"]) == without_time(record(answer))
    marks = [
        message.content[one.url_citation.start_index : one.url_citation.end_index] for one in message.annotations or []
    ]
    assert set(marks) == {f"[{citation.marker}]" for citation in answer.citations} and marks


def test_a_citation_leads_to_its_passage_in_the_document(client: openai.OpenAI, guide: Guide) -> None:
    completion = client.chat.completions.create(model="guide-ptce", messages=messages(QUESTION))
    first = (completion.choices[0].message.annotations or [])[0].url_citation
    cited = guide.ask(QUESTION).citations[0]
    assert first.url.startswith("http://127.0.0.1") and f"/sources/{cited.source.id}?start={cited.start}" in first.url


def test_openais_client_reads_the_stream_to_the_same_answer(client: openai.OpenAI, guide: Guide) -> None:
    chunks = list(client.chat.completions.create(model="guide-ptce", messages=messages(QUESTION), stream=True))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == record(guide.ask(QUESTION))["answer"] and chunks[-1].choices[0].finish_reason == "stop"
    assert without_time(chunks[-1].model_dump()["guide"]) == without_time(record(guide.ask(QUESTION)))


def test_earlier_messages_are_the_history_and_the_system_is_not(client: openai.OpenAI, guide: Guide) -> None:
    said = messages(QUESTION, "Cela dépend.", "Et comment la financer ?")
    parts = {"role": "user", "content": [{"type": "text", "text": "Et comment la financer ?"}]}
    for each in (said, [{"role": "system", "content": "Réponds en vers."}, *said], [*said[:-1], parts]):
        reply = client.chat.completions.create(model="guide-ptce", messages=each).model_dump()["guide"]
        assert without_time(reply) == without_time(record(guide.ask("Et comment la financer ?", _turns(said))))


def _turns(said: list[Any]) -> list[Any]:
    return [Turn(message["role"], message["content"]) for message in said[:-1]]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"model": "gpt-9", "messages": messages("x")}, "le seul est 'guide-ptce'"),
        ({"model": "guide-ptce", "messages": messages("x", "y")}, "question de l'utilisateur"),
        ({"model": "guide-ptce", "messages": messages("x"), "n": 2}, "« n » doit valoir 1"),
        ({"model": "guide-ptce", "messages": messages(" ")}, "question"),
        ({"model": "guide-ptce", "messages": []}, "Demande incorrecte : messages"),
    ],
)
def test_openais_client_is_told_what_is_wrong_in_french(
    client: openai.OpenAI, asked: dict[str, Any], words: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=words) as refused:
        client.chat.completions.create(**asked)
    assert refused.value.type == "invalid_request_error" and refused.value.code


def test_openais_client_without_a_token_is_unknown(address: str) -> None:
    with pytest.raises(openai.AuthenticationError, match="Il faut un jeton"):
        openai.OpenAI(base_url=f"{address}v1", api_key="sk-rien", max_retries=0).models.list()


def test_langchains_chat_model_answers_and_streams(address: str, guide: Guide) -> None:
    chat = ChatOpenAI(model="guide-ptce", base_url=f"{address}v1", api_key=TOKEN, max_retries=0)
    expected = record(guide.ask(QUESTION))["answer"]
    assert chat.invoke(QUESTION).text == expected
    assert "".join(chunk.text for chunk in chat.stream(QUESTION)) == expected


async def use(client: Client) -> dict[str, CallToolResult]:
    """What the official client gets from every tool, and from two bad calls."""
    async with client:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == TOOLS
        calls: dict[str, tuple[str, dict[str, Any]]] = {
            "ask": ("ask", {"question": QUESTION}),
            "search": ("search", {"question": QUESTION, "k": 3}),
            "list": ("list_sources", {}),
            "read": ("read_source", {"id": "institut-godin-recurrences", "start": 10, "length": 50}),
            "absent": ("read_source", {"id": "absent"}),
            "bad": ("search", {"question": QUESTION, "k": 1000}),
            "unknown": ("effacer", {}),
        }
        return {name: await client.call_tool(*call) for name, call in calls.items()}


def said(result: CallToolResult) -> str:
    assert isinstance(result.content[0], TextContent)
    return result.content[0].text


def check(results: dict[str, CallToolResult], guide: Guide) -> None:
    """The tools say what the guide says."""
    answer = guide.ask(QUESTION)
    asked = results["ask"].structured_content
    assert [one["quote"] for one in asked["citations"]] == [citation.quote for citation in answer.citations]
    assert "[1]" in said(results["ask"]) and "Références" in said(results["ask"])
    hits = [hit.passage.text for hit in guide.search(QUESTION, 3)]
    assert [one["text"] for one in results["search"].structured_content["passages"]] == hits
    assert len(results["list"].structured_content["sources"]) == len(guide.sources)
    assert said(results["read"]) == guide.source("institut-godin-recurrences").text[10:60]
    assert results["absent"].is_error and "n'est pas dans le corpus" in said(results["absent"])
    assert results["bad"].is_error and "voir k" in said(results["bad"])
    assert results["unknown"].is_error and "n'existe pas" in said(results["unknown"])


def test_mcps_client_uses_every_tool_on_standard_input_and_output(shipped_data_dir: Path, guide: Guide) -> None:
    environ = {"PTCE_DATA_DIR": str(shipped_data_dir), "PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd())}
    command = StdioServerParameters(command=sys.executable, args=["-c", RUN, "mcp"], env=environ)
    check(asyncio.run(use(Client(command))), guide)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_mcps_client_uses_every_tool_over_http(address: str, guide: Guide, mode: Literal["auto", "legacy"]) -> None:
    http = httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"})
    check(asyncio.run(use(Client(streamable_http_client(f"{address}mcp", http_client=http), mode=mode))), guide)


def test_mcps_client_is_told_how_far_an_answer_has_come(guide: Guide) -> None:
    told: list[tuple[float, str | None]] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        told.append((progress, message))

    async def asking() -> CallToolResult:
        async with Client(mcp_server(writing_guide(guide, saying(EXACT)))) as client:
            return await client.call_tool("ask", {"question": QUESTION}, progress_callback=hear)

    assert EXACT in said(asyncio.run(asking()))
    assert told == [(1, texts.TOOL_SEARCHING), (2, texts.TOOL_WRITING), (3, texts.TOOL_CHECKED.format(count=1))]


def test_without_the_library_mcp_says_what_to_install(tmp_path: Path) -> None:
    code = f"import sys; sys.modules['mcp'] = None; {RUN}"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path.cwd()), "PTCE_DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code, "mcp"], env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and done.stderr.strip().endswith("pip install 'guide-ptce[mcp]' ».")


def test_json_is_what_every_stream_line_holds(client: openai.OpenAI) -> None:
    raw = client.with_raw_response.chat.completions.create(
        model="guide-ptce", messages=messages(QUESTION), stream=True
    ).http_response.read()
    lines = [line for line in raw.decode().split("\n\n") if line]
    assert lines[-1] == "data: [DONE]" and all(json.loads(line.removeprefix("data: ")) for line in lines[:-1])
