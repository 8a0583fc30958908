"""In a real Chromium: the chat in another site's page, the sign-in page, and an opinion on an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect, sync_playwright

from eval.serving import on_loopback
from rag.guide import Guide
from rag.settings import Settings
from tests.fakes import ScriptedGuide
from tests.scripted_chat import ScriptedChat, writing_guide
from tests.test_ui_browser import CHROMIUM, FLAGS, SMALLEST_TARGET, ask, opened, served
from tests.test_ui_stream import EXACT
from ui.access.roles import Role
from ui.access.tokens import create
from ui.opinions import Opinions, Verdict
from ui.texts import access as texts_access
from ui.texts import clients as texts_clients
from ui.texts import llm as texts_llm
from ui.texts import page as texts

QUESTION = "Une obligation ?"
TOKEN, GRANT = create([Role.READER], "lecture")
HEAD = '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Réseau</title><link rel="icon" href="data:,">'
INJECTION = '<img src=x onerror="document.title=1"> SCIC ?'


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder, and does not write about it."""

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The origin of another site, whose pages are in `folder`."""
    with on_loopback(partial(Quiet, directory=str(folder))) as origin:
        yield origin


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of another site that embeds a guide for which one needs a token otherwise."""
    folder = tmp_path_factory.mktemp("site")
    with site(folder) as origin:
        settings = Settings.model_validate(
            {"data_dir": tmp_path_factory.mktemp("data"), "api_tokens": GRANT.setting, "embed_origins": origin}
        )
        with served(ScriptedGuide(), settings) as guide:
            page = f'{HEAD}<h1>Réseau</h1><script src="{guide}embed.js"></script>'
            (folder / "index.html").write_text(page, encoding="utf-8")
            yield f"{origin}/"


def chat_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def test_another_sites_page_shows_the_chat_with_its_citations(browser: Browser, host: str) -> None:
    with opened(browser, host, path="index.html") as page:
        chat = chat_in(page)
        chat.get_by_label(texts.QUESTION_LABEL).fill(QUESTION)
        page.keyboard.press("Enter")
        expect(chat.locator("#e1 .answer")).to_be_visible()
        cited = ScriptedGuide().ask(QUESTION).citations
        assert chat.locator("#e1 .card").count() == len(cited)
        expect(chat.locator("#c1-1 mark")).to_have_text(cited[0].quote)
        chat.locator("#m1-1").click()
        expect(chat.locator("#c1-1")).to_be_focused()
        with page.context.expect_page() as popup:
            chat.locator("#c1-1").get_by_role("link", name=texts.IN_DOCUMENT).click()
        expect(popup.value.locator("#passage")).to_be_in_viewport()
        assert page.title() == "Réseau"


def test_the_embedded_chat_is_used_with_the_keyboard_alone_on_a_telephone(browser: Browser, host: str) -> None:
    with opened(browser, host, width=390, height=844, path="index.html") as page:
        chat = chat_in(page)
        expect(chat.get_by_label(texts.QUESTION_LABEL)).to_be_visible()
        for _ in range(12):
            page.keyboard.press("Tab")
            if chat.locator("textarea:focus").count():
                break
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        expect(chat.locator("#e1 .answer")).to_be_visible()
        page.keyboard.type("Et le statut ?")
        page.keyboard.press("Enter")
        expect(chat.locator("#e2 .answer")).to_be_visible()
        frame = page.frames[1]
        assert not frame.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        for button in chat.locator("#asking button:visible, #e2 .card footer a").all():
            box = button.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET and box["width"] >= SMALLEST_TARGET
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_what_a_visitor_writes_is_shown_as_text_and_errors_are_told(browser: Browser, host: str) -> None:
    with opened(browser, host, path="index.html") as page:
        chat = chat_in(page)
        chat.get_by_label(texts.QUESTION_LABEL).fill(INJECTION)
        chat.get_by_role("button", name=texts.SEND).click()
        expect(chat.locator("#e1 .asked")).to_contain_text("<img src=x")
        assert chat.locator("#e1 img").count() == 0


def test_a_first_question_of_the_chat_is_asked_by_its_button(browser: Browser, host: str) -> None:
    with opened(browser, host, path="index.html") as page:
        chat = chat_in(page)
        chat.locator("#first button").first.click()
        expect(chat.locator("#e1 .asked")).to_contain_text(texts.FIRST_QUESTIONS[0][:20])
        expect(chat.locator("#first")).to_have_count(0)


