"""One's own documents in a real Chromium: dropped, previewed, accepted, asked, deleted; and the hostile ones, inert."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from corpus.types import MINE
from eval.pdfs import pdf, typeset
from rag.guide import Guide
from rag.settings import Settings
from tests.test_service_hostile import ATTACKS, live_elements, struck
from tests.test_ui_browser import ask, browser, field, opened, served
from ui.texts import documents as texts
from ui.texts import page as texts_page

__all__ = ["browser"]
AMOUNT = "Pour créer un fonds de dotation, les fondateurs doivent apporter une dotation initiale d'au moins 15 000 €."
OF_THE_SHEET = "Combien d'argent faut-il apporter pour créer un fonds de dotation ?"
SLOW = 30_000  # milliseconds: a process is started, and an index written
TITLE = "Nos règles de dotation"
WATCH = """
window.told = [];
new MutationObserver(() => told.push(document.querySelector("#added")?.innerText ?? ""))
  .observe(document.body, {childList: true, subtree: true, characterData: true});
"""
DROPPED = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name));
  return carried;
}"""


def sheet() -> bytes:
    """A PDF of three pages; the second one answers."""
    pages = [
        [
            ("title", "Le fonds de dotation"),
            ("paragraph", "Un fonds de dotation reçoit des biens et soutient une cause."),
        ],
        [("heading", "Dotation initiale"), ("paragraph", AMOUNT)],
        [("heading", "Fin du fonds"), ("paragraph", "Le fonds est dissous par son conseil, qui nomme un liquidateur.")],
    ]
    return pdf(typeset([block for page in pages for block in [*page, ("page", "")]][:-1]), "Le fonds de dotation")


