"""The form of a template as Gradio components."""

from __future__ import annotations

from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.briefs.template import FieldKind, FormField
from ui.texts import briefs as texts

FEW = 7


def form_components(fields: list[FormField]) -> list[Any]:
    """One component a field, then one for each choice that can be written in the user's own words.

    On the page, these stand right below the choices that they add to.
    """
    components, free = [], []
    for field in fields:
        components.append(_component(field))
        if field.free:
            free.append(gr.Textbox(label=texts.FREE_LABEL, placeholder=texts.FREE_HINT, lines=1, max_lines=2))
    return components + free


def on_input(components: list[Any]) -> list[Any]:
    """The events by which a user, and not the page, changes a form."""
    return [one.blur if isinstance(one, gr.Textbox) else one.input for one in components]


def _component(field: FormField) -> Any:  # noqa: ANN401 - any of Gradio's
    label = field.label + (texts.REQUIRED if field.required else "")
    info = field.help or None
    choices = [(option.label, option.value) for option in field.options]
    match field.kind:
        case FieldKind.CHOICES:
            return gr.CheckboxGroup(choices, label=label, info=info)
        case FieldKind.CHOICE:
            return gr.Radio(choices, label=label, info=info)
        case FieldKind.NUMBER if field.most <= FEW:
            return gr.Radio([str(n) for n in range(1, field.most + 1)], label=label, info=info)
        case _:
            placeholder = texts.EXAMPLE.format(example=field.example) if field.example else None
            return gr.Textbox(label=label, info=info, placeholder=placeholder, lines=1, max_lines=4)
