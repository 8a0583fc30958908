"""The tab « Poser une question »: it translates between components and `ui.steps.chat`, and does not think."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from corpus.types import GUIDE
from rag.guide import Guide
from ui.html.answers import choices
from ui.html.answers import conversation as conversation_html
from ui.opinions import Opinions
from ui.page.parts import EVENT, SCRIPT, html
from ui.page.where import WhereBoxes, places, renewed
from ui.steps import chat
from ui.steps.chat import Conversation
from ui.texts import llm as texts_llm
from ui.texts import page as texts

Ask = Callable[[str, Conversation, list[str], list[str], gr.Request], Iterator[list[Any]]]
"""Asks a question in a conversation, where `WhereBoxes.said` says; gives the values of `Asking.turned` step by step."""

Keep = Callable[[gr.Request, str, Conversation], Conversation]
"""Keeps the last exchange, in the place of the one whose id is given if any, for whoever sends the request."""
UNCHANGED: list[Any] = [gr.skip()] * 9
"""What leaves every component of `Asking.shown` as it is."""


@dataclass(frozen=True)
class Asking:
    """What other tabs act on: `shown` are the components that `show` gives values to, `ask` asks, of those `where`."""

    state: gr.State
    thread: gr.HTML
    told: gr.HTML
    shown: list[Any]
    where: WhereBoxes
    ask: Ask

    @property
    def turned(self) -> list[Any]:
        """The components to which a question that is asked gives values."""
        return [*self.shown, *self.where.renewed]


def welcome(guide: Guide) -> str:
    """One sentence on what the guide is."""
    return f'<p class="what">{texts.WHAT if is_about_poles(guide) else texts.WHAT_ELSE}</p>'


def first_questions(guide: Guide) -> str:
    """Buttons for the first questions of a beginner, and what the guide answers from."""
    facts = f'<p class="facts">{escape(texts.facts([source.metadata.year for source in guide.sources]))}</p>'
    first = f"<h2>{texts.FIRST_QUESTIONS_TITLE}</h2>{choices(texts.FIRST_QUESTIONS)}" if is_about_poles(guide) else ""
    return first + facts


def is_about_poles(guide: Guide) -> bool:
    """Whether the shipped documents are there, which the first questions are about."""
    return any(source.metadata.collection in ("", GUIDE) for source in guide.sources)


def ask_tab(guide: Guide, page: gr.Blocks, tab: gr.Tab, keep: Keep, opinions: Opinions) -> Asking:
    """The question field, the conversation, and the first questions of a beginner."""
    state = gr.State(())
    hello = html(partial(welcome, guide), "welcome")
    thread = html("", "thread", SCRIPT)
    with gr.Row(elem_id="correct", visible=False) as correct:
        searched = gr.Textbox(label=texts.SEARCHED_LABEL, lines=1, max_lines=4, scale=4)
        again = gr.Button(texts.SEARCH_AGAIN, scale=0)
    question, send, stop = _field()
    where = WhereBoxes.of(guide, page, tab)
    first = html(partial(first_questions, guide), "first", SCRIPT)
    told = html('<p role="status" class="hidden"></p>', "told")
    shown = [state, thread, question, hello, first, correct, searched, told, stop]

    def ask(
        text: str, conversation: Conversation, ticked: list[str], offered: list[str], request: gr.Request
    ) -> Iterator[list[Any]]:
        yield from _turn(guide, partial(keep, request, ""), conversation, text, (ticked, offered))

    def choose(
        conversation: Conversation, ticked: list[str], offered: list[str], request: gr.Request, event: gr.EventData
    ) -> Iterator[list[Any]]:
        yield from _turn(guide, partial(keep, request, ""), conversation, str(event.question), (ticked, offered))

    def search_again(
        text: str, conversation: Conversation, ticked: list[str], offered: list[str], request: gr.Request
    ) -> Iterator[list[Any]]:
        *before, last = conversation
        yield from _turn(guide, partial(keep, request, last.id), tuple(before), last.question, (ticked, offered), text)

    def halt(conversation: Conversation, request: gr.Request) -> list[Any]:
        return _halt(partial(keep, request, ""), conversation)

    def rate(conversation: Conversation, event: gr.EventData) -> list[Any]:
        judged = chat.rated(opinions, conversation, event._data)
        return [judged, conversation_html(judged)]

    thread.rate(rate, [state], [state, thread], **EVENT)
    asking = Asking(state, thread, told, shown, where, ask)
    said, turned = where.said, asking.turned
    writing = [
        gr.on([question.submit, send.click], ask, [question, state, *said], turned, **EVENT),
        gr.on([searched.submit, again.click], search_again, [searched, state, *said], turned, **EVENT),
        *(chosen(choose, [state, *said], turned, **EVENT) for chosen in (thread.ask, first.ask)),
    ]
    stop.click(halt, [state], shown, cancels=writing, **EVENT)
    return asking


def _field() -> tuple[gr.Textbox, gr.Button, gr.Button]:
    """The field of the question, the button that sends it, and the one that stops a model."""
    with gr.Row(elem_id="asking"):
        question = gr.Textbox(
            label=texts.QUESTION_LABEL, placeholder=texts.QUESTION_PLACEHOLDER, lines=1, max_lines=8,
            scale=5, autofocus=True, elem_id="question",
        )  # fmt: skip
        send = gr.Button(texts.SEND, variant="primary", scale=0, elem_id="send")
        stop = gr.Button(texts_llm.STOP, visible=False, scale=0, elem_id="stop")
    return question, send, stop


def _halt(keep: Callable[[Conversation], Conversation], conversation: Conversation) -> list[Any]:
    """Shows what was verified when the reader stopped the model, and keeps it; nothing changes if it had ended."""
    done = chat.stopped(conversation)
    kept = conversation if done is conversation else keep(done)
    return show(kept, chat.told(kept), asked=False)


def _turn(
    guide: Guide, keep: Callable[[Conversation], Conversation], conversation: Conversation, question: str,
    ticked: tuple[list[str], list[str]], searched: str = "",
) -> Iterator[list[Any]]:  # fmt: skip
    """Shows the question at once, then its answer, at each step when a language model writes; it is kept once whole."""
    where = places(guide, *ticked)
    boxes, same = renewed(where), [gr.skip()] * 3
    if not question.strip() or where.problem:
        yield [*UNCHANGED[:-2], told_html(where.problem or texts.EMPTY_QUESTION, seen=True), gr.skip(), *boxes]
        return
    waiting = chat.asked(conversation, question)
    yield [*show(waiting, texts.SEARCHING), *boxes]
    before = waiting
    for now in chat.answering(guide, waiting, searched, where.named):
        if now[-1] is before[-1]:
            yield [*UNCHANGED, *same]
            continue
        before = now
        kept = now if now[-1].writing else keep(now)
        yield [*show(kept, chat.told(kept), asked=False), *same]


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


def told_html(sentence: str, *, seen: bool = False) -> str:
    """A sentence that a screen reader says; `seen` by everybody when nothing else shows it."""
    return f'<p role="status" class="{"problem" if seen else "hidden"}">{escape(sentence)}</p>'
