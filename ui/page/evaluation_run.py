"""The part « Lancer » of the tab « Évaluation »: choose or bring questions, check them, run them, watch, stop."""

from __future__ import annotations

from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from eval.labels import KINDS
from eval.variants import CANONICAL
from ui.access.roles import Role
from ui.evaluation.shown import Desk, Order, problems_html, sentence
from ui.page.evaluation_parts import says
from ui.page.parts import EVENT, html, may
from ui.texts import evaluation as texts

_WORDINGS = [(name, kind) for kind, name in KINDS.items() if kind != CANONICAL]


def run_part(desk: Desk, tab: gr.Tab) -> None:
    """Questions on the left, how to ask them on the right, progress below."""
    with gr.Row():
        with gr.Column():
            questions = gr.Dropdown(desk.files(), label=texts.FILE, info=texts.FILE_INFO, elem_id="questions-file")
            upload = gr.UploadButton(texts.UPLOAD, file_types=[".jsonl"], elem_id="questions-upload")
            check = gr.Button(texts.VALIDATE, elem_id="questions-check")
        with gr.Column():
            kinds = gr.CheckboxGroup(_WORDINGS, label=texts.WORDINGS, info=texts.WORDINGS_INFO)
            max_words = gr.Number(desk.settings.max_words, label=texts.MAX_WORDS, precision=0, minimum=40, maximum=1000)
            passages = gr.Number(desk.settings.passages, label=texts.PASSAGES, precision=0, minimum=1, maximum=50)
            name = gr.Textbox(texts.DEFAULT_NAME, label=texts.NAME, info=texts.NAME_INFO, max_length=60)
            fresh = gr.Checkbox(label=texts.FRESH)
    with gr.Row():
        start = gr.Button(texts.START, variant="primary", elem_id="run-start")
        stop = gr.Button(texts.STOP, elem_id="run-stop")
    progress, ticks = _watch(desk)
    found = html("", "questions-problems")

    @says
    def take(path: str | None) -> dict[str, Any]:
        name = desk.take(path) if path else None
        return gr.update(choices=desk.files(), value=name) if name else gr.skip()

    @says
    def begin(*order: Any) -> list[Any]:  # noqa: ANN401 - the values of the components, in the order below
        file, wanted, run, words, count, anew = order
        desk.start(Order(file, tuple(wanted), run.strip(), int(words), int(count), anew))
        return [sentence(desk.progress()), gr.Timer(active=True)]

    upload.upload(take, [upload], [questions], **EVENT)
    listed = says(lambda current: gr.update(choices=desk.files(), value=current))
    tab.select(listed, [questions], [questions], **EVENT)
    check.click(says(lambda file: problems_html(*desk.check(file))), [questions], [found], **EVENT)
    start.click(begin, [questions, kinds, name, max_words, passages, fresh], [progress, ticks], **EVENT)
    stop.click(says(lambda: sentence(desk.stop())), None, [progress], **EVENT)


def _watch(desk: Desk) -> tuple[gr.HTML, gr.Timer]:
    """How the run under way stands, brought up to date while there is one."""
    progress = html(lambda: sentence(desk.progress()) if may(Role.EVALUATOR) else "", "run-progress")
    ticks: gr.Timer = gr.Timer(1.0)

    def tick() -> list[Any]:
        if not may(Role.EVALUATOR):
            return [gr.skip(), gr.Timer(active=False)]
        return [sentence(desk.progress()), gr.Timer(active=desk.is_running)]

    ticks.tick(tick, None, [progress, ticks], **EVENT)
    return progress, ticks