@pytest.fixture(scope="module")
def settings(shipped_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over a copy of the shipped index, which these tests change."""
    folder = tmp_path_factory.mktemp("documents") / "data"
    shutil.copytree(shipped_data_dir, folder)
    return Settings(data_dir=folder, rate_limit=0)


@pytest.fixture(scope="module")
def address(settings: Settings, guide: Guide) -> Iterator[str]:
    """A server over the shipped corpus."""
    with served(Guide(settings, guide.index, guide.embedder), settings) as address:
        yield address


def drop(page: Page, name: str, data: bytes) -> None:
    """Drops a file where the page takes files."""
    page.get_by_role("tab", name=texts_page.TAB_CORPUS).click()
    carried = page.evaluate_handle(DROPPED, [name, b64encode(data).decode()])
    page.locator("#drop button").first.dispatch_event("drop", {"dataTransfer": carried})
    expect(page.locator("#preview .understood")).to_be_visible(timeout=SLOW)


def accept(page: Page) -> None:
    page.locator("#accept").click()
    expect(page.locator("#added")).to_contain_text("1 ajouté(s)", timeout=SLOW)


def delete(page: Page, title: str) -> None:
    """Deletes a document that was added, once it is confirmed."""
    page.get_by_label(texts.CHOOSE, exact=True).click()
    page.get_by_role("option", name=title).click()
    page.get_by_role("button", name=texts.DELETE).click()
    expect(page.locator("#sure")).to_contain_text(texts.CONFIRM.format(title=title))
    page.get_by_role("button", name=texts.CONFIRM_YES).click()
    expect(page.locator("#changed")).to_contain_text(texts.DELETED.format(title=title), timeout=SLOW)


def boxes(page: Page) -> Locator:
    return page.locator("#where input[type=checkbox]")


def ask_again(page: Page, question: str, number: int) -> None:
    page.get_by_role("tab", name=texts_page.TAB_ASK).click()
    ask(page, question, number)


def test_a_dropped_document_is_seen_accepted_cited_at_its_page_and_deleted(
    browser: Browser, address: str, settings: Settings
) -> None:
    with opened(browser, address) as page:
        expect(boxes(page)).to_have_count(0)
        drop(page, "dotation.pdf", sheet())
        expect(page.locator("#preview")).to_contain_text(texts.PAGES.format(count=3))
        expect(page.locator("#preview li")).to_contain_text(
            ["Le fonds de dotation", "Dotation initiale", "Fin du fonds"]
        )
        assert not (settings.data_dir / "collections").exists()
        page.get_by_label(texts.DOCUMENT_TITLE).first.fill(TITLE)
        page.evaluate(WATCH)
        accept(page)
        assert any(said.startswith(texts.ADDING) for said in page.evaluate("told"))
        expect(page.locator("#documents")).to_contain_text(TITLE)
        ask_again(page, OF_THE_SHEET, 1)  # on a page that was opened before there was anything to choose from
        expect(boxes(page)).to_have_count(2)
        card = page.locator("#e1 .card").filter(has_text="15 000 €")
        expect(card).to_contain_text(TITLE)
        expect(card).to_contain_text("p. 2")
        with page.context.expect_page() as popup:
            card.get_by_role("link", name=texts_page.IN_DOCUMENT).click()
        expect(popup.value.locator("#passage")).to_be_in_viewport()
        assert "15 000 €" in popup.value.locator("#passage").inner_text()
        expect(popup.value.locator("#page-2")).to_be_visible()
        address_of_it = popup.value.url
        page.get_by_role("tab", name=texts_page.TAB_CORPUS).click()
        delete(page, TITLE)
        expect(page.locator("#documents")).not_to_contain_text(TITLE)
        ask_again(page, OF_THE_SHEET, 2)
        expect(boxes(page)).to_have_count(0)
        assert TITLE not in page.locator("#e2").inner_text()
        assert page.request.get(address_of_it).status == 404


def test_only_what_is_ticked_is_searched_and_nothing_ticked_is_told(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        drop(page, "dotation.pdf", sheet())
        accept(page)
        page.get_by_role("tab", name=texts_page.TAB_ASK).click()
        boxes(page).first.uncheck()
        ask(page, OF_THE_SHEET)
        expect(page.locator("#e1 .collections")).to_contain_text(
            texts.SEARCHED_IN.format(searched=texts.COLLECTIONS[MINE])
        )
        boxes(page).last.uncheck()
        field(page).fill("Faut-il créer une SCIC ?")
        page.keyboard.press("Enter")
        expect(page.get_by_text(texts.WHERE_NONE)).to_be_in_viewport()
        page.get_by_role("tab", name=texts_page.TAB_CORPUS).click()
        delete(page, "Le fonds de dotation")


def test_a_hostile_document_is_text_from_its_drop_to_its_deletion(browser: Browser, address: str) -> None:
    attack = " ".join(ATTACKS)
    title = f"Zibeline {attack}"[:200]
    text = f"# {title}\n\n## Partie {attack}\n\nLe zibelinage des fonds de zibeline coûte 12 € {attack}."
    front = "---\ntitle: '" + title.replace("'", "''") + "'\nauthors: ['" + attack[:90].replace("'", "''") + "']\n---\n"
    with opened(browser, address) as page:
        drop(page, "<img src=x onerror=window.frappe=1>.md", (front + text).encode())
        expect(page.locator("#preview")).to_contain_text("<script>")
        assert page.get_by_label(texts.DOCUMENT_TITLE).first.input_value().startswith("Zibeline <script>")
        accept(page)
        expect(page.locator("#documents")).to_contain_text("Zibeline <script>")
        ask_again(page, "Combien coûte le zibelinage des fonds de zibeline ?", 1)
        expect(page.locator("#e1 .card").first).to_contain_text("Zibeline <script>")
        page.get_by_role("tab", name=texts_page.TAB_CORPUS).click()
        delete(page, title)
        assert live_elements(page, "body .gradio-container") == 0 and not struck(page)
        assert page.locator("a[href^='javascript'], a[href^='data']").count() == 0
