"""Times of answers that a language model writes: `python -m eval.bench_model`.

The model is scripted, one token every 20 ms, so that only the guide's own time is measured: from the model's first
token to the first verified words that a reader can see, and the verification of one sentence.
"""

from __future__ import annotations

from asyncio import sleep
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import chain
from statistics import median
from time import perf_counter
from types import SimpleNamespace
from typing import Any

import typer

from eval.items import load, shipped
from rag.guide import Guide
from rag.llm.answerer import Writer
from rag.llm.draft import chosen
from rag.llm.markers import Written
from rag.llm.models import Chat
from rag.llm.verify import Verifier
from rag.settings import Settings, read_settings
from rag.steps import Stage
from rag.verify.support import Lexicon

QUESTIONS = 40
PACE = 0.02


class PacedModel:
    """Says a text word by word, at a steady pace, and remembers when it began."""

    def __init__(self, text: str) -> None:
        self.words = text.split(" ")
        self.began = 0.0

    async def astream(self, _: object) -> AsyncIterator[Any]:
        """One word at a time, as a chat model of LangChain gives its chunks."""
        for word in self.words:
            await sleep(PACE)
            self.began = self.began or perf_counter()
            yield SimpleNamespace(text=f"{word} ", response_metadata={})


def first_words(guide: Guide, verifier: Verifier, settings: Settings, question: str) -> tuple[float, float] | None:
    """Seconds from the model's first token to the first words shown (below 0: before it), and from the end of its own
    first sentence to that sentence; nothing for a question that is refused.
    """
    answer = guide.ask(question)
    if not answer.statements:
        return None
    sentence = next(unit for hit in answer.hits for unit in hit.passage.evidence if 8 <= unit.words <= 25)
    model = PacedModel(f"{' '.join(sentence.text.split())} Et la suite de la réponse.")
    chat = Chat(model, settings)  # type: ignore[arg-type]
    written = Guide(settings, guide.index, guide.embedder, Writer(chat, verifier, settings))
    shown: dict[Stage, float] = {}
    for step in written.stream(question):
        shown.setdefault(step.stage, perf_counter())
    own = shown.get(Stage.SAID, shown[Stage.DONE])
    return shown[Stage.RETRIEVED] - model.began, own - model.began - PACE * len(sentence.text.split())


def turned(text: str) -> str:
    """The sentence with its first two words turned round: all of it is there, and not word for word."""
    words = text.split()
    return " ".join([*words[1:2], *words[:1], *words[2:]])


def halved(text: str) -> str:
    """The first half of the sentence: what has to be compared by its vector."""
    words = text.split()
    return " ".join(words[: (len(words) + 1) // 2])


def crossed(text: str) -> str:
    """The sentence with its halves turned round: what no passage says so."""
    words = text.split()
    return " ".join([*words[len(words) // 2 :], *words[: len(words) // 2]])


WRITTEN: dict[str, Callable[[str], str]] = {
    "mot pour mot": str,
    "mots retournés": turned,
    "raccourcie de moitié": halved,
    "recousue": crossed,
}


def verification(guide: Guide, verifier: Verifier, questions: Sequence[str]) -> dict[str, list[float]]:
    """Seconds for each sentence of the best passages found, written in each way, against all that a model is given."""
    seconds: dict[str, list[float]] = {name: [] for name in WRITTEN}
    for question in questions:
        passages = chosen(guide.search(question), guide.settings.llm_words)
        for unit in passages[0].evidence:
            for name, write in WRITTEN.items():
                sentence = Written(write(unit.text))
                began = perf_counter()
                verifier.check(sentence, passages)
                seconds[name].append(perf_counter() - began)
    return seconds


def vectors(guide: Guide, questions: Sequence[str]) -> list[float]:
    """Seconds for the vector of each question: what times of this machine are to be compared with."""
    seconds = []
    for question in questions:
        began = perf_counter()
        guide.embedder.question(question)
        seconds.append(perf_counter() - began)
    return seconds


def row(name: str, seconds: Iterable[float]) -> str:
    """A line of the report."""
    ordered = sorted(seconds)
    worst = ordered[int(0.95 * (len(ordered) - 1))]
    return f"{name} : médiane {1000 * median(ordered):.1f} ms, 95 % {1000 * worst:.1f} ms (n = {len(ordered)})"


def main() -> None:
    """Prints the figures."""
    settings = read_settings().model_copy(update={"llm": ""})
    guide = Guide.open(settings)
    verifier = Verifier(Lexicon.of(guide.sources), guide.embedder, known=guide.evidence_vector)
    items = [item.question for item in load(shipped("dev")).items if not item.history and item.language == "fr"]
    questions = items[:QUESTIONS]
    times = [one for question in questions if (one := first_words(guide, verifier, settings, question))]
    checks = verification(guide, verifier, questions)
    embedding = vectors(guide, questions)
    typer.echo(row("vecteur d'une question, pour comparer", embedding))
    typer.echo(row("du premier mot du modèle aux premiers mots montrés (extraits)", [first for first, _ in times]))
    typer.echo(row("de la fin de la première phrase du modèle à cette phrase, vérifiée", [own for _, own in times]))
    typer.echo(row("vérifier une phrase", chain(*checks.values())))
    for name, seconds in checks.items():
        typer.echo(row(f"  {name}", seconds))
    typer.echo(
        f"vérifier une phrase coûte {median(chain(*checks.values())) / median(embedding):.2f} vecteur de question"
    )


if __name__ == "__main__":
    typer.run(main)
