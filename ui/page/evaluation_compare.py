"""The parts « Comparer » and « Départager à l'aveugle » of the tab « Évaluation »."""

from __future__ import annotations

from typing import Any

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from eval.blind import Pick
from rag.errors import GuideError
from ui.evaluation.duels import Table, duel_html
from ui.evaluation.shown import Desk, sentence
from ui.page.evaluation_parts import run_choice, says
from ui.page.parts import EVENT, html
from ui.texts import evaluation as texts


def compare_part(desk: Desk, tab: gr.Tab) -> None:
    """Two runs, their paired differences, the questions that flipped."""
    with gr.Row():
        a = run_choice(desk, tab, texts.RUN_A, "compare-a", place=1)
        b = run_choice(desk, tab, texts.RUN_B, "compare-b")
    compare = gr.Button(texts.DO_COMPARE, variant="primary", elem_id="compare-do")
    shown = html("", "compare-shown")

    @says
    def compared(first: str | None, second: str | None) -> str:
        if not first or not second or first == second:
            raise GuideError(texts.TWO_RUNS)
        return desk.compare(first, second)

    compare.click(compared, [a, b], [shown], **EVENT)


def blind_part(desk: Desk, tab: gr.Tab) -> None:
    """Two answers without their names, three buttons, the total."""
    html(f"<p>{texts.BLIND_INTRO}</p>", "blind-intro")
    with gr.Row():
        a = run_choice(desk, tab, texts.RUN_A, "blind-a", place=1)
        b = run_choice(desk, tab, texts.RUN_B, "blind-b")
        who = gr.Textbox(label=texts.WHO, max_length=60, elem_id="blind-who")
    begin = gr.Button(texts.BEGIN, variant="primary", elem_id="blind-begin")
    item = gr.State("")
    shown = html("", "blind-shown")
    with gr.Row(visible=False, elem_id="blind-picks") as picks:
        buttons = {pick: gr.Button(name) for pick, name in texts.PICKS.items()}
    told = html("", "blind-told")
    inputs, outputs = [a, b, who, item], [item, shown, picks, told]

    def next_of(table: Table) -> list[Any]:
        left = table.left
        first = duel_html(left[0]) if left else sentence(texts.NO_DUEL)
        return [left[0].item if left else "", first, gr.Row(visible=bool(left)), sentence(table.result())]

    @says
    def start(first: str, second: str, reader: str) -> list[Any]:
        return next_of(Table(desk, first, second, reader))

    def choose(pick: Pick) -> Any:  # noqa: ANN401 - a callback
        @says
        def chosen(first: str, second: str, reader: str, current: str) -> list[Any]:
            table = Table(desk, first, second, reader)
            table.pick(current, pick)
            return next_of(table)

        return chosen

    begin.click(start, inputs[:3], outputs, **EVENT)
    for pick, button in buttons.items():
        button.click(choose(pick), inputs, outputs, **EVENT)
