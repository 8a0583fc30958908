"""Own documents beside the shipped corpus: `python -m eval.bench_mixed --pages DIR`.

Sixteen sheets of service-public.fr are added to the shipped corpus. Printed: how often the sheet that answers is among
the first five passages and cited (`eval/own_documents.yaml`), and what of the development set is refused with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
import yaml

from corpus.types import GUIDE
from eval import spp
from eval.items import load, shipped
from rag.guide import Guide
from rag.index.added import Incoming, add
from rag.settings import Settings
from rag.types import Answer, Status

QUESTIONS = Path(__file__).with_name("own_documents.yaml")
DEPTH = 5


def figures(pages: Path, data: Path) -> Iterator[str]:
    """The lines of the report."""
    settings = Settings(data_dir=data)
    guide = Guide.open(settings)
    add(settings, [Incoming(path, path.name) for path in sorted(pages.glob("*.txt"))], embedder=guide.embedder)
    own = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))
    answers = [(guide.ask(entry["question"]), f"-{entry['sheet']}-") for entry in own]
    found = sum(any(sheet in hit.passage.source.id for hit in answer.hits[:DEPTH]) for answer, sheet in answers)
    cited = sum(any(sheet in citation.source.id for citation in answer.citations) for answer, sheet in answers)
    refused = _refused([answer for answer, _ in answers])
    share = found / len(own)
    yield f"Fiches ajoutées, {len(own)} questions : R@{DEPTH} {share:.2f}, citées {cited}, refusées {refused}."
    asked = [item.question for item in load(shipped("dev")).items if not item.history]
    alone = [guide.ask(question, collections=[GUIDE]) for question in asked]
    mixed = [guide.ask(question) for question in asked]
    kept = sum(len(_first(one) & _first(other)) for one, other in zip(alone, mixed, strict=True))
    yield (
        f"Mise au point, {len(asked)} questions : refusées {_refused(alone)} sans les fiches, {_refused(mixed)} avec ; "
        f"{kept / sum(len(_first(one)) for one in alone):.3f} des {DEPTH} premiers passages y restent."
    )


def _refused(answers: Sequence[Answer]) -> int:
    return sum(answer.status is Status.REFUSED for answer in answers)


def _first(answer: Answer) -> set[str]:
    return {hit.passage.id for hit in answer.hits[:DEPTH]}


def main(pages: Annotated[Path, typer.Option(help="Dossier des seize fiches.")] = spp.BENCH.parent / "pages") -> None:
    """Prints the figures."""
    with TemporaryDirectory(prefix="ptce-mixed-") as folder:
        for line in figures(pages, Path(folder)):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
