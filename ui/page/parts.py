"""What every tab of the page is made of."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr
from gradio.context import LocalContext

from ui.access.roles import Role, identity_of
from ui.texts import page as texts


def script(*names: str) -> str:
    """What an HTML component runs: these files of `static/`, one after the other."""
    return "\n".join((files("ui") / "static" / name).read_text(encoding="utf-8") for name in names)


SCRIPT = script("page.js", "downloads.js")
BRIEF_SCRIPT = script("page.js", "briefs.js")
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def html(value: str | Callable[[], str], id: str, script: str = "", *, visible: bool = True) -> gr.HTML:
    """Our own HTML, without Gradio's styles; `script` runs when it is shown."""
    return gr.HTML(value, elem_id=id, js_on_load=script or None, apply_default_css=False, visible=visible)


def may(role: Role) -> bool:
    """Whether whoever sent the event that is being answered has `role`; nobody has any outside an event."""
    request = LocalContext.request.get(None)
    return request is not None and request.request is not None and role in identity_of(request.request).roles


def require(role: Role) -> None:
    """For the callbacks of one role: refuses, as a sentence, whoever does not have it."""
    if not may(role):
        raise gr.Error(texts.API_DETAILS[403], print_exception=False)
