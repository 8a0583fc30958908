"""The tab « Poser une question »: it translates between components and `ui.chat`, and does not think."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui import chat
from ui.chat import Conversation
from ui.html.answers import choices
from ui.html.answers import conversation as conversation_html
from ui.opinions import Opinions
from ui.page.parts import EVENT, SCRIPT, html
from ui.texts import documents as texts_documents
from ui.texts import llm as texts_llm
from ui.texts import page as texts

Keep = Callable[[gr.Request, str, Conversation], Conversation]
"""Keeps the last exchange, in the place of the one whose id is given if any, for whoever sends the request."""
UNCHANGED: list[Any] = [gr.skip()] * 9
"""What leaves every component of `Asking.shown` as it is."""


@dataclass(frozen=True)
class Asking:
    """The components that other tabs act on: `shown` are those that `show` gives values to."""

    state: gr.State
    thread: gr.HTML
    told: gr.HTML
    shown: list[Any]


def welcome() -> str:
    """One sentence on what the guide is."""
    return f'<p class="what">{texts.WHAT}</p>'


def first_questions() -> str:
    """Buttons for the first questions of a beginner."""
    return f"<h2>{texts.FIRST_QUESTIONS_TITLE}</h2>{choices(texts.FIRST_QUESTIONS)}"


def ask_tab(guide: Guide, page: gr.Blocks, keep: Keep, opinions: Opinions) -> Asking:
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
        stop = gr.Button(texts_llm.STOP, visible=False, scale=0, elem_id="stop")
    where = _where(guide, page)
    first = html(first_questions(), "first", SCRIPT)
    told = html('<p role="status" class="hidden"></p>', "told")
    shown = [state, thread, question, hello, first, correct, searched, told, stop]

    def ask(text: str, conversation: Conversation, names: list[str], request: gr.Request) -> Iterator[list[Any]]:
        yield from _turn(guide, partial(keep, request, ""), conversation, text, names)

    def choose(
        conversation: Conversation, names: list[str], request: gr.Request, event: gr.EventData
    ) -> Iterator[list[Any]]:
        yield from _turn(guide, partial(keep, request, ""), conversation, str(event.question), names)

    def search_again(
        text: str, conversation: Conversation, names: list[str], request: gr.Request
    ) -> Iterator[list[Any]]:
        *before, last = conversation
        yield from _turn(guide, partial(keep, request, last.id), tuple(before), last.question, names, text)

    def halt(conversation: Conversation, request: gr.Request) -> list[Any]:
        return _halt(partial(keep, request, ""), conversation)

    def rate(conversation: Conversation, event: gr.EventData) -> list[Any]:
        judged = chat.rated(opinions, conversation, event._data)
        return [judged, conversation_html(judged)]

    thread.rate(rate, [state], [state, thread], **EVENT)
    writing = [
        gr.on([question.submit, send.click], ask, [question, state, where], shown, **EVENT),
        gr.on([searched.submit, again.click], search_again, [searched, state, where], shown, **EVENT),
        *(chosen(choose, [state, where], shown, **EVENT) for chosen in (thread.ask, first.ask)),
    ]
    stop.click(halt, [state], shown, cancels=writing, **EVENT)
    return Asking(state, thread, told, shown)


def _halt(keep: Callable[[Conversation], Conversation], conversation: Conversation) -> list[Any]:
    """Shows what was verified when the reader stopped the model, and keeps it; nothing changes if it had ended."""
    done = chat.stopped(conversation)
    kept = conversation if done is conversation else keep(done)
    return show(kept, chat.told(kept), asked=False)


def _where(guide: Guide, page: gr.Blocks) -> gr.CheckboxGroup:
    """Tick boxes for the collections, when there is more than one; all are ticked when the page is opened."""

    def boxes() -> dict[str, Any]:
        names = list(guide.collections)
        choices = [(texts_documents.collection_name(name), name) for name in names]
        return {"choices": choices, "value": names, "visible": len(names) > 1}

    # ticked from the start: a question may come before the page has loaded
    where: gr.CheckboxGroup = gr.CheckboxGroup(label=texts_documents.WHERE, elem_id="where", **boxes())
    page.load(lambda: gr.CheckboxGroup(**boxes()), None, [where], **EVENT)
    return where


def _turn(
    guide: Guide, keep: Callable[[Conversation], Conversation], conversation: Conversation, question: str,
    names: list[str] | None, searched: str = "",
) -> Iterator[list[Any]]:  # fmt: skip
    """Shows the question at once, then its answer, at each step when a language model writes; it is kept once whole."""
    nowhere = names == [] and len(guide.collections) > 1
    if not question.strip() or nowhere:
        yield [*UNCHANGED[:-2], told_html(texts_documents.WHERE_NONE if nowhere else texts.EMPTY_QUESTION), gr.skip()]
        return
    waiting = chat.asked(conversation, question)
    yield show(waiting, texts.SEARCHING)
    before = waiting
    for now in chat.answering(guide, waiting, searched, names or ()):
        if now[-1] is before[-1]:
            yield UNCHANGED
            continue
        before = now
        kept = now if now[-1].writing else keep(now)
        yield show(kept, chat.told(kept), asked=False)


def show(conversation: Conversation, told: str, *, asked: bool = True) -> list[Any]:
    """The values of `Asking.shown`; an empty conversation brings the first page back.

    `asked` empties the field of the question; the later steps of an answer leave what is being typed there.
    """
    placeholder = texts.NEXT_PLACEHOLDER if conversation else texts.QUESTION_PLACEHOLDER
    follow_up = chat.correctable(conversation)
    return [
        conversation,
        conversation_html(conversation),
        gr.Textbox(value="", placeholder=placeholder) if asked else gr.skip(),
        gr.HTML(visible=not conversation),
        gr.HTML(visible=not conversation),
        gr.Row(visible=bool(follow_up)),
        follow_up,
        told_html(told),
        gr.Button(visible=bool(conversation) and conversation[-1].writing),
    ]


def told_html(sentence: str) -> str:
    """A sentence that a screen reader says."""
    return f'<p role="status" class="hidden">{escape(sentence)}</p>'
