"""What the parts of the tab « Évaluation » share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.errors import GuideError
from ui.access.roles import Role
from ui.evaluation.shown import Desk
from ui.page.parts import EVENT, require
from ui.texts import evaluation as texts

P = ParamSpec("P")
T = TypeVar("T")


def says(callback: Callable[P, T]) -> Callable[P, T]:
    """A callback for evaluators alone, whose errors are shown as the sentence that they are."""

    @wraps(callback)
    def said(*arguments: P.args, **named: P.kwargs) -> T:
        require(Role.EVALUATOR)
        try:
            return callback(*arguments, **named)
        except GuideError as error:
            raise gr.Error(str(error), title=texts.WRONG, print_exception=False, duration=None) from error

    return said


def run_choice(desk: Desk, tab: gr.Tab, label: str, id: str, place: int = 0) -> gr.Dropdown:
    """A list of the finished runs, brought up to date whenever its part is opened; the latest but `place` is chosen."""
    chosen = gr.Dropdown([], label=label, elem_id=id, interactive=True, info=texts.NO_RUN)

    def listed(current: str | None) -> dict[str, Any]:
        runs = desk.runs()
        kept = current if current in runs else (runs[place] if len(runs) > place else None)
        return gr.update(choices=runs, value=kept, info="" if runs else texts.NO_RUN)

    tab.select(says(listed), [chosen], [chosen], **EVENT)
    return chosen
