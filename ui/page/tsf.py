"""The tab « Préparer un TSF »: it translates between components and `ui.steps.briefs`, and does not think."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from rag.briefs.make import Briefs
from rag.briefs.template import FormField, Template
from rag.briefs.types import Section
from ui.page.forms import form_components, on_input
from ui.page.parts import BRIEF_SCRIPT, EVENT, html
from ui.steps import briefs as steps
from ui.steps.briefs import Draft, Step
from ui.store.keeping import keep_kit
from ui.store.notebook import Notebook
from ui.texts import briefs as texts

Find = Callable[[gr.Request], Notebook | None]
"""The notebook of whoever sends a request, `None` when nothing is kept."""

NAME = "tsf"
KEPT = "ptce-tsf"
RESULTS = 5
# Gradio scrambles what a browser keeps with a word, by default another one after each start of the server
SCRAMBLED_WITH = "guide-ptce"


def browser_state() -> gr.BrowserState:
    """What the browser keeps; it stands outside the tabs, for what is in a tab is not there until the tab is opened."""
    return gr.BrowserState(Draft().record, storage_key=KEPT, secret=SCRAMBLED_WITH)


@dataclass(frozen=True)
class Preparing:
    """What « Mon carnet » acts on when it brings a kit back: `shown` are the components that `values` are for."""

    form: Sequence[FormField] = ()
    shown: tuple[Any, ...] = ()

    def values(self, draft: Draft) -> list[Any]:
        """The tab with a draft in it, whose kit is made again when the tab is opened."""
        return [*steps.shown(self.form, draft.form), draft.record, (), "", said(""), ""] if self.shown else []


def tsf_tab(briefs: Briefs, page: gr.Blocks, tab: gr.Tab, kept: gr.BrowserState, notebook: Find) -> Preparing:
    """The form and the kit below it; `kept` is restored when the page is loaded, the kit when the tab is opened.

    Kits are kept in the visitor's notebook, which `notebook` finds.
    """
    usable = briefs.templates.usable
    html(f'<p class="what">{texts.TSF_WHAT}</p>{broken(briefs)}', "tsf-welcome")
    if NAME not in usable:
        html(f"<p>{texts.NO_TEMPLATE}</p>", "tsf-none")
        return Preparing()
    filled = gr.State(())
    with gr.Column(elem_id="tsf-form", elem_classes="form-fields"):
        form = form_components(usable[NAME].form)
    with gr.Row(elem_id="tsf-actions", elem_classes="form-actions"):
        make = gr.Button(texts.MAKE_KIT, variant="primary", elem_id="tsf-make", scale=0)
        clear = gr.Button(texts.CLEAR, elem_id="tsf-clear", scale=0)
    problems, told = html("", "tsf-problems"), html(said(""), "tsf-told")
    shown = html("", "kit", BRIEF_SCRIPT)
    results = [kept, filled, problems, told, shown]
    does = _Callbacks(briefs, usable[NAME], notebook)
    make.click(does.make, [kept, *form], results, **EVENT)
    clear.click(does.wipe, None, [*form, *results], **EVENT)
    gr.on(on_input(form), does.keep, [kept, *form], [kept], **EVENT)
    page.load(does.restore, [kept], form, **EVENT)
    tab.select(does.open, [kept, filled], results, **EVENT)
    shown.again(does.again, [kept, filled], results, **EVENT)
    shown.forget(does.forget, [kept, filled], results, **EVENT)
    shown.reset(does.reset, [kept, filled], results, **EVENT)
    shown.agenda(does.agenda, [kept], [kept], **EVENT)
    return Preparing(usable[NAME].form, (*form, *results))


@dataclass(frozen=True)
class _Callbacks:
    """What the tab does: every method takes what the browser keeps, and returns what the tab shows."""

    briefs: Briefs
    template: Template
    notebook: Find

    def make(self, request: gr.Request, kept: object, *values: object) -> Iterator[list[Any]]:
        """Fills the kit, section by section; it goes into the notebook once it can be filled."""
        draft = replace(self._with_form(kept, values), made=True)
        for step in steps.fill(self.briefs, self.template, draft, steps.KIT, editable=True):
            draft = draft if step.problems or draft.id else self._keep(request, draft)
            yield result(draft, step)
        if draft.id:
            self._keep(request, draft)

    def keep(self, kept: object, *values: object) -> dict[str, Any]:
        """Keeps the form as it stands."""
        return self._with_form(kept, values).record

    def restore(self, kept: object) -> list[Any]:
        """The form as the browser kept it; nothing else is touched, for this may come after the first words typed."""
        values = steps.shown(self.template.form, Draft.read(kept).form)
        return [gr.skip() if value in steps.NOTHING else value for value in values]

    def open(self, kept: object, sections: tuple[Section, ...]) -> Iterator[list[Any]]:
        """Makes again, once, the kit that had been made before the page was loaded."""
        draft = Draft.read(kept)
        if sections or not draft.made:
            yield [gr.skip()] * RESULTS
        else:
            yield from self._fill(draft)

    def wipe(self) -> list[Any]:
        """Forgets everything."""
        return [*steps.shown(self.template.form, {}), Draft().record, (), "", said(texts.CLEARED), ""]

    def again(self, request: gr.Request, kept: object, sections: tuple[Section, ...], event: gr.EventData) -> list[Any]:
        """Runs one section again, with one question more if there is one."""
        draft = Draft.read(kept).with_question(event.section, event.question)
        return self._again(self._keep(request, draft), sections, event.section)

    def forget(
        self, request: gr.Request, kept: object, sections: tuple[Section, ...], event: gr.EventData
    ) -> list[Any]:
        """Runs one section again without a question that was added."""
        draft = Draft.read(kept).without_question(event.section, event.question)
        return self._again(self._keep(request, draft), sections, event.section)

    def reset(self, request: gr.Request, kept: object, sections: tuple[Section, ...], event: gr.EventData) -> list[Any]:
        """Takes the template's agenda again."""
        draft = replace(Draft.read(kept), agenda=())
        return self._again(self._keep(request, draft), sections, event.section)

    def agenda(self, request: gr.Request, kept: object, event: gr.EventData) -> dict[str, Any]:
        """Keeps the agenda as it was changed; what is shown is what was typed."""
        return self._keep(request, replace(Draft.read(kept), agenda=steps.rows_of(event.rows))).record

    def _keep(self, request: gr.Request, draft: Draft) -> Draft:
        return keep_kit(self.notebook(request), draft, self.template)

    def _with_form(self, kept: object, values: Sequence[object]) -> Draft:
        return replace(Draft.read(kept), form=steps.given(self.template.form, values))

    def _fill(self, draft: Draft) -> Iterator[list[Any]]:
        for step in steps.fill(self.briefs, self.template, draft, steps.KIT, editable=True):
            yield result(draft, step)

    def _again(self, draft: Draft, sections: tuple[Section, ...], id: str) -> list[Any]:
        return result(draft, steps.again(self.briefs, self.template, draft, sections, id))


def result(draft: Draft, step: Step) -> list[Any]:
    """What the tab shows after a step; a kit that could not be made leaves the last one where it is."""
    if step.problems:
        return [draft.record, gr.skip(), step.problems, said(""), gr.skip()]
    return [draft.record, step.sections, "", said(step.told), step.html]


def said(sentence: str) -> str:
    """A sentence for those who hear the page, and shown small."""
    return f'<p role="status" class="status">{escape(sentence)}</p>'


def broken(briefs: Briefs) -> str:
    """Why templates were left aside."""
    lines = (texts.BROKEN.format(reason=error) for error in briefs.templates.broken)
    return "".join(f'<p class="problem" role="note">{escape(line)}</p>' for line in lines)
