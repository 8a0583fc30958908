"""What an evaluation costs, as a multiple of the time of embedding its questions on the same machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from eval.checks import keep_checks, make_checks
from eval.folder import Run, write_lines
from eval.items import load, shipped
from eval.manifest import Plan
from eval.run import Asking, Progress, askings, make_run, world_of
from eval.variants import KINDS
from eval.writing import write_all
from rag.guide import Guide


def spent(run: Run) -> str:
    """How long a run took, beside the embedding of its questions as it was timed inside."""
    cost = run.manifest.cost
    took, embedding = cost.get("ask", 0.0) + cost.get("score", 0.0), cost.get("embed", 0.0)
    times = f", {_french(took / embedding)} fois le calcul de leurs vecteurs" if embedding else ""
    return f"{len(run.rows)} questions posées et mesurées en {_french(took)} s{times}."


def measured(guide: Guide, count: int, progress: Progress | None = None) -> list[str]:
    """Lines on a run of the first `count` questions in all wordings, shortcuts, attacks and report included."""
    with TemporaryDirectory(prefix="ptce-cost-") as name:
        folder = Path(name)
        questions = folder / "dev.jsonl"
        write_lines(questions, shipped("dev").read_text(encoding="utf-8").splitlines()[:count])
        plan = Plan(questions, KINDS)
        wanted = askings(load(questions).items, plan)
        embedding = _embedding(guide, wanted)
        began = perf_counter()
        run = make_run(guide, plan, folder / "run", progress)
        asked = perf_counter()
        keep_checks(make_checks(run, world_of(guide)), folder / "run")
        checked = perf_counter()
        write_all(folder / "run", folder / "out", {source.id: source for source in guide.sources})
        written = perf_counter()
    return [
        f"{count} questions, {len(wanted)} formulations, une à une.",
        _line("vecteurs des questions, seuls", embedding, embedding),
        _line("passe : poser et mesurer", asked - began, embedding),
        _line("témoins absurdes, falsifications, calibrage", checked - asked, embedding),
        _line("rapport, tous les formats", written - checked, embedding),
        _line("en tout", written - began, embedding),
    ]


def _embedding(guide: Guide, wanted: Sequence[Asking]) -> float:
    began = perf_counter()
    for asking in wanted:
        guide.embedder.question(asking.question)
    return perf_counter() - began


def _line(name: str, seconds: float, embedding: float) -> str:
    return f"{name:<46}{_french(seconds):>8} s{_french(seconds / embedding):>8} ×"


def _french(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
