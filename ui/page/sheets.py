"""The tab « Fiches », with the comparison of experiences: it translates, and does not think."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.briefs.make import Briefs
from rag.briefs.template import Template
from ui.page.forms import form_components
from ui.page.parts import BRIEF_SCRIPT, EVENT, html
from ui.page.tsf import NAME, said
from ui.steps import briefs as steps
from ui.steps.briefs import Draft, Step
from ui.texts import briefs as texts


def sheets_tab(briefs: Briefs) -> None:
    """The sheets to choose from, the form of the one that has a form, and the sheet."""
    templates = {name: one for name, one in briefs.templates.usable.items() if name != NAME}
    menu = html(_menu(list(templates.values())), "sheets", BRIEF_SCRIPT)
    groups = {name: _form(template) for name, template in templates.items() if template.form}
    problems, told = html("", "sheet-problems"), html(said(""), "sheet-told")
    shown = html("", "sheet", BRIEF_SCRIPT)
    results = [problems, told, shown]

    def choose(event: gr.EventData) -> Iterator[list[Any]]:
        name = str(event.question)
        columns = [gr.Column(visible=name == other) for other in groups]
        yield [*columns, "", said(""), ""]
        if name in templates and name not in groups:
            for step in steps.fill(briefs, templates[name], Draft(), steps.SHEET, editable=False):
                yield [*[gr.skip()] * len(columns), *_shown(step)]

    def make(template: Template, *values: object) -> Iterator[list[Any]]:
        draft = Draft(steps.given(template.form, values))
        for step in steps.fill(briefs, template, draft, steps.SHEET, editable=False):
            yield _shown(step)

    menu.ask(choose, None, [*[column for column, _, _ in groups.values()], *results], **EVENT)
    for name, (_, components, button) in groups.items():
        button.click(partial(make, templates[name]), components, results, **EVENT)
    _comparison(briefs)


def _comparison(briefs: Briefs) -> None:
    """One question put to each document."""
    html(f"<h2>{texts.COMPARE_TITLE}</h2><p>{texts.COMPARE_WHAT}</p>", "compare-head")
    with gr.Row(elem_id="comparing", elem_classes="form-actions"):
        question = gr.Textbox(
            label=texts.COMPARE_LABEL, placeholder=texts.EXAMPLE.format(example=texts.COMPARE_EXAMPLE), lines=1,
            max_lines=4, scale=5, elem_id="compared",
        )  # fmt: skip
        send = gr.Button(texts.COMPARE_SEND, variant="primary", scale=0, elem_id="compare")
    problems, told = html("", "compare-problems"), html(said(""), "compare-told")
    shown = html("", "comparison", BRIEF_SCRIPT)

    def compare(text: str) -> list[Any]:
        return _shown(steps.compare(briefs, text))

    gr.on([question.submit, send.click], compare, [question], [problems, told, shown], **EVENT)


def _form(template: Template) -> tuple[gr.Column, list[Any], gr.Button]:
    with gr.Column(visible=False, elem_classes="form-fields") as column:
        html(f"<h2>{escape(template.title)}</h2><p>{escape(template.intro)}</p>", f"intro-{template.name}")
        components = form_components(template.form)
        button = gr.Button(texts.MAKE_SHEET, variant="primary", scale=0, elem_id=f"make-{template.name}")
    return column, components, button


def _menu(templates: list[Template]) -> str:
    items = "".join(
        f'<li><button type="button" class="choice" data-ask="{escape(one.name)}"><strong>{escape(one.title)}</strong>'
        f"<span>{escape(one.about)}</span></button></li>"
        for one in templates
    )
    return f'<h2>{texts.SHEETS_TITLE}</h2><p>{texts.SHEETS_WHAT}</p><ul class="choices">{items}</ul>'


def _shown(step: Step) -> list[Any]:
    return [step.problems, said("" if step.problems else step.told), "" if step.problems else step.html]
