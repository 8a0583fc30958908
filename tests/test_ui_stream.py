"""An answer on its way to the reader: through the API as events, through the page as steps."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect
from starlette.testclient import TestClient

from rag.guide import Guide
from rag.settings import Settings
from rag.steps import Stage, Step
from rag.wording import answer_text
from tests.scripted_chat import ScriptedChat, saying, writing_guide
from tests.test_ui_api import events
from tests.test_ui_browser import ask, browser, field, opened, served  # noqa: F401 - `browser` is a fixture
from ui.api.completions import chunks
from ui.app import server_of
from ui.html.answers import conversation
from ui.steps import chat
from ui.texts import llm as texts_llm
from ui.texts import page as texts

QUESTION = "Faut-il créer une SCIC ?"
EXACT = "La structuration en SCIC nécessite un projet commun et un collectif solide."
WRONG = "La SCIC est obligatoire pour tous les pôles."
SAID = f"{EXACT} {WRONG} Huit pôles sont sous structures associatives."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@pytest.fixture
def client(guide: Guide, settings: Settings) -> Iterator[TestClient]:
    with TestClient(server_of(writing_guide(guide, saying(SAID)), settings)) as client:
        yield client


def test_the_api_streams_passages_then_sentences_then_the_answer(client: TestClient) -> None:
    heard = events(client, question=QUESTION)
    names = [name for name, _ in heard]
    assert names[0] == "passages" and names[-1] == "done" and set(names[1:-1]) == {"statement"}
    said, answer = [data for name, data in heard if name == "statement"], heard[-1][1]
    assert [one["text"] for one in said] == [one["text"] for one in answer["statements"]]
    assert said[0]["text"] == EXACT and said[0]["citations"][0]["quote"] == EXACT
    assert all(WRONG not in json.dumps(data, ensure_ascii=False) for _, data in heard)


def test_the_streamed_answer_is_the_one_that_is_asked_for(client: TestClient) -> None:
    asked = client.post("/api/ask", json={"question": QUESTION}).json()
    streamed = events(client, question=QUESTION)[-1][1]
    assert {**streamed, "latency_ms": 0} == {**asked, "latency_ms": 0}


def test_the_page_shows_extracts_at_once_and_then_each_sentence(guide: Guide) -> None:
    steps = list(chat.answering(writing_guide(guide, saying(SAID)), chat.asked((), QUESTION)))
    pages = [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", conversation(step)))) for step in steps]
    extract = guide.ask(QUESTION).statements[-1].text[:60]
    assert texts_llm.WRITING in pages[0] and extract in pages[0]
    assert "SCIC nécessite un projet commun" in pages[1] and "rédige" in pages[1]
    assert "rédige" not in pages[-1] and all(WRONG not in page for page in pages)
    assert chat.told(steps[0]) == texts_llm.WRITING and chat.told(steps[-1]).startswith("Réponse prête")


def test_a_reader_sees_the_sentences_come_one_by_one_and_how_each_is_supported(
    browser: Browser,  # noqa: F811 - the fixture
    guide: Guide,
    settings: Settings,
) -> None:
    slow = ScriptedChat(
        scripts=[["Aux pôles qui choisissent la SCIC, tout est dû. ", EXACT, " Huit", 2.0, " pôles", 0.5, " sont là."]]
    )
    with served(writing_guide(guide, slow), settings) as address, opened(browser, address) as page:
        field(page).fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#e1 .writing")).to_be_visible()
        expect(page.locator("#e1 .role.lead .statement").first).to_contain_text("nécessite un projet commun")
        expect(page.locator("#e1 .writing")).to_be_visible()
        field(page).fill("Et ensuite ?")
        expect(page.locator("#e1 .writing")).to_have_count(0)
        expect(field(page)).to_have_value("Et ensuite ?")
        assert "tout est dû" not in page.locator("#e1").inner_text()
        assert page.locator("#e1 .card").count() >= 1


SILENT = [f"{EXACT} Huit", 600.0, " pôles."]


def test_a_client_that_closes_the_stream_stops_the_model(guide: Guide, settings: Settings) -> None:
    model = ScriptedChat(scripts=[SILENT])
    with served(writing_guide(guide, model), settings) as address:
        with httpx.stream("POST", f"{address}api/v1/ask/stream", json={"question": QUESTION}) as response:
            said = next(line for line in response.iter_lines() if line.startswith("event: statement"))
        assert said and model.left.wait(10)


def test_a_silent_model_does_not_hide_that_the_stream_is_open(guide: Guide, settings: Settings) -> None:
    slow = ScriptedChat(scripts=[[EXACT, 1.2, " Fin."]])
    with TestClient(server_of(writing_guide(guide, slow), settings)) as client:
        text = client.post("/api/v1/ask/stream", json={"question": QUESTION}).text
    assert "\n\n:\n\n" in text and "event: done" in text


def test_the_embedded_chat_gets_the_exchange_at_each_step(client: TestClient, guide: Guide) -> None:
    lines = client.post("/embed/ask", json={"question": QUESTION}).text.splitlines()
    steps = [json.loads(line) for line in lines if line]
    shown = [re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", step["html"]))) for step in steps]
    assert texts_llm.WRITING in shown[0] and "nécessite un projet commun" in shown[1]
    assert texts_llm.WRITING not in shown[-1] and all(WRONG not in page for page in shown)
    assert EXACT in steps[-1]["answer"] and not any("answer" in step for step in steps[:-1])


def completion(client: TestClient, stream: bool) -> str:
    """What the OpenAI-compatible interface sends for `QUESTION`."""
    asked = {"model": "guide-ptce", "messages": [{"role": "user", "content": QUESTION}], "stream": stream}
    return client.post("/v1/chat/completions", json=asked).text


def test_openais_stream_says_each_sentence_once_verified_and_the_extracts_at_the_end(guide: Guide) -> None:
    steps = guide_steps(writing_guide(guide, saying(SAID)))
    heard = list(chunks(steps[0], iter(steps[1:]), "http://127.0.0.1/"))
    before_the_end = list(chunks(steps[0], iter(steps[1:2]), "http://127.0.0.1/"))
    assert EXACT in "".join(before_the_end) and EXACT in contents(heard)
    assert contents(heard) == answer_text(steps[-1].answer) and WRONG not in contents(heard)


def guide_steps(guide: Guide) -> list[Step]:
    return [step for step in guide.stream(QUESTION) if step.stage is not Stage.WRITING]


def contents(lines: list[str]) -> str:
    """The text of the chunks of a stream."""
    data = [line.removeprefix("data: ") for line in lines if line.startswith("data: {")]
    return "".join(json.loads(one)["choices"][0]["delta"].get("content", "") for one in data)


def test_openais_stream_and_answer_are_the_same_text(client: TestClient) -> None:
    whole = json.loads(completion(client, stream=False))["choices"][0]["message"]["content"]
    assert contents(completion(client, stream=True).split("\n\n")) == whole and EXACT in whole


def test_an_openai_client_that_leaves_stops_the_model(guide: Guide, settings: Settings) -> None:
    model = ScriptedChat(scripts=[SILENT])
    asked = {"model": "guide-ptce", "messages": [{"role": "user", "content": QUESTION}], "stream": True}
    with served(writing_guide(guide, model), settings) as address:
        with httpx.stream("POST", f"{address}v1/chat/completions", json=asked) as response:
            said = next(line for line in response.iter_lines() if "nécessite un projet commun" in line)
        assert said and model.left.wait(10)


def test_a_reader_stops_the_model_and_keeps_what_was_verified(
    browser: Browser,  # noqa: F811 - the fixture
    guide: Guide,
    settings: Settings,
) -> None:
    model = ScriptedChat(scripts=[SILENT])
    with served(writing_guide(guide, model), settings) as address, opened(browser, address) as page:
        stop = page.get_by_role("button", name=texts_llm.STOP, exact=True)
        expect(stop).to_be_hidden()
        field(page).fill(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#e1 .role.lead .statement").first).to_contain_text("nécessite un projet commun")
        stop.click()
        expect(page.locator("#e1 .writing")).to_have_count(0)
        expect(page.locator("#e1 .answer")).to_contain_text("Vous avez arrêté le modèle de langue")
        expect(page.locator("#e1 .role.lead .statement").first).to_contain_text("nécessite un projet commun")
        expect(stop).to_be_hidden()
        assert model.left.wait(10)


def test_a_reader_who_leaves_the_page_stops_the_model(
    browser: Browser,  # noqa: F811 - the fixture
    guide: Guide,
    settings: Settings,
) -> None:
    model = ScriptedChat(scripts=[SILENT])
    with served(writing_guide(guide, model), settings) as address:
        with opened(browser, address) as page:
            field(page).fill(QUESTION)
            page.keyboard.press("Enter")
            expect(page.locator("#e1 .writing")).to_be_visible()
        assert model.left.wait(20)


def test_each_statement_says_whether_it_is_word_for_word_or_rephrased(
    browser: Browser,  # noqa: F811 - the fixture
    guide: Guide,
    settings: Settings,
) -> None:
    said = "La structuration en SCIC nécessite un projet commun, un collectif solide."
    with served(writing_guide(guide, saying(said)), settings) as address, opened(browser, address) as page:
        ask(page, QUESTION)
        expect(page.locator("#e1 .writing")).to_have_count(0)
        tags = page.locator("#e1 .statement .tag").all_inner_texts()
        assert tags[0] == texts.REPHRASED and set(tags[1:]) == {texts_llm.VERBATIM}
        assert len(tags) == page.locator("#e1 .statement").count()
