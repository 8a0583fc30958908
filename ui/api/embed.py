"""The chat that other sites embed: a script that makes a frame, the page in the frame, and the answers as HTML."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from html import escape
from importlib.resources import files
from itertools import chain

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from pydantic import Field

from rag.errors import GuideError
from rag.guide import Guide
from rag.steps import Stage, Step
from rag.types import Answer
from rag.wording import answer_text
from ui.api import models
from ui.api.stream import sent
from ui.html.answers import Exchange, choices, exchange_html, status_line
from ui.record import Record
from ui.steps.chat import stopped
from ui.texts import clients as texts_clients
from ui.texts import llm as texts_llm
from ui.texts import page as texts

_STATIC = files("ui") / "static"
_FIRST = 3
_STYLES = ("style.css", "parts.css", "page.css", "embed.css")


class EmbeddedIn(models.AskIn):
    """Une question posée dans la page d'un autre site ; `number` est son rang dans la conversation."""

    number: int = Field(default=1, ge=1, le=1000)


def embed(guide: Guide) -> APIRouter:
    """`/embed.js`, `/embed` and what it needs."""
    router = APIRouter(include_in_schema=False)
    page, wiring = embed_page(), _wiring()

    @router.get("/embed.js")
    def loader() -> Response:
        return _script((_STATIC / "embed.js").read_text(encoding="utf-8"))

    @router.get("/embed", response_class=HTMLResponse)
    def frame() -> str:
        return page

    @router.get("/embed/page.js")
    def wired() -> Response:
        return _script(wiring)

    @router.post("/embed/ask")
    def ask(asked: EmbeddedIn) -> Response:
        steps = guide.stream(asked.question, asked.turns, asked.searched, asked.collections)
        return sent(embedded(asked, next(steps), steps), "application/x-ndjson")

    return router


def embedded(asked: EmbeddedIn, first: Step, steps: Iterator[Step]) -> Generator[str]:
    """The exchange at each step of its answer, one JSON object a line, and an empty line when there is nothing new.

    `html` is what is shown, `told` what a screen reader says; the last one has `answer`, the text for the history, or
    `detail`, why there is none. Before it, `stopped` is what takes its place if the reader stops the model there.
    """
    try:
        for step in chain([first], steps):
            yield "\n" if step.stage is Stage.WRITING else _line(_shown(asked, step))
    except GuideError as error:
        yield _line({"detail": str(error)})


def _shown(asked: EmbeddedIn, step: Step) -> Record:
    exchange = Exchange(asked.question, step.answer, writing=step.stage is not Stage.DONE)
    if not exchange.writing:
        return _ended(asked, step.answer, status_line(step.answer))
    (halted,) = stopped((exchange,))
    ended = _ended(asked, halted.answer or step.answer, texts_llm.STOPPED)
    return {"html": _html(asked, exchange), "told": texts_llm.WRITING, "stopped": ended}


def _ended(asked: EmbeddedIn, answer: Answer, told: str) -> Record:
    return {"html": _html(asked, Exchange(asked.question, answer)), "told": told, "answer": answer_text(answer)}


def _html(asked: EmbeddedIn, exchange: Exchange) -> str:
    return exchange_html(asked.number, exchange, judged=False)


def _line(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def embed_page() -> str:
    """The page in the frame: a field, first questions, and where the conversation goes."""
    styles = "".join(f'<link rel="stylesheet" href="/static-ptce/{name}">' for name in _STYLES)
    return (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{texts_clients.EMBED_TITLE}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark">{styles}</head><body><main class="gradio-container">'
        f"<h1>{texts.NAME}</h1>"
        f'<div id="thread"></div><div id="first"><p>{texts.WHAT}</p>'
        f"{choices(texts.FIRST_QUESTIONS[:_FIRST])}</div>"
        f'<form id="asking" data-searching="{escape(texts.SEARCHING)}" data-broken="{texts_clients.EMBED_BROKEN}">'
        f'<label><span>{texts.QUESTION_LABEL}</span><textarea name="question" rows="1" required></textarea></label>'
        f'<button>{texts.SEND}</button><button type="button" id="stop" hidden>{texts_llm.STOP}</button></form>'
        f'<p role="status" id="told" class="hidden"></p></main>'
        '<script src="/embed/page.js"></script><script src="/static-ptce/chat.js"></script></body></html>'
    )


def _wiring() -> str:
    """The script of the page's conversation, as a function that `chat.js` calls where Gradio would have run it."""
    script = (_STATIC / "page.js").read_text(encoding="utf-8")
    return f"function wire(element, trigger, watch) {{\n{script}\n}}"


def _script(code: str) -> Response:
    return Response(code, media_type="text/javascript")
