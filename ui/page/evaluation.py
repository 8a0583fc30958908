"""The tab « Évaluation »: its five parts. Callbacks translate, and do not think: `ui.evaluation.shown` does."""

from __future__ import annotations

from importlib.resources import files

from ui import quiet  # noqa: F401 - silences Gradio, so it comes first

# isort: split
import gradio as gr

from eval.html import STYLE
from ui.evaluation.shown import Desk
from ui.page.evaluation_compare import blind_part, compare_part
from ui.page.evaluation_read import annotate_part, read_part
from ui.page.evaluation_run import run_part
from ui.page.parts import html
from ui.texts import evaluation as texts

_OURS = (files("ui") / "static" / "evaluation.css").read_text(encoding="utf-8")


def evaluation_tab(desk: Desk) -> None:
    """Run, read, annotate, compare, judge blind."""
    html(f"<style>{STYLE}{_OURS}</style><p>{texts.INTRO}</p>", "evaluation-intro")
    parts = {
        texts.RUN: run_part,
        texts.READ: read_part,
        texts.ANNOTATE: annotate_part,
        texts.COMPARE: compare_part,
        texts.BLIND: blind_part,
    }
    with gr.Tabs(elem_id="evaluation"):
        for title, part in parts.items():
            with gr.Tab(title) as tab:
                part(desk, tab)
