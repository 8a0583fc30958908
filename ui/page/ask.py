"""The tab « Poser une question »: it translates between components and `ui.chat`, and does not think."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui import chat, texts
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


def ask_tab(guide: Guide) -> gr.State:
    """The question field, the conversation, and the first questions of a beginner; returns the conversation."""
    state: gr.State = gr.State(())
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
    first = html(first_questions(), "first", SCRIPT)
    told = html('<p role="status" class="hidden"></p>', "told")
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
    return state


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
