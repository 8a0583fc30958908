"""Retrieval where nothing was tuned: sheets of service-public.fr, and the questions that they were written for.

The sheets (Licence Ouverte, DILA, versions of 2018-2020) are indexed as anybody's folder of documents would be: no
question was written for them. `python -m eval.spp --bench DIR` prints how often the sheet asked for comes first, or
among the first five, beside plain BM25 and plain dense retrieval over the same passages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import typer
import yaml

from corpus.formats.text import text_markdown
from corpus.words import stems
from rag.answer.retrieve import Scores
from rag.guide import Guide
from rag.index.build import build
from rag.settings import Settings

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "spp"
HELP = "Dossier des fiches de service-public.fr (corpus.jsonl, queries.jsonl)."
DATA_HELP = "Dossier où garder l'index d'une fois à l'autre (défaut : aucun)."
DEPTHS = (1, 5)
_PASSAGES = 100
_EVERY = 1000

Search = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """A question, and the sheets that answer it: any of them will do."""

    question: str
    sheets: frozenset[str]


def main(
    bench: Annotated[Path, typer.Option(help=HELP)] = BENCH,
    data: Annotated[Path | None, typer.Option(help=DATA_HELP)] = None,
) -> None:
    """Prints the table, or one line when the sheets are not there."""
    if not (bench / "corpus.jsonl").is_file():
        typer.echo(f"Fiches de service-public.fr : absentes de {bench}, essai passé (--bench DOSSIER).")
        return
    with TemporaryDirectory(prefix="ptce-spp-") as folder:
        for line in report(bench, data or Path(folder) / "data", Path(folder) / "sheets"):
            typer.echo(line)


def report(bench: Path, data: Path, folder: Path) -> Iterator[str]:
    """Indexes the sheets of `bench` below `data`, asks the questions, and gives the lines of the table."""
    write_sheets(lines(bench / "corpus.jsonl"), folder)
    questions = [Asked(line["question"], frozenset(line["gold_ids"])) for line in lines(bench / "queries.jsonl")]
    settings = Settings(data_dir=data)
    began = perf_counter()
    build(settings, folder, _progress)
    guide = Guide.open(settings)
    asked = [entry for entry in questions if entry.sheets]
    yield (
        f"Fiches de service-public.fr : {len(guide.sources)} fiches, {len(guide.index.passages)} passages, "
        f"index en {perf_counter() - began:.0f} s ; {len(questions)} questions, dont {len(asked)} ont leur fiche."
    )
    yield f"{'recherche':<40}" + "".join(f"{f'R@{depth}':>8}" for depth in DEPTHS)
    for name, search in searches(guide).items():
        found = [search(entry.question) for entry in asked]
        yield f"{name:<40}" + "".join(f"{f'{_recall(asked, found, depth):.3f}':>8}" for depth in DEPTHS)


def write_sheets(sheets: Sequence[dict[str, Any]], folder: Path) -> None:
    """Writes each sheet as a Markdown file with its id and title."""
    folder.mkdir(parents=True)
    for sheet in sheets:
        front = yaml.safe_dump({"id": sheet["id"], "title": sheet["title"]}, allow_unicode=True)
        text = f"---\n{front}---\n\n{text_markdown(sheet['text'])}\n"
        (folder / f"{sheet['id']}.md").write_text(text, encoding="utf-8")


def searches(guide: Guide) -> dict[str, Search]:
    """The guide's search and two plain ones over its passages, each from a question to sheets, best first."""
    index = guide.index
    vectors = index.passage_vectors()

    def fused(question: str) -> list[str]:
        return list(dict.fromkeys(hit.passage.source.id for hit in guide.search(question, _PASSAGES)))

    def by(scores: Scores) -> list[str]:
        order = np.argsort(-scores, kind="stable")[:_PASSAGES]
        return list(dict.fromkeys(index.passages[position].source.id for position in order))

    return {
        "BM25 seul": lambda question: by(index.text_words.scores(stems(question))),
        f"vecteurs seuls ({guide.embedder.name})": lambda question: by(vectors @ guide.embedder.question(question)),
        "le guide": fused,
    }


def _recall(asked: Sequence[Asked], found: Sequence[Sequence[str]], depth: int) -> float:
    """The share of questions with one of their sheets among the first `depth`."""
    pairs = zip(asked, found, strict=True)
    return sum(bool(entry.sheets & set(sheets[:depth])) for entry, sheets in pairs) / len(asked)


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _progress(done: int, total: int) -> None:
    """A line now and then: indexing the sheets takes minutes."""
    if done // _EVERY > (done - 64) // _EVERY or done == total:
        typer.echo(f"  index : {done} textes sur {total}", err=True)


if __name__ == "__main__":
    typer.run(main)
