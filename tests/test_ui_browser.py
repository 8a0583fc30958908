"""The page in a real Chromium: asked, read and followed, by mouse, by keyboard, on a telephone."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright

from eval.items import shipped
from rag.guide import Guide
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from ui.app import server_of
from ui.texts import evaluation
from ui.texts import page as texts

QUESTION = "Faut-il créer une SCIC ?"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
# what Gradio says of its own stream when the page is left or closed while it is open
LEAVING = re.compile(r"signal is aborted without reason|Connection errored out")
SMALLEST_TARGET = 44


@contextmanager
def served(guide: Guide, settings: Settings) -> Iterator[str]:
    """The address of a real server over `guide`, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        app = server_of(guide, settings.model_copy(update={"port": port}))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="module")
def address(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the shipped corpus."""
    with served(guide, Settings(data_dir=tmp_path_factory.mktemp("shipped"))) as address:
        yield address


@pytest.fixture(scope="module")
def scripted_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the scripted guide, whose refusals and follow-ups are known."""
    with served(ScriptedGuide(), Settings(data_dir=tmp_path_factory.mktemp("scripted"))) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str, width: int = 1280, height: int = 900, path: str = "") -> Iterator[Page]:
    """The page, or what is at `path`; afterwards, no request went elsewhere and the console holds no error."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    asked: list[Request] = []
    complaints: list[str] = []
    context.on("request", lambda request: asked.append(request))
    context.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(address + path)
    if not path:
        expect(field(page)).to_be_visible()
    yield page
    context.close()
    elsewhere = [request.url for request in asked if urlsplit(request.url).hostname not in ("127.0.0.1", None)]
    assert asked and elsewhere == [] and [said for said in complaints if not LEAVING.search(said)] == []


def field(page: Page) -> Locator:
    return page.get_by_label(texts.QUESTION_LABEL)


def ask(page: Page, question: str, number: int = 1) -> None:
    field(page).fill(question)
    page.keyboard.press("Enter")
    expect(page.locator(f"#e{number} .answer")).to_be_visible()


def scrolls_sideways(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def test_a_question_gets_an_answer_whose_marks_have_cards_with_exact_quotes(
    browser: Browser, address: str, guide: Guide
) -> None:
    with opened(browser, address) as page:
        ask(page, QUESTION)
        answer = guide.ask(QUESTION)
        marks, cards = page.locator("#e1 .mark"), page.locator("#e1 .card")
        assert marks.count() >= 1 and cards.count() == len(answer.citations)
        for citation in answer.citations:
            card = page.locator(f"#c1-{citation.marker}")
            marked = " ".join(" ".join(card.locator("mark").all_inner_texts()).split())
            assert re.sub(r"[-\W]+", "", marked) == re.sub(r"[-\W]+", "", citation.quote)
            assert str(citation.source.metadata.year) in card.inner_text()


def test_a_mark_and_its_card_point_to_each_other(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        ask(page, QUESTION)
        page.locator("#e1 .mark").last.click()
        marker = page.locator("#e1 .mark").last.inner_text()
        expect(page.locator(f"#c1-{marker}")).to_be_focused()
        expect(page.locator(f"#c1-{marker}")).to_be_in_viewport()
        page.locator(f"#c1-{marker} .back").click()
        expect(page.locator(f"#m1-{marker}")).to_be_focused()


def test_the_document_opens_at_the_highlighted_quote(browser: Browser, address: str, guide: Guide) -> None:
    with opened(browser, address) as page:
        ask(page, QUESTION)
        with page.context.expect_page() as popup:
            page.locator("#c1-1").get_by_role("link", name=texts.IN_DOCUMENT).click()
        document = popup.value
        document.wait_for_load_state()
        expect(document.locator("#passage")).to_be_in_viewport()
        first = guide.ask(QUESTION).citations[0]
        assert document.locator("#passage").inner_text().strip() in first.quote
        assert document.title().startswith(first.source.metadata.title)


def test_everything_can_be_done_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.keyboard.press("Tab")
        for _ in range(40):
            if page.evaluate("document.activeElement.tagName") == "TEXTAREA":
                break
            page.keyboard.press("Tab")
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        expect(page.locator("#e1 .answer")).to_be_visible()
        page.evaluate("document.activeElement.blur()")
        reach(page, "mark")
        page.keyboard.press("Enter")
        expect(page.locator("#c1-1")).to_be_focused()
        reach(page, "open")
        with page.context.expect_page() as popup:
            page.keyboard.press("Enter")
        expect(popup.value.locator("#passage")).to_be_in_viewport()
        page.bring_to_front()
        reach(page, "back")
        page.keyboard.press("Enter")
        expect(page.locator("#m1-1")).to_be_focused()


def reach(page: Page, name: str) -> None:
    """Presses Tab until something of that class is reached; what is reached can be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("name => document.activeElement.classList.contains(name)", name):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"Tab never reached {name!r}")


def test_nothing_scrolls_sideways_on_a_telephone(browser: Browser, address: str) -> None:
    with opened(browser, address, width=390, height=844) as page:
        assert not scrolls_sideways(page)
        ask(page, QUESTION)
        assert not scrolls_sideways(page)
        edges = "[...document.querySelectorAll('#e1 .answer, #c1-1')].map((one) => one.getBoundingClientRect())"
        answer, card = page.evaluate(edges)  # at once: the page may still be scrolling
        assert card["top"] >= answer["bottom"], "cards lie below the answer"
        page.goto(f"{address}sources/institut-godin-recurrences")
        assert not scrolls_sideways(page)


