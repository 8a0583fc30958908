"""The Gradio page: its tabs, each in a file of its own. Callbacks translate, and do not think."""

from __future__ import annotations

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from rag.settings import Settings
from ui import texts, texts_evaluation
from ui.evaluation import Desk
from ui.page.ask import ask_tab
from ui.page.corpus import corpus_tab
from ui.page.evaluation import evaluation_tab
from ui.page.keep import keep_exchange
from ui.page.parts import html

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's plain theme with the fonts of the system: the style sheets do the rest."""
    return gr.themes.Base(font=FONTS, font_mono=MONO)


def build_page(guide: Guide, settings: Settings) -> gr.Blocks:
    """The page over an open guide, in French."""
    page: gr.Blocks = gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True)
    with page:
        html(f"<h1>{texts.NAME}</h1>", "masthead")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(texts.TAB_ASK, id="ask"):
                keep_exchange(settings, ask_tab(guide))
            with gr.Tab(texts.TAB_CORPUS, id="corpus"):
                corpus_tab(guide)
            with gr.Tab(texts_evaluation.TAB, id="evaluation"):
                evaluation_tab(Desk(guide, settings))
        page.queue(default_concurrency_limit=8)
    return page
