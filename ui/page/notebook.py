"""The tab « Mon carnet », and what of it shows on the first tab: it translates, `ui.steps.notebook` acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.errors import GuideError
from rag.guide import Guide
from ui.html.notebook import problem_html
from ui.page.ask import Asking, show, told_html
from ui.page.parts import EVENT, html, script
from ui.page.tsf import Preparing
from ui.steps.chat import Conversation
from ui.steps.notebook import Deed, Desk
from ui.store.keeping import keep, shown_again
from ui.store.notebook import Notebook, Notebooks
from ui.store.visitors import visitor_of
from ui.texts import notebook as texts

# two quick clicks are two deeds: by default Gradio would drop the second
EACH: dict[str, Any] = EVENT | {"trigger_mode": "multiple"}


@dataclass(frozen=True)
class Keeper:
    """Finds the notebook of whoever sends a request."""

    guide: Guide
    notebooks: Notebooks

    def of(self, request: gr.Request) -> Notebook | None:
        """The visitor's notebook; `None` for a browser that keeps no cookie."""
        visitor = visitor_of(dict(request.cookies))
        return self.notebooks.of_visitor(visitor) if visitor else None

    def keep(self, request: gr.Request, instead: str, conversation: Conversation) -> Conversation:
        """The conversation with its last exchange kept."""
        return keep(self.of(request), conversation, instead)

    def desk(self, request: gr.Request) -> Desk | None:
        """The same, ready to act."""
        notebook = self.of(request)
        return Desk(self.guide, notebook, self.notebooks.keep_days) if notebook else None


def notebook_tab(keeper: Keeper, asking: Asking, preparing: Preparing, tab: gr.Tab, tabs: gr.Tabs) -> None:
    """The basket, past conversations, kits and the visitor's data."""
    book = html("", "book", script("notebook.js", "downloads.js"))
    told = html(told_html(""), "book-told")

    def refresh(request: gr.Request) -> str:
        return _shown(keeper.desk(request))

    def act(conversation: Conversation, request: gr.Request, event: gr.EventData) -> list[Any]:
        deed = _done(keeper.desk(request), str(event.act), str(event.id), str(event.text))
        return [
            gr.skip() if deed.shown is None else deed.shown,
            told_html(deed.told),
            _turned(deed),
            *([gr.skip()] * len(asking.shown) if deed.conversation is None else show(deed.conversation, deed.told)),
            *([gr.skip()] * len(preparing.shown) if deed.kit is None else preparing.values(deed.kit)),
        ]

    def gather(conversation: Conversation, request: gr.Request, event: gr.EventData) -> str:
        sentence = _kept(keeper.desk(request), conversation, str(event.mark))
        if sentence not in (texts.KEPT_TOLD, texts.KEPT_BEFORE):
            gr.Warning(sentence, title=texts.TITLE_WARNING)
        return told_html(sentence)

    def fresh(request: gr.Request) -> list[Any]:
        _left(keeper.of(request))
        return show((), texts.FRESH_TOLD)

    tab.select(refresh, None, [book], **EVENT)
    book.act(act, [asking.state], [book, told, tabs, *asking.shown, *preparing.shown], **EACH)
    asking.thread.keep(gather, [asking.state], [asking.told], **EACH)
    asking.thread.fresh(fresh, None, asking.shown, **EVENT)


def restore(keeper: Keeper, asking: Asking, page: gr.Blocks) -> None:
    """Shows the visitor's conversation again when the page is loaded."""

    def load(request: gr.Request) -> list[Any]:
        conversation = _current(keeper, keeper.of(request))
        return show(conversation, "") if conversation else [gr.skip()] * len(asking.shown)

    page.load(load, None, asking.shown, **EVENT)


def _turned(deed: Deed) -> Any:  # noqa: ANN401 - what Gradio takes for a change of tabs
    """The tab where what a deed brought back is seen."""
    if deed.conversation:
        return gr.Tabs(selected="ask")
    return gr.Tabs(selected="tsf") if deed.kit and deed.kit.made else gr.skip()


def _shown(desk: Desk | None) -> str:
    if desk is None:
        return problem_html(texts.NO_NOTEBOOK)
    try:
        return desk.shown()
    except GuideError as error:
        return problem_html(str(error))


def _done(desk: Desk | None, act: str, id: str, text: str) -> Deed:
    if desk is None:
        return Deed(texts.NO_NOTEBOOK, problem_html(texts.NO_NOTEBOOK))
    try:
        return desk.act(act, id, text)
    except GuideError as error:
        return Deed(str(error), problem_html(str(error)) + _shown(desk))


def _kept(desk: Desk | None, conversation: Conversation, mark: str) -> str:
    if desk is None:
        return texts.NO_NOTEBOOK
    try:
        return desk.keep(conversation, mark)
    except GuideError as error:
        return str(error)


def _left(notebook: Notebook | None) -> None:
    """Leaving a conversation never fails: at worst it opens again at the next visit."""
    if notebook is None:
        return
    try:
        notebook.conversations.leave()
    except GuideError:
        return


def _current(keeper: Keeper, notebook: Notebook | None) -> Conversation:
    if notebook is None:
        return ()
    try:
        notebook.tidy()
        return shown_again(keeper.guide, notebook.conversations.current())
    except GuideError:
        return ()
