"""The tabs of briefs in a real Chromium, as a new facilitator uses them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from rag.guide import Guide
from rag.settings import Settings
from tests.test_ui_browser import CHROMIUM, FLAGS, opened, scrolls_sideways, served
from ui.texts import briefs as texts

SLOW = 30_000  # milliseconds: a whole brief on a machine that does other things


@pytest.fixture(scope="module")
def shipped(guide: Guide, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server over the shipped corpus."""
    with served(guide, Settings(data_dir=tmp_path_factory.mktemp("briefs"))) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def fill(page: Page) -> None:
    """The form of somebody who has read no documentation."""
    page.get_by_role("tab", name=texts.TAB_TSF).click()
    page.get_by_label("Qui vient apprendre").fill("SCIC de réemploi")
    for choice in ("Émergent", "Rural", "Modèle économique", "Portage politique"):
        page.get_by_label(choice, exact=True).check()
    page.get_by_role("radio", name="2", exact=True).check()


def make(page: Page) -> None:
    page.get_by_role("button", name=texts.MAKE_KIT).click()
    expect(page.locator("#kit .exports")).to_be_visible(timeout=SLOW)


def test_a_kit_is_made_changed_reloaded_and_exported(chromium: Browser, shipped: str, tmp_path: Path) -> None:
    with opened(chromium, shipped) as page:
        fill(page)
        make(page)
        first = page.locator("#kit .agenda tbody tr").first.locator("textarea").nth(2)
        first.fill("Accueil au café <b>")
        vigilance = page.locator("#part-1001-vigilance")
        vigilance.get_by_text(texts.MORE).click()
        vigilance.get_by_label(texts.MORE_LABEL).fill("Pourquoi l'évaluation est-elle difficile ?")
        page.wait_for_timeout(800)  # the agenda is kept half a second after the last key
        page.keyboard.press("Enter")
        expect(vigilance.locator(".yours")).to_contain_text("évaluation", timeout=SLOW)
        page.reload()
        page.get_by_role("tab", name=texts.TAB_TSF).click()
        expect(page.get_by_label("Qui vient apprendre")).to_have_value("SCIC de réemploi")
        expect(page.locator("#kit .exports")).to_be_visible(timeout=SLOW)
        expect(first).to_have_value("Accueil au café <b>")
        expect(vigilance.locator(".yours")).to_contain_text("évaluation", timeout=SLOW)
        with page.expect_download() as download:
            page.locator("#kit [data-export=md]").click()
        download.value.save_as(tmp_path / "kit.md")
        assert "Accueil au café" in (tmp_path / "kit.md").read_text(encoding="utf-8")


def test_an_empty_form_is_told_and_what_was_filled_stays(chromium: Browser, shipped: str) -> None:
    with opened(chromium, shipped) as page:
        page.get_by_role("tab", name=texts.TAB_TSF).click()
        page.get_by_label("La demande").fill("Tenir sans la Région")
        page.get_by_role("button", name=texts.MAKE_KIT).click()
        expect(page.locator("#tsf-problems")).to_contain_text("« Nombre de jours » est à remplir")
        expect(page.get_by_label("La demande")).to_have_value("Tenir sans la Région")


def test_what_is_typed_before_the_page_has_all_its_answers_stays(chromium: Browser, shipped: str) -> None:
    with opened(chromium, shipped) as page:
        held: list[Route] = []
        page.route("**/queue/join*", lambda route: held.append(route))
        page.reload()
        page.get_by_role("tab", name=texts.TAB_TSF).click()
        page.get_by_label("La demande").fill("Tenir sans la Région")
        assert held
        page.route("**/queue/join*", lambda route: route.continue_())
        for request in held:
            request.continue_()
        page.get_by_role("button", name=texts.MAKE_KIT).click()
        expect(page.locator("#tsf-problems")).to_contain_text("« Nombre de jours » est à remplir")
        expect(page.get_by_label("La demande")).to_have_value("Tenir sans la Région")


def test_sheets_and_comparison_on_a_telephone(chromium: Browser, shipped: str) -> None:
    with opened(chromium, shipped, width=390, height=844) as page:
        page.get_by_role("tab", name=texts.TAB_SHEETS).click()
        page.locator("[data-ask=le-lieu]").click()
        expect(page.locator("#sheet .sources")).to_be_visible(timeout=SLOW)
        page.locator("#sheet .mark").first.click()
        expect(page.locator("#c1002-1")).to_be_focused()
        page.locator("[data-ask=se-situer]").click()
        expect(page.get_by_role("button", name=texts.MAKE_SHEET)).to_be_visible()
        page.get_by_label(texts.COMPARE_LABEL).fill("Sur quoi repose le modèle économique ?")
        page.get_by_role("button", name=texts.COMPARE_SEND).click()
        expect(page.locator("#comparison table")).to_contain_text(texts.NOT_SAID, timeout=SLOW)
        assert not scrolls_sideways(page)
