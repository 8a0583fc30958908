"""The notebook in a real Chromium: basket, downloads, reload, restart, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, Locator, Page, expect

from rag.settings import Settings
from tests.exported import quotes
from tests.fakes import ScriptedGuide
from tests.test_ui_browser import SMALLEST_TARGET, ask, browser, field, opened, scrolls_sideways, served
from ui.exports.files import File
from ui.texts import notebook as texts
from ui.texts import page as page_texts

__all__ = ["browser"]  # a fixture


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("carnet")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(ScriptedGuide(), Settings(data_dir=folder)) as address:
        yield address


def gathered(page: Page, count: int) -> None:
    """Asks about the SCIC and puts the first citations of the answer into the basket."""
    ask(page, "La SCIC ?")
    for number in range(1, count + 1):
        page.locator(f"#c1-{number} .keep").click()
        expect(page.locator(f"#c1-{number} .keep")).to_have_text(texts.KEPT)
        expect(page.locator("#told")).to_contain_text(texts.KEPT_TOLD)


def notebook(page: Page) -> Locator:
    """Opens the tab, which a narrow screen keeps behind « … », and gives the citations."""
    expect(page.get_by_role("tab").first).to_be_visible()
    tab = page.get_by_role("tab", name=texts.TAB)
    if tab.count():
        tab.click()
    else:
        page.locator("#tabs .overflow-menu > button").click()
        page.locator("#tabs .overflow-dropdown button", has_text=texts.TAB).click()
    expect(page.locator("#book h2").first).to_be_visible()
    return page.locator("#book .basket > ol > li")


def downloaded(download: Download) -> File:
    return File(download.suggested_filename, "", Path(download.path()).read_bytes())


def test_citations_go_into_the_basket_and_out_as_a_document(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        gathered(page, 2)
        shown = [" ".join(" ".join(page.locator(f"#c1-{n} mark").all_inner_texts()).split()) for n in (1, 2)]
        expect(notebook(page)).to_have_count(2)
        page.locator("#book .get summary").click()
        with page.expect_download() as started:
            page.get_by_role("link", name="Word").click()
        assert quotes(downloaded(started.value)) == shown


def test_the_basket_is_ordered_and_annotated_with_the_keyboard_alone(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        gathered(page, 2)
        items = notebook(page)
        second = items.nth(1).locator("blockquote").inner_text()
        items.nth(1).locator("[data-act=up]").focus()
        page.keyboard.press("Enter")
        expect(items.nth(0).locator("blockquote")).to_have_text(second)
        expect(items.nth(0).locator("[data-act=down]")).to_be_focused()
        expect(page.locator("#book-told")).to_contain_text(texts.MOVED.format(number=1, count=2))
        items.nth(0).get_by_label(texts.NOTE_LABEL).fill("à citer <b>d'abord</b>")
        page.keyboard.press("Tab")
        expect(page.locator("#book-told")).to_contain_text(texts.NOTE_SAVED)
        page.reload()
        expect(notebook(page).nth(0).get_by_label(texts.NOTE_LABEL)).to_have_value("à citer <b>d'abord</b>")


def test_a_removed_citation_comes_back(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        gathered(page, 1)
        items = notebook(page)
        items.first.get_by_role("button", name=texts.DROP).click()
        expect(items).to_have_count(0)
        undo = page.get_by_role("button", name=texts.UNDO)
        expect(undo).to_be_focused()
        undo.click()
        expect(items).to_have_count(1)


def test_a_reload_and_a_restart_bring_the_conversation_back(browser: Browser, tmp_path: Path) -> None:
    with served(ScriptedGuide(), Settings(data_dir=tmp_path)) as address, opened(browser, address) as page:
        ask(page, "La SCIC ?")
        ask(page, "Et sa place ?", 2)
        page.reload()
        expect(page.locator("#e2 .searched")).to_contain_text("La SCIC ? Et sa place ?")
        state = page.context.cookies()
    assert [cookie["httpOnly"] for cookie in state if cookie["name"] == "ptce_carnet"] == [True]
    with served(ScriptedGuide(), Settings(data_dir=tmp_path)) as address, opened(browser, address) as page:
        page.context.add_cookies([{"name": c["name"], "value": c["value"], "url": address} for c in state])
        page.reload()
        expect(page.locator("#e2 .answer")).to_be_visible()
        ask(page, "Et le statut ?", 3)
        expect(page.locator("#e3 .searched")).to_contain_text("Et sa place ? Et le statut ?")


def test_an_answer_is_downloaded_with_names_masked_when_asked(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        ask(page, "La SCIC ?")
        page.locator("#e1 .get summary").first.click()
        page.get_by_label(texts.MASK_NAMES).first.check()
        with page.expect_download() as started:
            page.get_by_role("link", name="Markdown").first.click()
        said = downloaded(started.value).content.decode()
        assert "nom masqué" in said and "Carrichon" not in said


def test_a_conversation_is_left_resumed_and_deleted_with_a_way_back(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        ask(page, "La SCIC ?")
        page.get_by_role("button", name=texts.FRESH).click()
        expect(page.locator(".exchange")).to_have_count(0)
        expect(page.locator("#first button").first).to_be_visible()
        notebook(page)
        page.locator("#book .talks").get_by_role("button", name=texts.RESUME).click()
        expect(page.locator("#e1 .answer")).to_be_visible()
        notebook(page)
        page.locator("#book .talks").get_by_role("button", name=texts.REMOVE).click()
        expect(page.locator("#book .talks li")).to_have_count(0)
        page.get_by_role("button", name=texts.UNDO).click()
        expect(page.locator("#book .talks li")).to_have_count(1)


def test_everything_is_erased_in_two_steps(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        gathered(page, 1)
        notebook(page)
        page.get_by_text(texts.ERASE, exact=True).click()
        page.get_by_role("button", name=texts.ERASE_NOW).click()
        expect(page.locator("#book")).to_contain_text(texts.TALKS_EMPTY)
        page.reload()
        expect(field(page)).to_be_visible()
        expect(page.get_by_role("tab", name=page_texts.TAB_ASK)).to_be_visible()
        expect(page.locator(".exchange")).to_have_count(0)


def test_the_notebook_fits_a_telephone_and_its_fingers(browser: Browser, address: str) -> None:
    with opened(browser, address, width=390, height=844) as page:
        gathered(page, 2)
        notebook(page)
        page.locator("#book .get summary").click()
        assert not scrolls_sideways(page)
        for target in page.locator("#book button:visible, #book .get a, #book .take, #book summary").all():
            box = target.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET, target.inner_text()
