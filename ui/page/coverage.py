"""The map of coverage in the tab « Corpus »: counted when it is opened; its questions are asked in the first tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.guide import Guide
from ui.html.coverage import coverage_html
from ui.page.ask import Asking
from ui.page.parts import EVENT, SCRIPT, html
from ui.steps.chat import Conversation


def coverage_part(guide: Guide, asking: Asking, tab: gr.Tab, tabs: gr.Tabs) -> Callable[[], None]:
    """What puts the map where it is called."""

    def ask(
        conversation: Conversation, ticked: list[str], offered: list[str], request: gr.Request, event: gr.EventData
    ) -> Iterator[list[Any]]:
        for values in asking.ask(str(event.question), conversation, ticked, offered, request):
            yield [gr.Tabs(selected="ask"), *values]

    def put() -> None:
        shown = html("", "coverage", SCRIPT)
        tab.select(lambda: coverage_html(guide.coverage()), None, [shown], **EVENT)
        shown.ask(ask, [asking.state, *asking.where.said], [tabs, *asking.turned], **EVENT)

    return put
