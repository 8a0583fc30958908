"""The tab « Poser une question »: it translates between components and `ui.chat`, and does not think."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui import chat, texts, texts_documents
from ui.chat import Conversation
from ui.page.parts import EVENT, SCRIPT, html
from ui.render import choices
from ui.render import conversation as conversation_html


def welcome() -> str:
    """One sentence on what the guide is."""
    return f'<p class="what">{texts.WHAT}</p>'


def first_questions() -> str:
    """Buttons for the first questions of a beginner."""
    return f"<h2>{texts.FIRST_QUESTIONS_TITLE}</h2>{choices(texts.FIRST_QUESTIONS)}"


def ask_tab(guide: Guide, page: gr.Blocks) -> None:
    """The question field, the conversation, and the first questions of a beginner."""
    state = gr.State(())
    hello = html(welcome(), "welcome")
    thread = html("", "thread", SCRIPT)
    with gr.Row(elem_id="correct", visible=False) as correct:
        searched = gr.Textbox(label=texts.SEARCHED_LABEL, lines=1, max_lines=4, scale=4)
        again = gr.Button(texts.SEARCH_AGAIN, scale=0)
    with gr.Row(elem_id="asking"):
        question = gr.Textbox(
            label=texts.QUESTION_LABEL, placeholder=texts.QUESTION_PLACEHOLDER, lines=1, max_lines=8,
            scale=5, autofocus=True, elem_id="question",
        )  # fmt: skip
        send = gr.Button(texts.SEND, variant="primary", scale=0, elem_id="send")
    where = _where(guide, page)
    first = html(first_questions(), "first", SCRIPT)
    told = html('<p role="status" class="hidden"></p>', "told")
    shown = [state, thread, question, hello, first, correct, searched, told]

    def ask(text: str, conversation: Conversation, names: list[str]) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation, text, names)

    def choose(conversation: Conversation, names: list[str], event: gr.EventData) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation, str(event.question), names)

    def search_again(text: str, conversation: Conversation, names: list[str]) -> Iterator[list[Any]]:
        yield from _turn(guide, conversation[:-1], conversation[-1].question, names, text)

    gr.on([question.submit, send.click], ask, [question, state, where], shown, **EVENT)
    gr.on([searched.submit, again.click], search_again, [searched, state, where], shown, **EVENT)
    for chosen in (thread.ask, first.ask):
        chosen(choose, [state, where], shown, **EVENT)


def _where(guide: Guide, page: gr.Blocks) -> gr.CheckboxGroup:
    """Tick boxes for the collections, when there is more than one; all are ticked when the page is opened."""

    def boxes() -> gr.CheckboxGroup:
        names = list(guide.collections)
        choices = [(texts_documents.collection_name(name), name) for name in names]
        return gr.CheckboxGroup(choices=choices, value=names, visible=len(names) > 1)

    where: gr.CheckboxGroup = gr.CheckboxGroup(label=texts_documents.WHERE, visible=False, elem_id="where")
    page.load(boxes, None, [where], **EVENT)
    return where


def _turn(
    guide: Guide, conversation: Conversation, question: str, names: list[str] | None, searched: str = ""
) -> Iterator[list[Any]]:
    """Shows the question at once, then its answer."""
    if not question.strip() or names == []:
        yield [gr.skip()] * 7 + [_told(texts_documents.WHERE_NONE if names == [] else texts.EMPTY_QUESTION)]
        return
    waiting = chat.asked(conversation, question)
    yield _show(waiting, texts.SEARCHING)
    done = chat.answered(guide, waiting, searched, names or ())
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
