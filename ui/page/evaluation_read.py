"""The parts « Lire » and « Annoter »: the report of a run, its questions one by one, people's verdicts."""

from __future__ import annotations

from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from eval.annotations import Human
from eval.labels import PERSONAS
from rag.errors import GuideError
from ui.evaluation.sentences import to_judge_html
from ui.evaluation.shown import Desk, ToJudge, report_of, row_html, row_label, sentence
from ui.page.evaluation_parts import run_choice, says
from ui.page.parts import EVENT, html
from ui.texts import evaluation as texts


def read_part(desk: Desk, tab: gr.Tab) -> None:
    """The report of a run, then one question of it."""
    run = run_choice(desk, tab, texts.WHICH_RUN, "read-run")
    with gr.Row():
        show = gr.Button(texts.SHOW, variant="primary", elem_id="read-show")
        write = gr.Button(texts.DOWNLOAD)
    files = gr.File(label=texts.FILES, file_count="multiple", interactive=False, visible=False)
    with gr.Row():
        ending = gr.Radio([texts.ALL, texts.FAILED, texts.PASSED], value=texts.ALL, label=texts.ENDING)
        asker = gr.Radio([texts.ANYONE, *PERSONAS.values()], value=texts.ANYONE, label=texts.ASKER)
    question = gr.Dropdown([], label=texts.ONE_QUESTION, info=texts.CHOOSE_QUESTION, elem_id="read-question")
    one = html("", "read-one")
    report = html("", "read-report")

    def questions(name: str | None, end: str, who: str) -> dict[str, Any]:
        rows = desk.rows(name, end, who) if name else []
        return gr.update(choices=[(row_label(row), row.item.id) for row in rows], value=None)

    @says
    def read(name: str | None, end: str, who: str) -> list[Any]:
        return [report_of(desk.open(name)) if name else sentence(texts.NO_RUN), questions(name, end, who)]

    @says
    def opened(name: str, item: str | None) -> str:
        row = next((row for row in desk.rows(name) if row.item.id == item), None)
        return row_html(desk.open(name), row) if row else ""

    @says
    def written(name: str) -> dict[str, Any]:
        return gr.update(value=desk.write(name), visible=True)

    show.click(read, [run, ending, asker], [report, question], **EVENT)
    write.click(written, [run], [files], **EVENT)
    gr.on([ending.change, asker.change], says(questions), [run, ending, asker], [question], **EVENT)
    question.change(opened, [run, question], [one], **EVENT)


def annotate_part(desk: Desk, tab: gr.Tab) -> None:
    """One sentence after the other with four verdicts; or a sheet for a spreadsheet."""
    run = run_choice(desk, tab, texts.WHICH_RUN, "annotate-run")
    who = gr.Textbox(label=texts.WHO, max_length=60, elem_id="annotate-who")
    begin = gr.Button(texts.BEGIN, variant="primary", elem_id="annotate-begin")
    waiting: gr.State = gr.State(())
    shown = html("", "annotate-sentence")
    with gr.Row(visible=False, elem_id="annotate-verdicts") as verdicts:
        buttons = {verdict: gr.Button(name) for verdict, name in texts.VERDICTS.items()}
    told = html("", "annotate-told")
    agreement = html("", "annotate-agreement")
    outputs = [waiting, shown, verdicts, told, agreement]

    def shown_next(left: tuple[ToJudge, ...], said: str, name: str) -> list[Any]:
        first = to_judge_html(left[0]) if left else sentence(texts.NO_SENTENCE)
        return [left, first, gr.Row(visible=bool(left)), sentence(said) if said else "", desk.agreement(name)]

    @says
    def start(name: str | None, reader: str) -> list[Any]:
        if not name or not reader.strip():
            raise GuideError(texts.WHO_NEEDED if name else texts.NO_RUN)
        return shown_next(tuple(desk.to_judge(name, reader)), "", name)

    def judge(verdict: Human) -> Any:  # noqa: ANN401 - a callback
        @says
        def judged(name: str, reader: str, left: tuple[ToJudge, ...]) -> list[Any]:
            desk.judge(name, left[0], verdict, reader)
            said = texts.SAVED.format(verdict=texts.VERDICTS[verdict], who=reader.strip(), left=len(left) - 1)
            return shown_next(left[1:], said, name)

        return judged

    begin.click(start, [run, who], outputs, **EVENT)
    for verdict, button in buttons.items():
        button.click(judge(verdict), [run, who, waiting], outputs, **EVENT)
    _sheet(desk, run, who, (told, agreement))


def _sheet(desk: Desk, run: gr.Dropdown, who: gr.Textbox, outputs: tuple[gr.HTML, gr.HTML]) -> None:
    """The sheet to fill in elsewhere, and back."""
    with gr.Row():
        make = gr.Button(texts.SHEET, elem_id="annotate-sheet")
        back = gr.UploadButton(texts.SHEET_BACK, file_types=[".csv"], elem_id="annotate-back")
    sheet = gr.File(label=texts.SHEET_FILE, interactive=False, visible=False)

    @says
    def take(name: str, path: str | None, reader: str) -> list[Any]:
        count = desk.take_sheet(name, path, reader) if path else 0
        return [sentence(texts.TAKEN.format(count=count)), desk.agreement(name)]

    @says
    def made(name: str) -> dict[str, Any]:
        return gr.update(value=desk.sheet(name), visible=True)

    make.click(made, [run], [sheet], **EVENT)
    back.upload(take, [run, back, who], list(outputs), **EVENT)
