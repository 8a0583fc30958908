"""What helps to read and to trust the guide, in a real Chromium: words explained, reasons, the map, kits kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from rag.guide import Guide
from rag.settings import Settings
from tests.test_ui_briefs_browser import SLOW, fill, make
from tests.test_ui_browser import QUESTION, SMALLEST_TARGET, ask, browser, opened, scrolls_sideways, served
from ui.texts import briefs as texts_briefs
from ui.texts import coverage as texts_coverage
from ui.texts import explain as texts
from ui.texts import notebook as texts_notebook
from ui.texts import page as texts_page

__all__ = ["browser"]  # a fixture
PHONE = (390, 844)


@pytest.fixture(scope="module")
def address(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the shipped corpus."""
    with served(guide, Settings(data_dir=tmp_path_factory.mktemp("help"))) as address:
        yield address


def test_words_and_reasons_unfold_on_a_telephone_with_the_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address, *PHONE) as page:
        ask(page, QUESTION)
        for summary in (page.locator("#e1 .terms > summary"), page.locator("#c1-1 .why > summary")):
            box = summary.bounding_box()
            assert box and box["height"] >= SMALLEST_TARGET
            summary.focus()
            page.keyboard.press("Enter")
        expect(page.locator("#e1 .terms dl")).to_contain_text("Société coopérative d'intérêt collectif")
        expect(page.locator("#c1-1 .why li").first).to_be_visible()
        page.reload()  # what is kept of an answer says why too
        expect(page.locator("#c1-1 .why > summary")).to_have_text(texts.WHY)
        assert not scrolls_sideways(page)


@pytest.mark.parametrize("size", [(1280, 900), PHONE], ids=["wide", "phone"])
def test_a_question_of_the_map_is_asked_in_the_first_tab(browser: Browser, address: str, size: tuple[int, int]) -> None:
    with opened(browser, address, *size) as page:
        page.get_by_role("tab", name=texts_page.TAB_CORPUS).click()
        expect(page.get_by_role("heading", name=texts_coverage.TITLE)).to_be_visible()
        assert not scrolls_sideways(page)
        page.locator(".coverage .gaps summary").nth(4).click()
        question = page.locator(".coverage .gaps .choice:visible").first
        asked = question.inner_text()
        question.click()
        expect(page.get_by_role("heading", name=asked)).to_be_visible()
        expect(page.locator("#e1 .refusal")).to_be_visible()


def test_a_kit_is_found_again_in_the_notebook(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        fill(page)
        make(page)
        page.get_by_role("button", name=texts_briefs.CLEAR).click()
        expect(page.locator("#kit .exports")).to_have_count(0)
        page.get_by_role("tab", name=texts_notebook.TAB).click()
        kit = page.locator("#book .kits li")
        expect(kit).to_contain_text("SCIC de réemploi")
        kit.get_by_text(texts_notebook.RESUME).click()
        expect(page.locator("#kit .exports")).to_be_visible(timeout=SLOW)
        expect(page.get_by_label("Qui vient apprendre")).to_have_value("SCIC de réemploi")
        page.get_by_role("tab", name=texts_notebook.TAB).click()
        expect(kit).to_have_count(1)
        kit.get_by_text(texts_notebook.REMOVE).click()
        expect(page.locator("#book .kits .empty")).to_be_visible()
        page.locator("#book .kits .undo button").click()
        expect(kit).to_have_count(1)