def test_a_visitor_stops_the_model_with_the_keyboard_and_asks_on(
    browser: Browser, guide: Guide, tmp_path: Path
) -> None:
    model = ScriptedChat(scripts=[[f"{EXACT} Huit", 600.0, " pôles."], [EXACT]])
    with (
        served(writing_guide(guide, model), Settings(data_dir=tmp_path)) as address,
        opened(browser, address, width=390, height=844, path="embed") as page,
    ):
        stop = page.get_by_role("button", name=texts_llm.STOP, exact=True)
        expect(stop).to_be_hidden()
        page.get_by_label(texts.QUESTION_LABEL).fill("Faut-il créer une SCIC ?")
        page.keyboard.press("Enter")
        expect(page.locator("#e1 .role.lead .statement").first).to_contain_text("nécessite un projet commun")
        box = stop.bounding_box()
        assert box and box["height"] >= SMALLEST_TARGET and box["width"] >= SMALLEST_TARGET
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#e1 .answer")).to_contain_text(texts_llm.STOPPED)
        expect(page.locator("#e1 .role.lead .statement").first).to_contain_text("nécessite un projet commun")
        expect(page.locator("#told")).to_have_text(texts_llm.STOPPED)
        expect(stop).to_be_hidden()
        expect(page.get_by_label(texts.QUESTION_LABEL)).to_be_focused()
        assert model.left.wait(10)
        page.keyboard.type("Et comment la financer ?")
        page.keyboard.press("Enter")
        expect(page.locator("#e2 .answer")).to_be_visible()


def test_a_site_that_is_not_allowed_cannot_show_the_chat(browser: Browser, host: str, tmp_path: Path) -> None:
    with site(tmp_path) as stranger:
        context = browser.new_context()
        page = context.new_page()
        page.goto(f"{host}index.html")
        frame = page.frames[1].url
        (tmp_path / "index.html").write_text(f'<!doctype html><title>x</title><iframe src="{frame}"></iframe>')
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text))
        page.goto(f"{stranger}/index.html")
        page.wait_for_timeout(300)
        assert any("frame-ancestors" in said for said in refused)
        assert page.frames[1].locator("#asking").count() == 0
        context.close()


def test_one_signs_in_with_a_token_and_out_again(browser: Browser, tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "api_tokens": GRANT.setting})
    with served(ScriptedGuide(), settings) as address, opened(browser, address, path="login?next=/") as page:
        page.get_by_label(texts_access.SIGN_IN_LABEL).fill(TOKEN)
        page.keyboard.press("Enter")
        ask(page, QUESTION)
        page.get_by_role("link", name=texts_access.SIGN_OUT).click()
        page.get_by_role("button", name=texts_access.SIGN_OUT).click()
        expect(page.get_by_label(texts_access.SIGN_IN_LABEL)).to_be_visible()
        page.goto(address)
        expect(page.get_by_label(texts_access.SIGN_IN_LABEL)).to_be_visible()


def test_an_opinion_is_given_with_the_keyboard_and_kept(browser: Browser, tmp_path: Path) -> None:
    with (
        served(ScriptedGuide(), Settings(data_dir=tmp_path)) as address,
        opened(browser, address, width=390, height=844) as page,
    ):
        ask(page, QUESTION)
        summary = page.locator("#e1 .opinion summary")
        summary.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        page.get_by_label(texts_clients.OPINION_REASON).fill(INJECTION)
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        for target in page.locator("#e1 .opinion fieldset label, #e1 .opinion button, #e1 .opinion summary").all():
            box = target.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET and box["width"] >= SMALLEST_TARGET
        page.get_by_role("button", name=texts_clients.OPINION_SEND).click()
        expect(page.locator("#e1 .opinion.told")).to_be_focused()
        expect(page.locator("#e1 .opinion.told")).to_have_text(texts_clients.OPINION_THANKS)
        [(_, opinion)] = Opinions(tmp_path)
        assert (opinion.right, opinion.sources, opinion.reason) == (Verdict.YES, Verdict.PARTLY, INJECTION)
        ask(page, "Et le statut ?", 2)
        expect(page.locator("#e1 .opinion.told")).to_be_visible()
        expect(page.locator("#e2 .opinion summary")).to_be_visible()
