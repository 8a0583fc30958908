"""The Gradio page: its tabs, each in a file of its own. Callbacks translate, and do not think."""

from __future__ import annotations

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.briefs.make import Briefs
from rag.guide import Guide
from rag.settings import Settings
from ui.access.roles import Role
from ui.evaluation.shown import Desk
from ui.opinions import Opinions
from ui.page.ask import ask_tab
from ui.page.corpus import corpus_tab
from ui.page.evaluation import evaluation_tab
from ui.page.keep import keep_exchange
from ui.page.notebook import Keeper, notebook_tab, restore
from ui.page.parts import EVENT, html, may
from ui.page.sheets import sheets_tab
from ui.page.tsf import browser_state, tsf_tab
from ui.store.notebook import Notebooks
from ui.texts import access as texts_access
from ui.texts import briefs as texts_briefs
from ui.texts import evaluation as texts_evaluation
from ui.texts import notebook as notebook_texts
from ui.texts import page as texts

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
LOOK = 0.01  # seconds between two looks at the queue: a thousand a second, as Gradio has it, never let a machine rest
SWEEP = 3600  # seconds after which what was uploaded and not accepted goes
MONO = ("ui-monospace", "monospace")


def theme() -> gr.themes.Base:
    """Gradio's plain theme with the fonts of the system: the style sheets do the rest."""
    return gr.themes.Base(font=FONTS, font_mono=MONO)


def build_page(guide: Guide, settings: Settings, notebooks: Notebooks) -> gr.Blocks:
    """The page over an open guide, in French."""
    keeper = Keeper(guide, notebooks)
    page: gr.Blocks = gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True, delete_cache=(SWEEP, SWEEP))
    briefs = Briefs(guide)
    with page:
        html(masthead(settings), "masthead")
        kept = browser_state()
        with gr.Tabs(elem_id="tabs", overflow_behavior="wrap") as tabs:
            with gr.Tab(texts.TAB_ASK, id="ask"):
                asking = ask_tab(guide, page, keeper.keep, Opinions(settings.data_dir))
                keep_exchange(settings, asking.state)
            with gr.Tab(texts_briefs.TAB_TSF, id="tsf") as prepare:
                tsf_tab(briefs, page, prepare, kept)
            with gr.Tab(texts_briefs.TAB_SHEETS, id="sheets"):
                sheets_tab(briefs)
            with gr.Tab(texts.TAB_CORPUS, id="corpus"):
                corpus_tab(guide, settings, page)
            with gr.Tab(notebook_texts.TAB, id="notebook") as tab:
                notebook_tab(keeper, asking, tab, tabs)
            with gr.Tab(texts_evaluation.TAB, id="evaluation") as evaluation:
                evaluation_tab(Desk(guide, settings))
        if settings.api_tokens:
            page.load(lambda: gr.Tab(visible=may(Role.EVALUATOR)), None, [evaluation], **EVENT)
        restore(keeper, asking, page)
        page.queue(default_concurrency_limit=8)
        page._queue.sleep_when_free = LOOK
    return page


def masthead(settings: Settings) -> str:
    """The name of the guide, and the way out of it where one had to sign in."""
    leave = f'<a class="leave" href="/login">{texts_access.SIGN_OUT}</a>' if settings.api_tokens else ""
    return f"<h1>{texts.NAME}</h1>{leave}"
