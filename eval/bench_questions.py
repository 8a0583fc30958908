"""What questions written in advance bring, by how many a passage has: `python -m eval.bench_questions`.

The shipped questions stand in for those of a perfect model: the five texts are added as anybody's documents would be, a
few of their French questions a passage are indexed as `ptce questions` would, and the development set is asked. No
figure here is about what a real model writes, and the weights were chosen on these same questions.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from corpus.read import SHIPPED, files_below
from corpus.types import MINE
from eval.ablation import NAMES
from eval.case import World
from eval.items import Item, load, shipped
from eval.labels import label
from eval.measures.retrieval import Found, retrieval
from eval.measures.score import mean
from eval.spans import Stretch, gold_of
from rag.answer.conversation import language_of
from rag.answer.retrieve import retrieve, signals
from rag.embed import Embedder, open_embedder
from rag.guide import Guide
from rag.index.added import Incoming, add
from rag.index.build import build
from rag.index.changing import folder_of
from rag.index.searchable import Index
from rag.index.store import Store
from rag.index.written import Written, WrittenQuestions
from rag.llm.generate import publish
from rag.settings import Settings
from rag.signals.asked import asked_questions, covering
from rag.types import Language, Turn

NUMBERS = (0, 3, 5, 8, 12)
DEPTH = 10


def figures(folder: Path) -> Iterator[str]:
    """The lines of the report."""
    settings, embedder = Settings(data_dir=folder / "data"), open_embedder(Settings())
    (folder / "sources").mkdir()
    (folder / "sources" / "note.md").write_text("Une note, qui tient la place du corpus principal.", encoding="utf-8")
    build(settings, folder / "sources", embedder=embedder)
    add(settings, [Incoming(path, path.name) for path in files_below(SHIPPED)], embedder=embedder)
    items = [item for item in load(shipped("dev")).items if item.vital]
    yield f"{len(items)} questions de mise au point, textes livrés sans leurs poids ni leurs lacunes :"
    for number in NUMBERS:
        index = indexed(settings, embedder, number)
        shown = ", ".join(f"{label(name).name} {label(name).show(value)}" for name, value in measured(index, items))
        yield f"{number:>3} par passage ({len(index.asked)} en tout) : {shown}"


def indexed(settings: Settings, embedder: Embedder, number: int) -> Index:
    """The collection of the five texts, each passage with at least `number` questions where so many were written."""
    place = settings.model_copy(update={"data_dir": folder_of(settings, MINE)})
    index, written = Index.open(place), WrittenQuestions(Store(place.data_dir))
    written.forget(())
    asked = [entry for entry in asked_questions(index.sources.values()) if entry.answers and not entry.keyword]
    french = [entry for entry in asked if language_of(entry.text) is Language.FRENCH]
    random.Random(0).shuffle(french)  # nosec B311 - which of them are taken is no secret
    taken: list[list[str]] = [[] for _ in index.passages]
    for entry, places in zip(french, covering(index.passages, french), strict=True):
        if places and min(len(taken[position]) for position in places) < number:
            for position in places:
                taken[position].append(entry.text)
    for passage, questions in zip(index.passages, taken, strict=True):
        written.put(passage, Written(tuple(questions), "livrées"))
    publish(settings, place.data_dir, embedder)
    return Index.open(place)


def measured(index: Index, items: Sequence[Item]) -> list[tuple[str, float | None]]:
    """The mean of each measure of retrieval over `items`."""
    guide = Guide(Settings(), index, open_embedder(Settings()))
    world = World.of(index.sources.values(), [Stretch.of(passage) for passage in index.passages])
    scores = []
    for item in items:
        query = guide.query(item.question, [Turn(message.role, message.content) for message in item.history])
        hits = retrieve(index, signals(index, query.searched, guide.embedder.question(query.searched)), DEPTH)
        ranked = tuple(Stretch.of(hit.passage) for hit in hits)
        found = retrieval(Found(gold_of(item, world.sources), ranked), world.sources, world.index)
        scores.append({score.name: score.value for score in found})
    return [(name, mean(one.get(name) for one in scores)) for name in NAMES]


def main() -> None:
    """Prints the figures."""
    with TemporaryDirectory(prefix="ptce-questions-") as folder:
        for line in figures(Path(folder)):
            typer.echo(line)


if __name__ == "__main__":
    typer.run(main)
