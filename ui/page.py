"""The Gradio page: it translates between components and `ui.chat`, and does not think."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from importlib.resources import files
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui import chat, texts
from ui.chat import Conversation
from ui.document import corpus_html
from ui.render import choices
from ui.render import conversation as conversation_html

FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif")
MONO = ("ui-monospace", "monospace")
SCRIPT = (files("ui") / "static" / "page.js").read_text(encoding="utf-8")
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def theme() -> gr.themes.Base:
    """Gradio's plain theme with the fonts of the system: the style sheets do the rest."""
    return gr.themes.Base(font=FONTS, font_mono=MONO)


def build_page(guide: Guide) -> gr.Blocks:
    """The page over an open guide, in French."""
    page: gr.Blocks = gr.Blocks(title=texts.NAME, analytics_enabled=False, fill_width=True)
    with page:
        _html(f"<h1>{texts.NAME}</h1>", "masthead")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(texts.TAB_ASK, id="ask"):
                _ask_tab(guide)
            with gr.Tab(texts.TAB_CORPUS, id="corpus"):
                _html(lambda: corpus_html(guide.sources), "corpus")
        page.queue(default_concurrency_limit=8)
    return page


def welcome() -> str:
    """One sentence on what the guide is."""
    return f'<p class="what">{texts.WHAT}</p>'


def first_questions() -> str:
    """Buttons for the first questions of a beginner."""
    return f"<h2>{texts.FIRST_QUESTIONS_TITLE}</h2>{choices(texts.FIRST_QUESTIONS)}"


def _html(value: str | Callable[[], str], id: str, script: str = "", *, visible: bool = True) -> gr.HTML:
    return gr.HTML(value, elem_id=id, js_on_load=script or None, apply_default_css=False, visible=visible)


def _ask_tab(guide: Guide) -> None:
    state = gr.State(())
    hello = _html(welcome(), "welcome")
    thread = _html("", "thread", SCRIPT)
    with gr.Row(elem_id="correct", visible=False) as correct:
        searched = gr.Textbox(label=texts.SEARCHED_LABEL, lines=1, max_lines=4, scale=4)
        again = gr.Button(texts.SEARCH_AGAIN, scale=0)
    with gr.Row(elem_id="asking"):
        question = gr.Textbox(
            label=texts.QUESTION_LABEL, placeholder=texts.QUESTION_PLACEHOLDER, lines=1, max_lines=8,
            scale=5, autofocus=True, elem_id="question",
        )  # fmt: skip
        send = gr.Button(texts.SEND, variant="primary", scale=0, elem_id="send")
    first = _html(first_questions(), "first", SCRIPT)
    told = _html('<p role="status" class="hidden"></p>', "told")
    shown = [state, thread, question, hello, first, correct, searched, told]

    def ask(text: str, conversation: Conversation) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation, text)

    def choose(conversation: Conversation, event: gr.EventData) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation, str(event.question))

    def search_again(text: str, conversation: Conversation) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation[:-1], conversation[-1].question, text)

    gr.on([question.submit, send.click], ask, [question, state], shown, **EVENT)
    gr.on([searched.submit, again.click], search_again, [searched, state], shown, **EVENT)
    for chosen in (thread.ask, first.ask):
        chosen(choose, [state], shown, **EVENT)


def _turn(guide: Guide, conversation: Conversation, question: str, searched: str = "") -> Iterator[list[Any]]:
    """Shows the question at once, then its answer."""
    if not question.strip():
        yield [gr.skip()] * 7 + [_told(texts.EMPTY_QUESTION)]
        return
    waiting = chat.asked(conversation, question)
    yield _show(waiting, texts.SEARCHING)
    done = chat.answered(guide, waiting, searched)
    yield _show(done, chat.told(done))


def _show(conversation: Conversation, told: str) -> list[Any]:
    follow_up = chat.correctable(conversation)
    return [
        conversation,
        conversation_html(conversation),
        gr.Textbox(value="", placeholder=texts.NEXT_PLACEHOLDER),
        gr.HTML(visible=False),
        gr.HTML(visible=False),
        gr.Row(visible=bool(follow_up)),
        follow_up,
        _told(told),
    ]


def _told(sentence: str) -> str:
    return f'<p role="status" class="hidden">{escape(sentence)}</p>'
