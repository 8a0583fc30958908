"""The briefs measured: `python -m eval.bench_briefs`, or `make bench`.

How long a session kit takes, as a ratio to the embedding of one question in the same run; and how well the distance
between passages tells which sources say something of a question (`rag.briefs.asking.BEHIND`), on the development set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import typer

from eval.items import load, shipped
from rag.answer.retrieve import retrieve
from rag.briefs.asking import BEHIND, DEPTH
from rag.briefs.make import Briefs
from rag.briefs.plan import plan, read_request
from rag.guide import Guide
from rag.index.build import build
from rag.settings import Settings

ROUNDS = 7
KITS: dict[str, dict[str, object]] = {
    "kit, deux thèmes, deux jours": {"themes": ["modele-economique", "portage-politique"], "jours": 2},
    "kit, trois thèmes, cinq jours": {"themes": ["gouvernance", "lieu", "evaluation"], "jours": 5},
}
FILLED = {"beneficiaire": "SCIC de réemploi", "maturite": "emergent", "territoire": "rural"}


@dataclass(frozen=True)
class Pair:
    """A question and a source: whether it holds evidence, and how far its best passage lies behind the best of all."""

    holds: bool
    behind: float


def kit_times(guide: Guide, form: dict[str, object]) -> tuple[int, float, float, float]:
    """How many questions, then median seconds: the first kit of a process, a later one, and one question's vector."""
    request = read_request(Briefs(guide).templates.get("tsf"), FILLED | form)
    questions = [question for section in plan(request) for question in section.questions]
    first, later, embedding = [], [], []
    for turn in range(ROUNDS):
        question = questions[turn % len(questions)]
        embedding.append(_seconds(partial(guide.embedder.question, question)))
        briefs = Briefs(guide)  # remembers no vector yet
        first.append(_seconds(partial(briefs.answer, request)))
        later.append(_seconds(partial(briefs.answer, request)))
    return len(questions), median(first), median(later), median(embedding)


def pairs(guide: Guide) -> Iterator[Pair]:
    """Every development question that has evidence, with every source."""
    for item in load(shipped("dev")).items:
        holding = {one.doc for group in item.evidence for one in group.any_of}
        if item.history or not holding:
            continue
        hits = retrieve(guide.index, guide.signals(guide.query(item.question)), DEPTH)
        for source in guide.sources:
            best = max((hit.score for hit in hits if hit.passage.source is source), default=hits[-1].score)
            yield Pair(source.id in holding, hits[0].score - best)


def silence_line(found: Sequence[Pair]) -> str:
    """How well « says something » is told from « non abordé »."""
    near = [pair for pair in found if pair.behind <= BEHIND]
    right = sum(pair.holds for pair in near)
    area = _area([pair.behind for pair in found if pair.holds], [pair.behind for pair in found if not pair.holds])
    return (
        f"{len(found)} couples question-source : AUROC {area:.3f} ; « en parle » juste {right / len(near):.2f}, "
        f"trouvé {right / sum(pair.holds for pair in found):.2f}"
    )


def _area(holding: Sequence[float], others: Sequence[float]) -> float:
    """The chance that a source which holds evidence lies nearer than one which holds none (AUROC); ties count half."""
    nearer = sum((one < other) + (one == other) / 2 for one in holding for other in others)
    return nearer / (len(holding) * len(others))


def _seconds(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def main() -> None:
    """Measures over the shipped corpus, in a data directory of its own."""
    with TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        build(settings)
        guide = Guide.open(settings)
        guide.ask("Faut-il créer une SCIC ?")
        for name, form in KITS.items():
            count, first, later, embedding = kit_times(guide, form)
            typer.echo(
                f"{name} : {count} questions ; premier {first / embedding:.1f} × un vecteur, "
                f"suivants {later / embedding:.1f} × ({embedding * 1000:.1f} ms le vecteur)"
            )
        typer.echo(silence_line(list(pairs(guide))))


if __name__ == "__main__":
    main()