def test_targets_are_large_enough_for_a_finger(browser: Browser, address: str) -> None:
    with opened(browser, address, width=390, height=844) as page:
        for button in page.locator("#first button, #asking button, button[role=tab]").all():
            box = button.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET and box["width"] >= SMALLEST_TARGET
        ask(page, QUESTION)
        for link in page.locator("#e1 .card footer a, #e1 .copy").all():
            box = link.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET and box["width"] >= SMALLEST_TARGET


def test_a_first_question_is_asked_by_its_button(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        assert page.locator("#first button").count() == 6
        page.locator("#first button").first.click()
        expect(page.locator("#e1 .answer")).to_be_visible()
        expect(page.locator("#first")).to_have_count(0)


def test_the_copied_answer_has_its_references(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        ask(page, "Une obligation ?")
        page.get_by_role("button", name=texts.COPY).click()
        expect(page.get_by_role("button", name=texts.COPIED)).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "[1]" in copied and texts.REFERENCES in copied


def test_a_follow_up_can_be_corrected(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address) as page:
        ask(page, "La SCIC ?")
        ask(page, "Et sa place ?", 2)
        expect(page.locator("#e2 .searched")).to_contain_text("La SCIC ? Et sa place ?")
        page.get_by_role("button", name=texts.FIX).last.click()
        expect(page.get_by_label(texts.SEARCHED_LABEL)).to_be_focused()
        page.get_by_label(texts.SEARCHED_LABEL).fill("une obligation")
        page.get_by_role("button", name=texts.SEARCH_AGAIN).click()
        expect(page.locator("#e2 .searched")).to_contain_text("une obligation")
        expect(page.locator(".exchange")).to_have_count(2)


def test_a_refusal_offers_a_question_that_can_be_answered(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address) as page:
        ask(page, "xyzzy")
        expect(page.locator("#e1 .refusal")).to_contain_text("n'en parlent pas")
        expect(page.locator("#e1 .mark")).to_have_count(0)
        page.locator("#e1 .choice").click()
        expect(page.locator("#e2 .mark").first).to_be_visible()


def test_what_a_question_or_a_source_contains_is_never_run(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address) as page:
        evil = "vigilance <img src=x onerror=\"document.title='eu'\"> ${document.title='eu'} {{value}}"
        ask(page, evil)
        expect(page.locator("#e1 .asked")).to_contain_text(evil)
        assert page.locator("#thread img").count() == 0 and page.title() == texts.NAME


def test_the_corpus_is_listed_with_a_link_to_each_document(browser: Browser, address: str, guide: Guide) -> None:
    with opened(browser, address) as page:
        page.get_by_role("tab", name=texts.TAB_CORPUS).click()
        entries = page.locator(".corpus li")
        expect(entries).to_have_count(len(guide.sources))
        with page.context.expect_page() as popup:
            entries.first.get_by_role("link", name=texts.READ).click()
        expect(popup.value.locator("h1")).to_be_visible()


def test_an_empty_question_and_a_broken_one_are_sentences(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address) as page:
        page.locator("#send").click()
        expect(page.locator("#told")).to_contain_text(texts.EMPTY_QUESTION)
        field(page).fill("panne")
        page.locator("#send").click()
        expect(page.locator(".problem")).to_contain_text("erreur interne")


def test_the_api_documentation_opens_without_a_network(browser: Browser, scripted_address: str) -> None:
    with opened(browser, scripted_address, path="docs") as page:
        expect(page.get_by_text("/api/v1/ask").first).to_be_visible()


def test_an_evaluator_runs_and_reads_without_leaving_the_page(browser: Browser, guide: Guide, tmp_path: Path) -> None:
    questions = tmp_path / "peu.jsonl"
    lines = shipped("dev").read_text(encoding="utf-8").splitlines()[::70]
    questions.write_text("\n".join(lines), encoding="utf-8")
    with served(guide, Settings(data_dir=tmp_path / "var")) as address, opened(browser, address) as page:
        page.get_by_role("tab", name=evaluation.TAB).click()
        page.get_by_test_id(f"{evaluation.UPLOAD}-upload-button").set_input_files(questions)
        expect(page.locator("#questions-file input")).to_have_value("peu")
        page.get_by_role("button", name=evaluation.VALIDATE).click()
        expect(page.locator("#questions-problems")).to_contain_text("aucune faute")
        page.get_by_role("button", name=evaluation.START).click()
        expect(page.locator("#run-progress")).to_contain_text("terminée", timeout=60_000)
        page.get_by_role("tab", name=evaluation.READ, exact=True).click()
        expect(page.locator("#read-run input")).to_have_value("essai")
        page.get_by_role("button", name=evaluation.SHOW).click()
        expect(page.locator("#read-report svg").first).to_be_visible(timeout=60_000)
        page.locator("#read-question input").click()
        page.get_by_role("option").first.click()
        expect(page.locator("#read-one mark").first).to_be_visible()
        page.get_by_role("tab", name=evaluation.COMPARE, exact=True).click()
        page.get_by_role("button", name=evaluation.DO_COMPARE).click()
        expect(page.get_by_text(evaluation.TWO_RUNS)).to_be_visible()


def test_an_exchange_is_added_to_the_question_file(browser: Browser, tmp_path: Path) -> None:
    with served(ScriptedGuide(), Settings(data_dir=tmp_path)) as address, opened(browser, address) as page:
        ask(page, "Une obligation ?")
        page.get_by_role("button", name=evaluation.KEEP).click()
        page.get_by_label("[1]").check()
        page.get_by_role("button", name=evaluation.KEEP_SAVE).click()
        expect(page.locator("#keep-told")).to_contain_text("X-001")
    assert (tmp_path / "questions" / "echanges.jsonl").read_text(encoding="utf-8").count("\n") == 1
